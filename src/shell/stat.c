/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts of endpoints, and how fast they grow. */
#include "shell/stat.h"

#include "base/json.h"
#include "base/memory.h"
#include "report/json.h"
#include "report/report.h"
#include "shell/group.h"
#include "shell/tunnel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS_UNDER_HEADER 20 /* of a terminal */

enum { SENT, RECEIVED, WAYS };

/* An endpoint as it was at its last row. */
struct counted {
	char *name;
	uint64_t bytes[WAYS];
	double rates[WAYS]; /* a second, since the row before */
};

struct table {
	struct shell *shell;
	const struct stat_wish *wish;
	struct counted *all;
	size_t count, rows;
	nanoseconds at; /* of the last rows */
};

static struct counted *find(struct table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->all[i].name, name) == 0)
			return &table->all[i];
	table->all = memory_resize(table->all, table->count + 1, sizeof(*table->all));
	table->all[table->count] = (struct counted){ .name = memory_string(name) };
	return &table->all[table->count++];
}

/* Of a tunnel it is what passed to the server and back. */
static uint64_t bytes_of(const struct channel *channel, int way)
{
	if (channel->tunnel != NULL)
		return tunnel_passed(channel->tunnel, way == SENT ? LANE_FORWARD : LANE_BACKWARD);
	return way == SENT ? channel->sent : channel->received;
}

/* An endpoint that was opened anew under its name begins at none. */
static void count(struct counted *counted, const struct channel *channel, nanoseconds elapsed)
{
	for (int way = 0; way < WAYS; way++) {
		uint64_t bytes = bytes_of(channel, way);
		uint64_t more = bytes >= counted->bytes[way] ? bytes - counted->bytes[way] : bytes;

		counted->rates[way] = elapsed > 0 ? (double)more * NANOSECONDS_PER_SECOND / (double)elapsed : 0;
		counted->bytes[way] = bytes;
	}
}

static void print_cell(uint64_t bytes, const char *behind, struct buf *out)
{
	cleanup_buf struct buf text = { 0 };

	report_size(&text, bytes);
	buf_add_string(&text, behind);
	buf_print(out, " %13s", buf_text(&text));
}

static void print_queue(int bytes, struct buf *out)
{
	if (bytes >= 0)
		print_cell((uint64_t)bytes, "", out);
	else
		buf_print(out, " %13s", "-");
}

static void print_row(const struct counted *counted, const struct channel *channel, struct buf *out)
{
	int unread, unsent;

	channel_queues(channel, &unread, &unsent);
	buf_print(out, "%-12s", channel->name);
	for (int way = 0; way < WAYS; way++) {
		print_cell(counted->bytes[way], "", out);
		print_cell((uint64_t)counted->rates[way], "/s", out);
	}
	print_queue(unread, out);
	print_queue(unsent, out);
	buf_print(out, " %s\n", channel_state(channel));
}

static void print_json(const struct counted *counted, const struct channel *channel, struct buf *out)
{
	struct json json = { .out = out };
	int unread, unsent;

	channel_queues(channel, &unread, &unsent);
	json_open_object(&json, NULL);
	json_integer(&json, "v", 1);
	json_string(&json, "type", "stat");
	json_time_print(&json);
	json_string(&json, "endpoint", channel->name);
	json_string(&json, "state", channel_state(channel));
	json_unsigned(&json, "sent", counted->bytes[SENT]);
	json_real(&json, "sent_rate", counted->rates[SENT], 0);
	json_unsigned(&json, "received", counted->bytes[RECEIVED]);
	json_real(&json, "received_rate", counted->rates[RECEIVED], 0);
	if (unread >= 0)
		json_integer(&json, "unread", unread);
	if (unsent >= 0)
		json_integer(&json, "unsent", unsent);
	json_close_object(&json);
	buf_add_char(out, '\n');
}

static void print_header(const struct table *table, struct buf *out)
{
	static const char *const columns[] = { "sent", "", "received", "", "unread", "unsent" };
	bool is_seen = isatty(fileno(table->shell->host->out));

	if (table->wish->as_json || (table->rows > 0 && (!is_seen || table->rows % ROWS_UNDER_HEADER != 0)))
		return;
	buf_print(out, "%-12s", "endpoint");
	for (size_t i = 0; i < array_length(columns); i++)
		buf_print(out, " %13s", columns[i]);
	buf_add_string(out, " state\n");
}

/* One that is gone has no row. */
static void add_row(struct table *table, const char *name, nanoseconds elapsed, struct buf *out)
{
	const struct channel *channel = shell_find(table->shell, name);
	struct counted *counted;

	if (channel == NULL)
		return;
	counted = find(table, name);
	count(counted, channel, elapsed);
	if (out == NULL)
		return;
	print_header(table, out);
	table->rows++;
	(table->wish->as_json ? print_json : print_row)(counted, channel, out);
}

static void add_named(struct table *table, const char *name, nanoseconds elapsed, struct buf *out)
{
	const struct group *group = group_find(table->shell, name);
	char *const *members = group != NULL ? group_members(group) : NULL;

	if (members == NULL)
		add_row(table, name, elapsed, out);
	for (; members != NULL && *members != NULL; members++)
		add_row(table, *members, elapsed, out);
}

/* out NULL: only counted, as what the first rows are compared with. */
static void add_rows(struct table *table, struct buf *out)
{
	nanoseconds now = deadline_now(), elapsed = now - table->at;
	const struct shell *shell = table->shell;
	char *const *names = table->wish->names;

	for (size_t i = 0; names[0] == NULL && i < shell->channel_count; i++)
		add_row(table, shell->channels[i]->name, elapsed, out);
	for (size_t i = 0; names[i] != NULL; i++)
		add_named(table, names[i], elapsed, out);
	table->at = now;
}

/* Whoever typed sees the table instead of what came; the newest of it stays to be read. */
static void skim(const struct shell *shell)
{
	for (size_t i = 0; i < shell->channel_count; i++) {
		struct channel *channel = shell->channels[i];

		if (channel->came == NULL)
			continue;
		channel_trim(channel);
		channel->shown_bytes = channel->received;
		channel->shown_messages = channel->received_messages;
	}
}

static int pass_interval(struct shell *shell, nanoseconds next, struct error *err)
{
	while (deadline_now() < next) {
		if (shell_wait(shell, -1, 0, next, err) < 0)
			return -1;
		skim(shell);
	}
	return 0;
}

int stat_run(struct shell *shell, const struct step *step, const struct stat_wish *wish, struct error *err)
{
	nanoseconds until = step->most > 0 ? shell_deadline(shell, step) : DEADLINE_NEVER;
	struct table table = { .shell = shell, .wish = wish, .at = deadline_now() };
	nanoseconds next = table.at;
	uint64_t done = 0;
	int result = 0;

	add_rows(&table, NULL);
	while (result == 0 && (wish->count == 0 || done < wish->count) && deadline_now() < until) {
		cleanup_buf struct buf out = { 0 };

		next += shell_scaled(shell, wish->interval);
		result = pass_interval(shell, deadline_earlier(next, until), err);
		if (result < 0 || deadline_now() < next)
			break;
		add_rows(&table, &out);
		fputs(buf_text(&out), shell->host->out);
		fflush(shell->host->out);
		done++;
	}
	for (size_t i = 0; i < table.count; i++)
		free(table.all[i].name);
	free(table.all);
	return result;
}
