/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session whose lost side is opened again, while the other one stays and nothing that was read is dropped. */
#include "base/memory.h"
#include "relay/session_phases.h"

#include <inttypes.h>

struct returning {
	struct backoff backoff;
	uint64_t tries;	   /* in vain, one after the other */
	uint64_t received; /* bytes and messages so far, when it was lost last */
	bool has_begun, is_away;
};

static bool can_return(const struct target *target, const struct endpoint *endpoint)
{
	if (target->role == ROLE_LISTEN)
		return false;
	return target->type != NULL || (endpoint->terminal && !endpoint->console);
}

static struct returning *returning_of(struct session *session)
{
	if (session->returning == NULL)
		session->returning = memory_new(sizeof(*session->returning));
	return session->returning;
}

void session_let_return(struct session *session)
{
	session->left.returns = can_return(session->plan->left, &session->left.endpoint);
	session->right.returns = can_return(session->plan->right, &session->right.endpoint);
	/* What may be left over is kept by the flow, not in a pipe of the kernel. */
	session->forward.shows = session->backward.shows = true;
	returning_of(session)->has_begun = true;
}

bool session_is_away(const struct session *session)
{
	return session->returning != NULL && session->returning->is_away;
}

void session_try_return(struct session *session)
{
	session->returning->is_away = false;
	session_open(session);
}

bool session_has_run(const struct session *session)
{
	return session->is_running || (session->returning != NULL && session->returning->has_begun);
}

bool session_resume(struct session *session)
{
	return session->returning != NULL && session->returning->has_begun;
}

static void wait_for_it(struct session *session)
{
	struct returning *returning = session->returning;

	returning->is_away = true;
	session_set_timer(session, session_now(session) + backoff_step(&returning->backoff));
}

void session_tell_retry(struct session *session, const struct target *target,
			const struct error *err, uint64_t tries)
{
	struct event event = { .kind = EVENT_RETRY,
			       .session = session->number,
			       .target = target,
			       .error = err,
			       .count = tries };

	observer_tell(session->plan->engine->observer, &event);
}

static void start_over(struct session *session, const struct target *target)
{
	session->returning->backoff = target_backoff(target);
	session->returning->tries = 0;
}

bool session_returns(struct session *session, const struct target *target, const struct error *err)
{
	/* retry= is a bound: so often it was tried. */
	if (!session->plan->settings->reconnect || target->common.retries > 0 ||
	    target->type == NULL || target->role == ROLE_LISTEN ||
	    err->kind == ERROR_USAGE || err->kind == ERROR_UNAVAILABLE)
		return false;
	if (session->returning == NULL) {
		returning_of(session);
		start_over(session, target);
	}
	session->returning->tries++;
	session_tell_retry(session, target, err, session->returning->tries);
	wait_for_it(session);
	return true;
}

/* What was written and will not arrive any more, as far as the kernel knows. */
static uint64_t count_lost(struct side *side)
{
	struct error err = { 0 };
	int64_t pending = endpoint_pending(&side->endpoint, &err);

	return pending > 0 ? (uint64_t)pending : 0;
}

static void close_lost(struct session *session, struct side *side, struct flow *from,
		       struct flow *into)
{
	struct endpoint *endpoint = &side->endpoint;
	const struct error *why = flow_error(from) != NULL ? flow_error(from) : flow_error(into);
	struct transfer moved = flow_moved(from);
	struct error err = { 0 };
	uint64_t lost = count_lost(side);

	if (why != NULL)
		err = *why;
	else
		error_set(&err, ERROR_RESET, "the peer ended");
	into->moved.lost += lost;
	if (lost > 0)
		error_context(&err, "%" PRIu64 " bytes that were sent are lost", lost);
	if (moved.bytes + moved.messages != session->returning->received)
		start_over(session, endpoint->target);
	session->returning->received = moved.bytes + moved.messages;
	session_tell_retry(session, endpoint->target, &err, 0);
	side_close(side, session_loop(session), false);
	side_init(side, side->is_right);
	side->returns = true;
	flow_resume(from, side);
	flow_resume(into, side);
}

void session_lost(struct session *session)
{
	session->is_running = false;
	if (session->left.is_gone)
		close_lost(session, &session->left, &session->forward, &session->backward);
	if (session->right.is_gone)
		close_lost(session, &session->right, &session->backward, &session->forward);
	wait_for_it(session);
}
