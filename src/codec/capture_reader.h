/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading pcap, pcapng and btsnoop files packet by packet, of either byte order, bounded; pcap-savefile(5). */
#ifndef CODEC_CAPTURE_READER_H
#define CODEC_CAPTURE_READER_H

#include "codec/link.h"
#include "codec/reader.h"

#define CAPTURE_INTERFACES_MAXIMUM 4096 /* of one section */

struct capture_source {
	uint16_t link;
	uint64_t units; /* of time in a second */
	int64_t offset; /* seconds to be added */
	uint32_t kept; /* bytes of a packet at most; 0: all */
	char name[CODEC_INTERFACE_MAXIMUM];
};

enum capture_kind { CAPTURE_UNKNOWN, CAPTURE_PCAP, CAPTURE_PCAPNG, CAPTURE_BTSNOOP };

/* A zeroed one stands before the first byte. */
struct capture_reader {
	enum capture_kind kind;
	bool swapped;	 /* written by a machine of the other byte order */
	uint64_t offset; /* bytes taken so far */
	uint64_t blocks; /* blocks of pcapng, packets of the others */
	uint32_t records;  /* what btsnoop's are */
	struct buf packet; /* a packet that was put together */
	struct capture_source *sources;
	size_t source_count;
};

/* A packet with its link type's header; borrowed from the bytes that were read, or from the reader. */
struct capture_found {
	const struct capture_source *source;
	struct timespec time;
	enum message_direction direction;
	struct span packet;
};

void capture_reader_release(struct capture_reader *reader);
/*
 * Takes one block off the front of length bytes: the bytes used, with *found's
 * source set where it was a packet; 0 more bytes are needed; -1 with an error
 * that says where the file is damaged.
 */
ssize_t capture_reader_take(struct capture_reader *reader, struct span bytes, bool at_end,
			    struct capture_found *found, struct error *err);
/* "block 17 at byte 4711: words" */
int capture_reader_refuse(const struct capture_reader *reader, struct error *err,
			  const char *format, ...) __attribute__((format(printf, 3, 4)));

/* For the formats: numbers in the file's byte order. */
uint16_t capture_16(const struct capture_reader *reader, const char *at);
uint32_t capture_32(const struct capture_reader *reader, const char *at);
/* A block of pcapng with length bytes in all. */
int capture_reader_block(struct capture_reader *reader, uint32_t type, struct span body,
			 struct capture_found *found, struct error *err);
/* A btsnoop file with at least 24 bytes: those of its header, 0 where it is none; -1. */
ssize_t btsnoop_start(struct capture_reader *reader, struct span bytes, struct error *err);
/* A record of it, whose header is there in full: its bytes, 0 more are needed, -1. */
ssize_t btsnoop_take(struct capture_reader *reader, struct span bytes, struct capture_found *found,
		     struct error *err);

#endif
