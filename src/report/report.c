/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The observer that tells people, or programs, what goes on. */
#include "report/report.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "core/control.h"
#include "core/credentials.h"
#include "report/hexdump.h"
#include "report/json.h"
#include "report/repeats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct report {
	struct observer observer;
	struct report_settings settings;
	struct repeats repeats;
	struct transfer total[2];
	uint64_t sessions;
	uint64_t errors;
	bool told_error;
};

static void say(const struct report *report, const struct buf *line)
{
	report_line(report->settings.stream, buf_text(line), false);
}

static void print_spec(const struct event *event, struct buf *out)
{
	const struct target *target = event->subject != NULL ? event->subject->target : event->target;

	if (target != NULL)
		target_print(target, out);
}

static void tell_left_out(const struct report *report, uint64_t count, const struct buf *of)
{
	cleanup_buf struct buf line = { 0 };

	if (count == 0)
		return;
	buf_print(&line, "%" PRIu64 " time%s more: %s", count, count == 1 ? "" : "s", buf_text(of));
	say(report, &line);
}

static void tell_others(struct report *report, nanoseconds now)
{
	uint64_t count = repeats_take_others(&report->repeats, now);
	cleanup_buf struct buf line = { 0 };

	if (count == 0)
		return;
	buf_print(&line, "%" PRIu64 " line%s more, of many kinds", count, count == 1 ? "" : "s");
	say(report, &line);
}

/* A flood of the same, or of whatever, is told as a number. */
static bool is_worth_telling(struct report *report, const char *text)
{
	cleanup_buf struct buf of = { 0 };
	nanoseconds now = deadline_now();
	uint64_t left_out;
	bool is_told;

	tell_others(report, now);
	is_told = repeats_hear(&report->repeats, text, now, &left_out, &of);
	tell_left_out(report, left_out, &of);
	return is_told;
}

static void tell_error(struct report *report, const struct event *event)
{
	cleanup_buf struct buf spec = { 0 }, whole = { 0 };

	print_spec(event, &spec);
	buf_print(&whole, "%s%s%s", buf_text(&spec), spec.length > 0 ? ": " : "", event->error->text);
	if (is_worth_telling(report, buf_text(&whole)))
		report_error(report->settings.stream, report->settings.colored,
			     spec.length > 0 ? buf_text(&spec) : NULL, event->error);
}

/* direction NULL: what stands before says it. */
static void print_transfer(struct buf *line, const struct transfer *transfer, const char *direction)
{
	report_size(line, transfer->bytes);
	if (transfer->messages > 0)
		buf_print(line, " in %" PRIu64 " message%s", transfer->messages,
			  transfer->messages == 1 ? "" : "s");
	if (transfer->lost > 0)
		buf_print(line, ", %" PRIu64 " bytes lost", transfer->lost);
	if (transfer->refused > 0)
		buf_print(line, ", %" PRIu64 " message%s refused", transfer->refused,
			  transfer->refused == 1 ? "" : "s");
	if (direction != NULL)
		buf_print(line, " %s", direction);
	if (transfer->pump != NULL)
		buf_print(line, " (%s)", transfer->pump);
}

static void print_transfers(struct buf *line, const struct transfer transfers[2])
{
	print_transfer(line, &transfers[DIRECTION_FORWARD], "forward");
	buf_add_string(line, ", ");
	print_transfer(line, &transfers[DIRECTION_BACKWARD], "backward");
}

/* What the families say of the ends: " (MPTCP, 2 subflows)". */
static void print_note(const struct endpoint *endpoint, struct buf *line)
{
	cleanup_buf struct buf note = { 0 };

	endpoint_print_note(endpoint, &note);
	if (note.length > 0)
		buf_print(line, " (%s)", buf_text(&note));
}

static void print_closed(const struct event *event, struct buf *line)
{
	buf_print(line, "closed #%" PRIu64 " after %.3f s: ", event->session,
		  (double)event->duration / NANOSECONDS_PER_SECOND);
	print_transfers(line, event->transfers);
	print_note(event->subject, line);
	print_note(event->other, line);
}

/* Who it is, where the kernel knows. */
static void print_credentials(int fd, struct buf *line)
{
	struct credentials peer;

	if (!credentials_read(fd, &peer))
		return;
	buf_add_string(line, ": ");
	credentials_print(&peer, line);
}

