/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session's life: opening, running two flows, ending each on its own, close. */
#include "relay/session.h"

#include "base/memory.h"
#include "core/socket.h"
#include "relay/conversion.h"
#include "relay/side.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>

#define DELIVERY_WAIT_MAXIMUM 50 /* milliseconds */
#define STARVED_FIRST (10 * NANOSECONDS_PER_MILLISECOND)
#define STARVED_LONGEST NANOSECONDS_PER_SECOND
#define STARVED_LIMIT (60 * NANOSECONDS_PER_SECOND)

static void run_flows(struct session *session);
static void go_on(struct session *session);

static void tell(struct session *session, enum event_kind kind, const struct endpoint *subject,
		 const struct target *target)
{
	struct event event = { .kind = kind,
			       .session = session->number,
			       .subject = subject,
			       .target = target };

	observer_tell(session->engine->observer, &event);
}

static void tell_error(struct session *session, const struct error *err,
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
	flow_release(&session->forward);
	flow_release(&session->backward);
	opening_free(session->opening);
	free(session->err);
	free(session);
}

static void tell_closed(struct session *session)
{
	struct transfer transfers[2] = { session->forward.moved, session->backward.moved };
	struct event event = { .kind = EVENT_CLOSED,
			       .session = session->number,
			       .subject = side_is_open(&session->left) ? &session->left.endpoint : NULL,
			       .target = session->right_target,
			       .error = session->err,
			       .transfers = transfers,
			       .duration = loop_now(session->engine->loop) - session->started };

	observer_tell(session->engine->observer, &event);
}

static void set_starved(struct session *session, bool starved)
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

/* Both ends are closed; it is freed at the end of the turn, when no event can refer to it. */
static void close_all(struct session *session)
{
	struct loop *loop = session->engine->loop;
	bool reset = session->left.was_reset || session->right.was_reset;

	if (session->is_over)
		return;
	session->is_over = true;
	set_starved(session, false);
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

static void flow_over(struct session *session, struct flow *flow)
{
	struct transfer transfers[2] = { session->forward.moved, session->backward.moved };
	struct event event = { .kind = EVENT_END,
			       .session = session->number,
			       .subject = &flow->source->endpoint,
			       .direction = (enum direction)flow->direction,
			       .transfers = transfers };

	observer_tell(session->engine->observer, &event);
}

/* An error of a flow is told once, at the end of it which it belongs to. */
static void flow_error(struct session *session, struct flow *flow)
{
	const struct endpoint *sink = &flow->sink->endpoint;

	if (flow->err != NULL && flow->err->code == EPIPE && sink->console) {
		session->stdout_gone = true;
		return;
	}
	if (flow->err != NULL && sink->is_socket)
		socket_explain(sink->target, flow->err);
	if (flow->err != NULL)
		tell_error(session, flow->err,
			   flow->source_failed ? &flow->source->endpoint : sink, NULL);
}

static bool is_delivered(struct session *session)
{
	struct endpoint *sink = &session->right.endpoint;
	uint32_t wait = session->delivery_wait > 0 ? session->delivery_wait : 1;
	struct error err = { 0 };
	int64_t pending;

	if (!session->settings->wait_delivered || session->right.broken || session->is_ending)
		return true;
	pending = endpoint_pending(sink, &err);
	if (pending == ENDPOINT_LOST)
		tell_error(session, &err, sink, NULL);
	if (pending <= 0)
		return true;
	session->delivery_wait = wait < DELIVERY_WAIT_MAXIMUM ? 2 * wait : wait;
	loop_set_timer(session->engine->loop, &session->timer,
		       loop_now(session->engine->loop) + wait * NANOSECONDS_PER_MILLISECOND);
	return false;
}

/* A program that was joined decides the status: it is waited for. */
static bool child_is_over(const struct side *side)
{
	return side->endpoint.pidfd < 0 || side->child_exited;
}

/* Nothing passes any more: a program that would write or wait for more is told so. */
static void hang_up(struct session *session, struct side *side)
{
	if (!child_is_over(side))
		side_hang_up(side, session->engine->loop);
}

static void end_if_over(struct session *session)
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
			endpoint_finish(&session->left.endpoint);
	}
	hang_up(session, &session->left);
	hang_up(session, &session->right);
	if (child_is_over(&session->left) && child_is_over(&session->right))
		close_all(session);
}

