/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parsing bytes in all their notations: "text", 'verbatim', hex{}, u16be(), $variable, slices, repeats. */
#include "shell/term.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "shell/notation.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NESTING_MAXIMUM 32

void term_release(struct term *term)
{
	for (size_t i = 0; i < term->part_count; i++)
		term_release(&term->parts[i]);
	free(term->parts);
	buf_release(&term->text);
	*term = (struct term){ 0 };
}

struct term *term_add_part(struct term *term)
{
	term->parts = memory_resize(term->parts, term->part_count + 1, sizeof(*term->parts));
	term->parts[term->part_count] = (struct term){ 0 };
	return &term->parts[term->part_count++];
}

bool term_is_constant(const struct term *term)
{
	if (term->kind == TERM_VARIABLE || term->kind == TERM_CALL)
		return false;
	for (size_t i = 0; i < term->part_count; i++)
		if (!term_is_constant(&term->parts[i]))
			return false;
	return true;
}

/* $NAME.FIELD: the cursor stands behind the "$". */
static int parse_variable(struct cursor *cursor, struct term *term, struct error *err)
{
	struct place place = cursor_name(cursor, true);

	if (place.length == 0)
		return cursor_error(cursor, err, "the name of a variable was expected behind \"$\"");
	term->kind = TERM_VARIABLE;
	buf_add(&term->text, cursor->source->text + place.at, place.length);
	return 0;
}

/* ${NAME}, ${len($x)}: the cursor stands at the brace. */
static int parse_braced(struct cursor *cursor, struct term *term, struct error *err)
{
	char first = cursor_peek(cursor, 1);
	int parsed;

	cursor->at++;
	if ((isalpha((unsigned char)first) || first == '_') && notation_begins(cursor) == NOTATION_NONE)
		parsed = parse_variable(cursor, term, err);
	else
		parsed = term_parse_one(cursor, term, err);
	if (parsed == 0 && cursor_peek(cursor, 0) != '}')
		return cursor_error(cursor, err, "\"}\" was expected");
	cursor->at++;
	return parsed;
}

/* ${...} and $NAME inside of text or a word. */
static int parse_embedded(struct cursor *cursor, struct term *term, struct error *err)
{
	struct term *part = term_add_part(term);
	size_t begin = cursor->at++;

	part->place.at = begin;
	if ((cursor_peek(cursor, 0) == '{' ? parse_braced(cursor, part, err) :
					     parse_variable(cursor, part, err)) < 0)
		return -1;
	part->place.length = cursor->at - begin;
	return 0;
}

static bool embeds(const struct cursor *cursor)
{
	char next = cursor_peek(cursor, 1);

	return cursor_peek(cursor, 0) == '$' && (next == '{' || next == '_' || isalpha((unsigned char)next));
}

/* Where the literal bytes of a joined term go: its last part. */
static struct buf *literal_of(struct term *term, size_t at)
{
	struct term *last = term->part_count > 0 ? &term->parts[term->part_count - 1] : NULL;

	if (last != NULL && last->kind == TERM_BYTES)
		return &last->text;
	last = term_add_part(term);
	last->place.at = at;
	return &last->text;
}

static int parse_escape(struct cursor *cursor, struct buf *out, struct error *err)
{
	static const char letters[] = "rntea0b\\\"$'", bytes[] = "\r\n\t\033\a\0\b\\\"$'";
	char next = cursor_peek(cursor, 1);
	const char *found = next != '\0' ? strchr(letters, next) : NULL;
	char digits[2] = { cursor_peek(cursor, 2), cursor_peek(cursor, 3) };

	if (found != NULL) {
		buf_add_char(out, bytes[found - letters]);
		cursor->at += 2;
		return 0;
	}
	if (next != 'x' || bytes_read_hex(digits, 2, out, NULL) < 0 || !isxdigit((unsigned char)digits[0]) ||
	    !isxdigit((unsigned char)digits[1]))
		return cursor_error(cursor, err, "after \"\\\" one of r n t e a b 0 x \\ \" $ was expected");
	cursor->at += 4;
	return 0;
}

