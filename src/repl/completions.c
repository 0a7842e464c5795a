/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that may follow: a list of them, and how it is shown. */
#include "repl/line_editor.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void completions_add(struct completions *list, const char *text, const char *help, bool is_part)
{
	struct completion *added;

	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].text, text) == 0)
			return;
	list->items = memory_resize(list->items, list->count + 1, sizeof(*list->items));
	added = &list->items[list->count++];
	*added = (struct completion){ .text = memory_string(text), .help = help, .is_part = is_part };
}

void completions_release(struct completions *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].text);
	free(list->items);
	*list = (struct completions){ 0 };
}

size_t completions_common(const struct completions *list)
{
	size_t length = list->count > 0 ? strlen(list->items[0].text) : 0;

	for (size_t i = 1; i < list->count; i++)
		while (strncmp(list->items[0].text, list->items[i].text, length) != 0)
			length--;
	return length;
}

/* A line each, cut to the width, with what it does. */
static void list_helps(const struct completions *list, int columns, struct buf *out)
{
	for (size_t i = 0; i < list->count; i++) {
		struct buf row cleanup_buf = { 0 };

		buf_print(&row, "  %-24s %s", list->items[i].text,
			  list->items[i].help != NULL ? list->items[i].help : "");
		buf_print(out, "%.*s\n", columns - 1, buf_text(&row));
	}
}

/* The longest of every in_row-th name from the i-th on, and the gap in front of it. */
static size_t width_of_column(const struct completions *list, size_t i, size_t in_row)
{
	size_t width = 0;

	for (; i < list->count; i += in_row)
		width = strlen(list->items[i].text) > width ? strlen(list->items[i].text) : width;
	return width + 2;
}

static size_t width_of_row(const struct completions *list, size_t in_row)
{
	size_t width = 0;

	for (size_t i = 0; i < in_row; i++)
		width += width_of_column(list, i, in_row);
	return width;
}

/* As many names in a row as the screen is wide enough for, at least one. */
static size_t names_in_row(const struct completions *list, size_t columns)
{
	size_t in_row = columns / 3 < list->count ? columns / 3 : list->count;

	while (in_row > 1 && width_of_row(list, in_row) >= columns)
		in_row--;
	return in_row > 1 ? in_row : 1;
}

/* Those that do not fit on the screen with their helps: by themselves, side by side, as many as do. */
static void list_names(const struct completions *list, int columns, size_t rows, struct buf *out)
{
	size_t in_row = names_in_row(list, (size_t)columns);
	size_t shown = list->count < in_row * rows ? list->count : in_row * rows;

	for (size_t i = 0; i < shown; i++) {
		bool is_last = (i + 1) % in_row == 0 || i + 1 == shown;

		buf_print(out, "  %-*s%s", (int)width_of_column(list, i % in_row, in_row) - 2,
			  list->items[i].text, is_last ? "\n" : "");
	}
	if (shown < list->count)
		buf_print(out, "  and %zu more\n", list->count - shown);
}

void completions_print(const struct completions *list, int columns, size_t rows, struct buf *out)
{
	if (list->count <= rows)
		list_helps(list, columns, out);
	else
		list_names(list, columns, rows, out);
}