/* What the end of one direction means for the other. */
static void after_end(struct session *session, struct flow *ended, struct flow *other)
{
	bool is_answer = ended == &session->backward;

	flow_over(session, ended);
	flow_error(session, ended);
	if (ended->sink->endpoint.ready_in == READY_ON_DEMAND && ended->sink->endpoint.finished)
		ended->sink->readable = true;
	else if (ended->sink->endpoint.ready_in == READY_ON_DEMAND)
		flow_stop(other);
	if (session->settings->close_on_first_end)
		flow_stop(other);
	/* What was not asked is not answered. */
	if (!is_answer && ended->err != NULL && session->settings->replies > 0)
		flow_stop(other);
	/* Nobody should have to press Enter to leave. */
	if (is_answer && session->left.endpoint.terminal)
		flow_stop(other);
	if (is_answer && session->backward.conversion != NULL &&
	    session->backward.conversion->messages_left == 0)
		flow_stop(other);
	if (session->stdout_gone)
		flow_abandon(other);
}

static bool run_flow(struct session *session, struct flow *flow, struct flow *other)
{
	struct flow_environment environment = { .loop = session->engine->loop,
						.observer = session->engine->observer,
						.pipes = session->engine->pipes,
						.session = session->number };
	uint64_t before = flow->moved.bytes + flow->moved.messages;
	bool again;

	if (flow->state == FLOW_CLOSED)
		return false;
	again = flow_run(flow, &environment);
	if (flow->moved.bytes + flow->moved.messages != before)
		session->active = loop_now(session->engine->loop);
	if (flow->state != FLOW_CLOSED)
		return again;
	after_end(session, flow, other);
	return other->state != FLOW_CLOSED;
}

static void queue(struct session *session)
{
	loop_queue(session->engine->loop, &session->task);
}

/* What cannot go on now and that no event tells of is tried again when its endpoint says. */
static void set_retry(struct session *session)
{
	nanoseconds left = session->left.endpoint.try_at, right = session->right.endpoint.try_at;

	if (left == 0 && right == 0)
		return;
	loop_set_timer(session->engine->loop, &session->retry_timer,
		       deadline_earlier(left > 0 ? left : DEADLINE_NEVER,
					right > 0 ? right : DEADLINE_NEVER));
}

static void retry_expired(struct loop_timer *timer)
{
	struct session *session = container_of(timer, struct session, retry_timer);
	struct side *sides[] = { &session->left, &session->right };

	for (size_t i = 0; i < array_length(sides); i++)
		if (sides[i]->endpoint.try_at > 0) {
			sides[i]->endpoint.try_at = 0;
			sides[i]->readable = sides[i]->writable = true;
		}
	run_flows(session);
}

static void run_flows(struct session *session)
{
	bool again;

	if (session->is_over || !session->is_running)
		return;
	again = run_flow(session, &session->forward, &session->backward);
	again |= run_flow(session, &session->backward, &session->forward);
	end_if_over(session);
	if (!session->is_over)
		set_retry(session);
	if (again && !session->is_over && !session->is_ending)
		queue(session);
}

static void task_run(struct loop_task *task)
{
	struct session *session = container_of(task, struct session, task);

	if (session->is_running)
		run_flows(session);
	else
		go_on(session);
}

static void left_in_ready(struct loop_watch *watch, uint32_t events)
{
	struct session *session = container_of(watch, struct session, left.in_watch);

	side_note_in(&session->left, events);
	run_flows(session);
}

static void left_out_ready(struct loop_watch *watch, uint32_t events)
{
	struct session *session = container_of(watch, struct session, left.out_watch);

	side_note_out(&session->left, events);
	run_flows(session);
}

static void right_in_ready(struct loop_watch *watch, uint32_t events)
{
	struct session *session = container_of(watch, struct session, right.in_watch);

	side_note_in(&session->right, events);
	run_flows(session);
}

