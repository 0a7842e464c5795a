/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines measured. Bytes that were there before the line count once it takes them. */
#include "shell/timing.h"

#include "base/memory.h"
#include "shell/group.h"

#include <inttypes.h>
#include <string.h>

static const char *const timed[] = { "open",   "connect-ex", "accept", "send",	   "recv",    "expect",
				     "ask",    "silent",     "drain",  "recvmsg",  "sendfile" };

static bool is_timed(const struct verb *verb)
{
	for (size_t i = 0; i < array_length(timed); i++)
		if (strcmp(timed[i], verb->name) == 0)
			return true;
	return false;
}

static void count_channel(struct timing *timing, const struct channel *channel)
{
	if (channel == NULL)
		return;
	timing->sent += channel->sent;
	if (timing->came_at < channel->came_at)
		timing->came_at = channel->came_at;
	timing->taken += channel->received - channel->in.length - channel->letter_bytes;
}

static void count(struct timing *timing, const struct shell *shell, const struct step *step)
{
	const struct group *group = group_of(shell, step);
	char *const *members = group != NULL ? group_members(group) : NULL;

	timing->sent = timing->taken = 0;
	timing->came_at = 0;
	if (members == NULL)
		count_channel(timing, shell_find(shell, step->fillings[0].name));
	for (size_t i = 0; members != NULL && members[i] != NULL; i++)
		count_channel(timing, shell_find(shell, members[i]));
}

void timing_start(struct timing *timing, const struct shell *shell, const struct step *step)
{
	timing->is_on = shell->is_timed && is_timed(step->verb);
	if (!timing->is_on)
		return;
	count(timing, shell, step);
	timing->began = deadline_now();
}

static void add_bytes(uint64_t bytes, const char *what, struct buf *out)
{
	if (bytes > 0)
		buf_print(out, ", %" PRIu64 " byte%s %s", bytes, bytes == 1 ? "" : "s", what);
}

void timing_stop(const struct timing *timing, struct shell *shell, const struct step *step)
{
	nanoseconds until = deadline_now();
	cleanup_buf struct buf line = { 0 };
	struct timing now;

	if (!timing->is_on)
		return;
	count(&now, shell, step);
	/* a match that could have grown was waited for longer than its bytes took */
	if (now.taken > timing->taken && now.came_at > timing->began)
		until = now.came_at;
	buf_print(&line, "%s %s: %.3f ms", step->verb->name, step->fillings[0].name,
		  (double)(until - timing->began) / NANOSECONDS_PER_MILLISECOND);
	/* an endpoint of that name may have been another one */
	add_bytes(now.sent > timing->sent ? now.sent - timing->sent : 0, "sent", &line);
	add_bytes(now.taken > timing->taken ? now.taken - timing->taken : 0, "received", &line);
	shell_remark(shell, buf_text(&line));
}
