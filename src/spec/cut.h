/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cutting one field after the other off the text of a spec; the kinds of anysock-spec(7). */
#ifndef SPEC_CUT_H
#define SPEC_CUT_H

#include "base/buf.h"
#include "base/error.h"
#include "spec/spec.h"

/* Where the cutting stands. text ends with a NUL and is borrowed. */
struct cursor {
	const char *text;
	size_t at;
	struct error *err;
};

/* What is known of the field to be cut next. */
struct cut_rule {
	enum field_kind kind;
	size_t mandatory_after; /* fields that must follow it */
	size_t fields_left;	/* that the shape has, this one included */
	const char *follower;	/* name of the field after it; NULL where none must follow */
};

/*
 * Cuts the field at the cursor into *part, which is due to spec_text_release().
 * The cursor is left at the ":" "," or NUL behind it. *literal: it was an
 * address in brackets or in its own notation, and so is no port. On failure
 * -1 with the place in cursor->err, and *part is empty.
 */
int cut_field(struct cursor *cursor, const struct cut_rule *rule, struct spec_text *part,
	      bool *literal);

/* The pieces of cut_field(): each adds to out what it reads and moves the cursor behind it. */
int cut_quoted(struct cursor *cursor, struct buf *out);
int cut_bracketed(struct cursor *cursor, struct buf *out);
int cut_escape(struct cursor *cursor, struct buf *out);
int cut_word(struct cursor *cursor, struct buf *out);
int cut_rest(struct cursor *cursor, struct buf *out);
int cut_command(struct cursor *cursor, struct buf *out);
int cut_algorithm(struct cursor *cursor, struct buf *out);
/* Text in brackets, or up to a ":" that does not belong to the address. */
int cut_host(struct cursor *cursor, const struct cut_rule *rule, struct buf *out, bool *literal);
int cut_bdaddr(struct cursor *cursor, struct buf *out, bool *literal);

/* Whether the character at the cursor begins a quoted text. */
bool cut_is_quote(char c);
/* Whether c ends a word: ":" "," or NUL. */
bool cut_is_end(char c);
/* Whether the whole command at the cursor stands in one pair of quotes. */
bool cut_command_is_quoted(const struct cursor *cursor);
/* Where a field of kind word that begins at `at` ends; nothing is checked. */
size_t cut_word_end(const char *text, size_t at);
/* Whether a comma stands there that is not doubled. */
bool cut_is_single_comma(const char *text, size_t at);

/* A usage error at length bytes from at; returns -1. */
int cut_error(const struct cursor *cursor, size_t at, size_t length, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

void spec_text_release(struct spec_text *part);

#endif