static const char *direction_name(enum direction direction)
{
	return direction == DIRECTION_FORWARD ? "forward" : "backward";
}

static void print_listening(const struct event *event, struct buf *line)
{
	buf_add_string(line, "listening on ");
	endpoint_print_local(event->subject, line);
}

static void print_opening(const struct event *event, struct buf *line)
{
	buf_add_string(line, "opening ");
	print_spec(event, line);
}

static void print_retry(const struct event *event, struct buf *line)
{
	buf_add_string(line, "trying again to open ");
	print_spec(event, line);
	buf_print(line, ": %s", event->error->text);
}

static void print_opened(const struct event *event, struct buf *line)
{
	buf_print(line, "opened #%" PRIu64 " ", event->session);
	endpoint_print_peer(event->subject, line);
	if (event->subject->is_socket) {
		buf_add_string(line, " from ");
		endpoint_print_local(event->subject, line);
		print_credentials(event->subject->in, line);
	}
	print_note(event->subject, line);
}

static void print_accepted(const struct event *event, struct buf *line)
{
	buf_print(line, "accepted #%" PRIu64 " ", event->session);
	endpoint_print_peer(event->subject, line);
	print_credentials(event->subject->in, line);
	print_note(event->subject, line);
}

static void print_end(const struct event *event, struct buf *line)
{
	buf_print(line, "end of %s #%" PRIu64 " after ", direction_name(event->direction), event->session);
	print_transfer(line, &event->transfers[event->direction], NULL);
}

static void print_notice(const struct event *event, struct buf *line)
{
	buf_add_string(line, event->error->text);
}

static void print_paused(const struct event *event, struct buf *line)
{
	buf_print(line, "accepting pauses: %s", event->error->text);
}

static void print_dropped(const struct event *event, struct buf *line)
{
	buf_print(line, "dropped %" PRIu64 " message%s from other peers", event->count,
		  event->count == 1 ? "" : "s");
}

static void print_checksum(const struct event *event, struct buf *line)
{
	buf_print(line, "%s %s %s #%" PRIu64 ", ", event->algorithm, event->digest,
		  direction_name(event->direction), event->session);
	print_transfer(line, &event->transfers[event->direction], NULL);
}

/* What people are told of each kind of event, and from which verbosity on. Errors have lines of their own. */
static const struct {
	unsigned int level;
	void (*print)(const struct event *event, struct buf *line);
} lines[] = {
	[EVENT_LISTENING] = { 0, print_listening },
	[EVENT_OPENING] = { 2, print_opening },
	[EVENT_RETRY] = { 1, print_retry },
	[EVENT_OPENED] = { 1, print_opened },
	[EVENT_ACCEPTED] = { 1, print_accepted },
	[EVENT_END] = { 2, print_end },
	[EVENT_CLOSED] = { 1, print_closed },
	[EVENT_NOTICE] = { 0, print_notice },
	[EVENT_PAUSED] = { 0, print_paused },
	[EVENT_DROPPED] = { 0, print_dropped },
	[EVENT_CHECKSUM] = { 0, print_checksum },
};

static bool is_told(const struct report_settings *settings, const struct event *event)
{
	/* The first try in vain, the second, the fourth, the eighth ... */
	bool is_power = event->kind == EVENT_RETRY && (event->count & (event->count - 1)) == 0;

	/* What an option asks for is told with -q, too. */
	if (event->kind == EVENT_CHECKSUM)
		return true;
	return !settings->quiet && (is_power || lines[event->kind].level <= settings->verbosity);
}

static void add_transfer(struct transfer *total, const struct transfer *transfer)
{
	bool is_same = total->pump == NULL || transfer->pump == NULL || total->pump == transfer->pump;

	total->bytes += transfer->bytes;
	total->messages += transfer->messages;
	total->lost += transfer->lost;
	total->refused += transfer->refused;
	if (!is_same)
		total->pump = "several pumps";
	else if (transfer->pump != NULL)
		total->pump = transfer->pump;
}

static void count(struct report *report, const struct event *event)
{
	report->told_error |= event->kind == EVENT_ERROR;
	report->errors += event->kind == EVENT_ERROR;
	if (event->kind != EVENT_CLOSED)
		return;
	report->sessions++;
	for (int i = 0; i < 2; i++)
		add_transfer(&report->total[i], &event->transfers[i]);
}