/* What stands at the cursor inside of quotes. */
static int parse_character(struct cursor *cursor, char quote, struct term *term, struct error *err)
{
	char next = cursor_peek(cursor, 0);

	if (quote == '"' && next == '\\')
		return parse_escape(cursor, literal_of(term, cursor->at), err);
	if (quote == '"' && embeds(cursor))
		return parse_embedded(cursor, term, err);
	buf_add_char(literal_of(term, cursor->at), next);
	cursor->at++;
	return 0;
}

/* The cursor stands behind the opening quote; goes behind the closing one. */
static int parse_text(struct cursor *cursor, char quote, struct term *term, struct error *err)
{
	size_t begin = cursor->at - 1;

	term->kind = TERM_JOIN;
	literal_of(term, begin);
	while (cursor_peek(cursor, 0) != quote) {
		char next = cursor_peek(cursor, 0);

		if (cursor->at >= cursor->end || next == '\n') {
			cursor->at = begin;
			return cursor_error(cursor, err, "the closing %c is missing", quote);
		}
		if (parse_character(cursor, quote, term, err) < 0)
			return -1;
	}
	cursor->at++;
	return 0;
}

/* A number, from the end where "-" stands in front of it; nothing where a bound is left out. */
static void parse_bound(struct cursor *cursor, struct term *bound)
{
	bound->place.at = cursor->at;
	if (cursor_peek(cursor, 0) == '-')
		cursor->at++;
	while (isdigit((unsigned char)cursor_peek(cursor, 0)))
		cursor->at++;
	bound->place.length = cursor->at - bound->place.at;
	buf_add(&bound->text, cursor->source->text + bound->place.at, bound->place.length);
}

/* $x[2..5], $x[2], $x[-4..]: two bounds, or the one byte. */
static int parse_slice(struct cursor *cursor, struct term *term, struct error *err)
{
	struct term whole = *term;

	*term = (struct term){ .kind = TERM_SLICE, .place = whole.place };
	*term_add_part(term) = whole;
	cursor->at++;
	parse_bound(cursor, term_add_part(term));
	if (cursor_take(cursor, ".."))
		parse_bound(cursor, term_add_part(term));
	else if (term->parts[1].text.length == 0)
		return cursor_error(cursor, err, "a number was expected: $x[2..5], $x[2], $x[-4..]");
	if (!cursor_take(cursor, "]"))
		return cursor_error(cursor, err, "\"]\" was expected");
	return 0;
}

static int parse_one(struct cursor *cursor, struct term *term, struct error *err)
{
	char next = cursor_peek(cursor, 0);

	if (next == '"' || next == '\'') {
		cursor->at++;
		return parse_text(cursor, next, term, err);
	}
	if (next != '$')
		return notation_parse(cursor, term, err);
	if (cursor_peek(cursor, 1) == '{') {
		term->kind = TERM_JOIN;
		return parse_embedded(cursor, term, err);
	}
	cursor->at++;
	if (parse_variable(cursor, term, err) < 0)
		return -1;
	term->place.length = cursor->at - term->place.at;
	return cursor_peek(cursor, 0) == '[' ? parse_slice(cursor, term, err) : 0;
}

int term_parse_one(struct cursor *cursor, struct term *term, struct error *err)
{
	int parsed;

	cursor_skip_blanks(cursor);
	/* Foreign text must not exhaust the stack. */
	if (cursor->depth >= NESTING_MAXIMUM)
		return cursor_error(cursor, err, "too many brackets stand in each other");
	*term = (struct term){ .place.at = cursor->at };
	if (!term_begins(cursor)) {
		cursor_error(cursor, err, "bytes were expected: \"text\", hex{..}, $variable ...");
		return isalnum((unsigned char)cursor_peek(cursor, 0)) ?
			       error_hint(err, "text stands in quotes") :
			       -1;
	}
	cursor->depth++;
	parsed = parse_one(cursor, term, err);
	cursor->depth--;
	if (parsed < 0) {
		term_release(term);
		return -1;
	}
	term->place.length = cursor->at - term->place.at;
	return 0;
}

