/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets received through memory that the kernel fills, blocks of them at a time; PACKET_RX_RING of packet(7), version 3. */
#ifndef FAMILY_PACKET_RING_H
#define FAMILY_PACKET_RING_H

#include "base/error.h"
#include "core/endpoint.h"

#include <linux/if_packet.h>

#define PACKET_RING_MINIMUM (1U << 20) /* bytes */
#define PACKET_RING_MAXIMUM (1U << 30)

/* Adds the options that ask for a ring of about size bytes; before bind(2). */
void packet_ring_list(uint64_t size, enum sockopt_need need, struct sockopt_list *list);
/* Maps it; endpoint->state is the ring, for packet_ring_release(). Where that fails the socket has none. */
int packet_ring_open(struct endpoint *endpoint, uint64_t size, struct error *err);
void packet_ring_release(struct endpoint *endpoint);

/*
 * The next packet, 1, or 0 where none is there. Its bytes stand in the ring and are good until the next
 * call; *auxdata is what came with it.
 */
int packet_ring_receive(struct endpoint *endpoint, struct message *message,
			struct tpacket_auxdata *auxdata);

#endif