static void on_event(struct observer *observer, const struct event *event)
{
	struct report *report = container_of(observer, struct report, observer);
	cleanup_buf struct buf line = { 0 };

	count(report, event);
	if (report->settings.json) {
		json_event_print(report->settings.stream, event);
		return;
	}
	if (event->kind == EVENT_ERROR) {
		tell_error(report, event);
		return;
	}
	if (!is_told(&report->settings, event))
		return;
	lines[event->kind].print(event, &line);
	if (event->kind == EVENT_NOTICE && !is_worth_telling(report, buf_text(&line)))
		return;
	if (line.length > 0)
		say(report, &line);
}

/* With --json -vv each message is an event. */
static bool shows_messages(const struct report_settings *settings)
{
	return settings->json && settings->verbosity >= 2;
}

static void on_data(struct observer *observer, uint64_t session, enum direction direction,
		    const struct message *message)
{
	struct report *report = container_of(observer, struct report, observer);

	if (shows_messages(&report->settings))
		json_message_print(report->settings.stream, session, direction, message);
	else
		hexdump_print(report->settings.stream, direction, message);
}

/* Times and counts of losses that nobody asked for are our own affair. */
static bool is_wanted(const struct target *target, const struct control *control)
{
	static const int ours[] = { SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMPING, SO_RXQ_OVFL };

	for (size_t i = 0; i < array_length(ours) && control->level == SOL_SOCKET; i++)
		if (control->type == ours[i])
			return target_sets(target, SOL_SOCKET, control->type);
	return true;
}

/* {"level":"ip","type":"ttl","value":64} is printed as level=ip type=ttl value=64. */
static void print_flat(struct buf *line, const char *json)
{
	bool quoted = false;

	for (; *json != '\0'; json++) {
		if (*json == '"')
			quoted = !quoted;
		else if (!quoted && (*json == ':' || *json == ','))
			buf_add_char(line, *json == ':' ? '=' : ' ');
		else if (quoted || strchr("[]{}", *json) == NULL)
			buf_add_char(line, *json);
	}
}

/* A line for each thing that came with a message. */
static void on_control(struct observer *observer, uint64_t session, const struct endpoint *source,
		       const struct message *message)
{
	struct report *report = container_of(observer, struct report, observer);
	int domain = message->peer.length > 0 ? message->peer.any.sa_family : 0;
	struct control control;
	size_t offset = 0;

	while (control_next(message->control, message->control_length, &offset, &control)) {
		cleanup_buf struct buf line = { 0 }, text = { 0 };
		struct json json = { .out = &text };

		if (!is_wanted(source->target, &control))
			continue;
		control_print_one(&control, domain, &json);
		buf_print(&line, "#%" PRIu64 " %zu byte%s came with ", session, message->length,
			  message->length == 1 ? "" : "s");
		print_flat(&line, buf_text(&text));
		say(report, &line);
	}
}

struct report *report_new(const struct report_settings *settings)
{
	struct report *report = memory_new(sizeof(*report));

	report->settings = *settings;
	report->observer.event = on_event;
	if (settings->verbosity > 0 && !settings->json && !settings->quiet)
		report->observer.control = on_control;
	report->observer.data = shows_messages(settings) || settings->hexdump ? on_data : NULL;
	return report;
}

static void tell_all_left_out(struct report *report)
{
	cleanup_buf struct buf of = { 0 };
	uint64_t count;

	tell_others(report, INT64_MAX);
	while ((count = repeats_take(&report->repeats, &of)) > 0) {
		tell_left_out(report, count, &of);
		buf_clear(&of);
	}
}

void report_free(struct report *report)
{
	if (report != NULL) {
		tell_all_left_out(report);
		repeats_release(&report->repeats);
	}
	free(report);
}

struct observer *report_observer(struct report *report)
{
	return &report->observer;
}

void report_statistics(struct report *report)
{
	cleanup_buf struct buf line = { 0 };

	if (report->settings.json) {
		json_statistics_print(report->settings.stream, report->sessions, report->errors,
				      report->total);
		return;
	}
	buf_print(&line, "%" PRIu64 " session%s, ", report->sessions,
		  report->sessions == 1 ? "" : "s");
	print_transfers(&line, report->total);
	if (report->errors > 0)
		buf_print(&line, ", %" PRIu64 " error%s", report->errors,
			  report->errors == 1 ? "" : "s");
	say(report, &line);
}

bool report_told_error(const struct report *report)
{
	return report->told_error;
}
