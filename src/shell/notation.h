/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notations of bytes that have a name: hex{}, json{}, file{}, u16be(), len() ... */
#ifndef SHELL_NOTATION_H
#define SHELL_NOTATION_H

#include "shell/term.h"

enum notation {
	NOTATION_NONE,
	NOTATION_HEX,	   /* hex{de ad} */
	NOTATION_VERBATIM, /* json{...}: a call with the text between the braces */
	NOTATION_CALL,	   /* u16be(N): a call with terms */
};

/* Which one comes next. */
enum notation notation_begins(const struct cursor *cursor);
/* Reads it; term has its place. */
int notation_parse(struct cursor *cursor, struct term *term, struct error *err);
/* The digits and wildcards of hex{} as a pattern of bytes; *wild: it has wildcards. */
int notation_hex_pattern(struct cursor *cursor, struct buf *regex, struct buf *bytes, bool *wild,
			 struct error *err);
/* Works a call out, of what its parts stand for; -1: usage error without its place. */
int notation_call(const char *name, const struct buf *values, size_t count, struct buf *out,
		  struct error *err);
/* The name of the i-th for completion and help, NULL behind the last. */
const char *notation_at(size_t i, const char **help);

/* For those who build terms. */
struct term *term_add_part(struct term *term);
/* As term_parse_value(), but a bare word ends at a comma. */
int term_parse_bare(struct cursor *cursor, struct term *term, struct error *err);

/* What stands between a name's "(", behind which the cursor is, and the ")": a term or a number. */
int notation_argument(struct cursor *cursor, struct term *term, struct error *err);

#endif
