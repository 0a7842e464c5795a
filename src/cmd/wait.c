/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock wait: returns once specs can be connected, or no longer; then a program takes its place; execve(2). */
#include "base/backoff.h"
#include "base/memory.h"
#include "cmd/open.h"
#include "cmd/probe.h"
#include "cmd/signals.h"
#include "report/json.h"
#include "report/report.h"

#include <errno.h>
#include <string.h>

#define FIRST_DELAY (20 * NANOSECONDS_PER_MILLISECOND)
#define LONGEST_DELAY NANOSECONDS_PER_SECOND
#define TRY_LIMIT (5 * NANOSECONDS_PER_SECOND)
#define TERMINAL_INTERVAL (200 * NANOSECONDS_PER_MILLISECOND)
#define LINE_INTERVAL (5 * NANOSECONDS_PER_SECOND)

/* clang-format off */
static const struct parameter options[] = {
	{ .name = "any", .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "one of the specs is enough" },
	{ .name = "gone", .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "until they can no longer be connected" },
	{ .name = "interval", .type = VALUE_DURATION, .help = "longest time between two tries (1s)" },
	REQUEST_SEND,
	REQUEST_UNTIL,
	{ .name = NULL },
};
/* clang-format on */

static const struct argument words[] = { { "SPEC", ARGUMENT_SPEC, false, true }, { .name = NULL } };

static const char *const examples[] = {
	"anysock wait tcp:db:5432 unix:/run/app.sock --timeout 30s -- ./run-tests",
	"anysock wait tcp:localhost:80 --send 'GET /health HTTP/1.0\\r\\n\\r\\n' --until '^HTTP/1.. 200'",
	NULL,
};

struct wait;

/* One of the specs. */
struct waiting {
	struct wait *wait;
	struct target target;
	struct probe probe;
	struct loop_timer retry;
	struct backoff backoff;
	uint64_t tries;
	struct error last; /* why it is not there yet */
	bool is_met;
};

struct wait {
	struct context *context;
	const struct arguments *arguments;
	struct request request;
	struct prober prober;
	struct loop *loop;
	struct signals signals;
	struct loop_timer timeout, notice;
	struct waiting *list;
	size_t count, targets, met;
	nanoseconds started;
	bool any, gone, quiet, as_json, on_terminal;
	bool has_line; /* on the terminal */
	bool told;     /* that it waits */
	int status;    /* -1: it waits */
	struct error err; /* what makes waiting useless */
};

static double seconds_of(const struct wait *wait)
{
	return (double)(deadline_now() - wait->started) / NANOSECONDS_PER_SECOND;
}

static void finish(struct wait *wait, int status)
{
	wait->status = status;
	loop_stop(wait->loop);
}

static void tell_json(const struct waiting *waiting, enum event_kind kind, const struct error *err)
{
	struct wait *wait = waiting->wait;
	struct event event = { .kind = kind,
			       .target = &waiting->target,
			       .error = err != NULL && error_is_set(err) ? err : NULL,
			       .count = waiting->tries,
			       .duration = deadline_now() - wait->started };

	json_event_print(wait->context->errors, &event);
}

static void clear_line(struct wait *wait)
{
	if (wait->has_line)
		fputs("\r\033[K", wait->context->errors);
	wait->has_line = false;
}

/* "tcp:db:5432 and 2 more": what is still waited for; the first of them. */
static const struct waiting *print_rest(const struct wait *wait, struct buf *out)
{
	const struct waiting *first = NULL;
	size_t more = wait->count - wait->met - 1;

	for (size_t i = 0; i < wait->count && first == NULL; i++)
		if (!wait->list[i].is_met)
			first = &wait->list[i];
	if (first == NULL)
		return NULL;
	target_print(&first->target, out);
	if (more > 0)
		buf_print(out, " and %zu more", more);
	return first;
}

static void tell_progress(struct wait *wait)
{
	cleanup_buf struct buf line = { 0 };
	const struct waiting *first;

	buf_print(&line, "waiting for %s", wait->gone ? "the end of " : "");
	first = print_rest(wait, &line);
	if (first == NULL)
		return;
	buf_print(&line, ", %.0f s", seconds_of(wait));
	if (error_is_set(&first->last))
		buf_print(&line, ": %s", first->last.text);
	clear_line(wait);
	report_line(wait->context->errors, buf_text(&line), wait->on_terminal);
	wait->has_line = wait->on_terminal;
	wait->told = true;
}