static void right_out_ready(struct loop_watch *watch, uint32_t events)
{
	struct session *session = container_of(watch, struct session, right.out_watch);

	side_note_out(&session->right, events);
	run_flows(session);
}

/* A program that has ended reads no more; what it wrote is still delivered. */
static void child_over(struct session *session, struct side *side, struct flow *into)
{
	side_reap(side);
	if (!side->child_exited)
		return;
	loop_unwatch(session->engine->loop, &side->child_watch);
	if (into->state != FLOW_CLOSED) {
		flow_abandon(into);
		after_end(session, into, into == &session->forward ? &session->backward : &session->forward);
	}
	run_flows(session);
	end_if_over(session);
}

static void left_child_ready(struct loop_watch *watch, uint32_t events)
{
	struct session *session = container_of(watch, struct session, left.child_watch);

	(void)events;
	child_over(session, &session->left, &session->backward);
}

static void right_child_ready(struct loop_watch *watch, uint32_t events)
{
	struct session *session = container_of(watch, struct session, right.child_watch);

	(void)events;
	child_over(session, &session->right, &session->forward);
}

static void limit_flows(struct session *session)
{
	const struct session_settings *settings = session->settings;
	struct conversion *conversion = session->backward.conversion;

	if (settings->replies > 0 && conversion != NULL)
		conversion->messages_left = settings->replies;
	conversion = session->forward.conversion;
	if (settings->messages > 0 && conversion != NULL)
		conversion->messages_left = settings->messages;
	if (settings->read_bytes > 0)
		session->forward.limit = settings->read_bytes;
	if (session->left_target->common.read_bytes > 0)
		session->forward.limit = session->left_target->common.read_bytes;
	if (session->right_target->common.read_bytes > 0)
		session->backward.limit = session->right_target->common.read_bytes;
}

static nanoseconds idle_limit(const struct session *session)
{
	nanoseconds limit = session->settings->idle_timeout;

	if (session->left_target->common.idle_timeout > 0)
		limit = session->left_target->common.idle_timeout;
	if (session->right_target->common.idle_timeout > 0)
		limit = session->right_target->common.idle_timeout;
	return limit;
}

static void start_running(struct session *session)
{
	const struct session_settings *settings = session->settings;
	bool shows = observer_needs_data(session->engine->observer);

	session->is_running = true;
	session->active = loop_now(session->engine->loop);
	session->forward.shows = session->backward.shows = shows;
	conversion_choose(&session->forward, settings);
	conversion_choose(&session->backward, settings);
	if (!settings->forward || !endpoint_has_input(&session->left.endpoint) ||
	    !endpoint_has_output(&session->right.endpoint))
		session->forward.state = FLOW_CLOSED;
	if (!settings->backward || !endpoint_has_input(&session->right.endpoint) ||
	    !endpoint_has_output(&session->left.endpoint))
		session->backward.state = FLOW_CLOSED;
	limit_flows(session);
	if (idle_limit(session) > 0)
		loop_set_timer(session->engine->loop, &session->timer,
			       session->active + idle_limit(session));
	run_flows(session);
}

/* A side is open: it joins the loop. */
static int attach(struct session *session, struct side *side, struct endpoint *endpoint)
{
	struct loop *loop = session->engine->loop;
	struct error err = { 0 };
	int attached;

	attached = side == &session->left ?
			   side_attach(side, endpoint, loop, left_in_ready, left_out_ready,
				       left_child_ready, &err) :
			   side_attach(side, endpoint, loop, right_in_ready, right_out_ready,
				       right_child_ready, &err);
	if (attached < 0)
		session_abort(session, &err);
	return attached;
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

	if (session->owner == NULL || session->owner->room == NULL || !is_shortage(err->code) ||
	    now - session->started > STARVED_LIMIT)
		return false;
	session->starved_for = session->starved_for == 0 ? STARVED_FIRST : 2 * session->starved_for;
	if (session->starved_for > STARVED_LONGEST)
		session->starved_for = STARVED_LONGEST;
	set_starved(session, true);
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

	loop_unwatch(session->engine->loop, &session->opening_watch);
	loop_set_timer(session->engine->loop, &session->timer, DEADLINE_NEVER);
	session->opening = NULL;
	if (opening_state(opening) == OPENING_FAILED &&
	    wait_for_room(session, opening_error(opening))) {
		opening_free(opening);
		return;
	}
	set_starved(session, false);
	if (opening_state(opening) == OPENING_FAILED) {
		tell_error(session, opening_error(opening), NULL, target);
		opening_free(opening);
		session->left.was_reset = true;
		close_all(session);
		return;
	}
	opening_take(opening, &endpoint);
	opening_free(opening);
	if (attach(session, side, &endpoint) < 0)
		return;
	tell(session, EVENT_OPENED, &side->endpoint, target);
	go_on(session);
}

