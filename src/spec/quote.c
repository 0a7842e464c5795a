/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Quotes, escapes and the kinds that need nothing more: word, rest and command. */
#include "spec/cut.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool cut_is_quote(char c)
{
	return c == '"' || c == '\'';
}

bool cut_is_end(char c)
{
	return c == ':' || c == ',' || c == '\0';
}

bool cut_is_single_comma(const char *text, size_t at)
{
	return text[at] == ',' && text[at + 1] != ',';
}

int cut_error(const struct cursor *cursor, size_t at, size_t length, const char *format, ...)
{
	char words[200];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	error_usage(cursor->err, "%s", words);
	return error_place(cursor->err, cursor->text, at, length);
}

static int hex_digit(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

int cut_escape(struct cursor *cursor, struct buf *out)
{
	const char *at = cursor->text + cursor->at;
	int high, low;

	if (at[1] == '\0')
		return cut_error(cursor, cursor->at, 1, "nothing stands behind this \\");
	if (at[1] != 'x') {
		buf_add_char(out, at[1]);
		cursor->at += 2;
		return 0;
	}
	high = hex_digit(at[2]);
	low = high < 0 ? -1 : hex_digit(at[3]);
	if (low < 0)
		return cut_error(cursor, cursor->at, 2, "two hex digits expected behind \\x");
	buf_add_char(out, (char)(high << 4 | low));
	cursor->at += 4;
	return 0;
}

/* Adds what stands up to the next character that means something. */
static void add_plain(struct cursor *cursor, const char *special, struct buf *out)
{
	size_t length = strcspn(cursor->text + cursor->at, special);

	buf_add(out, cursor->text + cursor->at, length);
	cursor->at += length;
}

/* Adds one character between quotes or brackets, which may be an escape. */
static int cut_enclosed(struct cursor *cursor, bool escapes, struct buf *out)
{
	if (escapes && cursor->text[cursor->at] == '\\')
		return cut_escape(cursor, out);
	buf_add_char(out, cursor->text[cursor->at++]);
	return 0;
}

static int cut_until(struct cursor *cursor, char end, bool escapes, struct buf *out)
{
	size_t start = cursor->at++;

	while (cursor->text[cursor->at] != end) {
		if (cursor->text[cursor->at] == '\0')
			return cut_error(cursor, start, 1, "%c not closed", cursor->text[start]);
		if (cut_enclosed(cursor, escapes, out) < 0)
			return -1;
	}
	cursor->at++;
	return 0;
}

int cut_quoted(struct cursor *cursor, struct buf *out)
{
	char quote = cursor->text[cursor->at];

	return cut_until(cursor, quote, quote == '"', out);
}

int cut_bracketed(struct cursor *cursor, struct buf *out)
{
	if (cut_until(cursor, ']', true, out) < 0)
		return -1;
	if (!cut_is_end(cursor->text[cursor->at]))
		return cut_error(cursor, cursor->at, 1, "after ] only : or , or the end");
	return 0;
}

int cut_word(struct cursor *cursor, struct buf *out)
{
	for (;;) {
		add_plain(cursor, ":,\\", out);
		if (cursor->text[cursor->at] != '\\')
			return 0;
		if (cut_escape(cursor, out) < 0)
			return -1;
	}
}

int cut_rest(struct cursor *cursor, struct buf *out)
{
	for (;;) {
		add_plain(cursor, ",\\", out);
		if (cursor->text[cursor->at] == '\0' ||
		    cut_is_single_comma(cursor->text, cursor->at))
			return 0;
		if (cursor->text[cursor->at] == ',') {
			buf_add_char(out, ',');
			cursor->at += 2;
		} else if (cut_escape(cursor, out) < 0) {
			return -1;
		}
	}
}

/* Where the quoted text that begins at `at` ends, behind the quote; 0 where it does not. */
static size_t quoted_end(const char *text, size_t at)
{
	char quote = text[at];

	for (at++; text[at] != quote; at++) {
		if (text[at] == '\\' && quote == '"' && text[at + 1] != '\0')
			at++;
		if (text[at] == '\0')
			return 0;
	}
	return at + 1;
}

size_t cut_word_end(const char *text, size_t at)
{
	size_t end = cut_is_quote(text[at]) ? quoted_end(text, at) : 0;

	if (end > 0)
		at = end;
	for (; !cut_is_end(text[at]); at++)
		if (text[at] == '\\' && text[at + 1] != '\0')
			at++;
	return at;
}

bool cut_command_is_quoted(const struct cursor *cursor)
{
	size_t end;

	if (!cut_is_quote(cursor->text[cursor->at]))
		return false;
	end = quoted_end(cursor->text, cursor->at);
	return end > 0 && (cursor->text[end] == '\0' || cut_is_single_comma(cursor->text, end));
}

/* Where what begins at the cursor ends: quoted text, or a character and its backslash. */
static int find_end(const struct cursor *cursor, size_t *end)
{
	size_t start = cursor->at;
	char c = cursor->text[start];

	*end = cut_is_quote(c) ? quoted_end(cursor->text, start) : start + 2;
	if (*end == 0)
		return cut_error(cursor, start, 1, "%c not closed", c);
	if (c == '\\' && cursor->text[start + 1] == '\0')
		return cut_error(cursor, start, 1, "nothing stands behind this \\");
	return 0;
}

/* Quotes and backslashes stay: the splitter into arguments reads them. */
int cut_command(struct cursor *cursor, struct buf *out)
{
	for (;;) {
		size_t start, end;

		add_plain(cursor, ",\\\"'", out);
		start = cursor->at;
		if (cursor->text[start] == '\0' || cut_is_single_comma(cursor->text, start))
			return 0;
		if (find_end(cursor, &end) < 0)
			return -1;
		buf_add(out, cursor->text + start, cursor->text[start] == ',' ? 1 : end - start);
		cursor->at = end;
	}
}
