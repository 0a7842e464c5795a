/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes, rate, percent and time left of a transfer. */
#include "report/progress.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/deadline.h"
#include "base/json.h"
#include "base/memory.h"
#include "report/report.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLAIN_INTERVAL (2 * NANOSECONDS_PER_SECOND)

struct progress {
	FILE *stream;
	enum progress_style style;
	uint64_t size; /* 0: not known */
	nanoseconds started, shown;
	bool has_line;
};

static uint64_t size_of(int fd)
{
	struct stat status;
	off_t at;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
		return 0;
	at = lseek(fd, 0, SEEK_CUR);
	return at >= 0 && status.st_size > at ? (uint64_t)(status.st_size - at) : 0;
}

struct progress *progress_new(FILE *stream, enum progress_style style, int is_quiet, int source_fd)
{
	struct progress *progress;

	if (style == PROGRESS_NEVER || (style == PROGRESS_AUTO && (is_quiet || !isatty(fileno(stream)))))
		return NULL;
	progress = memory_new(sizeof(*progress));
	progress->stream = stream;
	progress->style = style == PROGRESS_ALWAYS && !isatty(fileno(stream)) ? PROGRESS_PLAIN : style;
	progress->size = size_of(source_fd);
	progress->started = deadline_now();
	return progress;
}

/* Time left at the rate so far, in seconds; -1 not known. */
static double time_left(const struct progress *progress, uint64_t bytes, double seconds)
{
	if (progress->size == 0 || bytes == 0 || bytes > progress->size)
		return -1;
	return seconds * (double)(progress->size - bytes) / (double)bytes;
}

static void print_line(const struct progress *progress, struct buf *line, uint64_t bytes,
		       double seconds)
{
	double left = time_left(progress, bytes, seconds);

	report_size(line, bytes);
	buf_add_string(line, ", ");
	report_size(line, (uint64_t)((double)bytes / (seconds > 0 ? seconds : 1)));
	buf_add_string(line, "/s");
	if (progress->size > 0)
		buf_print(line, ", %.0f %%", 100 * (double)bytes / (double)progress->size);
	if (left >= 0)
		buf_print(line, ", %.0f s left", left);
}

static void print_json(const struct progress *progress, struct buf *line, uint64_t forward,
		       uint64_t backward, double seconds)
{
	struct json json = { .out = line };
	double left = time_left(progress, forward, seconds);

	json_open_object(&json, NULL);
	json_integer(&json, "v", 1);
	json_string(&json, "type", "progress");
	json_unsigned(&json, "forward", forward);
	json_unsigned(&json, "backward", backward);
	json_real(&json, "seconds", seconds, 3);
	if (progress->size > 0)
		json_unsigned(&json, "size", progress->size);
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

void progress_show(struct progress *progress, uint64_t forward, uint64_t backward)
{
	cleanup_buf struct buf line = { 0 };
	nanoseconds now = deadline_now();
	double seconds;

	if (progress == NULL || !is_due(progress, now))
		return;
	progress->shown = now;
	seconds = (double)(now - progress->started) / NANOSECONDS_PER_SECOND;
	if (progress->style == PROGRESS_JSON)
		print_json(progress, &line, forward, backward, seconds);
	else
		print_line(progress, &line, forward + backward, seconds);
	if (progress->style == PROGRESS_JSON || progress->style == PROGRESS_PLAIN) {
		fprintf(progress->stream, "%s\n", buf_text(&line));
	} else {
		fprintf(progress->stream, "\r%s\033[K", buf_text(&line));
		progress->has_line = true;
	}
	fflush(progress->stream);
}

void progress_free(struct progress *progress)
{
	if (progress == NULL)
		return;
	if (progress->has_line)
		fputs("\r\033[K", progress->stream);
	free(progress);
}
