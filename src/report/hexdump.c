/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What passes as rows of sixteen bytes, with time, direction and length. */
#include "report/hexdump.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/stream.h"

#include <ctype.h>
#include <time.h>

#define ROW 16U

static void print_row(struct buf *out, const unsigned char *bytes, size_t at, size_t length)
{
	buf_print(out, " %06zx ", at);
	for (size_t i = 0; i < ROW; i++) {
		if (i < length)
			buf_print(out, " %02x", bytes[i]);
		else
			buf_add_string(out, "   ");
		if (i == ROW / 2 - 1)
			buf_add_char(out, ' ');
	}
	buf_add_string(out, "  ");
	for (size_t i = 0; i < length; i++)
		buf_add_char(out, isprint(bytes[i]) && bytes[i] < 0x80 ? (char)bytes[i] : '.');
	buf_add_char(out, '\n');
}

void hexdump_print(FILE *stream, enum direction direction, const struct message *message)
{
	cleanup_buf struct buf out = { 0 };
	struct timespec now;
	struct tm local;
	char clock[16];

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &local);
	strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	buf_print(&out, "%s %s.%06ld %zu byte%s\n", direction == DIRECTION_FORWARD ? ">" : "<", clock,
		  now.tv_nsec / 1000, message->length, message->length == 1 ? "" : "s");
	for (size_t at = 0; at < message->length; at += ROW) {
		size_t left = message->length - at;

		print_row(&out, (const unsigned char *)message->data + at, at,
			  left < ROW ? left : ROW);
	}
	stream_write(stream, &out);
}
