/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing the blocks of a pcapng file, each whole; draft-ietf-opsawg-pcapng. */
#ifndef CODEC_CAPTURE_H
#define CODEC_CAPTURE_H

#include "base/buf.h"
#include "core/message.h"

#include <stdint.h>
#include <time.h>

#define CAPTURE_PACKET_MAXIMUM 262144U /* bytes: what readers accept of one packet */

/* Block types and options that the writer and the reader share. */
enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BLOCK_BYTE_ORDER = 0x1a2b3c4d,
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_INTERFACE_NAME = 2,
	OPTION_INTERFACE_DESCRIPTION = 3,
	OPTION_INTERFACE_TIME_UNIT = 9,
	OPTION_INTERFACE_TIME_OFFSET = 14,
	OPTION_PACKET_FLAGS = 2,
};

struct capture_packet {
	uint32_t interface; /* number of its interface block in the section, from 0 */
	struct timespec time;
	enum message_direction direction;
	const void *data;    /* with the header of the link type */
	size_t length;	     /* more than CAPTURE_PACKET_MAXIMUM are cut, and the packet says so */
	const char *comment; /* NULL: none */
};

/* Section header: hardware, operating system and application of this host. */
void capture_section(struct buf *out);
/* Interface: times are CLOCK_REALTIME in nanoseconds. description and comment may be NULL. */
void capture_interface(struct buf *out, uint16_t link, const char *name, const char *description);
void capture_packet(struct buf *out, const struct capture_packet *packet);
/* What came and what was lost, written when an interface ends; comment may be NULL. */
void capture_statistics(struct buf *out, uint32_t interface, const struct timespec *start,
			const struct timespec *end, uint64_t received, uint64_t dropped,
			const char *comment);

#endif
