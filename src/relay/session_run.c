/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session that runs: two flows, each ended on its own, and what the end of one means for the other. */
#include "base/memory.h"
#include "core/socket.h"
#include "relay/conversion.h"
#include "relay/session_phases.h"
#include "relay/translation.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/epoll.h>

#define DELIVERY_WAIT_MAXIMUM 50 /* milliseconds */

static void flow_over(struct session *session, struct flow *flow)
{
	struct transfer transfers[2] = { flow_moved(&session->forward), flow_moved(&session->backward) };
	struct event event = { .kind = EVENT_END,
			       .session = session->number,
			       .subject = &flow->source->endpoint,
			       .direction = (enum direction)flow->direction,
			       .transfers = transfers };

	observer_tell(session->plan->engine->observer, &event);
}

/* The first was told when it happened. */
static void tell_refused(struct session *session, const struct flow *flow)
{
	struct event event = { .kind = EVENT_NOTICE,
			       .session = session->number,
			       .subject = &flow->sink->endpoint,
			       .direction = (enum direction)flow->direction };
	struct error notice = { 0 };

	if (flow_moved(flow).refused < 2)
		return;
	error_set(&notice, ERROR_INCOMPLETE, "%" PRIu64 " messages were refused, and dropped", flow_moved(flow).refused);
	event.error = &notice;
	observer_tell(session->plan->engine->observer, &event);
}

/* An error of a flow is told once, at the end of it which it belongs to. */
static void tell_flow_error(struct session *session, struct flow *flow)
{
	const struct endpoint *sink = &flow->sink->endpoint;
	const struct endpoint *failed = flow->source_failed ? &flow->source->endpoint : sink;
	struct error err;

	if (flow_error(flow) == NULL)
		return;
	err = *flow_error(flow);
	/* How much of its input a program reads is its own affair. */
	if (err.code == EPIPE && sink->pidfd >= 0)
		return;
	if (err.code == EPIPE && sink->console) {
		session->stdout_gone = true;
		return;
	}
	if (failed->is_socket)
		socket_explain(failed->target, &err);
	session_tell_error(session, &err, failed, NULL);
}

static bool is_delivered(struct session *session)
{
	struct endpoint *sink = &session->right.endpoint;
	uint16_t wait = session->wait > 0 ? session->wait : 1;
	struct error err = { 0 };
	int64_t pending;

	if (!session->plan->settings->wait_delivered || session->right.broken || session->is_ending)
		return true;
	pending = endpoint_pending(sink, &err);
	if (pending == ENDPOINT_LOST)
		session_tell_error(session, &err, sink, NULL);
	if (pending <= 0)
		return true;
	session->wait = (uint16_t)(wait < DELIVERY_WAIT_MAXIMUM ? 2 * wait : wait);
	session_set_timer(session, session_now(session) + wait * NANOSECONDS_PER_MILLISECOND);
	return false;
}

/* Nothing passes any more: a program that would write or wait for more is told so. */
static void hang_up(struct session *session, struct side *side)
{
	if (!side_child_is_over(side))
		side_hang_up(side, session_loop(session));
}

void session_end_if_over(struct session *session)
{
	struct flow *forward = &session->forward, *backward = &session->backward;

	if (forward->state != FLOW_CLOSED || backward->state != FLOW_CLOSED)
		return;
	if (!is_delivered(session))
		return;
	if (!session->is_ending) {
		session->is_ending = true;
		/* The peer need not wait for the program. */
		if (session->right.endpoint.pidfd >= 0 && session->left.endpoint.pidfd < 0)
			side_finish(&session->left, session_loop(session));
	}
	hang_up(session, &session->left);
	hang_up(session, &session->right);
	if (session->signals == 0)
		session_set_kill_timer(session);
	if (side_child_is_over(&session->left) && side_child_is_over(&session->right))
		session_close(session);
}

static uint64_t messages_lacking(const struct session *session)
{
	uint64_t wanted = session->plan->settings->goal.messages;
	uint64_t came = flow_moved(session_answer(session)).messages;

	return wanted > came ? wanted - came : 0;
}

static uint64_t bytes_lacking(const struct session *session)
{
	return session->plan->settings->goal.bytes > 0 ? session_answer(session)->limit : 0;
}

bool session_has_heard(const struct session *session)
{
	return flow_heard(session_answer(session)) > 0;
}