static void opening_ready(struct loop_watch *watch, uint32_t events)
{
	struct session *session = container_of(watch, struct session, opening_watch);

	(void)events;
	opening_step(session->opening);
	go_on(session);
}

/* Waits for what the opening waits for now. */
static void watch_opening(struct session *session)
{
	struct loop *loop = session->engine->loop;
	int fd = opening_fd(session->opening);
	uint32_t events = opening_events(session->opening) == POLLIN ? EPOLLIN : EPOLLOUT;

	loop_unwatch(loop, &session->opening_watch);
	if (fd >= 0)
		loop_watch(loop, &session->opening_watch, fd, events, NULL);
	loop_set_timer(loop, &session->timer, opening_deadline(session->opening));
}

static void open_next(struct session *session)
{
	bool left_is_open = side_is_open(&session->left);
	const struct target *target = left_is_open ? session->right_target : session->left_target;

	tell(session, EVENT_OPENING, NULL, target);
	session->opening = opening_start(target, left_is_open ? &session->left.endpoint : NULL,
					 session->engine->deadline);
}

static void go_on(struct session *session)
{
	if (session->is_over)
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
		go_on(session);
		return;
	}
	start_running(session);
}

static void idle_out(struct session *session)
{
	struct error err = { 0 };
	nanoseconds due = session->active + idle_limit(session);

	if (idle_limit(session) == 0)
		return;
	if (loop_now(session->engine->loop) < due) {
		loop_set_timer(session->engine->loop, &session->timer, due);
		return;
	}
	error_set(&err, ERROR_TIMEOUT, "idle for too long");
	session_abort(session, &err);
}

static void timer_expired(struct loop_timer *timer)
{
	struct session *session = container_of(timer, struct session, timer);

	if (session->opening != NULL) {
		opening_step(session->opening);
		go_on(session);
	} else if (session->is_starved) {
		go_on(session);
	} else if (session->delivery_wait > 0) {
		end_if_over(session);
	} else {
		idle_out(session);
	}
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
	session->started = session->active = loop_now(engine->loop);
	session->opening_watch = (struct loop_watch){ .fd = -1, .ready = opening_ready };
	session->timer.expired = timer_expired;
	session->retry_timer.expired = retry_expired;
	session->task.run = task_run;
	side_init(&session->left);
	side_init(&session->right);
	flow_init(&session->forward, &session->left, &session->right, DIRECTION_FORWARD);
	flow_init(&session->backward, &session->right, &session->left, DIRECTION_BACKWARD);
	if (left != NULL)
		attached = attach(session, &session->left, left) == 0;
	if (right != NULL && attached)
		attached = attach(session, &session->right, right) == 0;
	/* At once, so that who accepts more knows whether there is room for them. */
	if (attached)
		go_on(session);
	return session;
}

void session_abort(struct session *session, const struct error *why)
{
	if (session->is_over)
		return;
	if (why != NULL)
		tell_error(session, why, NULL, session->right_target);
	flow_abandon(&session->forward);
	flow_abandon(&session->backward);
	close_all(session);
}

void session_finish(struct session *session)
{
	flow_stop(&session->forward);
	flow_stop(&session->backward);
	queue(session);
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
