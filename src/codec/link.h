/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Link types of captures: which one a socket's messages have, its header put before them and taken off; tcpdump.org/linktypes. */
#ifndef CODEC_LINK_H
#define CODEC_LINK_H

#include "base/buf.h"
#include "codec/codec.h"
#include "codec/reader.h"
#include "core/address.h"
#include "core/message.h"

#include <stdint.h>

enum link {
	LINK_NULL = 0, /* address family in 4 bytes, then IP */
	LINK_ETHERNET = 1,
	LINK_IP_OLD = 12, /* as LINK_IP, by another number on some systems */
	LINK_IP = 101,
	LINK_COOKED = 113,	  /* Linux cooked, version 1 */
	LINK_HCI = 187,		  /* Bluetooth HCI packets */
	LINK_HCI_DIRECTION = 201, /* direction in 4 bytes, then an HCI packet */
	LINK_CAN = 227,		  /* SocketCAN frames, identifier in network byte order */
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_EXPORTED = 252, /* tags that name a dissector, addresses and ports, then the bytes */
	LINK_NETLINK = 253,
	LINK_HCI_MONITOR = 254,
	LINK_VSOCK = 271,
	LINK_COOKED_2 = 276,
};

/* One conversation of a capture: where its messages come from and go to. */
struct track {
	uint16_t link;
	uint32_t interface;	     /* number of its interface block */
	const struct target *target; /* borrowed; NULL unknown */
	struct address local, peer;  /* length 0 unknown */
	uint32_t sequence[2];	     /* of TCP, by enum message_direction */
	struct buf packet;	     /* being made */
	struct buf notes;	     /* comments that wait for a packet */
};

/* The link type of a target's messages; streams of IP become made packets. NULL: LINK_EXPORTED. */
uint16_t link_of(const struct target *target);
/* The same where an address of a packet, or of the socket, may tell the interface's hardware. */
uint16_t link_of_address(const struct target *target, const struct address *address);
/* Whether packets of TCP are made, so that a conversation has a beginning and an end. */
bool link_is_tcp(const struct track *track);
/*
 * The header that track's link type has, and as many of the message's bytes as
 * one packet can carry, from offset on; into track->packet. Returns how many.
 */
size_t link_wrap(struct track *track, const struct message *message, size_t offset);
/* What a packet without a message stands for. */
enum link_mark { LINK_BEGINS, LINK_ENDS, LINK_NOTES };

/* Such a packet, into track->packet; false where the link type has none. */
bool link_mark(struct track *track, enum message_direction direction, enum link_mark mark);
/*
 * Takes the link type's header off: what a socket of context->target would be
 * given to send it again. *message is filled in; data may be in
 * context->scratch. 1: a message; 0: nothing to be sent; -1 malformed, with err.
 */
int link_unwrap(uint16_t link, struct span packet, struct codec_context *context,
		struct message *message, struct error *err);

#endif
