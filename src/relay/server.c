/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accepting connections and peers, and never ending for want of room; accept(2). */
#include "relay/server.h"

#include "base/memory.h"
#include "core/batch.h"
#include "relay/hub.h"
#include "relay/peers.h"
#include "relay/sources.h"
#include "relay/server_parts.h"

#include <poll.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/epoll.h>

#define ACCEPTS_PER_TURN 64
#define PAUSE_FIRST (10 * NANOSECONDS_PER_MILLISECOND)
#define PAUSE_LONGEST NANOSECONDS_PER_SECOND
#define LOST_IN_A_ROW 64
#define NOTICE_INTERVAL NANOSECONDS_PER_SECOND

bool server_is_full(const struct server *server)
{
	const struct server_settings *settings = server->settings;

	return server->is_stopped || server->is_paused || server->has_waiting || server->engine->starved > 0 ||
	       (settings->maximum > 0 && server->active >= settings->maximum) ||
	       (!settings->keep && server->was_served);
}

static void close_other(struct server *server)
{
	for (size_t i = 0; i < server->other.count && server->other_entrances != NULL; i++)
		loop_unwatch(server->engine->loop, &server->other_entrances[i].watch);
	listener_close(&server->other);
	free(server->other_entrances);
	server->other_entrances = NULL;
}

void server_stop(struct server *server)
{
	if (server->is_stopped)
		return;
	server->is_stopped = true;
	close_other(server);
	for (size_t i = 0; i < server->listener.count; i++)
		if (server->entrances[i].peers == NULL)
			loop_unwatch(server->engine->loop, &server->entrances[i].watch);
	if (server->listener.count > 0 && server->entrances[0].peers == NULL)
		listener_close(&server->listener);
}

void server_hand_over(struct server *server)
{
	for (size_t i = 0; i < server->listener.count; i++)
		server->listener.endpoints[i].passed_on = true;
	server_stop(server);
	if (server->active == 0)
		server->owner->over(server->owner);
}

void server_tell(struct server *server, enum event_kind kind, const struct error *err,
		 uint64_t count)
{
	struct event event = { .kind = kind,
			       .target = server->settings->listen,
			       .error = err,
			       .count = count };
	nanoseconds now = loop_now(server->engine->loop);

	if (server->last_notice > 0 && now - server->last_notice < NOTICE_INTERVAL)
		return;
	server->last_notice = now;
	observer_tell(server->engine->observer, &event);
}

void server_pause(struct server *server)
{
	server->is_paused = true;
	server->pause_length = server->pause_length == 0 ? PAUSE_FIRST : 2 * server->pause_length;
	if (server->pause_length > PAUSE_LONGEST)
		server->pause_length = PAUSE_LONGEST;
	loop_set_timer(server->engine->loop, &server->pause,
		       loop_now(server->engine->loop) + server->pause_length);
}

void server_is_empty(struct server *server, struct entrance *entrance)
{
	entrance->ready = endpoint_sees(entrance->endpoint, POLLIN);
	if (entrance->ready && ++server->lost >= LOST_IN_A_ROW)
		server_pause(server);
}

/* Whether its source may have one more. */
static bool enter(struct server *server, struct endpoint *left, struct source **source)
{
	cleanup_buf struct buf key = { 0 }, peer = { 0 };
	struct error err = { 0 };

	left->target->family->source(left, &key);
	if (key.length == 0)
		return true;
	*source = sources_enter(server->sources, buf_text(&key), key.length);
	if (*source != NULL)
		return true;
	endpoint_print_peer(left, &peer);
	error_set(&err, ERROR_REFUSED, "%s has %" PRIu64 " connections, as many as max-per-source= allows",
		  buf_text(&peer), server->settings->listen->common.max_per_source);
	endpoint_close(left);
	server_tell(server, EVENT_ERROR, &err, 0);
	return false;
}

struct session *server_start_session(struct server *server, struct endpoint *left,
				     struct endpoint *right)
{
	struct event event = { .kind = EVENT_ACCEPTED,
			       .session = server->engine->sessions + 1,
			       .subject = left };
	struct endpoint member = ENDPOINT_CLOSED;
	struct source *source = NULL;
	struct session *session;

	if (server->sources != NULL && !enter(server, left, &source))
		return NULL;
	observer_tell(server->engine->observer, &event);
	if (server->settings->hub != NULL) {
		hub_join(server->settings->hub, &member);
		right = &member;
	}
	session = session_start(&server->plan, left, right);
	session->source = source;
	hub_belongs(session, &session->right);
	session_link(session, &server->sessions);
	server->active++;
	server->was_served = true;
	if (!server->settings->keep)
		server_stop(server);
	return session;
}

static bool accept_other(struct server *server, struct endpoint *right)
{
	enum accept_result result = ACCEPT_NONE;

	for (size_t i = 0; i < server->other.count && result != ACCEPT_DONE; i++) {
		struct error err = { 0 };

		result = socket_accept(&server->other.endpoints[i], right, &err);
		if (result == ACCEPT_FULL && !server->is_paused)
			server_pause(server);
	}
	return result == ACCEPT_DONE;
}

