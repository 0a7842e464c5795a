/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a script, its lines, and reading it from left to right. */
#include "shell/source.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void cut_lines(struct source *source)
{
	const char *rest = source->text;

	for (;;) {
		size_t length = strcspn(rest, "\n");

		source->lines = memory_resize(source->lines, source->line_count + 1, sizeof(char *));
		source->lines[source->line_count++] = memory_copy(rest, length);
		if (rest[length] == '\0')
			return;
		rest += length + 1;
	}
}

struct source *source_new(const char *name, const char *text, size_t length)
{
	struct source *source = memory_new(sizeof(*source));

	source->name = name != NULL ? memory_string(name) : NULL;
	source->text = memory_copy(text, length);
	source->length = length;
	/* NUL ends strings: nothing accepts what it is read as. */
	for (size_t i = 0; i < length; i++)
		if (source->text[i] == '\0')
			source->text[i] = '\1';
	cut_lines(source);
	return source;
}

void source_free(struct source *source)
{
	if (source == NULL)
		return;
	for (size_t i = 0; i < source->line_count; i++)
		free(source->lines[i]);
	free(source->lines);
	free(source->name);
	free(source->text);
	free(source);
}

size_t source_line(const struct source *source, size_t at, size_t *column)
{
	size_t line = 1, start = 0;

	for (size_t i = 0; i < at && i < source->length; i++)
		if (source->text[i] == '\n') {
			line++;
			start = i + 1;
		}
	*column = at - start;
	return line;
}

int source_error_inside(const struct source *source, struct place place, size_t inside,
			struct error *err)
{
	size_t column, line;

	if (err == NULL)
		return -1;
	if (err->place.text != NULL) {
		place.at += inside + err->place.column;
		place.length = err->place.length;
	}
	line = source_line(source, place.at, &column);
	if (source->name != NULL)
		error_context(err, "%s:%zu", source->name, line);
	if (line <= source->line_count)
		error_place(err, source->lines[line - 1], column, place.length);
	return -1;
}

int source_error(const struct source *source, struct place place, struct error *err)
{
	if (err != NULL)
		err->place.text = NULL;
	return source_error_inside(source, place, 0, err);
}

char cursor_peek(const struct cursor *cursor, size_t ahead)
{
	return ahead < cursor->end - cursor->at ? cursor->source->text[cursor->at + ahead] : '\0';
}

void cursor_skip_blanks(struct cursor *cursor)
{
	for (;;) {
		char next = cursor_peek(cursor, 0);

		if (next == '\\' && cursor_peek(cursor, 1) == '\n')
			cursor->at += 2;
		else if (next == ' ' || next == '\t' || next == '\r')
			cursor->at++;
		else
			break;
	}
	if (cursor_peek(cursor, 0) == '#')
		while (cursor->at < cursor->end && cursor_peek(cursor, 0) != '\n')
			cursor->at++;
}

void cursor_skip_lines(struct cursor *cursor)
{
	cursor_skip_blanks(cursor);
	while (cursor_peek(cursor, 0) == '\n' || cursor_peek(cursor, 0) == ';') {
		cursor->at++;
		cursor_skip_blanks(cursor);
	}
}

static bool ends_word(char c)
{
	return c == '\0' || c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';';
}

bool cursor_at_end(struct cursor *cursor)
{
	char next;

	cursor_skip_blanks(cursor);
	next = cursor_peek(cursor, 0);
	return cursor->at >= cursor->end || next == '\n' || next == ';' || next == '|' ||
	       (next == '}' && ends_word(cursor_peek(cursor, 1)));
}

/* Whether a ";" or a "}" of its own ends what another shell is to read, which has its own quotes. */
static bool ends_command(const struct cursor *cursor, char before)
{
	char next = cursor_peek(cursor, 0);

	return next == '\n' || next == ';' ||
	       (next == '}' && (before == ' ' || before == '\t') && ends_word(cursor_peek(cursor, 1)));
}

struct place cursor_command(struct cursor *cursor)
{
	struct place place;
	char quote = '\0', before = ' ';

	while (cursor_peek(cursor, 0) == ' ' || cursor_peek(cursor, 0) == '\t')
		cursor->at++;
	place = (struct place){ .at = cursor->at };
	while (cursor->at < cursor->end && (quote != '\0' || !ends_command(cursor, before))) {
		char next = cursor_peek(cursor, 0);

		if (next == '\\' && quote != '\'' && cursor->at + 1 < cursor->end)
			cursor->at++;
		else if (quote != '\0')
			quote = next == quote ? '\0' : quote;
		else if (next == '"' || next == '\'')
			quote = next;
		before = next;
		cursor->at++;
	}
	place.length = cursor->at - place.at;
	return place;
}

bool cursor_take(struct cursor *cursor, const char *text)
{
	size_t length = strlen(text);

	cursor_skip_blanks(cursor);
	if (length > cursor->end - cursor->at ||
	    memcmp(cursor->source->text + cursor->at, text, length) != 0)
		return false;
	cursor->at += length;
	return true;
}

bool cursor_take_word(struct cursor *cursor, const char *word)
{
	size_t before;

	cursor_skip_blanks(cursor);
	before = cursor->at;
	if (cursor_take(cursor, word) && ends_word(cursor_peek(cursor, 0)))
		return true;
	cursor->at = before;
	return false;
}

struct place cursor_name(struct cursor *cursor, bool dotted)
{
	struct place place;

	cursor_skip_blanks(cursor);
	place = (struct place){ .at = cursor->at };
	for (;;) {
		char next = cursor_peek(cursor, 0);
		bool is_dot = dotted && next == '.' && isalnum((unsigned char)cursor_peek(cursor, 1));

		if (!isalnum((unsigned char)next) && next != '_' && !is_dot &&
		    (next != '-' || place.length == 0))
			return place;
		cursor->at++;
		place.length++;
	}
}

int cursor_new_name(struct cursor *cursor, struct place *place, struct error *err)
{
	struct cursor start;

	cursor_skip_blanks(cursor);
	start = *cursor;
	*place = cursor_name(cursor, false);
	if (place->length > 0 && !isdigit((unsigned char)cursor_peek(&start, 0)))
		return 0;
	return cursor_error(&start, err, "a name was expected: a letter, then letters and digits");
}

char *cursor_text(const struct cursor *cursor, struct place place)
{
	return memory_copy(cursor->source->text + place.at, place.length);
}

int cursor_error(const struct cursor *cursor, struct error *err, const char *format, ...)
{
	struct place place = { .at = cursor->at };
	char text[300];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	while (!ends_word(cursor_peek(cursor, place.length)))
		place.length++;
	error_usage(err, "%s", text);
	return source_error(cursor->source, place, err);
}
