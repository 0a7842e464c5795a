/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parsing patterns and conditions: /regex/flags, hex{7f ??}, FIELD == VALUE, eof, reset, any. */
#include "base/memory.h"
#include "base/name.h"
#include "base/pattern.h"
#include "shell/notation.h"
#include "shell/term.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct name words[] = {
	{ "eof", EXPECT_EOF, "the peer ended" },
	{ "reset", EXPECT_RESET, "the peer broke the connection" },
	{ "timeout", EXPECT_TIMEOUT, "nothing of it came in time" },
	{ "any", EXPECT_ANY, "whatever comes next" },
	{ NULL, 0, NULL },
};

/* The longer spelling of two that begin alike comes first. */
static const struct name comparisons[] = {
	{ "==", COMPARE_EQUAL, "it is" },
	{ "!=", COMPARE_UNEQUAL, "it is not" },
	{ "<=", COMPARE_AT_MOST, "it is at most" },
	{ ">=", COMPARE_AT_LEAST, "it is at least" },
	{ "<", COMPARE_LESS, "it is less than" },
	{ ">", COMPARE_MORE, "it is more than" },
	{ "~", COMPARE_HAS, "it contains" },
	{ "&", COMPARE_BITS, "it shares bits with" },
	{ NULL, 0, NULL },
};

void condition_release(struct condition *condition)
{
	for (size_t i = 0; i < condition->count; i++) {
		term_release(&condition->clauses[i].left);
		term_release(&condition->clauses[i].right);
	}
	free(condition->clauses);
	*condition = (struct condition){ 0 };
}

void expected_release(struct expected *expected)
{
	term_release(&expected->data);
	pattern_free(expected->regex);
	condition_release(&expected->fields);
	*expected = (struct expected){ 0 };
}

const struct name *comparison_at(size_t i)
{
	return i + 1 < array_length(comparisons) ? &comparisons[i] : NULL;
}

static bool take_comparison(struct cursor *cursor, enum comparison *how)
{
	for (const struct name *row = comparisons; row->name != NULL; row++)
		if (cursor_take(cursor, row->name)) {
			*how = (enum comparison)row->value;
			return true;
		}
	return false;
}

/* FIELD and then an operator, which tells it from a word. */
bool fields_begin(const struct cursor *cursor)
{
	struct cursor ahead = *cursor;
	enum comparison how;

	return cursor_name(&ahead, true).length > 0 && take_comparison(&ahead, &how);
}

static const struct name *word_begins(const struct cursor *cursor)
{
	struct cursor ahead = *cursor;

	for (const struct name *row = words; row->name != NULL; row++)
		if (cursor_take_word(&ahead, row->name))
			return row;
	return NULL;
}

/* any(N): so many bytes. */
static bool count_begins(const struct cursor *cursor)
{
	struct cursor ahead = *cursor;

	return cursor_take(&ahead, "any(");
}

bool expected_begins(struct cursor *cursor)
{
	return term_begins(cursor) || cursor_peek(cursor, 0) == '/' || count_begins(cursor) ||
	       word_begins(cursor) != NULL || fields_begin(cursor);
}

static int parse_clause(struct cursor *cursor, bool is_field, struct clause *clause,
			struct error *err)
{
	cursor_skip_blanks(cursor);
	clause->place.at = cursor->at;
	if (is_field) {
		struct place field = cursor_name(cursor, true);

		clause->left.place = field;
		buf_add(&clause->left.text, cursor->source->text + field.at, field.length);
		if (field.length == 0)
			return cursor_error(cursor, err, "a field of a message was expected");
	} else if (term_parse_bare(cursor, &clause->left, err) < 0) {
		return -1;
	}
	if (!take_comparison(cursor, &clause->how))
		return cursor_error(cursor, err, "one of == != < <= > >= ~ & was expected");
	if (term_parse_bare(cursor, &clause->right, err) < 0)
		return -1;
	clause->place.length = cursor->at - clause->place.at;
	return 0;
}

static int parse_clauses(struct cursor *cursor, bool are_fields, struct condition *condition,
			 struct error *err)
{
	do {
		struct clause *clause;

		condition->clauses = memory_resize(condition->clauses, condition->count + 1,
						   sizeof(*condition->clauses));
		clause = &condition->clauses[condition->count++];
		*clause = (struct clause){ 0 };
		if (parse_clause(cursor, are_fields, clause, err) < 0)
			return -1;
	} while (cursor_take(cursor, ","));
	return 0;
}

