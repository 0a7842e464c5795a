/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The peers of a bound datagram socket: an endpoint each, in one table. */
#ifndef RELAY_PEERS_H
#define RELAY_PEERS_H

#include "core/endpoint.h"
#include "relay/loop.h"

struct peers;
struct peer;

#define PEERS_DEFAULT 65536U		/* in the table at once */
#define PEER_QUEUE_MAXIMUM (256U << 10) /* bytes that wait for one session */

/* task is queued once peers_are_full() is over. */
struct peers *peers_new(struct endpoint *socket, size_t maximum, struct loop *loop,
			struct loop_task *task);
void peers_free(struct peers *peers);

/*
 * The peer that sent a message, by its own and our address. *is_new where it
 * was not known. NULL when the table is full: peers_oldest() tells who to end.
 */
struct peer *peers_find(struct peers *peers, const struct message *message, bool *is_new);
/* Who was silent for longest. */
struct peer *peers_oldest(const struct peers *peers);
/* An endpoint that receives what peer_push() queues and sends to the peer. Frees it when closed. */
void peer_endpoint(struct peer *peer, struct endpoint *endpoint);
/*
 * Queues a copy of a message for its endpoint, with the descriptors that came with it; false and counted as dropped when it is full. Where
 * the kernel has senders wait it is queued all the same: nothing more is to be received for now.
 */
bool peer_push(struct peer *peer, const struct message *message);
/* Whether a peer has more queued than it may, so that who sends has to wait. */
bool peers_are_full(const struct peers *peers);
/* Whoever owns the session of a peer leaves a mark here; NULL at first. */
void peer_set_owner(struct peer *peer, void *owner);
void *peer_owner(const struct peer *peer);

#endif
