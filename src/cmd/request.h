/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is sent to see who is there, and what the answer must hold: --send and --until. */
#ifndef CMD_REQUEST_H
#define CMD_REQUEST_H

#include "base/pattern.h"
#include "cmd/command.h"

/* clang-format off */
#define REQUEST_SEND \
	{ .name = "send", .type = VALUE_BYTES, .flags = PARAMETER_REPEATS | PARAMETER_COMMON, .help = "send this and want an answer; \\r \\n \\t \\xHH stand for bytes, as do hex: and @FILE" }
#define REQUEST_UNTIL \
	{ .name = "until", .type = VALUE_TEXT, .argument = "PATTERN", .flags = PARAMETER_COMMON, .help = "only an answer that matches this regular expression will do" }
/* clang-format on */

struct request {
	struct buf *messages; /* owned, as is the array */
	size_t count;
	struct pattern *until; /* owned; NULL: any answer will do */
};

/* Reads --send and --until; request_release() is due in any case. */
int request_read(struct request *request, const struct arguments *arguments, struct error *err);
void request_release(struct request *request);
/* Whether it takes an answer to know that somebody is there. */
static inline bool request_wants_answer(const struct request *request)
{
	return request->count > 0 || request->until != NULL;
}

#endif
