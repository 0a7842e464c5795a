/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors and sizes in the words of people. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "core/secret.h"
#include "report/report.h"
#include "report/stream.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* SGR parameters: ECMA-48, 8.3.117 */
#define RED_BOLD "1;31"
#define GREEN_BOLD "1;32"
#define CYAN "36"

static void print_colored(struct buf *out, bool colored, const char *color, const char *text)
{
	buf_print(out, colored ? "\033[%s" "m%s\033[m" : "%.0s%s", color, text);
}

bool report_is_colored(FILE *stream, enum report_color color)
{
	const char *refused = getenv("NO_COLOR"), *forced = getenv("CLICOLOR_FORCE");
	const char *terminal = getenv("TERM");

	if (color != REPORT_COLOR_AUTO)
		return color == REPORT_COLOR_ALWAYS;
	if (refused != NULL && refused[0] != '\0')
		return false;
	if (forced != NULL && forced[0] != '\0' && strcmp(forced, "0") != 0)
		return true;
	return isatty(fileno(stream)) && (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

static void print_safe(struct buf *out, const char *text)
{
	bytes_print_safe(out, text, strlen(text));
}

/* Words about what was typed may quote it. */
static void print_about(struct buf *out, const char *text, const struct error *err)
{
	cleanup_free char *shown = secret_hide(text, &err->place);

	print_safe(out, shown);
}

/* The text that was typed, and "~~~" or "^" under the part that is wrong. */
static void print_place(struct buf *out, const struct error_place *place, bool colored)
{
	cleanup_buf struct buf before = { 0 }, marks = { 0 };
	cleanup_free char *text = secret_hide(place->text, place);

	buf_add_string(out, "  ");
	print_safe(out, text);
	buf_add_string(out, "\n  ");
	bytes_print_safe(&before, text, place->column);
	for (size_t i = 0; i < before.length; i++)
		/* Bytes that continue a UTF-8 character take no column. */
		if (((unsigned char)before.data[i] & 0xc0U) != 0x80)
			buf_add_char(out, ' ');
	buf_add_char(&marks, '^');
	for (size_t i = 1; i < place->length; i++)
		buf_add_char(&marks, '~');
	print_colored(out, colored, GREEN_BOLD, buf_text(&marks));
	buf_add_char(out, '\n');
}

/* "fd:7 is no socket" says already what it is about. */
static bool begins_with(const char *text, const char *context)
{
	size_t length = strlen(context);

	return strncmp(text, context, length) == 0 && (text[length] == ':' || text[length] == ' ');
}

void report_error(FILE *stream, bool colored, const char *context, const struct error *err)
{
	cleanup_buf struct buf out = { 0 };

	print_colored(&out, colored, RED_BOLD, "anysock:");
	buf_add_char(&out, ' ');
	if (context != NULL && err->place.text == NULL && !begins_with(err->text, context))
		buf_print(&out, "%s: ", context);
	print_about(&out, err->text, err);
	buf_add_char(&out, '\n');
	if (err->place.text != NULL)
		print_place(&out, &err->place, colored);
	if (err->hint[0] != '\0') {
		buf_add_string(&out, "  ");
		print_colored(&out, colored, CYAN, "hint:");
		buf_add_char(&out, ' ');
		print_about(&out, err->hint, err);
		buf_add_char(&out, '\n');
	}
	stream_write(stream, &out);
}

void report_line(FILE *stream, const char *text, bool in_place)
{
	cleanup_buf struct buf out = { 0 };

	buf_print(&out, "%sanysock: ", in_place ? "\r" : "");
	print_safe(&out, text);
	buf_add_string(&out, in_place ? "\033[K" : "\n");
	stream_write(stream, &out);
}

void report_size(struct buf *out, uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double size = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024) {
		buf_print(out, "%" PRIu64 " byte%s", bytes, bytes == 1 ? "" : "s");
		return;
	}
	while (size >= 1024 && unit < 3) {
		size /= 1024;
		unit++;
	}
	buf_print(out, "%.1f %s", size, units[unit]);
}
