/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a transfer on a loop, with its signals and deadlines. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/handover.h"
#include "cmd/join.h"
#include "cmd/limits.h"
#include "cmd/ready.h"
#include "cmd/signals.h"
#include "cmd/watch.h"
#include "cmd/workers.h"
#include "relay/hub.h"
#include "relay/pipes.h"
#include "report/progress.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_INTERVAL (200 * NANOSECONDS_PER_MILLISECOND)

struct run {
	struct join *join;
	struct context *context;
	const struct arguments *arguments;
	struct engine engine;
	struct watch watch;
	struct session_owner session_owner;
	struct session_plan plan;
	struct server_owner server_owner;
	struct session *session;
	struct server *server;
	struct handover *handover;
	struct signals signals;
	struct limits limits;	   /* their ends are errors */
	struct loop_timer finish;  /* --deadline: the orderly end */
	struct loop_timer progress_timer;
	struct progress *progress;
	struct progress_counts moved; /* by sessions that are over */
	int status;
	bool time_is_over; /* that of --deadline */
	bool is_over;
};

static void over(struct run *run)
{
	run->is_over = true;
	loop_stop(run->engine.loop);
}

static void fail(struct run *run, const struct error *err)
{
	struct event event = { .kind = EVENT_ERROR, .error = err, .target = NULL };

	observer_tell(run->engine.observer, &event);
	run->status = error_status(err);
}

/* Less came than was wanted: in time, or before the peer ended. */
static void note_goal(struct run *run, const struct session *session)
{
	struct error err = { 0 };

	if (session_reached_goal(session, &err))
		return;
	if (run->time_is_over || session_has_heard(session))
		err.kind = ERROR_TIMEOUT;
	fail(run, &err);
}

/* The status of a session: its first error, else that of the program it joined. */
static void note_session(struct run *run, struct session *session)
{
	const struct error *err = session_error(session);
	int child = session_child_status(session);

	if (session->stdout_gone)
		run->context->died_by = SIGPIPE;
	if (err != NULL)
		run->status = error_status(err);
	else if (session->forward.moved.lost > 0 && child < 0 && run->status == 0)
		run->status = 1;
	else if (child > 0 && run->status == 0)
		run->status = child;
	if (err == NULL && run->context->died_by == 0 && run->status == 0)
		note_goal(run, session);
}

static void start_session(struct run *run, struct endpoint *left)
{
	struct join *join = run->join;

	run->plan = (struct session_plan){ .engine = &run->engine,
					   .settings = &join->session,
					   .left = &join->left,
					   .right = &join->right,
					   .owner = &run->session_owner };
	run->session = session_start(&run->plan, left, NULL);
}

/* Where one direction ends is known by its file or its limit. */
static void add_flow(struct progress_counts *counts, const struct flow *flow)
{
	uint64_t left = flow_bytes_left(flow);

	counts->moved[flow->direction] += flow->moved.bytes;
	counts->size[flow->direction] = left == UINT64_MAX ? 0 : flow->moved.bytes + left;
}

static struct progress_counts progress_of(const struct run *run)
{
	const struct session *first = run->server != NULL ? server_sessions(run->server) : run->session;
	struct progress_counts counts = run->moved;

	for (const struct session *session = first; session != NULL; session = session->next) {
		add_flow(&counts, &session->forward);
		add_flow(&counts, &session->backward);
	}
	/* Of many connections nobody knows when they end. */
	if (run->server != NULL && run->join->server.keep)
		counts.size[0] = counts.size[1] = 0;
	return counts;
}

/* Those that are over have no place in any list. */
static void keep_moved(struct run *run, const struct session *session)
{
	run->moved.moved[DIRECTION_FORWARD] += session->forward.moved.bytes;
	run->moved.moved[DIRECTION_BACKWARD] += session->backward.moved.bytes;
}

static void session_over(struct session_owner *owner, struct session *session)
{
	struct run *run = container_of(owner, struct run, session_owner);

	note_session(run, session);
	keep_moved(run, session);
	run->session = NULL;
	over(run);
}

static void server_over(struct server_owner *owner)
{
	struct run *run = container_of(owner, struct run, server_owner);

	if (server_error(run->server) != NULL)
		fail(run, server_error(run->server));
	over(run);
}

