/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layout of help: words broken to the width, two columns, options. */
#include "cmd/help_print.h"

#include "base/cleanup.h"
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

#define NAME_WIDTH 24
#define WIDTH_DEFAULT 80

static size_t width(void)
{
	const char *columns = getenv("COLUMNS");
	struct error ignored = { 0 };
	uint64_t number;

	if (columns == NULL || number_unsigned(columns, 40, 500, &number, &ignored) < 0)
		return WIDTH_DEFAULT;
	return (size_t)number;
}

void help_print_wrapped(FILE *out, const char *text, size_t at, size_t indent)
{
	for (bool begins_line = true; *text != '\0'; begins_line = false) {
		size_t length = strcspn(text, " ");

		if (!begins_line && at + 1 + length >= width()) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!begins_line) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", (int)length, text);
		at += length;
		text += length + strspn(text + length, " ");
	}
	fputc('\n', out);
}

void help_print_row(FILE *out, const char *name, const char *text)
{
	size_t length = strlen(name) + 2;

	fprintf(out, "  %s", name);
	if (length >= NAME_WIDTH) {
		fputc('\n', out);
		length = 0;
	}
	fprintf(out, "%*s", (int)(NAME_WIDTH - length), "");
	help_print_wrapped(out, text, NAME_WIDTH, NAME_WIDTH);
}

void help_option_name(const struct parameter *row, bool on_command_line, struct buf *name)
{
	const char *argument = parameter_argument(row);

	if (on_command_line && row->letter != '\0')
		buf_print(name, "-%c, ", row->letter);
	buf_print(name, "%s%s", on_command_line ? "--" : "", row->name);
	if (argument[0] != '\0')
		buf_print(name, row->flags & PARAMETER_OPTIONAL ? "[=%s]" :
				on_command_line			? " %s" :
								  "=%s",
			  argument);
}

void help_option_words(const struct parameter *row, bool on_command_line, struct buf *help)
{
	const char *alias = row->aliases != NULL ? row->aliases : "";

	buf_add_string(help, row->help);
	for (; *alias != '\0'; alias += strspn(alias, " ")) {
		size_t length = strcspn(alias, " ");

		buf_print(help, "%s%s%.*s", alias == row->aliases ? "; also " : ", ",
			  on_command_line ? "--" : "", (int)length, alias);
		alias += length;
	}
}

void help_print_options(FILE *out, const struct parameter *rows, bool on_command_line, bool all)
{
	for (; rows != NULL && rows->name != NULL; rows++) {
		cleanup_buf struct buf name = { 0 }, help = { 0 };

		if (!all && !(rows->flags & PARAMETER_COMMON))
			continue;
		help_option_name(rows, on_command_line, &name);
		help_option_words(rows, on_command_line, &help);
		help_print_row(out, buf_text(&name), buf_text(&help));
	}
}
