/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Round trips counted by rank and by length. */
#include "shell/latency.h"

#include "base/json.h"
#include "base/memory.h"
#include "report/json.h"
#include "shell/match.h"
#include "shell/transfer.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define SHOWN_INTERVAL (NANOSECONDS_PER_SECOND / 4) /* of the line that changes in its place */
#define BARS_WIDTH 40

struct latency {
	struct shell *shell;
	const struct step *step;
	const struct latency_wish *wish;
	struct trips own; /* of what was asked here */
	nanoseconds until, shown;
};

static struct trips *trips_of(struct latency *latency)
{
	return latency->wish->data != NULL ? &latency->own : &latency->wish->channel->trips;
}

static double milliseconds(nanoseconds duration)
{
	return (double)duration / NANOSECONDS_PER_MILLISECOND;
}

static void print_line(struct latency *latency, struct buf *out)
{
	struct trips *trips = trips_of(latency);
	const char *name;

	buf_print(out, "%s: %zu answer%s", latency->wish->channel->name, trips->count, trips->count == 1 ? "" : "s");
	for (size_t i = 0; trips->count > 0 && (name = trips_rank_name(i)) != NULL; i++)
		buf_print(out, ", %s %.3f ms", name, milliseconds(trips_rank(trips, i)));
}

/* The upper end of a bar: each is twice as far as the one before. */
static nanoseconds end_of_bar(nanoseconds duration)
{
	nanoseconds end = 1000;

	while (end < duration)
		end *= 2;
	return end;
}

/* So many of those that are sorted, from the i-th on, belong to one bar. */
static size_t length_of_bar(const struct trips *trips, size_t i)
{
	nanoseconds end = end_of_bar(trips->times[i]);
	size_t last = i;

	while (last < trips->count && trips->times[last] <= end)
		last++;
	return last - i;
}

static void print_spectrum(struct trips *trips, struct buf *out)
{
	size_t most = 0, length;

	for (size_t i = 0; i < trips->count; i += length) {
		length = length_of_bar(trips, i);
		most = length > most ? length : most;
	}
	for (size_t i = 0; i < trips->count; i += length) {
		length = length_of_bar(trips, i);
		buf_print(out, "\n  <= %10.3f ms %8zu  ", milliseconds(end_of_bar(trips->times[i])), length);
		for (size_t bar = 0; bar < (length * BARS_WIDTH + most - 1) / most; bar++)
			buf_add_char(out, '#');
	}
}

static void json_spectrum(const struct trips *trips, struct json *json)
{
	size_t length;

	json_open_array(json, "spectrum");
	for (size_t i = 0; i < trips->count; i += length) {
		length = length_of_bar(trips, i);
		json_open_object(json, NULL);
		json_real(json, "to", (double)end_of_bar(trips->times[i]) / NANOSECONDS_PER_SECOND, 9);
		json_unsigned(json, "count", length);
		json_close_object(json);
	}
	json_close_array(json);
}

static void print_json(struct latency *latency, struct buf *out)
{
	struct trips *trips = trips_of(latency);
	struct json json = { .out = out };
	const char *name;

	json_open_object(&json, NULL);
	json_integer(&json, "v", 1);
	json_string(&json, "type", "latency");
	json_time_print(&json);
	json_string(&json, "endpoint", latency->wish->channel->name);
	json_unsigned(&json, "count", trips->count);
	for (size_t i = 0; trips->count > 0 && (name = trips_rank_name(i)) != NULL; i++)
		json_real(&json, name, (double)trips_rank(trips, i) / NANOSECONDS_PER_SECOND, 9);
	if (latency->wish->spectrum)
		json_spectrum(trips, &json);
	json_close_object(&json);
}