/* One client's failure is not the server's, unless there is only one. */
static void server_session_over(struct server_owner *owner, struct session *session)
{
	struct run *run = container_of(owner, struct run, server_owner);

	keep_moved(run, session);
	if (!run->join->server.keep || session->stdout_gone)
		note_session(run, session);
	if (session->stdout_gone)
		over(run);
}

static void on_signal(struct signals *signals, int number)
{
	struct run *run = container_of(signals, struct run, signals);

	run->context->died_by = number;
	over(run);
}

static void show_statistics(struct signals *signals)
{
	report_statistics(container_of(signals, struct run, signals)->watch.report);
}

static bool is_served(const struct limits *limits)
{
	return container_of(limits, struct run, limits)->engine.sessions > 0;
}

static void limit_over(struct limits *limits, const struct error *err)
{
	struct run *run = container_of(limits, struct run, limits);

	fail(run, err);
	over(run);
}

static void on_finish(struct loop_timer *timer)
{
	struct run *run = container_of(timer, struct run, finish);
	struct error err = { 0 };

	run->time_is_over = true;
	if (run->server != NULL) {
		server_finish(run->server);
	} else if (run->session->is_running) {
		session_finish(run->session);
	} else if (session_has_run(run->session)) {
		session_abort(run->session, NULL);
	} else {
		error_set(&err, ERROR_TIMEOUT, "the time of --deadline was over before it was open");
		session_abort(run->session, &err);
	}
}

static void on_progress(struct loop_timer *timer)
{
	struct run *run = container_of(timer, struct run, progress_timer);
	struct progress_counts counts = progress_of(run);

	progress_show(run->progress, &counts);
	loop_set_timer(run->engine.loop, timer, deadline_after(PROGRESS_INTERVAL));
}

static int tell_ready(const struct run *run, const struct endpoint *endpoints, size_t count,
		      struct error *err)
{
	notify_ready(run->watch.notify);
	return run->join->was_told ? 0 : ready_tell(run->arguments, endpoints, count, err);
}

static int prepare_handover(struct run *run, struct error *err)
{
	struct server_settings *settings = &run->join->server;

	if (arguments_setting(run->arguments, "handover") == NULL)
		return 0;
	if (!settings->keep || settings->other->role == ROLE_LISTEN)
		return error_usage(err, "--handover: only a listener that goes on (--keep) is handed over, and one alone");
	run->handover = handover_begin(settings->listen, run->arguments, err);
	if (run->handover == NULL)
		return -1;
	settings->given = handover_sockets(run->handover);
	return 0;
}

/* The right end as a member of the hub, once for all clients. */
static void start_member(struct run *run)
{
	struct endpoint member = ENDPOINT_CLOSED;

	hub_join(run->join->hub, &member);
	run->session_owner.over = session_over;
	start_session(run, &member);
	hub_belongs(run->session, &run->session->left);
}

static int start_server(struct run *run, struct error *err)
{
	struct join *join = run->join;
	const struct listener *listener;

	run->server_owner = (struct server_owner){ .over = server_over,
						   .session_over = server_session_over };
	join->server.listen = &join->left;
	join->server.other = &join->right;
	join->server.maximum = join->left.common.max_children;
	if (prepare_handover(run, err) < 0)
		return -1;
	run->server = server_start(&run->engine, &join->server, &run->server_owner, err);
	if (run->server != NULL && join->hub_has_right)
		start_member(run);
	if (run->server != NULL) {
		listener = server_listener(run->server);
		if (run->handover != NULL &&
		    handover_serve(run->handover, &run->engine, run->server, err) < 0)
			return -1;
		return tell_ready(run, listener->endpoints, listener->count, err);
	}
	return target_error(&join->left, err);
}

/* What is bound without connections is opened at once, so that others learn where it is. */
static int open_bound(struct run *run, struct error *err)
{
	struct join *join = run->join;
	struct event event = { .kind = EVENT_LISTENING, .subject = &join->left_endpoint };

	if (endpoint_open(&join->left_endpoint, &join->left, NULL, DEADLINE_NEVER, run->signals.fd,
			  err) < 0)
		return target_error(&join->left, err);
	observer_tell(run->engine.observer, &event);
	return tell_ready(run, &join->left_endpoint, 1, err);
}

