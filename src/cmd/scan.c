/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock scan: which of many ports, channels or services answer; many at once, at a bounded rate. */
#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"
#include "cmd/directory.h"
#include "cmd/open.h"
#include "cmd/probe.h"
#include "cmd/scope.h"
#include "cmd/signals.h"
#include "report/report.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#define AT_ONCE 128
#define PROBE_RATE 2000 /* a second */
#define TRY_LIMIT (2 * NANOSECONDS_PER_SECOND)
#define PROGRESS_INTERVAL (200 * NANOSECONDS_PER_MILLISECOND)
#define RATE_SLICE (10 * NANOSECONDS_PER_MILLISECOND)

/* clang-format off */
static const struct parameter options[] = {
	{ .name = "all", .letter = 'a', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "show also what is closed or does not answer" },
	{ .name = "max", .type = VALUE_NUMBER, .minimum = 1, .maximum = 100000, .flags = PARAMETER_COMMON, .help = "tries at once (128)" },
	{ .name = "probe-rate", .type = VALUE_NUMBER, .minimum = 1, .maximum = 10000000, .flags = PARAMETER_COMMON, .help = "tries a second (2000)" },
	REQUEST_SEND,
	REQUEST_UNTIL,
	{ .name = NULL },
};
/* clang-format on */

static const struct argument words[] = { { "SPEC", ARGUMENT_SPEC, false, false }, { .name = NULL } };

static const char *const examples[] = {
	"anysock scan tcp:localhost:22+80+8000-8100",
	"anysock scan can-isotp:vcan0:7E8-7EF:7E0-7E7 --send hex:3E00",
	"anysock scan unix:/run",
	"anysock scan qrtr:",
	"anysock scan bt:",
	NULL,
};

struct scan;

/* A try that is under way. */
struct slot {
	struct scan *scan;
	struct probe probe;
	struct target target;
	char *spec; /* owned; NULL: the slot is free */
	size_t index;
};

/* What a try came to, until all before it are over and it is printed. */
struct outcome {
	char *line; /* owned; NULL: it is not shown */
	bool is_over;
};

struct scan {
	struct context *context;
	const struct arguments *arguments;
	struct scope scope;
	struct request request;
	struct prober prober;
	struct loop *loop;
	struct signals signals;
	struct loop_timer timeout, progress, rate_timer;
	struct slot *slots;
	struct outcome *outcomes;
	size_t slot_count, maximum; /* maximum: as many as there is room for */
	size_t next, printed, running;
	size_t counts[PROBE_FAILED + 1];
	nanoseconds started;
	uint64_t rate;
	bool has_line, shows_all, as_json;
	int status; /* -1: it runs */
	struct error err;
};

static const char *const states[] = {
	[PROBE_RUNS] = "",
	[PROBE_OPEN] = "open",
	[PROBE_CLOSED] = "closed",
	[PROBE_SILENT] = "no-answer",
	[PROBE_FAILED] = "failed",
};

static void finish(struct scan *scan, int status)
{
	scan->status = status;
	loop_stop(scan->loop);
}

static void clear_line(struct scan *scan)
{
	if (scan->has_line)
		fputs("\r\033[K", scan->context->errors);
	scan->has_line = false;
}

/* What the services database calls the port of an IP protocol; "" where nothing does. */
static void find_service(const struct target *target, char *name, size_t size)
{
	const struct protoent *protocol = getprotobynumber(target->protocol);
	const struct target_field *port = &target->fields[1];
	struct servent service, *found = NULL;
	char room[1024];
	uint64_t number;

	name[0] = '\0';
	if (protocol == NULL || target->protocol == 0 || !port->given ||
	    number_unsigned(port->text, 0, UINT16_MAX, &number, NULL) < 0)
		return;
	if (getservbyport_r(htons((uint16_t)number), protocol->p_name, &service, room, sizeof(room),
			    &found) == 0 &&
	    found != NULL)
		snprintf(name, size, "%s", found->s_name);
}

static void print_text(const struct slot *slot, enum probe_result result, const char *service,
		       struct buf *out)
{
	const struct probe *probe = &slot->probe;
	double milliseconds = (double)(probe->ended - probe->started) / NANOSECONDS_PER_MILLISECOND;

