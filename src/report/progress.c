/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes, rate, percent and time left of a transfer. */
#include "report/progress.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/deadline.h"
#include "base/json.h"
#include "base/memory.h"
#include "report/report.h"
#include "report/stream.h"

#include <stdlib.h>
#include <unistd.h>

#define PLAIN_INTERVAL (2 * NANOSECONDS_PER_SECOND)

struct progress {
	FILE *stream;
	enum progress_style style;
	struct progress_counts counts; /* that came last; a size that was known stays */
	nanoseconds started, shown;
	bool has_line;
};

struct progress *progress_new(FILE *stream, enum progress_style style, bool is_quiet)
{
	struct progress *progress;

	if (style == PROGRESS_NEVER || (style == PROGRESS_AUTO && (is_quiet || !isatty(fileno(stream)))))
		return NULL;
	progress = memory_new(sizeof(*progress));
	progress->stream = stream;
	progress->style = style == PROGRESS_ALWAYS && !isatty(fileno(stream)) ? PROGRESS_PLAIN : style;
	progress->started = deadline_now();
	return progress;
}

/* The direction whose end is known, -1 where none is. */
static int known(const struct progress_counts *counts)
{
	for (int i = 0; i < 2; i++)
		if (counts->size[i] > 0)
			return i;
	return -1;
}

/* Time left at the rate so far, in seconds; -1 not known. */
static double time_left(const struct progress_counts *counts, double seconds)
{
	int i = known(counts);

	if (i < 0 || counts->moved[i] == 0 || counts->moved[i] > counts->size[i])
		return -1;
	return seconds * (double)(counts->size[i] - counts->moved[i]) / (double)counts->moved[i];
}

static void print_line(const struct progress_counts *counts, double seconds, struct buf *line)
{
	uint64_t bytes = counts->moved[0] + counts->moved[1];
	double left = time_left(counts, seconds);
	int i = known(counts);

	report_size(line, bytes);
	buf_add_string(line, ", ");
	report_size(line, (uint64_t)((double)bytes / seconds));
	buf_add_string(line, "/s");
	if (i >= 0)
		buf_print(line, ", %.0f %%", 100 * (double)counts->moved[i] / (double)counts->size[i]);
	if (left > 0)
		buf_print(line, ", %.0f s left", left);
	else
		buf_print(line, ", %.1f s", seconds);
}

static void print_json(const struct progress_counts *counts, double seconds, struct buf *line)
{
	struct json json = { .out = line };
	double left = time_left(counts, seconds);

	json_open_object(&json, NULL);
	json_integer(&json, "v", 1);
	json_string(&json, "type", "progress");
	json_unsigned(&json, "forward", counts->moved[0]);
	json_unsigned(&json, "backward", counts->moved[1]);
	json_real(&json, "seconds", seconds, 3);
	if (known(counts) >= 0)
		json_unsigned(&json, "size", counts->size[known(counts)]);
	if (left >= 0)
		json_real(&json, "left", left, 1);
	json_close_object(&json);
}

static bool is_due(const struct progress *progress, nanoseconds now)
{
	if (progress->style == PROGRESS_AUTO)
		return now - progress->started >= NANOSECONDS_PER_SECOND;
	return progress->style != PROGRESS_PLAIN || now - progress->shown >= PLAIN_INTERVAL;
}

static void take(struct progress *progress, const struct progress_counts *counts)
{
	for (int i = 0; i < 2; i++) {
		progress->counts.moved[i] = counts->moved[i];
		if (counts->size[i] > 0)
			progress->counts.size[i] = counts->size[i];
	}
}

static void show(struct progress *progress, nanoseconds now)
{
	cleanup_buf struct buf line = { 0 };
	nanoseconds shortest = NANOSECONDS_PER_MILLISECOND;
	nanoseconds took = now - progress->started > shortest ? now - progress->started : shortest;
	bool is_in_place = progress->style == PROGRESS_AUTO || progress->style == PROGRESS_ALWAYS;

	progress->shown = now;
	if (is_in_place)
		buf_add_char(&line, '\r');
	(progress->style == PROGRESS_JSON ? print_json : print_line)(
		&progress->counts, (double)took / NANOSECONDS_PER_SECOND, &line);
	buf_add_string(&line, is_in_place ? "\033[K" : "\n");
	stream_write(progress->stream, &line);
	progress->has_line = is_in_place;
}

void progress_show(struct progress *progress, const struct progress_counts *counts)
{
	nanoseconds now = deadline_now();

	if (progress == NULL)
		return;
	take(progress, counts);
	if (counts->moved[0] + counts->moved[1] == 0)
		progress->started = now;
	else if (is_due(progress, now))
		show(progress, now);
}

void progress_end(struct progress *progress, const struct progress_counts *counts)
{
	cleanup_buf struct buf end = { 0 };

	if (progress == NULL)
		return;
	take(progress, counts);
	if (progress->style != PROGRESS_AUTO)
		show(progress, deadline_now());
	if (progress->has_line) {
		buf_add_string(&end, progress->style == PROGRESS_AUTO ? "\r\033[K" : "\n");
		stream_write(progress->stream, &end);
	}
	free(progress);
}