/* Where both sides listen, a connection on one waits for one on the other. */
static void join_waiting(struct server *server)
{
	struct endpoint right = ENDPOINT_CLOSED;

	if (!server->has_waiting || !accept_other(server, &right))
		return;
	server->has_waiting = false;
	if (server_start_session(server, &server->waiting, &right) == NULL)
		endpoint_close(&right);
}

static void join_accepted(struct server *server, struct endpoint *left)
{
	if (server->other.count == 0) {
		server_start_session(server, left, NULL);
		return;
	}
	endpoint_move(&server->waiting, left);
	server->has_waiting = true;
	join_waiting(server);
}

/* The listener itself is of no more use. */
static void break_down(struct server *server, const struct error *err)
{
	server->err = *err;
	server_stop(server);
	if (server->active == 0)
		server->owner->over(server->owner);
}

/* Whether another may be waiting. */
static bool accept_one(struct server *server, struct entrance *entrance)
{
	struct endpoint accepted = ENDPOINT_CLOSED;
	struct error err = { 0 };

	switch (socket_accept(entrance->endpoint, &accepted, &err)) {
	case ACCEPT_DONE:
		server->pause_length = 0;
		server->lost = 0;
		join_accepted(server, &accepted);
		return true;
	case ACCEPT_REFUSED:
		/* Others may be welcome: whoever is not must not slow them down. */
		server->lost = 0;
		server_tell(server, EVENT_ERROR, &err, 0);
		return true;
	case ACCEPT_LOST:
		if (++server->lost < LOST_IN_A_ROW)
			return true;
		server_pause(server);
		return false;
	case ACCEPT_NONE:
		server_is_empty(server, entrance);
		return false;
	case ACCEPT_FULL:
		error_system(&err, "accept");
		server_tell(server, EVENT_PAUSED, &err, 0);
		server_pause(server);
		return false;
	case ACCEPT_ERROR:
		break_down(server, &err);
		return false;
	}
	return false;
}

static void accept_some(struct server *server, struct entrance *entrance)
{
	for (unsigned int i = 0; i < ACCEPTS_PER_TURN; i++)
		if (server_is_full(server) || !accept_one(server, entrance))
			return;
}

/* Whether nothing can be taken of it until there is room, which is told. */
static bool is_full(const struct server *server, const struct entrance *entrance)
{
	return entrance->peers != NULL ? peers_are_full(entrance->peers) : server_is_full(server);
}

static void serve(struct server *server)
{
	bool more = false;

	join_waiting(server);
	for (size_t i = 0; i < server->listener.count && !server->is_paused; i++) {
		struct entrance *entrance = &server->entrances[i];

		if (!entrance->ready || is_full(server, entrance))
			continue;
		if (entrance->peers != NULL)
			server_receive(server, entrance);
		else
			accept_some(server, entrance);
		if (server->listener.count == 0)
			return;
		more |= entrance->ready && !is_full(server, entrance);
	}
	if (more && !server->is_paused)
		loop_queue(server->engine->loop, &server->task);
}

static void task_run(struct loop_task *task)
{
	serve(container_of(task, struct server, task));
}

static void pause_over(struct loop_timer *timer)
{
	struct server *server = container_of(timer, struct server, pause);

	server->is_paused = false;
	serve(server);
}

static void entrance_ready(struct loop_watch *watch, uint32_t events)
{
	struct entrance *entrance = container_of(watch, struct entrance, watch);

	(void)events;
	entrance->ready = true;
	serve(entrance->server);
}

static void session_room(struct session_owner *owner)
{
	struct server *server = container_of(owner, struct server, session_owner);

	loop_queue(server->engine->loop, &server->task);
}

static bool has_ready(const struct server *server)
{
	for (size_t i = 0; i < server->listener.count; i++)
		if (server->entrances[i].ready)
			return true;
	return false;
}

static void session_over(struct session_owner *owner, struct session *session)
{
	struct server *server = container_of(owner, struct server, session_owner);

	server->active--;
	sources_leave(server->sources, session->source);
	if (server->owner->session_over != NULL)
		server->owner->session_over(server->owner, session);
	if (server->is_paused) {
		loop_set_timer(server->engine->loop, &server->pause, DEADLINE_NEVER);
		server->is_paused = false;
	}
	if (!server->settings->keep || (server->is_stopped && server->active == 0)) {
		server->owner->over(server->owner);
		return;
	}
	if (server->has_waiting || has_ready(server))
		loop_queue(server->engine->loop, &server->task);
}

static size_t peers_maximum(const struct server *server)
{
	return server->settings->maximum > 0 ? (size_t)server->settings->maximum : PEERS_DEFAULT;
}

/* Not to be found is no reason not to listen. */
static void announce(struct server *server, struct endpoint *endpoint)
{
	const struct family *family = endpoint->target->family;
	struct error why = { 0 };
	struct event event = { .kind = EVENT_NOTICE, .subject = endpoint, .error = &why };

	if (family->announce != NULL && family->announce(endpoint->target, endpoint, &why) < 0)
		observer_tell(server->engine->observer, &event);
}