	buf_print(out, "%-28s %-9s", slot->spec, states[result]);
	if (service[0] != '\0')
		buf_print(out, " %s", service);
	if (error_is_set(&probe->err))
		buf_print(out, " (%s)", probe->err.text);
	else
		buf_print(out, " %.1f ms", milliseconds);
}

static void print_json(const struct slot *slot, enum probe_result result, const char *service,
		       struct buf *out)
{
	const struct probe *probe = &slot->probe;
	struct json json = { .out = out };

	json_open_object(&json, NULL);
	json_string(&json, "spec", slot->spec);
	json_string(&json, "state", states[result]);
	if (service[0] != '\0')
		json_string(&json, "service", service);
	json_real(&json, "seconds", (double)(probe->ended - probe->started) / NANOSECONDS_PER_SECOND,
		  6);
	if (error_is_set(&probe->err))
		json_string(&json, "reason", probe->err.text);
	json_close_object(&json);
}

/* What is over and has nothing unfinished before it goes out, so that lines come in order. */
static void print_finished(struct scan *scan)
{
	while (scan->printed < scan->scope.count && scan->outcomes[scan->printed].is_over) {
		char *line = scan->outcomes[scan->printed++].line;

		if (line == NULL)
			continue;
		clear_line(scan);
		fprintf(scan->context->out, "%s\n", line);
		free(line);
		scan->outcomes[scan->printed - 1].line = NULL;
	}
	fflush(scan->context->out);
}

static void note(struct slot *slot, enum probe_result result)
{
	struct scan *scan = slot->scan;
	struct outcome *outcome = &scan->outcomes[slot->index];
	struct buf line = { 0 };
	char service[64];

	scan->counts[result]++;
	outcome->is_over = true;
	if (result == PROBE_OPEN || scan->shows_all || scan->as_json) {
		find_service(&slot->target, service, sizeof(service));
		(scan->as_json ? print_json : print_text)(slot, result, service, &line);
		outcome->line = buf_steal(&line);
	}
	print_finished(scan);
}

static void free_slot(struct slot *slot)
{
	if (slot->spec == NULL)
		return;
	probe_stop(&slot->probe);
	target_release(&slot->target);
	free(slot->spec);
	slot->spec = NULL;
	slot->scan->running--;
}

/* What ails all of them ends the scan. */
static bool is_fatal(const struct error *err)
{
	return err->kind == ERROR_RESOLVE || err->kind == ERROR_USAGE || err->code == EAFNOSUPPORT ||
	       err->code == EPROTONOSUPPORT || err->code == ESOCKTNOSUPPORT;
}