static void start_timers(struct run *run)
{
	const struct workers_common *common = run->join->common;
	nanoseconds limit = arguments_number(run->arguments, "deadline", 0);

	run->limits.over = limit_over;
	run->limits.is_served = is_served;
	run->finish.expired = on_finish;
	run->progress_timer.expired = on_progress;
	if (common == NULL)
		limits_start(&run->limits, run->engine.loop, &run->join->left, run->arguments);
	if (limit > 0)
		loop_set_timer(run->engine.loop, &run->finish,
			       common != NULL ? common->ends : deadline_after(limit));
	run->progress = progress_new(run->context->errors,
				     (enum progress_style)arguments_number(run->arguments, "progress", 0),
				     arguments_flag(run->arguments, "quiet") ||
					     arguments_flag(run->arguments, "json"));
	if (run->progress != NULL)
		loop_set_timer(run->engine.loop, &run->progress_timer,
			       deadline_after(PROGRESS_INTERVAL));
}

/* Neither for another client, nor for the same one again, nor for another transfer. */
static bool opens_once(const struct join *join)
{
	bool serves_many = join->left.role == ROLE_LISTEN && join->server.keep;

	return !serves_many && !join->session.reconnect && !join->is_one_of_several;
}

static int start(struct run *run, struct error *err)
{
	struct join *join = run->join;
	bool is_open = join->left_endpoint.ops != NULL || join->left_endpoint.in >= 0;

	join->left.opens_once = join->right.opens_once = opens_once(join);
	run->engine.deadline = DEADLINE_NEVER;
	if (join->common != NULL)
		run->engine.served = &join->common->served;
	start_timers(run);
	if (join->left.role == ROLE_LISTEN)
		return start_server(run, err);
	if (join->left.role == ROLE_BIND && open_bound(run, err) < 0)
		return -1;
	is_open |= join->left.role == ROLE_BIND;
	run->session_owner.over = session_over;
	start_session(run, is_open ? &join->left_endpoint : NULL);
	return 0;
}

static void close_watch(struct run *run)
{
	struct error err = { 0 };
	int closed = watch_close(&run->watch, &err);

	run->engine.observer = run->watch.chain;
	if (closed < 0)
		fail(run, &err);
}

static void finish(struct run *run)
{
	struct progress_counts counts = progress_of(run);

	if (run->session != NULL) {
		run->plan.owner = NULL;
		session_abort(run->session, NULL);
	}
	handover_free(run->handover);
	server_free(run->server);
	close_watch(run);
	progress_end(run->progress, &counts);
	signals_release(&run->signals);
	loop_free(run->engine.loop);
	pipes_free(run->engine.pipes);
	batch_free(run->engine.spare);
	message_room_release(&run->engine.room);
	watch_end(&run->watch, run->arguments);
}

static int run_alone(struct join *join, struct context *context, const struct arguments *arguments,
		     struct error *err)
{
	struct run run = { .join = join,
			   .context = context,
			   .arguments = arguments,
			   .signals = SIGNALS_NONE };
	int result;

	run.engine.loop = loop_new(err);
	if (run.engine.loop == NULL)
		return -1;
	run.engine.pipes = pipes_new();
	run.signals.end = on_signal;
	run.signals.show = show_statistics;
	result = watch_begin(&run.watch, join, context, arguments, err);
	run.engine.observer = run.watch.chain;
	if (result == 0)
		result = signals_watch(&run.signals, run.engine.loop, err);
	if (result == 0)
		result = start(&run, err);
	if (result == 0)
		result = loop_run(run.engine.loop, err);
	finish(&run);
	return result < 0 ? -1 : run.status;
}

int join_run(struct join *join, struct context *context, const struct arguments *arguments,
	     struct error *err)
{
	int started = 0, status = 0;

	if (workers_are_wanted(arguments))
		started = workers_start(join, context, arguments, &status, err);
	if (started != 0)
		return started < 0 ? -1 : status;
	return run_alone(join, context, arguments, err);
}
