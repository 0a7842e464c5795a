/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors and sizes in the words of people. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "report/report.h"

#include <inttypes.h>
#include <string.h>

static void print_safe(struct buf *out, const char *text)
{
	bytes_print_safe(out, text, strlen(text));
}

/* The text that was typed, and "~~~" or "^" under the part that is wrong. */
static void print_place(struct buf *out, const struct error_place *place)
{
	cleanup_buf struct buf before = { 0 };
	size_t marks = place->length > 1 ? place->length : 1;

	buf_add_string(out, "  ");
	print_safe(out, place->text);
	buf_add_string(out, "\n  ");
	bytes_print_safe(&before, place->text, place->column);
	for (size_t i = 0; i < before.length; i++)
		/* Bytes that continue a UTF-8 character take no column. */
		if (((unsigned char)before.data[i] & 0xc0U) != 0x80)
			buf_add_char(out, ' ');
	buf_add_char(out, '^');
	for (size_t i = 1; i < marks; i++)
		buf_add_char(out, '~');
	buf_add_char(out, '\n');
}

void report_error(FILE *stream, const char *context, const struct error *err)
{
	cleanup_buf struct buf out = { 0 };

	buf_add_string(&out, "anysock: ");
	if (context != NULL && err->place.text == NULL)
		buf_print(&out, "%s: ", context);
	print_safe(&out, err->text);
	buf_add_char(&out, '\n');
	if (err->place.text != NULL)
		print_place(&out, &err->place);
	if (err->hint[0] != '\0') {
		buf_add_string(&out, "  hint: ");
		print_safe(&out, err->hint);
		buf_add_char(&out, '\n');
	}
	fwrite(out.data, 1, out.length, stream);
	fflush(stream);
}

void report_line(FILE *stream, const char *text, bool in_place)
{
	cleanup_buf struct buf out = { 0 };

	buf_print(&out, "%sanysock: ", in_place ? "\r" : "");
	print_safe(&out, text);
	buf_add_string(&out, in_place ? "\033[K" : "\n");
	fwrite(out.data, 1, out.length, stream);
	fflush(stream);
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
