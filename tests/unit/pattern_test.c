/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patterns over bytes that come in pieces. */
#include "base/pattern.h"

#include "unit.h"

#include <string.h>

/* The piece, from 1, with which text is found when it comes in pieces of size bytes; 0 never, -1 refused. */
static int found_with(const char *text, const char *bytes, size_t size)
{
	struct error err = { 0 };
	struct pattern *pattern = pattern_new(text, &err);
	struct pattern_window window = { 0 };
	size_t length = strlen(bytes);
	int found = pattern == NULL ? -1 : 0;

	for (size_t at = 0; at < length && found == 0; at += size)
		if (pattern_find(pattern, &window, bytes + at,
				 length - at < size ? length - at : size, &err) == 1)
			found = (int)(at / size) + 1;
	pattern_window_release(&window);
	pattern_free(pattern);
	return found;
}

static void finds_pieces(struct unit *unit)
{
	if (!UNIT_WITH(unit, PCRE2))
		return;
	unit_check_int(unit, found_with("world", "hello world", 100), 1);
	unit_check_int(unit, found_with("world", "hello world", 1), 11);
	unit_check_int(unit, found_with("world", "hello word", 1), 0);
	unit_check_int(unit, found_with("(?<=o )w", "hello world", 1), 7);
	unit_check_int(unit, found_with("\\bworld", "hello world", 3), 4);
	unit_check_int(unit, found_with("\\bworld", "helloworld", 1), 0);
}

static void knows_lines(struct unit *unit)
{
	if (!UNIT_WITH(unit, PCRE2))
		return;
	unit_check_int(unit, found_with("^b", "ab\nb", 1), 4);
	unit_check_int(unit, found_with("^b", "ab", 1), 0);
	unit_check_int(unit, found_with("\\Ab", "a\nb", 1), 0);
	unit_check_int(unit, found_with("a$", "xa\nb", 2), 1);
}

static void bounds_its_window(struct unit *unit)
{
	if (!UNIT_WITH(unit, PCRE2))
		return;
	struct error err = { 0 };
	struct pattern *pattern = pattern_new("(?s)x.*b", &err);
	struct pattern_window window = { 0 };
	char bytes[1024];

	memset(bytes, 'a', sizeof(bytes));
	bytes[0] = 'x';
	for (int i = 0; i < 500; i++)
		unit_check_int(unit, pattern_find(pattern, &window, bytes, sizeof(bytes), &err), 0);
	unit_check_int(unit, window.bytes.length <= PATTERN_WINDOW + sizeof(bytes), 1);
	unit_check_int(unit, pattern_find(pattern, &window, "b", 1, &err), 1);
	pattern_window_release(&window);
	pattern_free(pattern);
}

static void tells_errors(struct unit *unit)
{
	if (!UNIT_WITH(unit, PCRE2))
		return;
	struct error err = { 0 };

	unit_check_int(unit, pattern_new("a(b", &err) == NULL, 1);
	unit_check_int(unit, err.kind, ERROR_USAGE);
	unit_check_int(unit, strncmp(err.text, "\"a(b\" and then: ", 16), 0);
}

int main(void)
{
	struct unit unit = { 0 };

	unit_run(&unit, "pattern: a match is found in whatever pieces it comes", finds_pieces);
	unit_run(&unit, "pattern: lines begin where they do, not where a piece does", knows_lines);
	unit_run(&unit, "pattern: what is kept is bounded", bounds_its_window);
	unit_run(&unit, "pattern: an error says up to where it is good", tells_errors);
	return unit_end(&unit);
}
