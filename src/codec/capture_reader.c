/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling the formats of captures apart, and reading the older one; pcap-savefile(5). */
#include "codec/capture_reader.h"

#include "base/memory.h"
#include "codec/capture.h"

#include <byteswap.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAGIC_MICROSECONDS 0xa1b2c3d4U
#define MAGIC_NANOSECONDS  0xa1b23c4dU
#define FILE_HEADER	   24 /* the same as of a btsnoop record */
#define PACKET_HEADER	   16
#define BLOCK_MINIMUM	   12

void capture_reader_release(struct capture_reader *reader)
{
	free(reader->sources);
	buf_release(&reader->packet);
	*reader = (struct capture_reader){ 0 };
}

int capture_reader_refuse(const struct capture_reader *reader, struct error *err,
			  const char *format, ...)
{
	char words[sizeof(err->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	return error_set(err, ERROR_FAILED, "%s %" PRIu64 " at byte %" PRIu64 ": %s",
			 reader->kind == CAPTURE_PCAPNG ? "block" : "packet", reader->blocks + 1,
			 reader->offset, words);
}

uint16_t capture_16(const struct capture_reader *reader, const char *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return reader->swapped ? bswap_16(value) : value;
}

uint32_t capture_32(const struct capture_reader *reader, const char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return reader->swapped ? bswap_32(value) : value;
}

static ssize_t incomplete(const struct capture_reader *reader, struct span bytes, bool at_end,
			  struct error *err)
{
	if (!at_end || bytes.length == 0)
		return 0;
	return capture_reader_refuse(reader, err, "the file ends %zu bytes into it", bytes.length);
}

/* The header of the older format; sets kind. 0: it is not one. */
static bool read_file_header(struct capture_reader *reader, const char *at)
{
	uint32_t magic;

	memcpy(&magic, at, sizeof(magic));
	reader->swapped =
		magic == bswap_32(MAGIC_MICROSECONDS) || magic == bswap_32(MAGIC_NANOSECONDS);
	if (reader->swapped)
		magic = bswap_32(magic);
	if (magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS)
		return false;
	reader->kind = CAPTURE_PCAP;
	reader->sources = memory_new(sizeof(*reader->sources));
	reader->source_count = 1;
	reader->sources[0].units = magic == MAGIC_NANOSECONDS ? 1000000000 : 1000000;
	reader->sources[0].link = (uint16_t)capture_32(reader, at + 20);
	return true;
}

static ssize_t take_start(struct capture_reader *reader, struct span bytes, bool at_end,
			  struct error *err)
{
	uint32_t magic = 0;
	ssize_t used;

	if (bytes.length < FILE_HEADER)
		return incomplete(reader, bytes, at_end, err);
	memcpy(&magic, bytes.text, sizeof(magic));
	if (magic == BLOCK_SECTION) {
		reader->kind = CAPTURE_PCAPNG;
		return 0;
	}
	if (read_file_header(reader, bytes.text)) {
		reader->offset += FILE_HEADER;
		return FILE_HEADER;
	}
	used = btsnoop_start(reader, bytes, err);
	if (used != 0)
		return used;
	error_set(err, ERROR_FAILED, "this is no capture: it begins with %02x %02x %02x %02x",
		  (uint8_t)bytes.text[0], (uint8_t)bytes.text[1], (uint8_t)bytes.text[2],
		  (uint8_t)bytes.text[3]);
	if (magic << 16 == 0x8b1f0000)
		error_hint(err, "it is compressed: gunzip it first");
	return -1;
}

static ssize_t take_packet(struct capture_reader *reader, struct span bytes, bool at_end,
			   struct capture_found *found, struct error *err)
{
	const struct capture_source *source = &reader->sources[0];
	uint32_t seconds, part, length;

	if (bytes.length < PACKET_HEADER)
		return incomplete(reader, bytes, at_end, err);
	seconds = capture_32(reader, bytes.text);
	part = capture_32(reader, bytes.text + 4);
	length = capture_32(reader, bytes.text + 8);
	if (length > CODEC_LINE_MAXIMUM - PACKET_HEADER)
		return capture_reader_refuse(reader, err, "it claims to have %u bytes", length);
	if (part >= source->units)
		return capture_reader_refuse(reader, err, "its time has %u parts of a second",
					     part);
	if (bytes.length - PACKET_HEADER < length)
		return incomplete(reader, bytes, at_end, err);
	found->source = source;
	found->time.tv_sec = seconds;
	found->time.tv_nsec = (long)(part * (1000000000 / source->units));
	found->packet = (struct span){ bytes.text + PACKET_HEADER, length };
	reader->blocks++;
	reader->offset += PACKET_HEADER + length;
	return (ssize_t)(PACKET_HEADER + length);
}

/* A section's header says by its own magic number in which byte order its length is. */
static int find_order(struct capture_reader *reader, struct span bytes, struct error *err)
{
	uint32_t order;

	memcpy(&order, bytes.text + 8, sizeof(order));
	if (order != BLOCK_BYTE_ORDER && order != bswap_32(BLOCK_BYTE_ORDER))
		return capture_reader_refuse(reader, err, "its byte order cannot be told");
	reader->swapped = order != BLOCK_BYTE_ORDER;
	return 0;
}

static ssize_t take_block(struct capture_reader *reader, struct span bytes, bool at_end,
			  struct capture_found *found, struct error *err)
{
	uint32_t type, length;

	if (bytes.length < BLOCK_MINIMUM)
		return incomplete(reader, bytes, at_end, err);
	type = capture_32(reader, bytes.text);
	if (type == BLOCK_SECTION && find_order(reader, bytes, err) < 0)
		return -1;
	length = capture_32(reader, bytes.text + 4);
	if (length < BLOCK_MINIMUM || length % 4 != 0 || length > CODEC_LINE_MAXIMUM)
		return capture_reader_refuse(reader, err, "it claims to have %u bytes", length);
	if (bytes.length < length)
		return incomplete(reader, bytes, at_end, err);
	if (capture_32(reader, bytes.text + length - 4) != length)
		return capture_reader_refuse(reader, err, "its two lengths differ");
	if (capture_reader_block(reader, type,
				 (struct span){ bytes.text + 8, length - BLOCK_MINIMUM }, found,
				 err) < 0)
		return -1;
	reader->blocks++;
	reader->offset += length;
	return (ssize_t)length;
}

static ssize_t take_record(struct capture_reader *reader, struct span bytes, bool at_end,
			   struct capture_found *found, struct error *err)
{
	ssize_t used = 0;

	if (bytes.length >= FILE_HEADER)
		used = btsnoop_take(reader, bytes, found, err);
	return used != 0 ? used : incomplete(reader, bytes, at_end, err);
}

ssize_t capture_reader_take(struct capture_reader *reader, struct span bytes, bool at_end,
			    struct capture_found *found, struct error *err)
{
	ssize_t used;

	*found = (struct capture_found){ 0 };
	if (reader->kind == CAPTURE_UNKNOWN) {
		used = take_start(reader, bytes, at_end, err);
		if (used != 0 || reader->kind == CAPTURE_UNKNOWN)
			return used;
	}
	if (reader->kind == CAPTURE_BTSNOOP)
		return take_record(reader, bytes, at_end, found, err);
	return reader->kind == CAPTURE_PCAP ? take_packet(reader, bytes, at_end, found, err)
					    : take_block(reader, bytes, at_end, found, err);
}
