/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many datagrams in one system call: recvmmsg(2), sendmmsg(2), UDP_GRO and UDP_SEGMENT of udp(7). */
#ifndef CORE_BATCH_H
#define CORE_BATCH_H

#include "core/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BATCH_MAXIMUM 64 /* messages that are shown at once */

struct batch_rooms;

/*
 * Messages from first to count wait to be taken. What they borrow stays valid
 * until the batch is filled again, which is only done once it is empty.
 */
struct batch {
	struct message messages[BATCH_MAXIMUM];
	size_t first, count;
	bool has_all; /* nothing more was there when it was filled: the next event tells of more */
	bool may_join; /* set by who has it filled: what the kernel had joined stays one message, with its segment */
	struct batch_rooms *rooms; /* where a socket's datagrams are received into; owned; NULL until one is */
};

struct batch *batch_new(void);
void batch_free(struct batch *batch);
static inline bool batch_is_empty(const struct batch *batch)
{
	return batch->first == batch->count;
}
/* Whether nothing was received that is not shown yet either: only then it may serve another socket. */
bool batch_is_drained(const struct batch *batch);

#define BATCH_DATAGRAM (64U << 10) /* bytes: no datagram of IP is longer */

/*
 * Fills an empty batch from a socket of datagrams that are never longer than
 * maximum; those that the kernel had joined (UDP_GRO) are apart again, but
 * where may_join is set. As message_receive(): 1, 0 where nothing is there, -1.
 */
int batch_receive(struct batch *batch, int fd, size_t maximum, struct error *err);
/* Has the kernel join datagrams of one sender. Whoever receives from the socket must use a batch from now on. */
void batch_join(int fd);

/* Up to which size datagrams of one length may be handed to the kernel as one; zeroed: not known yet. */
struct batch_segments {
	bool is_known;
	size_t maximum; /* bytes of each; 0: none */
	size_t pieces;	/* how many of them at once */
};

/*
 * Sends count messages, at least one, in order, to the peer and with the
 * ancillary data that each has; segments is NULL where the socket is not UDP's.
 * How many were sent, 0 where there is no room now, -1 where the first was
 * refused; of datagrams that came as one those before are gone by then.
 */
int batch_send(int fd, struct batch_segments *segments, struct message *messages, size_t count,
	       struct error *err);

#endif
