/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of a server, accepting connections and receiving datagrams, know of each other; nobody else's business. */
#ifndef RELAY_SERVER_PARTS_H
#define RELAY_SERVER_PARTS_H

#include "relay/server.h"

/* One of the server's sockets. */
struct entrance {
	struct loop_watch watch;
	struct server *server;
	struct endpoint *endpoint;
	struct peers *peers; /* of a datagram socket; NULL */
	bool ready;	     /* there may be more to accept */
	struct batch *batch; /* of those whose messages come many at once; owned; NULL */
};

struct server {
	struct session_owner session_owner;
	struct session_plan plan;
	struct engine *engine;
	const struct server_settings *settings;
	struct server_owner *owner;
	struct listener listener;
	struct entrance *entrances;
	struct listener other;	       /* where the other side listens as well */
	struct entrance *other_entrances;
	struct endpoint waiting; /* a connection until the other side has one as well */
	bool has_waiting;
	struct session *sessions;
	uint64_t active;
	struct sources *sources; /* NULL: they are not counted */
	struct loop_task task, gone;
	struct loop_timer pause;
	nanoseconds pause_length, last_notice;
	struct message_room room;
	uint64_t dropped;
	unsigned int lost; /* connections in a row that were gone before they were accepted */
	struct error err;
	bool is_paused, is_stopped, was_served;
};

/* Whether no session may be added now. */
bool server_is_full(const struct server *server);
/* Tells what happened to it, not more often than once a second. */
void server_tell(struct server *server, enum event_kind kind, const struct error *err, uint64_t count);
/* Waits for a while, longer each time. */
void server_pause(struct server *server);
/* Nobody waits, it says; where somebody does all the same no edge will tell: asked again, not for ever at once. */
void server_is_empty(struct server *server, struct entrance *entrance);
/* NULL where its source has as many as it may: left is closed. */
struct session *server_start_session(struct server *server, struct endpoint *left,
				     struct endpoint *right);

/* Receives from a datagram socket for a turn, each message for the session of its peer. */
void server_receive(struct server *server, struct entrance *entrance);

#endif
