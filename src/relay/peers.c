/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hash table of peers, in order of their last message; recvmsg(2), sendmsg(2). */
#include "relay/peers.h"

#include "base/buf.h"
#include "base/memory.h"
#include "core/batch.h"
#include "core/control.h"
#include "core/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define TRY_AGAIN (2 * NANOSECONDS_PER_MILLISECOND)

#define CONTROL_MAXIMUM 64 /* bytes: one address and its interface */

struct packet {
	struct packet *next;
	size_t length;
	size_t at; /* in the datagrams that came as one: those before are shown already */
	uint16_t segment;
	size_t control_length; /* of the ancillary data, which stands before the bytes */
	struct timespec time;
	uint32_t dropped; /* as of struct message */
	unsigned int interface;
	_Alignas(struct cmsghdr) char data[];
};

struct peer {
	struct peers *peers; /* NULL once the table is gone */
	struct peer *chain;  /* of its slot */
	struct peer *newer, *older;
	struct address address;
	_Alignas(struct cmsghdr) char control[CONTROL_MAXIMUM]; /* for what is sent to it */
	size_t control_length;
	void *owner;
	uint64_t hash;
	struct packet *first, **last;
	size_t queued;
	struct packet *shown; /* what the last messages borrow */
	uint64_t dropped;
};

struct peers {
	struct endpoint *socket;
	struct peer **slots;
	size_t slot_count; /* a power of two */
	size_t count, maximum;
	struct peer *newest, *oldest;
	struct batch_segments segments;
	struct loop *loop;
	struct loop_task *task; /* waits for room */
	size_t full;		/* of peers, how many have too much queued */
};

struct peers *peers_new(struct endpoint *socket, size_t maximum, struct loop *loop,
			struct loop_task *task)
{
	struct peers *peers = memory_new(sizeof(*peers));

	socket_count_drops(socket);
	peers->socket = socket;
	peers->maximum = maximum;
	peers->loop = loop;
	peers->task = task;
	peers->slot_count = 64;
	peers->slots = memory_array(peers->slot_count, sizeof(struct peer *));
	return peers;
}

void peers_free(struct peers *peers)
{
	if (peers == NULL)
		return;
	for (struct peer *peer = peers->newest; peer != NULL; peer = peer->older)
		peer->peers = NULL;
	free(peers->slots);
	free(peers);
}