static void on_notice(struct loop_timer *timer)
{
	struct wait *wait = container_of(timer, struct wait, notice);

	for (size_t i = 0; i < wait->count && wait->as_json; i++)
		if (!wait->list[i].is_met)
			tell_json(&wait->list[i], EVENT_RETRY, &wait->list[i].last);
	if (!wait->as_json)
		tell_progress(wait);
	loop_set_timer(wait->loop, timer,
		       deadline_after(wait->on_terminal ? TERMINAL_INTERVAL : LINE_INTERVAL));
}

static void meet(struct waiting *waiting)
{
	struct wait *wait = waiting->wait;
	cleanup_buf struct buf line = { 0 };

	waiting->is_met = true;
	wait->met++;
	if (wait->as_json)
		tell_json(waiting, wait->gone ? EVENT_CLOSED : EVENT_OPENED, NULL);
	else if (wait->told || arguments_flag(wait->arguments, "verbose")) {
		target_print(&waiting->target, &line);
		buf_print(&line, " is %s after %.1f s", wait->gone ? "gone" : "there", seconds_of(wait));
		clear_line(wait);
		report_line(wait->context->errors, buf_text(&line), false);
	}
	if (wait->any || wait->met == wait->count)
		finish(wait, 0);
}

/* What no waiting will change. */
static bool is_hopeless(const struct error *err)
{
	return err->kind == ERROR_USAGE || err->code == EAFNOSUPPORT ||
	       err->code == EPROTONOSUPPORT || err->code == ESOCKTNOSUPPORT;
}

static void try_again(struct waiting *waiting)
{
	loop_set_timer(waiting->wait->loop, &waiting->retry,
		       deadline_after(backoff_step(&waiting->backoff)));
}

static bool is_gone(const struct probe *probe)
{
	return probe->result == PROBE_CLOSED || probe->result == PROBE_SILENT ||
	       probe->err.kind == ERROR_RESOLVE;
}

static void probe_over(struct probe *probe)
{
	struct waiting *waiting = container_of(probe, struct waiting, probe);
	struct wait *wait = waiting->wait;

	waiting->tries++;
	waiting->last = probe->err;
	if (probe->result != PROBE_OPEN && is_hopeless(&probe->err)) {
		wait->err = probe->err;
		target_error(&waiting->target, &wait->err);
		finish(wait, error_status(&probe->err));
	} else if (wait->gone ? is_gone(probe) : probe->result == PROBE_OPEN) {
		meet(waiting);
	} else {
		try_again(waiting);
	}
}

static void on_retry(struct loop_timer *timer)
{
	probe_start(&container_of(timer, struct waiting, retry)->probe);
}

/* Says of each spec what it is still waited for, and why. */
static void tell_failure(const struct waiting *waiting)
{
	const struct wait *wait = waiting->wait;
	struct error err = waiting->last;
	cleanup_buf struct buf spec = { 0 };

	if (!error_is_set(&err))
		error_set(&err, ERROR_TIMEOUT, "%s", wait->gone ? "it can be connected" : "no try is over yet");
	error_context(&err, "%s after %.1f s", wait->gone ? "still there" : "not there", seconds_of(wait));
	err.kind = ERROR_TIMEOUT;
	target_print(&waiting->target, &spec);
	if (wait->as_json)
		tell_json(waiting, EVENT_ERROR, &err);
	else
		report_error(wait->context->errors, wait->context->colored, buf_text(&spec), &err);
}

static void on_timeout(struct loop_timer *timer)
{
	struct wait *wait = container_of(timer, struct wait, timeout);

	clear_line(wait);
	for (size_t i = 0; i < wait->count; i++)
		if (!wait->list[i].is_met)
			tell_failure(&wait->list[i]);
	finish(wait, 4);
}

static void on_signal(struct signals *signals, int number)
{
	struct wait *wait = container_of(signals, struct wait, signals);

	wait->context->died_by = number;
	finish(wait, 1);
}

