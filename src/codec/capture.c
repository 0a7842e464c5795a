/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The blocks of a pcapng file in this machine's byte order; draft-ietf-opsawg-pcapng. */
#include "codec/capture.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#ifndef ANYSOCK_VERSION
#define ANYSOCK_VERSION "0"
#endif

enum {
	OPTION_HARDWARE = 2,
	OPTION_OPERATING_SYSTEM = 3,
	OPTION_APPLICATION = 4,
	OPTION_STATISTICS_START = 2,
	OPTION_STATISTICS_END = 3,
	OPTION_STATISTICS_RECEIVED = 4,
	OPTION_STATISTICS_DROPPED = 5,
	FLAG_INBOUND = 1,
	FLAG_OUTBOUND = 2,
};

static void add_16(struct buf *out, uint16_t value)
{
	buf_add(out, &value, sizeof(value));
}

static void add_32(struct buf *out, uint32_t value)
{
	buf_add(out, &value, sizeof(value));
}

static void add_padding(struct buf *out, size_t length)
{
	if (length % 4 != 0)
		buf_add(out, "\0\0\0", 4 - length % 4);
}

/* Where the block starts; its length is filled in by close_block(). */
static size_t open_block(struct buf *out, uint32_t type)
{
	size_t start = out->length;

	add_32(out, type);
	add_32(out, 0);
	return start;
}

static void close_block(struct buf *out, size_t start)
{
	uint32_t length = (uint32_t)(out->length - start + sizeof(length));

	add_32(out, length);
	memcpy(out->data + start + 4, &length, sizeof(length));
}

static void add_option(struct buf *out, uint16_t code, const void *value, size_t length)
{
	const uint16_t header[] = { code, (uint16_t)length };

	buf_add(out, header, sizeof(header));
	if (length > 0)
		buf_add(out, value, length);
	add_padding(out, length);
}

static void add_text(struct buf *out, uint16_t code, const char *text)
{
	size_t length = text != NULL ? strlen(text) : 0;

	if (length > 0)
		add_option(out, code, text, length < UINT16_MAX - 3 ? length : UINT16_MAX - 3);
}

void capture_section(struct buf *out)
{
	size_t start = open_block(out, BLOCK_SECTION);
	uint64_t unknown_length = UINT64_MAX;
	struct utsname names;
	char system[sizeof(names.sysname) + sizeof(names.release) + 1];

	add_32(out, BLOCK_BYTE_ORDER);
	add_16(out, 1);
	add_16(out, 0);
	buf_add(out, &unknown_length, sizeof(unknown_length));
	if (uname(&names) == 0) {
		add_text(out, OPTION_HARDWARE, names.machine);
		snprintf(system, sizeof(system), "%s %s", names.sysname, names.release);
		add_text(out, OPTION_OPERATING_SYSTEM, system);
	}
	add_text(out, OPTION_APPLICATION, "anysock " ANYSOCK_VERSION);
	add_option(out, OPTION_END, "", 0);
	close_block(out, start);
}

void capture_interface(struct buf *out, uint16_t link, const char *name, const char *description)
{
	size_t start = open_block(out, BLOCK_INTERFACE);
	uint8_t nanoseconds = 9;

	add_16(out, link);
	add_16(out, 0);
	add_32(out, 0);
	add_text(out, OPTION_INTERFACE_NAME, name);
	add_text(out, OPTION_INTERFACE_DESCRIPTION, description);
	add_option(out, OPTION_INTERFACE_TIME_UNIT, &nanoseconds, sizeof(nanoseconds));
	add_text(out, OPTION_COMMENT, "times: CLOCK_REALTIME in nanoseconds");
	add_option(out, OPTION_END, "", 0);
	close_block(out, start);
}

static uint64_t nanoseconds_of(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * 1000000000U + (uint64_t)time->tv_nsec;
}

static void add_time(struct buf *out, const struct timespec *time)
{
	uint64_t value = nanoseconds_of(time);

	add_32(out, (uint32_t)(value >> 32));
	add_32(out, (uint32_t)value);
}

void capture_packet(struct buf *out, const struct capture_packet *packet)
{
	size_t start = out->length;
	size_t kept =
		packet->length < CAPTURE_PACKET_MAXIMUM ? packet->length : CAPTURE_PACKET_MAXIMUM;
	uint32_t flags = packet->direction == MESSAGE_OUT ? FLAG_OUTBOUND : FLAG_INBOUND;
	uint64_t time = nanoseconds_of(&packet->time);
	/* In one piece: there are many of them. */
	const uint32_t header[] = { BLOCK_PACKET, 0, packet->interface, (uint32_t)(time >> 32),
				    (uint32_t)time, (uint32_t)kept, (uint32_t)packet->length };

	buf_add(out, header, sizeof(header));
	buf_add(out, packet->data, kept);
	add_padding(out, kept);
	add_option(out, OPTION_PACKET_FLAGS, &flags, sizeof(flags));
	add_text(out, OPTION_COMMENT, packet->comment);
	add_option(out, OPTION_END, "", 0);
	close_block(out, start);
}

static void add_time_option(struct buf *out, uint16_t code, const struct timespec *time)
{
	add_16(out, code);
	add_16(out, 8);
	add_time(out, time);
}

void capture_statistics(struct buf *out, uint32_t interface, const struct timespec *start_time,
			const struct timespec *end_time, uint64_t received, uint64_t dropped,
			const char *comment)
{
	size_t start = open_block(out, BLOCK_STATISTICS);

	add_32(out, interface);
	add_time(out, end_time);
	add_time_option(out, OPTION_STATISTICS_START, start_time);
	add_time_option(out, OPTION_STATISTICS_END, end_time);
	add_option(out, OPTION_STATISTICS_RECEIVED, &received, sizeof(received));
	add_option(out, OPTION_STATISTICS_DROPPED, &dropped, sizeof(dropped));
	add_text(out, OPTION_COMMENT, comment);
	add_option(out, OPTION_END, "", 0);
	close_block(out, start);
}
