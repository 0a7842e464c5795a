/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a server's datagram sockets receive, given to the sessions of those who sent it. */
#include "core/batch.h"
#include "core/control.h"
#include "relay/peers.h"
#include "relay/server_parts.h"

#define DATAGRAMS_PER_TURN 256
#define BYTES_PER_TURN (PEER_QUEUE_MAXIMUM / 2) /* and about a datagram more: then sessions have their turn before a queue is full */

/* Nobody waits for what peers that said nothing for longest hold. */
static void evict_for(struct entrance *entrance, struct session *session)
{
	while (session_is_starved(session)) {
		struct session *oldest = peer_owner(peers_oldest(entrance->peers));

		if (oldest == session || oldest == NULL)
			return;
		session_abort(oldest, NULL);
		session_try_again(session);
	}
}

/* NULL where there is no room for one that is not known yet; else, when the table is full, the oldest goes. */
static struct peer *find_peer(struct server *server, struct entrance *entrance,
			      const struct message *message, bool *is_new)
{
	struct endpoint left = ENDPOINT_CLOSED;
	struct peer *peer = peers_find(entrance->peers, message, is_new);
	/* The session of who goes is counted until the end of the turn. */
	bool is_replaced = peer == NULL && server->settings->keep && !server->is_stopped;

	if (is_replaced) {
		session_abort(peer_owner(peers_oldest(entrance->peers)), NULL);
		peer = peers_find(entrance->peers, message, is_new);
	}
	if (peer == NULL || !*is_new || is_replaced || !server_is_full(server))
		return peer;
	peer_endpoint(peer, &left);
	endpoint_close(&left);
	return NULL;
}

/* What could not be opened is over at once, and its peer gone. */
static void serve_peer(struct server *server, struct entrance *entrance, struct peer *peer)
{
	struct endpoint left = ENDPOINT_CLOSED;
	struct session *session;

	peer_endpoint(peer, &left);
	session = server_start_session(server, &left, NULL);
	if (session == NULL || session->is_over)
		return;
	peer_set_owner(peer, session);
	evict_for(entrance, session);
}

static void wake(struct session *session)
{
	session->left.readable = true;
	session_wake(session);
}

/* What came with a message goes with it; where nobody takes it, it is closed. */
static void take_message(struct server *server, struct entrance *entrance,
			 const struct message *message)
{
	bool is_new = false;
	struct peer *peer = find_peer(server, entrance, message, &is_new);
	bool is_taken = peer != NULL && peer_push(peer, message);

	if (is_new && peer != NULL)
		serve_peer(server, entrance, peer);
	else if (is_taken)
		wake(peer_owner(peer));
	if (is_taken)
		return;
	control_close_descriptors(message->control, message->control_length);
	server->dropped += message_count(message);
	server_tell(server, EVENT_DROPPED, NULL, server->dropped);
}

/* What came of a receive; whether more may be there. */
static bool was_received(struct server *server, struct entrance *entrance, int got,
			 const struct error *err)
{
	if (got == 0) {
		server_is_empty(server, entrance);
		return false;
	}
	if (got < 0) {
		server_tell(server, EVENT_ERROR, err, 0);
		server_pause(server);
		return false;
	}
	server->pause_length = 0;
	server->lost = 0;
	if (got == ENDPOINT_NOTICE)
		server_tell(server, EVENT_NOTICE, err, 0);
	return true;
}

static void receive_some(struct server *server, struct entrance *entrance)
{
	for (unsigned int i = 0; i < DATAGRAMS_PER_TURN && !peers_are_full(entrance->peers); i++) {
		struct message message = { 0 };
		struct error err;
		int got;

		error_clear(&err);
		got = endpoint_receive(entrance->endpoint, &server->room, &message, &err);

		if (!was_received(server, entrance, got, &err))
			return;
		if (got == 1)
			take_message(server, entrance, &message);
	}
}

/* Takes in what came together; whether there is anything. */
static bool fill_batch(struct server *server, struct entrance *entrance)
{
	struct error err;
	int got;

	error_clear(&err);
	entrance->batch->may_join = true;
	got = entrance->endpoint->ops->receive_many(entrance->endpoint, entrance->batch, &err);
	return was_received(server, entrance, got, &err);
}

/* Whether all of it was taken: what there is no place or time for is left to the next turn, when more may have come. */
static bool take_batch(struct server *server, struct entrance *entrance, size_t *bytes)
{
	struct batch *batch = entrance->batch;

	while (!batch_is_empty(batch)) {
		const struct message *message = &batch->messages[batch->first];

		if (*bytes >= BYTES_PER_TURN || peers_are_full(entrance->peers)) {
			batch->has_all = false;
			return false;
		}
		*bytes += message->length;
		take_message(server, entrance, message);
		batch->first++;
	}
	return true;
}

static void receive_batches(struct server *server, struct entrance *entrance)
{
	struct batch *batch = entrance->batch;
	size_t bytes = 0;

	for (unsigned int i = 0; i < DATAGRAMS_PER_TURN / BATCH_MAXIMUM; i++) {
		if (batch_is_empty(batch) && !fill_batch(server, entrance))
			return;
		if (!take_batch(server, entrance, &bytes))
			return;
		if (batch->has_all) {
			entrance->ready = false;
			return;
		}
	}
}

void server_receive(struct server *server, struct entrance *entrance)
{
	if (entrance->batch != NULL)
		receive_batches(server, entrance);
	else
		receive_some(server, entrance);
}