static bool is_shortage(int code)
{
	return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

static void probe_over(struct probe *probe);

static int start_one(struct scan *scan, struct slot *slot, struct error *err)
{
	const struct wish wish = { .no_output = false };

	slot->scan = scan;
	slot->index = scan->next;
	slot->spec = scope_spec(&scan->scope, scan->next);
	if (open_target(&slot->target, slot->spec, &wish, scan->arguments, err) < 0) {
		err->place = (struct error_place){ 0 };
		error_context(err, "%s", slot->spec);
		free(slot->spec);
		slot->spec = NULL;
		return -1;
	}
	scan->next++;
	scan->running++;
	probe_init(&slot->probe, &scan->prober, &slot->target, probe_over);
	probe_start(&slot->probe);
	return 0;
}

/* How many may have been started by now. */
static size_t allowance(const struct scan *scan)
{
	double seconds = (double)(deadline_now() - scan->started + RATE_SLICE) / NANOSECONDS_PER_SECOND;

	return (size_t)(seconds * (double)scan->rate) + 1;
}

static void start_some(struct scan *scan)
{
	size_t allowed = allowance(scan);

	for (size_t i = 0; i < scan->slot_count && scan->status < 0; i++) {
		if (scan->next >= scan->scope.count || scan->running >= scan->maximum)
			return;
		if (scan->next >= allowed) {
			loop_set_timer(scan->loop, &scan->rate_timer, deadline_after(RATE_SLICE));
			return;
		}
		if (scan->slots[i].spec == NULL &&
		    start_one(scan, &scan->slots[i], &scan->err) < 0)
			finish(scan, error_status(&scan->err));
	}
}

static void on_rate(struct loop_timer *timer)
{
	start_some(container_of(timer, struct scan, rate_timer));
}

/* There is no room for so many: what could not be tried is, when others are over. */
static bool try_later(struct slot *slot)
{
	struct scan *scan = slot->scan;

	if (!is_shortage(slot->probe.err.code) || scan->running <= 1)
		return false;
	scan->maximum = scan->running - 1;
	probe_start(&slot->probe);
	return true;
}

static void probe_over(struct probe *probe)
{
	struct slot *slot = container_of(probe, struct slot, probe);
	struct scan *scan = slot->scan;
	enum probe_result result = probe->result;

	if (result == PROBE_FAILED && is_fatal(&probe->err)) {
		scan->err = probe->err;
		scan->err.place = (struct error_place){ 0 };
		error_context(&scan->err, "%s", slot->spec);
		finish(scan, error_status(&scan->err));
		return;
	}
	if (result == PROBE_FAILED && try_later(slot))
		return;
	/* A UNIX socket of another type: somebody is there. */
	if (result == PROBE_CLOSED && probe->err.code == EPROTOTYPE)
		result = PROBE_OPEN;
	note(slot, result);
	free_slot(slot);
	if (scan->printed == scan->scope.count)
		finish(scan, scan->counts[PROBE_OPEN] > 0 ? 0 : 1);
	else
		start_some(scan);
}

static void on_progress(struct loop_timer *timer)
{
	struct scan *scan = container_of(timer, struct scan, progress);
	cleanup_buf struct buf line = { 0 };

	buf_print(&line, "%zu of %zu, %zu open", scan->next - scan->running, scan->scope.count,
		  scan->counts[PROBE_OPEN]);
	report_line(scan->context->errors, buf_text(&line), true);
	scan->has_line = true;
	loop_set_timer(scan->loop, timer, deadline_after(PROGRESS_INTERVAL));
}

static void on_timeout(struct loop_timer *timer)
{
	struct scan *scan = container_of(timer, struct scan, timeout);

	error_set(&scan->err, ERROR_TIMEOUT, "the time of --timeout is over: %zu of %zu are done",
		  scan->printed, scan->scope.count);
	finish(scan, 4);
}

static void on_signal(struct signals *signals, int number)
{
	struct scan *scan = container_of(signals, struct scan, signals);

	scan->context->died_by = number;
	finish(scan, 1);
}

static int read_spec(const struct scan *scan, size_t index, struct target *target,
		     struct error *err)
{
	const struct wish wish = { 0 };
	cleanup_free char *spec = scope_spec(&scan->scope, index);

	if (open_target(target, spec, &wish, scan->arguments, err) == 0)
		return 0;
	err->place = (struct error_place){ 0 };
	return error_context(err, "%s", spec);
}

/* A range that goes too far is refused before anybody is asked. */
static int check_last(const struct scan *scan, struct error *err)
{
	struct target target;

	if (read_spec(scan, scan->scope.count - 1, &target, err) < 0)
		return -1;
	target_release(&target);
	return 0;
}

/* What the first spec says goes for all: whether opening them tells anything. */
static int check_request(struct scan *scan, struct error *err)
{
	struct target target;
	bool is_blind, asks_nobody, listens;

	if (read_spec(scan, 0, &target, err) < 0)
		return -1;
	is_blind = target.type != NULL && target.type->blind;
	asks_nobody = target.step != STEP_CONNECT;
	listens = target.role != ROLE_CONNECT;
	target_release(&target);
	if (listens)
		return error_usage(err, "%s: what listens cannot be scanned", scan->scope.word);
	if (request_wants_answer(&scan->request))
		return 0;
	if (asks_nobody) {
		error_usage(err, "%s: opening it asks nobody", scan->scope.word);
		return error_hint(err, "--send says what to ask, as in --send hex:3E00");
	}
	/* An empty datagram is enough for the host to say that nobody is there. */
	scan->request.count = is_blind;
	return 0;
}

static int prepare(struct scan *scan, struct error *err)
{
	const struct arguments *arguments = scan->arguments;

	scan->shows_all = arguments_flag(arguments, "all");
	scan->as_json = arguments_flag(arguments, "json");
	scan->rate = (uint64_t)arguments_number(arguments, "probe-rate", PROBE_RATE);
	scan->slot_count = scan->maximum = (size_t)arguments_number(arguments, "max", AT_ONCE);
	if (request_read(&scan->request, arguments, err) < 0 ||
	    scope_read(&scan->scope, arguments->words[0], err) < 0)
		return -1;
	scan->outcomes = memory_array(scan->scope.count, sizeof(*scan->outcomes));
	scan->slots = memory_array(scan->slot_count, sizeof(*scan->slots));
	return check_last(scan, err) < 0 ? -1 : check_request(scan, err);
}

static int start(struct scan *scan, struct error *err)
{
	nanoseconds timeout = arguments_number(scan->arguments, "timeout", 0);
	bool shows_progress = isatty(fileno(scan->context->errors)) && !scan->as_json &&
			      !arguments_flag(scan->arguments, "quiet");

	scan->loop = loop_new(err);
	if (scan->loop == NULL)
		return -1;
	scan->signals.end = on_signal;
	if (signals_watch(&scan->signals, scan->loop, err) < 0)
		return -1;
	scan->timeout.expired = on_timeout;
	scan->progress.expired = on_progress;
	scan->rate_timer.expired = on_rate;
	if (timeout > 0)
		loop_set_timer(scan->loop, &scan->timeout, deadline_after(timeout));
	if (shows_progress)
		loop_set_timer(scan->loop, &scan->progress, deadline_after(PROGRESS_INTERVAL));
	prober_init(&scan->prober, scan->loop, &scan->request,
		    arguments_number(scan->arguments, "connect-timeout", TRY_LIMIT));
	scan->started = deadline_now();
	start_some(scan);
	return 0;
}

static void tell_counts(struct scan *scan)
{
	cleanup_buf struct buf line = { 0 };

	if (scan->as_json || arguments_flag(scan->arguments, "quiet") || scan->loop == NULL)
		return;
	buf_print(&line, "%zu open, %zu closed, %zu without an answer", scan->counts[PROBE_OPEN],
		  scan->counts[PROBE_CLOSED], scan->counts[PROBE_SILENT]);
	if (scan->counts[PROBE_FAILED] > 0)
		buf_print(&line, ", %zu could not be asked", scan->counts[PROBE_FAILED]);
	buf_print(&line, ", after %.1f s",
		  (double)(deadline_now() - scan->started) / NANOSECONDS_PER_SECOND);
	report_line(scan->context->errors, buf_text(&line), false);
}

static void release(struct scan *scan)
{
	for (size_t i = 0; i < scan->slot_count && scan->slots != NULL; i++)
		free_slot(&scan->slots[i]);
	for (size_t i = 0; i < scan->scope.count && scan->outcomes != NULL; i++)
		free(scan->outcomes[i].line);
	signals_release(&scan->signals);
	loop_free(scan->loop);
	prober_release(&scan->prober);
	request_release(&scan->request);
	scope_release(&scan->scope);
	free(scan->slots);
	free(scan->outcomes);
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct scan scan = { .context = context,
			     .arguments = arguments,
			     .signals = SIGNALS_NONE,
			     .status = -1 };
	const char *directory = directory_of(arguments->words[0]);
	int result;

	if (directory != NULL)
		return directory_run(context, arguments, directory, err);
	result = prepare(&scan, err);
	if (result == 0)
		result = start(&scan, err);
	if (result == 0 && scan.status < 0)
		result = loop_run(scan.loop, err);
	clear_line(&scan);
	if (error_is_set(&scan.err)) {
		*err = scan.err;
		result = -1;
	} else if (result == 0) {
		tell_counts(&scan);
	}
	release(&scan);
	return result < 0 ? -1 : scan.status;
}

const struct command scan_command = {
	.name = "scan",
	.summary = "find out which of many ports, channels or services answer",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
