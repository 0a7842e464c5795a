/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a server's datagram sockets receive, given to the sessions of those who sent it. */
#include "core/batch.h"
#include "core/control.h"
#include "relay/peers.h"
#include "relay/server_parts.h"

#define DATAGRAMS_PER_TURN 256

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

/* A peer that is not known has a session made for it; when the table is full the oldest goes. */
static struct peer *find_peer(struct server *server, struct entrance *entrance,
			      const struct message *message)
{
	struct endpoint left = ENDPOINT_CLOSED;
	struct session *session;
	bool is_new = false;
	struct peer *peer = peers_find(entrance->peers, message, &is_new);
	/* The session of who goes is counted until the end of the turn. */
	bool is_replaced = peer == NULL && server->settings->keep;

	if (is_replaced) {
		session_abort(peer_owner(peers_oldest(entrance->peers)), NULL);
		peer = peers_find(entrance->peers, message, &is_new);
	}
	if (peer == NULL || !is_new)
		return peer;
	peer_endpoint(peer, &left);
	if (!is_replaced && server_is_full(server)) {
		endpoint_close(&left);
		return NULL;
	}
	peer_push(peer, message);
	session = server_start_session(server, &left, NULL);
	/* What could not be opened is over at once, and its peer gone. */
	if (session == NULL || session->is_over)
		return NULL;
	peer_set_owner(peer, session);
	evict_for(entrance, session);
	return NULL;
}

static void take_message(struct server *server, struct entrance *entrance,
			 const struct message *message)
{
	uint64_t before = server->active;
	struct peer *peer = find_peer(server, entrance, message);

	if (peer != NULL && peer_push(peer, message)) {
		struct session *session = peer_owner(peer);

		session->left.readable = true;
		session_wake(session);
	} else if (server->active == before) {
		server_tell(server, EVENT_DROPPED, NULL, ++server->dropped);
	}
}

/* Descriptors that come along have no taker. */
static void take_and_close(struct server *server, struct entrance *entrance,
			   const struct message *message)
{
	take_message(server, entrance, message);
	control_close_descriptors(message->control, message->control_length);
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
			take_and_close(server, entrance, &message);
	}
}

static void receive_batches(struct server *server, struct entrance *entrance)
{
	struct batch *batch = server->batch;

	for (unsigned int i = 0; i < DATAGRAMS_PER_TURN / BATCH_MAXIMUM; i++) {
		struct error err;
		int got;

		error_clear(&err);
		got = entrance->endpoint->ops->receive_many(entrance->endpoint, batch, &err);

		if (!was_received(server, entrance, got, &err))
			return;
		while (got == 1 && !batch_is_empty(batch))
			take_and_close(server, entrance, &batch->messages[batch->first++]);
		if (batch->has_all) {
			entrance->ready = false;
			return;
		}
	}
}

void server_receive(struct server *server, struct entrance *entrance)
{
	if (entrance->batched)
		receive_batches(server, entrance);
	else
		receive_some(server, entrance);
}
