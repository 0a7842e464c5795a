/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session's life: made, opened, run, closed; what happens in between is in its phases. */
#include "relay/session.h"

#include "base/memory.h"
#include "relay/pipes.h"
#include "relay/session_phases.h"

#include <stdlib.h>

void session_tell(struct session *session, enum event_kind kind, const struct endpoint *subject,
		 const struct target *target)
{
	struct event event = { .kind = kind,
			       .session = session->number,
			       .subject = subject,
			       .target = target };

	observer_tell(session->engine->observer, &event);
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
	observer_tell(session->engine->observer, &event);
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

	if (session->owner != NULL)
		session->owner->over(session->owner, session);
	session_unlink(session);
	if (--session->engine->active == 0)
		pipes_trim(session->engine->pipes);
	flow_release(&session->forward);
	flow_release(&session->backward);
	opening_free(session->opening);
	free(session->returning);
	free(session->err);
	free(session);
}

static void tell_closed(struct session *session)
{
	struct transfer transfers[2] = { session->forward.moved, session->backward.moved };
	struct event event = { .kind = EVENT_CLOSED,
			       .session = session->number,
			       .subject = side_is_open(&session->left) ? &session->left.endpoint : NULL,
			       .other = side_is_open(&session->right) ? &session->right.endpoint : NULL,
			       .target = session->right_target,
			       .error = session->err,
			       .transfers = transfers,
			       .duration = loop_now(session->engine->loop) - session->started };

	observer_tell(session->engine->observer, &event);
}

void session_close(struct session *session)
{
	struct loop *loop = session->engine->loop;
	bool reset = session->left.was_reset || session->right.was_reset;

	if (session->is_over)
		return;
	session->is_over = true;
	session_set_starved(session, false);
	tell_closed(session);
	loop_set_timer(loop, &session->timer, DEADLINE_NEVER);
	loop_set_timer(loop, &session->retry_timer, DEADLINE_NEVER);
	loop_unwatch(loop, &session->opening_watch);
	side_close(&session->left, loop, reset);
	side_close(&session->right, loop, reset);
	session->task.run = session_free;
	if (!session->task.is_queued)
		loop_queue_last(loop, &session->task);
}

static void timer_expired(struct loop_timer *timer)
{
	struct session *session = container_of(timer, struct session, timer);

	if (session->opening != NULL) {
		opening_step(session->opening);
		session_open(session);
	} else if (session_is_away(session)) {
		session_try_return(session);
	} else if (session->is_starved) {
		session_open(session);
	} else if (session->is_ending) {
		session_kill(session);
	} else if (session->delivery_wait > 0) {
		session_end_if_over(session);
	} else {
		session_idle_out(session);
	}
}

static void task_run(struct loop_task *task)
{
	struct session *session = container_of(task, struct session, task);

	if (session->is_running)
		session_run(session);
	else
		session_open(session);
}

struct session *session_start(struct engine *engine, const struct session_settings *settings,
			      struct session_owner *owner, struct endpoint *left,
			      const struct target *left_target, struct endpoint *right,
			      const struct target *right_target)
{
	struct session *session = memory_new(sizeof(*session));
	bool attached = true;

	session->engine = engine;
	session->settings = settings;
	session->owner = owner;
	session->left_target = left_target;
	session->right_target = right_target;
	session->number = ++engine->sessions;
	engine->active++;
	session->started = session->active = loop_now(engine->loop);
	session->opening_watch.fd = -1;
	session->timer.expired = timer_expired;
	session->retry_timer.expired = session_retry;
	session->task.run = task_run;
	side_init(&session->left);
	side_init(&session->right);
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

void session_abort(struct session *session, const struct error *why)
{
	if (session->is_over)
		return;
	if (why != NULL)
		session_tell_error(session, why, NULL, session->right_target);
	flow_abandon(&session->forward);
	flow_abandon(&session->backward);
	session_close(session);
}

void session_finish(struct session *session)
{
	flow_stop(&session->forward);
	flow_stop(&session->backward);
	loop_queue(session->engine->loop, &session->task);
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