bool term_begins(struct cursor *cursor)
{
	char next;

	cursor_skip_blanks(cursor);
	next = cursor_peek(cursor, 0);
	return next == '"' || next == '\'' || next == '$' ||
	       notation_begins(cursor) != NOTATION_NONE;
}

static int parse_times(struct cursor *cursor, struct term *term, struct error *err)
{
	struct term once = *term;

	cursor_skip_blanks(cursor);
	if (cursor_peek(cursor, 0) != '*')
		return 0;
	cursor->at++;
	*term = (struct term){ .kind = TERM_TIMES, .place = once.place };
	*term_add_part(term) = once;
	return term_parse_value(cursor, term_add_part(term), err);
}

int term_parse_data(struct cursor *cursor, struct term *term, struct error *err)
{
	cursor_skip_blanks(cursor);
	*term = (struct term){ .kind = TERM_JOIN, .place.at = cursor->at };
	do {
		struct term *part = term_add_part(term);

		if (term_parse_one(cursor, part, err) < 0 || parse_times(cursor, part, err) < 0) {
			term_release(term);
			return -1;
		}
		term->place.length = cursor->at - term->place.at;
	} while (term_begins(cursor));
	return 0;
}

int term_parse_value(struct cursor *cursor, struct term *term, struct error *err)
{
	if (term_begins(cursor))
		return term_parse_one(cursor, term, err);
	if (cursor_at_end(cursor))
		return cursor_error(cursor, err, "a value was expected");
	if (term_parse_word(cursor, false, term, err) < 0)
		return -1;
	term->bare = true;
	return 0;
}

static bool ends_bare(char c)
{
	return c == '\0' || strchr(" \t\r\n;,", c) != NULL;
}

/* One piece of a word: quoted, a variable, or a byte. */
static int parse_piece(struct cursor *cursor, bool keep_quotes, struct term *term,
		       struct error *err)
{
	char next = cursor_peek(cursor, 0);

	if (next == '\\' && cursor_peek(cursor, 1) != '\0' && !keep_quotes) {
		cursor->at++;
		buf_add_char(literal_of(term, cursor->at), cursor_peek(cursor, 0));
		cursor->at++;
		return 0;
	}
	if ((next == '"' || next == '\'') && !keep_quotes) {
		cursor->at++;
		return parse_text(cursor, next, term, err);
	}
	if (embeds(cursor))
		return parse_embedded(cursor, term, err);
	buf_add_char(literal_of(term, cursor->at), next);
	cursor->at++;
	return 0;
}

/* A comma ends a bare value only where more conditions can follow; words keep theirs. */
static bool ends_here(const struct cursor *cursor, char quote, bool with_commas)
{
	char next = cursor_peek(cursor, 0);

	if (cursor->at >= cursor->end || next == '\n')
		return true;
	return quote == '\0' && ends_bare(next) && (next != ',' || !with_commas);
}

static int parse_word(struct cursor *cursor, bool keep_quotes, bool with_commas, struct term *term,
		      struct error *err)
{
	char quote = '\0';

	cursor_skip_blanks(cursor);
	*term = (struct term){ .kind = TERM_JOIN, .place.at = cursor->at };
	while (!ends_here(cursor, quote, with_commas)) {
		char next = cursor_peek(cursor, 0);

		if (keep_quotes && (next == '"' || next == '\'') && (quote == '\0' || quote == next))
			quote = quote == '\0' ? next : '\0';
		if (parse_piece(cursor, keep_quotes, term, err) < 0) {
			term_release(term);
			return -1;
		}
	}
	literal_of(term, cursor->at);
	term->place.length = cursor->at - term->place.at;
	return 0;
}

int term_parse_word(struct cursor *cursor, bool keep_quotes, struct term *term, struct error *err)
{
	return parse_word(cursor, keep_quotes, true, term, err);
}

int term_parse_bare(struct cursor *cursor, struct term *term, struct error *err)
{
	if (term_begins(cursor))
		return term_parse_one(cursor, term, err);
	if (cursor_at_end(cursor))
		return cursor_error(cursor, err, "a value was expected");
	if (parse_word(cursor, false, false, term, err) < 0)
		return -1;
	term->bare = true;
	return 0;
}
