/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a script and places in it: a word is known by where it stands, so that errors can point there. */
#ifndef SHELL_SOURCE_H
#define SHELL_SOURCE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Outlives all that was parsed from it, and errors that point into it. */
struct source {
	char *name; /* a file's; NULL for what was typed */
	char *text; /* owned, with a NUL behind length */
	size_t length;
	char **lines; /* a copy of each line, which errors borrow */
	size_t line_count;
};

/* A piece of it. */
struct place {
	size_t at;
	size_t length;
};

/* Copies both; name may be NULL. */
struct source *source_new(const char *name, const char *text, size_t length);
void source_free(struct source *source);
/* The line of a place, from 1, and its column, from 0. */
size_t source_line(const struct source *source, size_t at, size_t *column);
/* Points *err at the place, with "FILE:LINE: " before its text; returns -1. */
int source_error(const struct source *source, struct place place, struct error *err);
/* The same where the error may point into a part already that begins inside bytes behind the place. */
int source_error_inside(const struct source *source, struct place place, size_t inside,
			struct error *err);

/* Where the parser reads. */
struct cursor {
	const struct source *source;
	size_t at;
	size_t end; /* behind the last byte that may be read */
	unsigned int depth; /* of the terms that stand in each other there */
	bool is_short; /* the text ended before a "}" that it needs */
};

/* The next byte, or NUL at the end; ahead counts from there. */
char cursor_peek(const struct cursor *cursor, size_t ahead);
/* Over blanks, "\" at the end of a line, and a comment. */
void cursor_skip_blanks(struct cursor *cursor);
/* The same and ends of lines: newlines and ";". */
void cursor_skip_lines(struct cursor *cursor);
/* Whether nothing more stands on the line: its end, ";", "|", or a "}" of its own. Skips blanks. */
bool cursor_at_end(struct cursor *cursor);
/* Whether a word of that very text comes next, and goes behind it. */
bool cursor_take_word(struct cursor *cursor, const char *word);
/* Whether that text comes next, whatever follows, and goes behind it. */
bool cursor_take(struct cursor *cursor, const char *text);
/* Letters, digits, "-" and "_", also "." where dotted; 0 bytes where it begins with none. */
struct place cursor_name(struct cursor *cursor, bool dotted);
/* A name that a line gives to something, as it can be said again behind "$": a letter or "_", then letters and digits. */
int cursor_new_name(struct cursor *cursor, struct place *place, struct error *err);
/* The rest of the line as the system's shell is to have it. */
struct place cursor_command(struct cursor *cursor);
/* A copy of a place's text, owned by the caller. */
char *cursor_text(const struct cursor *cursor, struct place place);
/* A usage error at the place of what comes next. */
int cursor_error(const struct cursor *cursor, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