static int parse_all(struct cursor *cursor, bool are_fields, struct condition *condition, struct error *err)
{
	*condition = (struct condition){ 0 };
	if (parse_clauses(cursor, are_fields, condition, err) == 0)
		return 0;
	condition_release(condition);
	return -1;
}

int condition_parse(struct cursor *cursor, struct condition *condition, struct error *err)
{
	return parse_all(cursor, false, condition, err);
}

int fields_parse(struct cursor *cursor, struct condition *condition, struct error *err)
{
	return parse_all(cursor, true, condition, err);
}

/* The text of /.../, with "\/" as "/". */
static int read_slashes(struct cursor *cursor, struct buf *text, struct error *err)
{
	size_t begin = cursor->at++;

	while (cursor_peek(cursor, 0) != '/') {
		char next = cursor_peek(cursor, 0), after = cursor_peek(cursor, 1);

		if (cursor->at >= cursor->end || next == '\n' || next == '\0') {
			cursor->at = begin;
			return cursor_error(cursor, err, "the closing / of the pattern is missing");
		}
		if (next != '\\' || after != '/')
			buf_add_char(text, next);
		cursor->at++;
		if (next == '\\' && after != '\n' && after != '\0') {
			buf_add_char(text, after);
			cursor->at++;
		}
	}
	cursor->at++;
	return 0;
}

static int parse_regex(struct cursor *cursor, struct expected *expected, struct error *err)
{
	cleanup_buf struct buf text = { 0 };
	char flags[8];
	size_t count = 0;

	if (read_slashes(cursor, &text, err) < 0)
		return -1;
	while (isalpha((unsigned char)cursor_peek(cursor, 0)) && count < sizeof(flags) - 1) {
		flags[count++] = cursor_peek(cursor, 0);
		cursor->at++;
	}
	flags[count] = '\0';
	expected->kind = EXPECT_REGEX;
	expected->place.length = cursor->at - expected->place.at;
	expected->regex = pattern_new_flagged(buf_text(&text), flags, err);
	return expected->regex != NULL ? 0 : source_error(cursor->source, expected->place, err);
}

static int parse_hex(struct cursor *cursor, struct expected *expected, struct error *err)
{
	cleanup_buf struct buf regex = { 0 };

	expected->kind = EXPECT_DATA;
	expected->data.place.at = cursor->at;
	if (notation_hex_pattern(cursor, &regex, &expected->data.text, &expected->wild, err) < 0)
		return -1;
	expected->data.place.length = expected->place.length = cursor->at - expected->place.at;
	if (!expected->wild)
		return 0;
	expected->kind = EXPECT_REGEX;
	/* Wildcards at the end stand for all there is. */
	if (regex.length >= 3 && strcmp(regex.data + regex.length - 3, ".*?") == 0)
		buf_truncate(&regex, regex.length - 1);
	expected->regex = pattern_new_flagged(buf_text(&regex), "s", err);
	return expected->regex != NULL ? 0 : source_error(cursor->source, expected->place, err);
}

static int parse(struct cursor *cursor, struct expected *expected, struct error *err)
{
	const struct name *word = word_begins(cursor);

	if (cursor_peek(cursor, 0) == '/')
		return parse_regex(cursor, expected, err);
	if (notation_begins(cursor) == NOTATION_HEX)
		return parse_hex(cursor, expected, err);
	if (term_begins(cursor)) {
		expected->kind = EXPECT_DATA;
		return term_parse_one(cursor, &expected->data, err);
	}
	if (cursor_take(cursor, "any(")) {
		expected->kind = EXPECT_COUNT;
		return notation_argument(cursor, &expected->data, err);
	}
	if (fields_begin(cursor)) {
		expected->kind = EXPECT_FIELDS;
		return parse_clauses(cursor, true, &expected->fields, err);
	}
	if (word == NULL)
		return cursor_error(cursor, err, "a pattern was expected: \"text\", /regex/, hex{7f ??}, "
						 "FIELD == VALUE, eof, reset, any, any(N)");
	expected->kind = (enum expected_kind)word->value;
	cursor_take_word(cursor, word->name);
	return 0;
}

int expected_parse(struct cursor *cursor, struct expected *expected, struct error *err)
{
	cursor_skip_blanks(cursor);
	*expected = (struct expected){ .place.at = cursor->at };
	if (parse(cursor, expected, err) < 0) {
		expected_release(expected);
		return -1;
	}
	expected->place.length = cursor->at - expected->place.at;
	return 0;
}
