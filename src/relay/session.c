/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session's life: made, opened, run, closed; what happens in between is in its phases. */
#include "relay/session.h"

#include "base/memory.h"
#include "relay/pipes.h"
#include "relay/session_phases.h"

#include <stdlib.h>

_Static_assert(sizeof(struct session) <= 512 - sizeof(size_t), "half a KiB, with what malloc(3) needs");

void session_tell(struct session *session, enum event_kind kind, const struct endpoint *subject,
		 const struct target *target)
{
	struct event event = { .kind = kind,
			       .session = session->number,
			       .subject = subject,
			       .target = target };

	observer_tell(session->plan->engine->observer, &event);
}

void session_tell_error(struct session *session, const struct error *err,
		       const struct endpoint *subject, const struct target *target)
{
	struct event event = { .kind = EVENT_ERROR,
			       .session = session->number,
			       .subject = subject,
			       .target = target,
			       .error = err };

	if (session->err == NULL) {
		session->err = memory_new(sizeof(*session->err));
		*session->err = *err;
	}
	observer_tell(session->plan->engine->observer, &event);
}

void session_link(struct session *session, struct session **head)
{
	session->next = *head;
	session->previous = head;
	if (*head != NULL)
		(*head)->previous = &session->next;
	*head = session;
}

void session_unlink(struct session *session)
{
	if (session->previous == NULL)
		return;
	*session->previous = session->next;
	if (session->next != NULL)
		session->next->previous = session->previous;
	session->previous = NULL;
}

static void session_free(struct loop_task *task)
{
	struct session *session = container_of(task, struct session, task);

	if (session->plan->owner != NULL)
		session->plan->owner->over(session->plan->owner, session);
	session_unlink(session);
	if (--session->plan->engine->active == 0)
		pipes_trim(session->plan->engine->pipes);
	flow_release(&session->forward);
	flow_release(&session->backward);
	side_release(&session->left);
	side_release(&session->right);
	opening_free(session->opening);
	free(session->returning);
	free(session->err);
	free(session);
}

static void tell_closed(struct session *session)
{
	struct transfer transfers[2] = { flow_moved(&session->forward), flow_moved(&session->backward) };
	struct event event = { .kind = EVENT_CLOSED,
			       .session = session->number,
			       .subject = side_is_open(&session->left) ? &session->left.endpoint : NULL,
			       .other = side_is_open(&session->right) ? &session->right.endpoint : NULL,
			       .target = session->plan->right,
			       .error = session->err,
			       .transfers = transfers,
			       .duration = session_now(session) - session->started };

	observer_tell(session->plan->engine->observer, &event);
}

void session_close(struct session *session)
{
	struct loop *loop = session_loop(session);
	bool reset = session->left.was_reset || session->right.was_reset;

	if (session->is_over)
		return;
	session->is_over = true;
	session_set_starved(session, false);
	tell_closed(session);
	loop_set_timer(loop, &session->timer, DEADLINE_NEVER);
	side_close(&session->left, loop, reset);
	side_close(&session->right, loop, reset);
	session->task.run = session_free;
	if (!loop_is_queued(&session->task))
		loop_queue_last(loop, &session->task);
}

/* When an endpoint wants to be tried again. */
static nanoseconds retry_due(const struct session *session)
{
	nanoseconds left = session->left.endpoint.try_at, right = session->right.endpoint.try_at;

	return deadline_earlier(left > 0 ? left : DEADLINE_NEVER, right > 0 ? right : DEADLINE_NEVER);
}

static void set_timer(struct session *session)
{
	loop_set_timer(session_loop(session), &session->timer,
		       deadline_earlier(session->due, retry_due(session)));
}

void session_set_timer(struct session *session, nanoseconds at)
{
	session->due = at;
	set_timer(session);
}

void session_set_retry(struct session *session)
{
	if (retry_due(session) != DEADLINE_NEVER)
		set_timer(session);
}

/* What its phase waited for until now. */
static void go_on(struct session *session)
{
	if (session->opening != NULL) {
		opening_step(session->opening);
		session_open(session);
	} else if (session_is_away(session)) {
		session_try_return(session);
	} else if (session->is_starved) {
		session_open(session);
	} else if (session->is_ending) {
		session_kill(session);
	} else if (session->wait > 0) {
		session_end_if_over(session);
	} else {
		session_idle_out(session);
	}
}

static void timer_expired(struct loop_timer *timer)
{
	struct session *session = container_of(timer, struct session, timer);
	nanoseconds now = session_now(session);
	bool is_due = now >= session->due;

	if (is_due)
		session->due = DEADLINE_NEVER;
	if (now >= retry_due(session))
		session_retry(session);
	if (is_due && !session->is_over)
		go_on(session);
	if (!session->is_over)
		set_timer(session);
}

static void task_run(struct loop_task *task)
{
	struct session *session = container_of(task, struct session, task);

	if (session->is_running)
		session_run(session);
	else
		session_open(session);
}

struct session *session_start(const struct session_plan *plan, struct endpoint *left,
			      struct endpoint *right)
{
	struct session *session = memory_new(sizeof(*session));
	bool attached = true;

	session->plan = plan;
	session->number = ++plan->engine->sessions;
	plan->engine->active++;
	if (plan->engine->served != NULL)
		atomic_store(plan->engine->served, true);
	session->started = session->active = session_now(session);
	session->due = DEADLINE_NEVER;
	session->timer.expired = timer_expired;
	session->task.run = task_run;
	side_init(&session->left, false);
	side_init(&session->right, true);
	flow_init(&session->forward, &session->left, &session->right, DIRECTION_FORWARD);
	flow_init(&session->backward, &session->right, &session->left, DIRECTION_BACKWARD);
	if (left != NULL)
		attached = session_attach(session, &session->left, left) == 0;
	if (right != NULL && attached)
		attached = session_attach(session, &session->right, right) == 0;
	/* At once, so that who accepts more knows whether there is room for them. */
	if (attached)
		session_open(session);
	return session;
}

void session_wake(struct session *session)
{
	loop_queue(session_loop(session), &session->task);
}

void session_abort(struct session *session, const struct error *why)
{
	if (session->is_over)
		return;
	if (why != NULL)
		session_tell_error(session, why, NULL, session->plan->right);
	flow_abandon(&session->forward);
	flow_abandon(&session->backward);
	session_close(session);
}

void session_finish(struct session *session)
{
	flow_stop(&session->forward);
	flow_stop(&session->backward);
	session_wake(session);
}

const struct error *session_error(const struct session *session)
{
	return session->err;
}

int session_child_status(const struct session *session)
{
	if (session->right.child_exited)
		return session->right.child_status;
	return session->left.child_exited ? session->left.child_status : -1;
}
