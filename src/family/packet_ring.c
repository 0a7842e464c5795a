/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walking through the blocks of a ring and the packets of a block; Documentation/networking/packet_mmap.rst. */
#include "family/packet_ring.h"

#include "base/memory.h"

#include <errno.h>
#include <net/ethernet.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define BLOCK_SIZE  (256U << 10) /* bytes: the longest packet, with room for others */
#define FRAME_SIZE  2048U	 /* of version 3 only a measure: packets stand close together */
#define RETIRE_TIME 20U		 /* milliseconds after which a block that is not full is handed over */

/* Where whom a packet is from stands behind its header: TPACKET_ALIGN() of its size. */
#define ADDRESS_OFFSET ((sizeof(struct tpacket3_hdr) + TPACKET_ALIGNMENT - 1) & ~(size_t)(TPACKET_ALIGNMENT - 1))

struct ring {
	char *blocks;
	unsigned int count;
	unsigned int current; /* block that is read */
	unsigned int left;    /* packets of it that are still to be read; 0: it is not ours yet */
	bool holds;	      /* it is ours, and what it held was handed out */
	size_t offset;	      /* of the next packet in it */
};

static unsigned int block_count(uint64_t size)
{
	return (unsigned int)(size / BLOCK_SIZE);
}

static void add(struct sockopt_list *list, int option, const void *bytes, size_t length,
		enum sockopt_need need)
{
	struct sockopt_item *item = sockopt_list_add(list, SOL_PACKET, option, bytes, length);

	item->name = "ring";
	item->need = need;
}

void packet_ring_list(uint64_t size, enum sockopt_need need, struct sockopt_list *list)
{
	static const int version = TPACKET_V3;
	struct tpacket_req3 request = {
		.tp_block_size = BLOCK_SIZE,
		.tp_block_nr = block_count(size),
		.tp_frame_size = FRAME_SIZE,
		.tp_frame_nr = block_count(size) * (BLOCK_SIZE / FRAME_SIZE),
		.tp_retire_blk_tov = RETIRE_TIME,
	};

	add(list, PACKET_VERSION, &version, sizeof(version), need);
	add(list, PACKET_RX_RING, &request, sizeof(request), need);
}

int packet_ring_open(struct endpoint *endpoint, uint64_t size, struct error *err)
{
	static const struct tpacket_req3 none = { 0 };
	unsigned int count = block_count(size);
	void *blocks = mmap(NULL, (size_t)count * BLOCK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			    endpoint->in, 0);
	struct ring *ring;

	if (blocks == MAP_FAILED) {
		int code = errno;

		setsockopt(endpoint->in, SOL_PACKET, PACKET_RX_RING, &none, sizeof(none));
		return error_code(err, code, "map the ring");
	}
	ring = memory_new(sizeof(*ring));
	*ring = (struct ring){ .blocks = blocks, .count = count };
	endpoint->state = ring;
	return 0;
}

void packet_ring_release(struct endpoint *endpoint)
{
	struct ring *ring = endpoint->state;

	munmap(ring->blocks, (size_t)ring->count * BLOCK_SIZE);
	free(ring);
}

static struct tpacket_hdr_v1 *block_of(const struct ring *ring)
{
	struct tpacket_block_desc *block = (void *)(ring->blocks + (size_t)ring->current * BLOCK_SIZE);

	return &block->hdr.bh1;
}

/* The status is what passes a block from one side to the other: all else is read after it, or written before. */
static _Atomic __u32 *status_of(struct tpacket_hdr_v1 *block)
{
	return (_Atomic __u32 *)(void *)&block->block_status;
}

/* Gives back what was read, and takes the next block where the kernel has handed it over. */
static bool next_block(struct ring *ring)
{
	struct tpacket_hdr_v1 *block = block_of(ring);

	if (ring->holds) {
		atomic_store_explicit(status_of(block), TP_STATUS_KERNEL, memory_order_release);
		ring->holds = false;
		ring->current = (ring->current + 1) % ring->count;
		block = block_of(ring);
	}
	if ((atomic_load_explicit(status_of(block), memory_order_acquire) & TP_STATUS_USER) == 0)
		return false;
	ring->holds = true;
	ring->left = block->num_pkts;
	ring->offset = block->offset_to_first_pkt;
	return true;
}

static void fill_in(const char *at, struct message *message, struct tpacket_auxdata *auxdata)
{
	const struct tpacket3_hdr *header = (const void *)at;
	struct sockaddr_ll *from = (void *)&message->peer.storage;

	*message = (struct message){ .data = at + header->tp_mac, .length = header->tp_snaplen };
	message->time.tv_sec = header->tp_sec;
	message->time.tv_nsec = (long)header->tp_nsec;
	memcpy(from, at + ADDRESS_OFFSET, sizeof(*from));
	message->peer.length = sizeof(*from);
	message->interface = (unsigned int)from->sll_ifindex;
	message->direction = from->sll_pkttype == PACKET_OUTGOING ? MESSAGE_OUT : MESSAGE_IN;
	*auxdata = (struct tpacket_auxdata){ .tp_status = header->tp_status,
					     .tp_vlan_tci = (__u16)header->hv1.tp_vlan_tci,
					     .tp_vlan_tpid = header->hv1.tp_vlan_tpid };
}

int packet_ring_receive(struct endpoint *endpoint, struct message *message,
			struct tpacket_auxdata *auxdata)
{
	struct ring *ring = endpoint->state;
	const char *at;

	/* A block that a timer handed over may be empty. */
	while (ring->left == 0)
		if (!next_block(ring))
			return 0;
	at = (const char *)block_of(ring) - offsetof(struct tpacket_block_desc, hdr) + ring->offset;
	fill_in(at, message, auxdata);
	ring->offset += ((const struct tpacket3_hdr *)(const void *)at)->tp_next_offset;
	ring->left--;
	return 1;
}
