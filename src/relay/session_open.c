/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session that opens its sides, and waits for descriptors or memory where they are short. */
#include "base/memory.h"
#include "relay/session_phases.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>

#define STARVED_FIRST (10 * NANOSECONDS_PER_MILLISECOND)
#define STARVED_LONGEST NANOSECONDS_PER_SECOND
#define STARVED_LIMIT (60 * NANOSECONDS_PER_SECOND)

void session_set_starved(struct session *session, bool starved)
{
	if (session->is_starved == starved)
		return;
	session->is_starved = starved;
	if (starved) {
		session->engine->starved++;
		return;
	}
	session->engine->starved--;
	if (session->owner != NULL && session->owner->room != NULL)
		session->owner->room(session->owner);
}

static bool is_shortage(int code)
{
	return code == EMFILE || code == ENFILE || code == ENOMEM || code == ENOBUFS ||
	       code == EAGAIN;
}

/* At most one line a second, for all sessions together. */
static void tell_shortage(struct session *session, const struct error *err)
{
	struct event event = { .kind = EVENT_PAUSED, .target = session->left_target, .error = err };
	nanoseconds now = loop_now(session->engine->loop);

	if (now - session->engine->last_notice < NANOSECONDS_PER_SECOND)
		return;
	session->engine->last_notice = now;
	observer_tell(session->engine->observer, &event);
}

/* Whether a session of a server waits for others to give descriptors or memory back. */
static bool wait_for_room(struct session *session, const struct error *err)
{
	nanoseconds now = loop_now(session->engine->loop);

	if (!session_is_served(session) || !is_shortage(err->code) ||
	    now - session->started > STARVED_LIMIT)
		return false;
	session->starved_for = session->starved_for == 0 ? STARVED_FIRST : 2 * session->starved_for;
	if (session->starved_for > STARVED_LONGEST)
		session->starved_for = STARVED_LONGEST;
	session_set_starved(session, true);
	tell_shortage(session, err);
	loop_set_timer(session->engine->loop, &session->timer, now + session->starved_for);
	return true;
}

static void opening_over(struct session *session)
{
	const struct target *target =
		side_is_open(&session->left) ? session->right_target : session->left_target;
	struct side *side = side_is_open(&session->left) ? &session->right : &session->left;
	struct opening *opening = session->opening;
	struct endpoint endpoint = ENDPOINT_CLOSED;
	struct event opened = { .kind = EVENT_OPENED,
				.session = session->number,
				.subject = &side->endpoint,
				.target = target };

	loop_unwatch(session->engine->loop, &session->opening_watch);
	loop_set_timer(session->engine->loop, &session->timer, DEADLINE_NEVER);
	session->opening = NULL;
	if (opening_state(opening) == OPENING_FAILED &&
	    wait_for_room(session, opening_error(opening))) {
		opening_free(opening);
		return;
	}
	session_set_starved(session, false);
	if (opening_state(opening) == OPENING_FAILED &&
	    session_returns(session, target, opening_error(opening))) {
		opening_free(opening);
		return;
	}
	if (opening_state(opening) == OPENING_FAILED) {
		session_tell_error(session, opening_error(opening), NULL, target);
		opening_free(opening);
		session->left.was_reset = true;
		session_close(session);
		return;
	}
	opened.duration = opening_duration(opening, &opened.lookup);
	opening_take(opening, &endpoint);
	opening_free(opening);
	if (session_attach(session, side, &endpoint) < 0)
		return;
	observer_tell(session->engine->observer, &opened);
	session_open(session);
}

static void opening_ready(struct loop_watch *watch, uint32_t events)
{
	struct session *session = container_of(watch, struct session, opening_watch);

	(void)events;
	opening_step(session->opening);
	session_open(session);
}

/* Waits for what the opening waits for now. */
static void watch_opening(struct session *session)
{
	struct loop *loop = session->engine->loop;
	int fd = opening_fd(session->opening);
	uint32_t events = opening_events(session->opening) == POLLIN ? EPOLLIN : EPOLLOUT;
	struct error err = { 0 };
	uint64_t tries;

	if (opening_tells_retry(session->opening, &err, &tries))
		session_tell_retry(session, side_is_open(&session->left) ? session->right_target : session->left_target, &err, tries);
	loop_unwatch(loop, &session->opening_watch);
	session->opening_watch.ready = opening_ready;
	if (fd >= 0 && loop_watch(loop, &session->opening_watch, fd, events, &err) < 0) {
		session_abort(session, &err);
		return;
	}
	loop_set_timer(loop, &session->timer, opening_deadline(session->opening));
}

static void open_next(struct session *session)
{
	bool left_is_open = side_is_open(&session->left);
	const struct target *target = left_is_open ? session->right_target : session->left_target;

	session_tell(session, EVENT_OPENING, NULL, target);
	session->opening = opening_start(target, left_is_open ? &session->left.endpoint : NULL,
					 session->engine->deadline);
}

void session_open(struct session *session)
{
	if (session->is_over || session_is_away(session))
		return;
	if (session->opening != NULL) {
		if (opening_state(session->opening) == OPENING_WAITS)
			watch_opening(session);
		else
			opening_over(session);
		return;
	}
	if (!side_is_open(&session->left) || !side_is_open(&session->right)) {
		open_next(session);
		session_open(session);
		return;
	}
	session_begin(session);
}

bool session_is_starved(const struct session *session)
{
	return session->is_starved && !session->is_over;
}

void session_try_again(struct session *session)
{
	if (session_is_starved(session) && session->opening == NULL)
		session_open(session);
}