bool session_reached_goal(const struct session *session, struct error *err)
{
	const struct goal *goal = &session->plan->settings->goal;
	uint64_t lacking = messages_lacking(session);

	if (flow_has_found(session_answer(session)) || (goal->until == NULL && lacking == 0 && bytes_lacking(session) == 0))
		return true;
	if (goal->until != NULL)
		error_set(err, ERROR_FAILED, "nothing that matches --until came");
	else if (lacking == 0)
		error_set(err, ERROR_FAILED, "%" PRIu64 " of %" PRIu64 " bytes came",
			  goal->bytes - bytes_lacking(session), goal->bytes);
	else
		error_set(err, ERROR_FAILED, "%" PRIu64 " of %" PRIu64 " messages came",
			  goal->messages - lacking, goal->messages);
	return false;
}

static bool is_enough(const struct session *session)
{
	const struct goal *goal = &session->plan->settings->goal;

	return flow_has_found(session_answer(session)) || (goal->messages > 0 && messages_lacking(session) == 0) ||
	       (goal->bytes > 0 && bytes_lacking(session) == 0);
}

/* What the end of one direction means for the other. */
static void after_end(struct session *session, struct flow *ended, struct flow *other)
{
	bool is_answer = ended == session_answer(session);

	/* All was said to it: it need not come back. */
	ended->sink->returns = false;
	flow_over(session, ended);
	tell_refused(session, ended);
	tell_flow_error(session, ended);
	if (ended->sink->endpoint.ready_in == READY_ON_DEMAND && ended->sink->endpoint.finished)
		ended->sink->readable = true;
	else if (ended->sink->endpoint.ready_in == READY_ON_DEMAND)
		flow_stop(other);
	if (session->plan->settings->close_on_first_end)
		flow_stop(other);
	if (flow_is_torn(ended))
		flow_abandon(other);
	/* Nobody watches a server's sessions: what failed would stay for ever where no end can come. */
	if (flow_error(ended) != NULL && session_is_served(session) &&
	    other->source->endpoint.end == END_NONE)
		flow_stop(other);
	/* What was not asked is not answered. */
	if (!is_answer && flow_error(ended) != NULL &&
	    (session->plan->settings->goal.messages > 0 || session->plan->settings->goal.bytes > 0 ||
	     session->plan->settings->goal.until != NULL))
		flow_stop(other);
	/* Nobody should have to press Enter to leave. */
	if (ended == &session->backward && session->left.endpoint.terminal)
		flow_stop(other);
	if (is_answer && is_enough(session))
		flow_stop(other);
	if (session->stdout_gone)
		flow_abandon(other);
}

/*
 * A sink that is gone is noticed also while there is nothing to write; our own
 * standard output only where nothing else goes on, as anybody's is.
 */
static void abandon_if_gone(struct session *session, struct flow *flow, const struct flow *other)
{
	const struct side *sink = flow->sink;

	if (flow->state != FLOW_OPEN || !sink->broken || flow->discards)
		return;
	if (sink->returns) {
		flow->sink->is_gone = true;
		flow->sink->writable = false;
		return;
	}
	if (sink->endpoint.console && other->state != FLOW_CLOSED)
		return;
	session->stdout_gone |= sink->endpoint.console;
	flow_abandon(flow);
}

static void note_heard(struct session *session, struct flow *flow)
{
	nanoseconds quiet_for = session->plan->settings->goal.quiet_for;

	if (quiet_for == 0 || flow != session_answer(session))
		return;
	flow_note_heard(flow, session->active);
	session_set_timer(session, session->active + quiet_for);
}

static bool has_moved(const struct flow *flow, const struct transfer *before)
{
	struct transfer after = flow_moved(flow);

	return after.bytes != before->bytes || after.messages != before->messages;
}

static bool run_flow(struct session *session, struct flow *flow, struct flow *other)
{
	struct flow_environment environment = { .loop = session_loop(session),
						.observer = session->plan->engine->observer,
						.pipes = session->plan->engine->pipes,
						.spare = &session->plan->engine->spare,
						.session = session->number };
	struct transfer before = flow_moved(flow);
	bool again;

	if (flow->state == FLOW_CLOSED)
		return false;
	again = flow_run(flow, &environment);
	if (has_moved(flow, &before)) {
		session->active = session_now(session);
		note_heard(session, flow);
	}
	if (!again)
		abandon_if_gone(session, flow, other);
	if (flow->state != FLOW_CLOSED)
		return again;
	after_end(session, flow, other);
	return other->state != FLOW_CLOSED;
}

