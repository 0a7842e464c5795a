/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A listener that starts a session for each connection, or for each peer of a datagram socket. */
#ifndef RELAY_SERVER_H
#define RELAY_SERVER_H

#include "core/fdpass.h"
#include "core/socket.h"
#include "relay/session.h"

struct server;

/* What a server does; borrowed. */
struct server_settings {
	const struct session_settings *session;
	const struct target *listen; /* passive */
	const struct target *other;  /* opened for each session; may be passive too */
	bool keep;		     /* go on after the first session */
	uint64_t maximum;	     /* sessions at once; 0: no limit */
	struct hub *hub;	     /* what each session is joined to instead of the other; NULL */
	bool is_lent;		     /* others have the given sockets too: what they made in the file system stays */
	bool is_quiet;		     /* another process tells of the listener, and announces it */
	struct fdpass *given;	     /* sockets that listen already, instead of opening; taken. NULL, or none: open */
};

/* Told when the server has nothing more to do: its one session is over, or it broke. */
struct server_owner {
	void (*over)(struct server_owner *owner);
	void (*session_over)(struct server_owner *owner, struct session *session);
};

/* Binds and listens, tells EVENT_LISTENING for each address. NULL with the error. */
struct server *server_start(struct engine *engine, const struct server_settings *settings,
			    struct server_owner *owner, struct error *err);
/* The sockets that listen. */
const struct listener *server_listener(const struct server *server);
/* Those that it serves now: the first of a list. */
const struct session *server_sessions(const struct server *server);
/* The first error that broke the server itself, NULL where none. */
const struct error *server_error(const struct server *server);
/* Closes the listener; sessions go on. */
void server_stop(struct server *server);
/* The same, and ends the sessions orderly; owner->over() once they are. */
void server_finish(struct server *server);
/* Closes the listener, which another process has as well and answers for; it is over with its last session. */
void server_hand_over(struct server *server);
/* Closes everything; sessions are aborted. */
void server_free(struct server *server);

#endif
