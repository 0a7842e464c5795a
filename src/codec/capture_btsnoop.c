/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the format of btmon(1) and of Android's Bluetooth logs; RFC 1761 is its ancestor. */
#include "base/memory.h"
#include "codec/capture_reader.h"

#include <arpa/inet.h>
#include <string.h>

#define FILE_HEADER   16
#define RECORD_HEADER 24
#define EPOCH_DELTA   0x00dcddb30f2f8000ULL /* microseconds from the year 0 to 1970 */

/* What the file says that its records are. */
enum {
	RECORDS_BARE = 1001, /* flags tell the kind of packet */
	RECORDS_H4 = 1002,   /* a byte tells it */
	RECORDS_MONITOR = 2001, /* flags are the controller and the opcode of the monitor channel */
};

enum { FLAG_RECEIVED = 1, FLAG_COMMAND_OR_EVENT = 2 };
enum { H4_COMMAND = 1, H4_DATA = 2, H4_EVENT = 4 };

static uint32_t big_32(const char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return ntohl(value);
}

ssize_t btsnoop_start(struct capture_reader *reader, struct span bytes, struct error *err)
{
	uint32_t records = big_32(bytes.text + 12);

	if (memcmp(bytes.text, "btsnoop", 8) != 0)
		return 0;
	reader->kind = CAPTURE_BTSNOOP;
	if (records != RECORDS_BARE && records != RECORDS_H4 && records != RECORDS_MONITOR)
		return capture_reader_refuse(reader, err, "records of the type %u are not known",
					     records);
	reader->records = records;
	reader->sources = memory_new(sizeof(*reader->sources));
	reader->source_count = 1;
	reader->sources[0].link = records == RECORDS_MONITOR ? LINK_HCI_MONITOR : LINK_HCI;
	reader->offset += FILE_HEADER;
	return FILE_HEADER;
}

/* What stands before the data in the link type that we know. */
static void add_prefix(struct capture_reader *reader, const char *flags_at)
{
	uint32_t flags = big_32(flags_at);
	char kind = H4_DATA;

	if (reader->records == RECORDS_MONITOR)
		buf_add(&reader->packet, flags_at, 4);
	if (reader->records != RECORDS_BARE)
		return;
	if (flags & FLAG_COMMAND_OR_EVENT)
		kind = flags & FLAG_RECEIVED ? H4_EVENT : H4_COMMAND;
	buf_add_char(&reader->packet, kind);
}

ssize_t btsnoop_take(struct capture_reader *reader, struct span bytes, struct capture_found *found,
		     struct error *err)
{
	uint32_t length = big_32(bytes.text + 4);
	uint64_t time = (uint64_t)big_32(bytes.text + 16) << 32 | big_32(bytes.text + 20);

	if (length > CODEC_LINE_MAXIMUM - RECORD_HEADER)
		return capture_reader_refuse(reader, err, "it claims to have %u bytes", length);
	if (bytes.length - RECORD_HEADER < length)
		return 0;
	time -= EPOCH_DELTA;
	found->source = &reader->sources[0];
	found->time.tv_sec = (time_t)(time / 1000000);
	found->time.tv_nsec = (long)(time % 1000000) * 1000;
	found->direction = big_32(bytes.text + 8) & FLAG_RECEIVED ||
					   reader->records == RECORDS_MONITOR
				   ? MESSAGE_IN
				   : MESSAGE_OUT;
	buf_clear(&reader->packet);
	add_prefix(reader, bytes.text + 8);
	buf_add(&reader->packet, bytes.text + RECORD_HEADER, length);
	found->packet = (struct span){ buf_text(&reader->packet), reader->packet.length };
	reader->blocks++;
	reader->offset += RECORD_HEADER + length;
	return (ssize_t)(RECORD_HEADER + length);
}