static int open_entrance(struct server *server, struct entrance *entrance, struct endpoint *endpoint,
		 struct error *err)
{
	struct event event = { .kind = EVENT_LISTENING, .subject = endpoint };

	*entrance = (struct entrance){ .watch = { .fd = -1, .ready = entrance_ready },
				       .server = server,
				       .endpoint = endpoint };
	if (endpoint->target->type->no_listen && endpoint->target == server->settings->listen) {
		entrance->peers = peers_new(endpoint, peers_maximum(server),
					    server->engine->loop, &server->task);
		if (server->room.data == NULL)
			message_room_init(&server->room, MESSAGE_MAXIMUM, MESSAGE_CONTROL_MAXIMUM);
		if (endpoint->ops != NULL && endpoint->ops->receive_many != NULL)
			entrance->batch = batch_new();
	}
	if (loop_watch(server->engine->loop, &entrance->watch, endpoint->in, EPOLLIN, err) < 0)
		return -1;
	if (server->settings->is_quiet)
		return 0;
	observer_tell(server->engine->observer, &event);
	announce(server, endpoint);
	return 0;
}

static int open_listener(struct server *server, struct error *err)
{
	struct fdpass *given = server->settings->given;

	if (given == NULL || given->count == 0)
		return listener_open(&server->listener, server->settings->listen, err);
	if (listener_adopt(&server->listener, server->settings->listen, given->fds, given->count, err) < 0)
		return -1;
	for (size_t i = 0; i < server->listener.count; i++)
		server->listener.endpoints[i].passed_on = server->settings->is_lent;
	return 0;
}

static int open_other(struct server *server, struct error *err)
{
	struct listener *other = &server->other;

	if (listener_open(other, server->settings->other, err) < 0)
		return -1;
	server->other_entrances = memory_array(other->count, sizeof(*server->other_entrances));
	for (size_t i = 0; i < other->count; i++)
		if (open_entrance(server, &server->other_entrances[i], &other->endpoints[i], err) < 0)
			return -1;
	return 0;
}

static int open_all(struct server *server, struct error *err)
{
	const struct target *other = server->settings->other;

	if (server->sources != NULL && server->settings->listen->family->source == NULL)
		return error_usage(err, "max-per-source: clients of this family are not told apart");
	if (open_listener(server, err) < 0)
		return -1;
	server->entrances = memory_array(server->listener.count, sizeof(*server->entrances));
	for (size_t i = 0; i < server->listener.count; i++)
		if (open_entrance(server, &server->entrances[i], &server->listener.endpoints[i], err) < 0)
			return -1;
	return other->role == ROLE_LISTEN ? open_other(server, err) : 0;
}

static void gone(struct loop_task *task)
{
	free(container_of(task, struct server, gone));
}

struct server *server_start(struct engine *engine, const struct server_settings *settings,
			    struct server_owner *owner, struct error *err)
{
	struct server *server = memory_new(sizeof(*server));
	uint64_t per_source = settings->listen->common.max_per_source;

	server->engine = engine;
	server->waiting = ENDPOINT_CLOSED;
	server->settings = settings;
	server->owner = owner;
	server->session_owner.over = session_over;
	server->session_owner.room = session_room;
	server->plan = (struct session_plan){ .engine = engine,
					      .settings = settings->session,
					      .left = settings->listen,
					      .right = settings->other,
					      .owner = &server->session_owner };
	server->task.run = task_run;
	server->gone.run = gone;
	if (per_source > 0)
		server->sources = sources_new(per_source);
	server->pause.expired = pause_over;
	if (open_all(server, err) == 0)
		return server;
	server_free(server);
	return NULL;
}

void server_finish(struct server *server)
{
	server_stop(server);
	for (struct session *session = server->sessions; session != NULL; session = session->next)
		session_finish(session);
	if (server->active == 0)
		server->owner->over(server->owner);
}

const struct listener *server_listener(const struct server *server)
{
	return &server->listener;
}

const struct session *server_sessions(const struct server *server)
{
	return server->sessions;
}

const struct error *server_error(const struct server *server)
{
	return error_is_set(&server->err) ? &server->err : NULL;
}

void server_free(struct server *server)
{
	if (server == NULL)
		return;
	server->plan.owner = NULL;
	while (server->sessions != NULL) {
		struct session *session = server->sessions;

		session_unlink(session);
		session_abort(session, NULL);
	}
	for (size_t i = 0; i < server->listener.count && server->entrances != NULL; i++) {
		loop_unwatch(server->engine->loop, &server->entrances[i].watch);
		peers_free(server->entrances[i].peers);
		batch_free(server->entrances[i].batch);
	}
	loop_set_timer(server->engine->loop, &server->pause, DEADLINE_NEVER);
	listener_close(&server->listener);
	close_other(server);
	endpoint_close(&server->waiting);
	message_room_release(&server->room);
	sources_free(server->sources);
	free(server->entrances);
	/* Its sessions look at their plan until the end of the turn. */
	loop_queue_last(server->engine->loop, &server->gone);
}