/* FNV-1a: addresses are short. */
static uint64_t hash_of(const struct address *address)
{
	const unsigned char *bytes = (const unsigned char *)&address->storage;
	uint64_t hash = 0xcbf29ce484222325U;

	for (socklen_t i = 0; i < address->length; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3U;
	return hash ^ (hash >> 29);
}

static void unlist(struct peer *peer)
{
	struct peers *peers = peer->peers;

	*(peer->newer != NULL ? &peer->newer->older : &peers->newest) = peer->older;
	*(peer->older != NULL ? &peer->older->newer : &peers->oldest) = peer->newer;
	peer->newer = peer->older = NULL;
}

static void list_newest(struct peer *peer)
{
	struct peers *peers = peer->peers;

	peer->older = peers->newest;
	peer->newer = NULL;
	*(peers->newest != NULL ? &peers->newest->newer : &peers->oldest) = peer;
	peers->newest = peer;
}

static void grow(struct peers *peers)
{
	size_t count = 2 * peers->slot_count;
	struct peer **slots = memory_array(count, sizeof(struct peer *));

	for (struct peer *peer = peers->newest; peer != NULL; peer = peer->older) {
		struct peer **slot = &slots[peer->hash & (count - 1)];

		peer->chain = *slot;
		*slot = peer;
	}
	free(peers->slots);
	peers->slots = slots;
	peers->slot_count = count;
}

/* The same peer asks the same address of ours. */
static bool is_peer_of(const struct peer *peer, const struct message *message)
{
	size_t length = message->answer_length <= CONTROL_MAXIMUM ? message->answer_length : 0;

	return address_equal(&peer->address, &message->peer) && peer->control_length == length &&
	       (length == 0 || memcmp(peer->control, message->answer_control, length) == 0);
}

static struct peer *add(struct peers *peers, const struct message *message, uint64_t hash)
{
	struct peer *peer = memory_new(sizeof(*peer));
	struct peer **slot;

	if (peers->count >= peers->slot_count)
		grow(peers);
	slot = &peers->slots[hash & (peers->slot_count - 1)];
	peer->peers = peers;
	peer->address = message->peer;
	if (message->answer_length > 0 && message->answer_length <= CONTROL_MAXIMUM) {
		peer->control_length = message->answer_length;
		memcpy(peer->control, message->answer_control, peer->control_length);
	}
	peer->hash = hash;
	peer->last = &peer->first;
	peer->chain = *slot;
	*slot = peer;
	list_newest(peer);
	peers->count++;
	return peer;
}

struct peer *peers_find(struct peers *peers, const struct message *message, bool *is_new)
{
	uint64_t hash = hash_of(&message->peer);
	struct peer *peer = peers->slots[hash & (peers->slot_count - 1)];

	*is_new = false;
	while (peer != NULL && !is_peer_of(peer, message))
		peer = peer->chain;
	if (peer != NULL) {
		unlist(peer);
		list_newest(peer);
		return peer;
	}
	if (peers->count >= peers->maximum)
		return NULL;
	*is_new = true;
	return add(peers, message, hash);
}

struct peer *peers_oldest(const struct peers *peers)
{
	return peers->oldest;
}

void peer_set_owner(struct peer *peer, void *owner)
{
	peer->owner = owner;
}

void *peer_owner(const struct peer *peer)
{
	return peer->owner;
}

bool peers_are_full(const struct peers *peers)
{
	return peers->full > 0;
}

static void set_queued(struct peer *peer, size_t queued)
{
	bool was_full = peer->queued > PEER_QUEUE_MAXIMUM, is_full = queued > PEER_QUEUE_MAXIMUM;
	struct peers *peers = peer->peers;

	peer->queued = queued;
	if (peers == NULL || was_full == is_full)
		return;
	peers->full += is_full ? 1 : (size_t)-1;
	if (peers->full == 0)
		loop_queue(peers->loop, peers->task);
}

bool peer_push(struct peer *peer, const struct message *message)
{
	size_t length = message->control_length + message->length;
	struct packet *packet;

	if (peer->queued + length > PEER_QUEUE_MAXIMUM &&
	    !peer->peers->socket->target->type->waits) {
		peer->dropped += message_count(message);
		return false;
	}
	packet = memory_resize(NULL, sizeof(*packet) + length, 1);
	*packet = (struct packet){ .length = message->length,
				   .segment = message->segment,
				   .control_length = message->control_length,
				   .time = message->time,
				   .dropped = message->dropped,
				   .interface = message->interface };
	if (message->control_length > 0)
		memcpy(packet->data, message->control, message->control_length);
	memcpy(packet->data + message->control_length, message->data, message->length);
	*peer->last = packet;
	peer->last = &packet->next;
	set_queued(peer, peer->queued + length);
	return true;
}

static void close_descriptors(const struct packet *packet)
{
	for (; packet != NULL; packet = packet->next)
		control_close_descriptors(packet->data, packet->control_length);
}

static void free_packets(struct packet *packet)
{
	while (packet != NULL) {
		struct packet *next = packet->next;

		free(packet);
		packet = next;
	}
}

/* Takes it off the queue, to be freed once nobody borrows from it. */
static void take_packet(struct peer *peer)
{
	struct packet *packet = peer->first;

	peer->first = packet->next;
	if (peer->first == NULL)
		peer->last = &peer->first;
	set_queued(peer, peer->queued - packet->control_length - packet->length);
	packet->next = peer->shown;
	peer->shown = packet;
}

/* Shows the first packet of the queue, or what is left of it; the message borrows from it. */
static void show_packet(struct peer *peer, bool may_join, struct message *message)
{
	struct packet *packet = peer->first;

	*message = (struct message){ .data = packet->data + packet->control_length + packet->at,
				     .length = packet->length - packet->at,
				     .segment = packet->segment,
				     .peer = peer->address,
				     .time = packet->time,
				     .control = packet->data,
				     .control_length = packet->control_length,
				     .dropped = packet->dropped,
				     .interface = packet->interface };
	if (!may_join)
		*message = message_first(message);
	packet->at += message->length;
	if (packet->at == packet->length)
		take_packet(peer);
}

static int peer_receive(struct endpoint *endpoint, struct message_room *room,
			struct message *message, struct error *err)
{
	struct peer *peer = endpoint->state;

	(void)room;
	(void)err;
	free_packets(peer->shown);
	peer->shown = NULL;
	if (peer->first == NULL)
		return 0;
	show_packet(peer, false, message);
	return 1;
}

static int peer_receive_many(struct endpoint *endpoint, struct batch *batch, struct error *err)
{
	struct peer *peer = endpoint->state;

	(void)err;
	free_packets(peer->shown);
	peer->shown = NULL;
	batch->first = batch->count = 0;
	while (peer->first != NULL && batch->count < BATCH_MAXIMUM)
		show_packet(peer, batch->may_join, &batch->messages[batch->count++]);
	batch->has_all = peer->first == NULL;
	return batch->count > 0;
}

static void address_to(const struct peer *peer, struct message *message)
{
	message->peer = peer->address;
	message->control = peer->control;
	message->control_length = peer->control_length;
}

/* The socket is everybody's: no event tells when there is room for this peer. */
static int peer_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct peer *peer = endpoint->state;
	struct message addressed = *message;
	int sent;

	if (peer->peers == NULL)
		return error_code(err, ECONNRESET, "send");
	address_to(peer, &addressed);
	sent = endpoint_send(peer->peers->socket, &addressed, err);
	if (sent == 0)
		endpoint->try_at = deadline_now() + TRY_AGAIN;
	return sent;
}

