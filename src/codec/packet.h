/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP packets made around what a socket carries, and taken apart again; RFC 791, 8200, 768, 9293. */
#ifndef CODEC_PACKET_H
#define CODEC_PACKET_H

#include "base/buf.h"
#include "codec/reader.h"
#include "core/address.h"

#include <stdbool.h>
#include <stdint.h>

#define PACKET_PAYLOAD_MAXIMUM \
	65000U /* bytes that fit into one made packet, whatever its headers */
#define PACKET_DATAGRAM_MAXIMUM 65507U /* the same of UDP over IPv4 */

enum packet_flag {
	PACKET_FIN = 1,
	PACKET_SYN = 2,
	PACKET_RST = 4,
	PACKET_PSH = 8,
	PACKET_ACK = 16
};

/* What stands in the headers. Addresses are AF_INET or AF_INET6; an unknown one (length 0) is all zero. */
struct packet {
	const struct address *source, *destination;
	uint8_t protocol; /* IPPROTO_TCP and IPPROTO_UDP get their headers, others none */
	uint32_t sequence, acknowledged; /* of TCP */
	uint8_t flags;			 /* of TCP, enum packet_flag */
	const char *payload;
	size_t length; /* at most PACKET_DATAGRAM_MAXIMUM */
};

void packet_print(const struct packet *packet, struct buf *out);

/* How far a packet is to be taken apart. */
enum packet_depth {
	PACKET_NETWORK,	  /* the IP packet as it is */
	PACKET_TRANSPORT, /* without its IP header */
	PACKET_PAYLOAD,	  /* what TCP, UDP or UDP-Lite carries; of other protocols as TRANSPORT */
};

/*
 * Takes headers off an IP packet; padding behind it goes too. False where it
 * is cut, malformed, a fragment, or has no payload.
 */
bool packet_take_apart(struct span packet, enum packet_depth depth, struct span *found);

#endif
