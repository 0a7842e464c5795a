/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long a session may be idle, and a program outlive it. */
#include "base/memory.h"
#include "relay/session_phases.h"

#include <signal.h>

/* Of peers that cannot say that they have gone; as long as RFC 4787 wants of a NAT. */
#define PEER_IDLE_LIMIT (300 * NANOSECONDS_PER_SECOND)

/* One of a datagram socket's peers. */
static bool is_of_peer(const struct session *session)
{
	return session_is_served(session) && session->plan->left->type != NULL &&
	       session->plan->left->type->no_listen;
}

/* An end that nobody asked for is none to tell as an error. */
static bool expires(const struct session *session)
{
	return is_of_peer(session) && session->plan->settings->idle_timeout == 0 &&
	       target_setting(session->plan->left, "idle-timeout") == NULL &&
	       target_setting(session->plan->right, "idle-timeout") == NULL;
}

static nanoseconds idle_limit(const struct session *session)
{
	nanoseconds limit = expires(session) ? PEER_IDLE_LIMIT : session->plan->settings->idle_timeout;

	if (session->plan->left->common.idle_timeout > 0)
		limit = session->plan->left->common.idle_timeout;
	if (session->plan->right->common.idle_timeout > 0)
		limit = session->plan->right->common.idle_timeout;
	return limit;
}

/* When it has been quiet for long enough to end in order. */
static nanoseconds quiet_due(const struct session *session)
{
	nanoseconds quiet_for = session->plan->settings->goal.quiet_for;

	return session_has_heard(session) ? flow_heard(session_answer(session)) + quiet_for : DEADLINE_NEVER;
}

static nanoseconds idle_due(const struct session *session)
{
	return idle_limit(session) > 0 ? session->active + idle_limit(session) : DEADLINE_NEVER;
}

void session_idle_out(struct session *session)
{
	struct error err = { 0 };
	nanoseconds now = session_now(session);

	if (now >= quiet_due(session)) {
		session_finish(session);
		return;
	}
	if (now < idle_due(session)) {
		session_set_timer(session, deadline_earlier(quiet_due(session), idle_due(session)));
		return;
	}
	error_set(&err, ERROR_TIMEOUT, "idle for too long");
	session_abort(session, expires(session) ? NULL : &err);
}

void session_watch_idleness(struct session *session)
{
	if (idle_limit(session) > 0)
		session_set_timer(session, session->active + idle_limit(session));
}

/* Of both sides the shorter one; 0: programs may take their time. */
static nanoseconds kill_after(const struct session *session)
{
	const struct side *sides[] = { &session->left, &session->right };
	nanoseconds shortest = 0;

	for (size_t i = 0; i < array_length(sides); i++) {
		nanoseconds limit = session->plan->settings->kill_after;

		if (side_child_is_over(sides[i]))
			continue;
		limit = target_number(sides[i]->endpoint.target, "kill-after", limit);
		if (limit > 0 && (shortest == 0 || limit < shortest))
			shortest = limit;
	}
	return shortest;
}

void session_set_kill_timer(struct session *session)
{
	nanoseconds limit = kill_after(session);

	if (limit > 0)
		session_set_timer(session, session_now(session) + limit);
}

void session_kill(struct session *session)
{
	static const int signals[] = { SIGTERM, SIGKILL };
	struct side *sides[] = { &session->left, &session->right };

	if (kill_after(session) == 0 || session->signals >= array_length(signals)) {
		session_idle_out(session);
		return;
	}
	for (size_t i = 0; i < array_length(sides); i++)
		if (!side_child_is_over(sides[i]) && sides[i]->endpoint.ops->signal != NULL)
			sides[i]->endpoint.ops->signal(&sides[i]->endpoint, signals[session->signals]);
	session->signals++;
	session_set_kill_timer(session);
}