static int peer_send_many(struct endpoint *endpoint, struct message *messages, size_t count,
			  struct error *err)
{
	struct peer *peer = endpoint->state;
	int sent;

	if (peer->peers == NULL)
		return error_code(err, ECONNRESET, "send");
	for (size_t i = 0; i < count; i++)
		address_to(peer, &messages[i]);
	sent = batch_send(peer->peers->socket->out, &peer->peers->segments, messages, count, err);
	if (sent == 0)
		endpoint->try_at = deadline_now() + TRY_AGAIN;
	return sent;
}

static int peer_finish(struct endpoint *endpoint)
{
	(void)endpoint;
	return 0;
}

static void forget(struct peer *peer)
{
	struct peers *peers = peer->peers;
	struct peer **slot;

	if (peers == NULL)
		return;
	slot = &peers->slots[peer->hash & (peers->slot_count - 1)];
	while (*slot != peer)
		slot = &(*slot)->chain;
	*slot = peer->chain;
	set_queued(peer, 0);
	unlist(peer);
	peers->count--;
}

static void peer_release(struct endpoint *endpoint)
{
	struct peer *peer = endpoint->state;

	forget(peer);
	close_descriptors(peer->first);
	free_packets(peer->first);
	free_packets(peer->shown);
	free(peer);
}

static int64_t peer_pending(struct endpoint *endpoint, struct error *err)
{
	(void)endpoint;
	(void)err;
	return 0;
}

static void peer_addresses(const struct endpoint *endpoint, struct address *local,
			   struct address *peer)
{
	const struct peer *state = endpoint->state;

	*peer = state->address;
	if (state->peers != NULL)
		address_of_socket(state->peers->socket->in, local);
}

static const struct endpoint_ops peer_ops = { .addresses = peer_addresses,
					      .receive = peer_receive,
					      .send = peer_send,
					      .receive_many = peer_receive_many,
					      .send_many = peer_send_many,
					      .finish = peer_finish,
					      .pending = peer_pending,
					      .release = peer_release };

void peer_endpoint(struct peer *peer, struct endpoint *endpoint)
{
	*endpoint = ENDPOINT_CLOSED;
	endpoint->ops = &peer_ops;
	endpoint->target = peer->peers->socket->target;
	endpoint->state = peer;
	endpoint->end = END_NONE;
	endpoint->messages = true;
}