void session_retry(struct session *session)
{
	struct side *sides[] = { &session->left, &session->right };

	for (size_t i = 0; i < array_length(sides); i++)
		if (sides[i]->endpoint.try_at > 0) {
			sides[i]->endpoint.try_at = 0;
			sides[i]->readable = sides[i]->writable = true;
		}
	session_run(session);
}

/* What it said before it went is read first. */
static bool is_lost(const struct side *side, const struct flow *from)
{
	return side->is_gone && (!side->readable || from->state == FLOW_CLOSED);
}

void session_run(struct session *session)
{
	bool again;

	if (session->is_over || !session->is_running)
		return;
	again = run_flow(session, &session->forward, &session->backward);
	again |= run_flow(session, &session->backward, &session->forward);
	if (is_lost(&session->left, &session->forward) ||
	    is_lost(&session->right, &session->backward)) {
		session_lost(session);
		return;
	}
	session_end_if_over(session);
	if (!session->is_over)
		session_set_retry(session);
	if (again && !session->is_over && !session->is_ending)
		session_wake(session);
}

static void in_ready(struct loop_watch *watch, uint32_t events)
{
	struct side *side = container_of(watch, struct side, in_watch);

	side_note_in(side, events);
	session_run(session_of(side));
}

static void out_ready(struct loop_watch *watch, uint32_t events)
{
	struct side *side = container_of(watch, struct side_more, out_watch)->side;

	side_note_out(side, events);
	session_run(session_of(side));
}

/* A program that has ended reads no more; what it wrote is still delivered. */
static void child_ready(struct loop_watch *watch, uint32_t events)
{
	struct side *side = container_of(watch, struct side_more, child_watch)->side;
	struct session *session = session_of(side);
	struct flow *into = side->is_right ? &session->forward : &session->backward;

	(void)events;
	side_reap(side, session_loop(session));
	if (!side->child_exited)
		return;
	if (into->state != FLOW_CLOSED) {
		flow_abandon(into);
		after_end(session, into, side->is_right ? &session->backward : &session->forward);
	}
	session_run(session);
	session_end_if_over(session);
}

/* A side is open: it joins the loop. */
int session_attach(struct session *session, struct side *side, struct endpoint *endpoint)
{
	struct error err = { 0 };
	int attached;

	translation_wrap(endpoint);
	attached = side_attach(side, endpoint, session_loop(session), in_ready, out_ready, child_ready, &err);
	if (attached < 0)
		session_abort(session, &err);
	return attached;
}

static void limit_flows(struct session *session)
{
	const struct session_settings *settings = session->plan->settings;
	struct flow *answer = settings->goal.forward ? &session->forward : &session->backward;

	if (settings->goal.messages > 0 && answer->conversion != NULL)
		answer->conversion->messages_left = settings->goal.messages;
	if (settings->goal.bytes > 0)
		answer->limit = settings->goal.bytes;
	if (session->plan->left->common.read_bytes > 0)
		session->forward.limit = session->plan->left->common.read_bytes;
	if (session->plan->right->common.read_bytes > 0)
		session->backward.limit = session->plan->right->common.read_bytes;
}

void session_begin(struct session *session)
{
	const struct session_settings *settings = session->plan->settings;
	bool shows = observer_needs_data(session->plan->engine->observer);

	session->is_running = true;
	session->active = session_now(session);
	if (session_resume(session)) {
		session_watch_idleness(session);
		session_run(session);
		return;
	}
	session->forward.shows = session->backward.shows = shows;
	if (settings->reconnect)
		session_let_return(session);
	if (settings->rate > 0) {
		flow_slow_down(&session->forward, settings->rate);
		flow_slow_down(&session->backward, settings->rate);
	}
	if (settings->goal.until != NULL)
		flow_seek(settings->goal.forward ? &session->forward : &session->backward,
			  settings->goal.until);
	conversion_choose(&session->forward, settings, &session->plan->engine->room);
	conversion_choose(&session->backward, settings, &session->plan->engine->room);
	if (!settings->forward || !endpoint_has_input(&session->left.endpoint) ||
	    !endpoint_has_output(&session->right.endpoint))
		session->forward.state = FLOW_CLOSED;
	if (!settings->backward || !endpoint_has_input(&session->right.endpoint) ||
	    !endpoint_has_output(&session->left.endpoint))
		session->backward.state = FLOW_CLOSED;
	limit_flows(session);
	session_watch_idleness(session);
	session_run(session);
}