static int open_one(struct wait *wait, const char *word, struct waiting *waiting, struct error *err)
{
	const struct wish wish = { .no_output = wait->request.count == 0 };
	nanoseconds longest = arguments_number(wait->arguments, "interval", LONGEST_DELAY);

	waiting->wait = wait;
	waiting->backoff = backoff_from(FIRST_DELAY < longest ? FIRST_DELAY : longest, longest);
	waiting->retry.expired = on_retry;
	if (open_target(&waiting->target, word, &wish, wait->arguments, err) < 0)
		return -1;
	wait->targets++;
	if (waiting->target.role == ROLE_LISTEN)
		return error_usage(err, "%s: what listens waits for others by itself", word);
	if (waiting->target.type == NULL || !waiting->target.type->blind ||
	    request_wants_answer(&wait->request))
		return 0;
	error_usage(err, "%s: nobody can tell whether anyone is there without an answer", word);
	return error_hint(err, "--send says what to ask, --until what the answer must hold");
}

static int prepare(struct wait *wait, struct error *err)
{
	const struct arguments *arguments = wait->arguments;

	wait->any = arguments_flag(arguments, "any");
	wait->gone = arguments_flag(arguments, "gone");
	wait->quiet = arguments_flag(arguments, "quiet");
	wait->as_json = arguments_flag(arguments, "json");
	wait->on_terminal = isatty(fileno(wait->context->errors)) && !wait->as_json;
	wait->count = arguments->word_count;
	wait->list = memory_array(wait->count, sizeof(*wait->list));
	if (request_read(&wait->request, arguments, err) < 0)
		return -1;
	for (size_t i = 0; i < wait->count; i++)
		if (open_one(wait, arguments->words[i], &wait->list[i], err) < 0)
			return -1;
	if (arguments->program != NULL && family_find("exec")->probe(err) < 0)
		return -1;
	return 0;
}

static int start(struct wait *wait, struct error *err)
{
	nanoseconds limit = arguments_number(wait->arguments, "connect-timeout", TRY_LIMIT);
	nanoseconds timeout = arguments_number(wait->arguments, "timeout", 0);

	wait->loop = loop_new(err);
	if (wait->loop == NULL)
		return -1;
	wait->signals.end = on_signal;
	if (signals_watch(&wait->signals, wait->loop, err) < 0)
		return -1;
	wait->started = deadline_now();
	wait->timeout.expired = on_timeout;
	wait->notice.expired = on_notice;
	if (timeout > 0)
		loop_set_timer(wait->loop, &wait->timeout, deadline_after(timeout));
	if (!wait->quiet)
		loop_set_timer(wait->loop, &wait->notice,
			       deadline_after(wait->on_terminal ? 2 * TERMINAL_INTERVAL : LINE_INTERVAL / 2));
	prober_init(&wait->prober, wait->loop, &wait->request, limit);
	for (size_t i = 0; i < wait->count; i++) {
		probe_init(&wait->list[i].probe, &wait->prober, &wait->list[i].target, probe_over);
		probe_start(&wait->list[i].probe);
	}
	return 0;
}

static void release(struct wait *wait)
{
	for (size_t i = 0; i < wait->targets; i++) {
		if (wait->prober.loop != NULL)
			probe_stop(&wait->list[i].probe);
		target_release(&wait->list[i].target);
	}
	clear_line(wait);
	signals_release(&wait->signals);
	loop_free(wait->loop);
	prober_release(&wait->prober);
	request_release(&wait->request);
	free(wait->list);
}

/* The program takes our place, with the signals as they were when we began. */
static int become(const struct wait *wait, struct error *err)
{
	const struct sigaction by_default = { .sa_handler = SIG_DFL };

	if (wait->context->interactive)
		return error_usage(err, "wait: the shell lets no program take its place");
	sigaction(SIGPIPE, &by_default, NULL);
	execvp(wait->arguments->program[0], wait->arguments->program);
	return error_system(err, "%s", wait->arguments->program[0]);
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct wait wait = { .context = context,
			     .arguments = arguments,
			     .signals = SIGNALS_NONE,
			     .status = -1 };
	int result = prepare(&wait, err);

	if (result == 0)
		result = start(&wait, err);
	if (result == 0)
		result = loop_run(wait.loop, err);
	if (error_is_set(&wait.err)) {
		*err = wait.err;
		result = -1;
	}
	release(&wait);
	if (result == 0 && wait.status == 0 && arguments->program != NULL)
		return become(&wait, err);
	return result < 0 ? -1 : wait.status;
}

const struct command wait_command = {
	.name = "wait",
	.summary = "wait until specs can be connected, or no longer; then run a program",
	.options = options,
	.arguments = words,
	.program = "PROGRAM [ARGUMENT...]",
	.examples = examples,
	.run = run,
};