/* $l.p99, $l.count */
static void keep(struct latency *latency, const struct buf *text)
{
	struct content *got = &latency->shell->got;
	struct trips *trips = trips_of(latency);
	cleanup_buf struct buf value = { 0 };
	const char *name;

	content_release(got);
	buf_add(&got->bytes, buf_text(text), text->length);
	buf_print(&value, "%zu", trips->count);
	content_add_member(got, "count", buf_text(&value), value.length);
	for (size_t i = 0; trips->count > 0 && (name = trips_rank_name(i)) != NULL; i++) {
		buf_clear(&value);
		buf_print(&value, "%.3fms", milliseconds(trips_rank(trips, i)));
		content_add_member(got, name, buf_text(&value), value.length);
	}
	latency->shell->has_got = true;
}

static void tell(struct latency *latency)
{
	cleanup_buf struct buf text = { 0 };

	if (latency->wish->as_json)
		print_json(latency, &text);
	else
		print_line(latency, &text);
	if (latency->wish->spectrum && !latency->wish->as_json)
		print_spectrum(trips_of(latency), &text);
	if (latency->step->as != NULL) {
		keep(latency, &text);
		return;
	}
	fprintf(latency->shell->host->out, "%s\n", buf_text(&text));
	fflush(latency->shell->host->out);
}

/* For whoever waits at a terminal; text NULL: the line goes away. */
static void show(struct latency *latency, const char *text)
{
	FILE *stream = latency->shell->host->errors;

	if (!latency->shell->settings.talks || !isatty(fileno(stream)) || (text == NULL && latency->shown == 0))
		return;
	fprintf(stream, "\r%s\033[K", text != NULL ? text : "");
	fflush(stream);
}

static void show_so_far(struct latency *latency)
{
	cleanup_buf struct buf line = { 0 };
	nanoseconds now = deadline_now();

	if (now - latency->shown < SHOWN_INTERVAL)
		return;
	print_line(latency, &line);
	show(latency, buf_text(&line));
	latency->shown = now;
}

/* 1 it was answered, 0 the time for all is over, -1. */
static int ask(struct latency *latency, struct error *err)
{
	const struct latency_wish *wish = latency->wish;
	nanoseconds until = deadline_earlier(latency->until, shell_deadline(latency->shell, latency->step));
	struct match_quest quest = { .patterns = &wish->pattern, .count = 1, .until = until, .skip_maximum = UINT64_MAX };
	int result = transfer_send(latency->shell, latency->step, wish->channel, wish->data, until, err);

	if (result == 0)
		result = match_await(latency->shell, latency->step, wish->channel, &quest, err);
	match_release(&quest);
	if (result == 0)
		trips_add(&latency->own, wish->channel->trip);
	if (result < 0 && wish->count == 0 && deadline_now() >= latency->until)
		return 0;
	return result == 0 ? 1 : -1;
}

static bool is_done(const struct latency *latency)
{
	const struct latency_wish *wish = latency->wish;

	return wish->count > 0 ? latency->own.count >= wish->count : deadline_now() >= latency->until;
}

static int measure(struct latency *latency, struct error *err)
{
	nanoseconds next = deadline_now();
	int result = 1;

	latency->shown = 0;
	while (result > 0 && !is_done(latency)) {
		result = ask(latency, err);
		show_so_far(latency);
		next += shell_scaled(latency->shell, latency->wish->interval);
		if (result > 0 && !is_done(latency) && next > deadline_now() &&
		    shell_pass_time(latency->shell, deadline_earlier(next, latency->until), err) < 0)
			result = -1;
	}
	show(latency, NULL);
	return result < 0 ? -1 : 0;
}

int latency_run(struct shell *shell, const struct step *step, const struct latency_wish *wish,
		struct error *err)
{
	struct latency latency = {
		.shell = shell, .step = step, .wish = wish,
		.until = step->most > 0 ? shell_deadline(shell, step) : DEADLINE_NEVER,
	};
	int result = wish->data != NULL ? measure(&latency, err) : 0;

	/* what there is so far is told after an interrupt, too */
	tell(&latency);
	trips_release(&latency.own);
	return result;
}
