/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session that opens its sides, and waits for descriptors or memory where they are short. */
#include "base/memory.h"
#include "relay/session_phases.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>

#define STARVED_FIRST 10U     /* milliseconds */
#define STARVED_LONGEST 1000U /* the same */
#define STARVED_LIMIT (60 * NANOSECONDS_PER_SECOND)

void session_set_starved(struct session *session, bool starved)
{
	if (session->is_starved == starved)
		return;
	session->is_starved = starved;
	if (starved) {
		session->plan->engine->starved++;
		return;
	}
	session->wait = 0;
	session->plan->engine->starved--;
	if (session->plan->owner != NULL && session->plan->owner->room != NULL)
		session->plan->owner->room(session->plan->owner);
}

static bool is_shortage(int code)
{
	return code == EMFILE || code == ENFILE || code == ENOMEM || code == ENOBUFS ||
	       code == EAGAIN;
}

/* At most one line a second, for all sessions together. */
static void tell_shortage(struct session *session, const struct error *err)
{
	struct event event = { .kind = EVENT_PAUSED, .target = session->plan->left, .error = err };
	nanoseconds now = session_now(session);

	if (now - session->plan->engine->last_notice < NANOSECONDS_PER_SECOND)
		return;
	session->plan->engine->last_notice = now;
	observer_tell(session->plan->engine->observer, &event);
}

/* Whether a session of a server waits for others to give descriptors or memory back. */
static bool wait_for_room(struct session *session, const struct error *err)
{
	nanoseconds now = session_now(session);

	if (!session_is_served(session) || !is_shortage(err->code) ||
	    now - session->started > STARVED_LIMIT)
		return false;
	session->wait = (uint16_t)(session->wait == 0		  ? STARVED_FIRST :
				   session->wait < STARVED_LONGEST / 2 ? 2U * session->wait :
									 STARVED_LONGEST);
	session_set_starved(session, true);
	tell_shortage(session, err);
	session_set_timer(session, now + session->wait * NANOSECONDS_PER_MILLISECOND);
	return true;
}

/* The one that is opened now, or next. */
static struct side *opening_side(struct session *session)
{
	return side_is_open(&session->left) ? &session->right : &session->left;
}

static const struct target *target_of(struct side *side)
{
	const struct session_plan *plan = session_of(side)->plan;

	return side->is_right ? plan->right : plan->left;
}

static void opening_over(struct session *session)
{
	struct side *side = opening_side(session);
	const struct target *target = target_of(side);
	struct opening *opening = session->opening;
	struct endpoint endpoint = ENDPOINT_CLOSED;
	struct event opened = { .kind = EVENT_OPENED,
				.session = session->number,
				.subject = &side->endpoint,
				.target = target };

	loop_unwatch(session_loop(session), &side->in_watch);
	session_set_timer(session, DEADLINE_NEVER);
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
	observer_tell(session->plan->engine->observer, &opened);
	session_open(session);
}

static void opening_ready(struct loop_watch *watch, uint32_t events)
{
	struct session *session = session_of(container_of(watch, struct side, in_watch));

	(void)events;
	opening_step(session->opening);
	session_open(session);
}

/* Waits for what the opening waits for now. */
static void watch_opening(struct session *session)
{
	struct loop *loop = session_loop(session);
	struct side *side = opening_side(session);
	int fd = opening_fd(session->opening);
	uint32_t events = opening_events(session->opening) == POLLIN ? EPOLLIN : EPOLLOUT;
	struct error err = { 0 };
	uint64_t tries;

	if (opening_tells_retry(session->opening, &err, &tries))
		session_tell_retry(session, target_of(side), &err, tries);
	loop_unwatch(loop, &side->in_watch);
	side->in_watch.ready = opening_ready;
	if (fd >= 0 && loop_watch(loop, &side->in_watch, fd, events, &err) < 0) {
		session_abort(session, &err);
		return;
	}
	session_set_timer(session, opening_deadline(session->opening));
}

static void open_next(struct session *session)
{
	struct side *side = opening_side(session);
	const struct target *target = target_of(side);

	session_tell(session, EVENT_OPENING, NULL, target);
	session->opening = opening_start(target, side->is_right ? &session->left.endpoint : NULL,
					 session->plan->engine->deadline);
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
