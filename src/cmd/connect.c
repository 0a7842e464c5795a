/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock connect: joins standard input and output, or a program, to a spec. */
#include "cmd/each.h"
#include "cmd/join.h"
#include "cmd/open.h"

#include <stdlib.h>

static const struct parameter options[] = {
	JOIN_CRLF,
	JOIN_DEADLINE,
	{ .name = "each", .type = VALUE_FLAG, .help = "send each FILE anew, and print the answer with its name: alg:hash" },
	JOIN_KILL_AFTER,
	JOIN_NANOSECONDS,
	JOIN_QUIET_FOR,
	JOIN_READ_BYTES,
	JOIN_RECONNECT,
	JOIN_REPLIES,
	JOIN_TELNET,
	JOIN_TIMESTAMPS(0),
	JOIN_UNTIL,
	{ .name = NULL },
};

static const struct argument words[] = { { "SPEC", ARGUMENT_SPEC, false, false },
					 { "FILE", ARGUMENT_FILE, true, true },
					 { .name = NULL } };

static const char *const examples[] = {
	"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | anysock connect tcp:localhost:8080",
	"anysock connect unix:/run/app.sock -- ./client",
	"anysock connect --each alg:hash:sha256 *.iso > SHA256SUMS",
	NULL,
};

static int open_both(struct join *join, const struct arguments *arguments, struct error *err)
{
	struct wish wish = { .is_sink = true,
			     .no_input = arguments_flag(arguments, "left-to-right"),
			     .no_output = arguments_flag(arguments, "right-to-left") };

	if (open_target(&join->right, arguments->words[0], &wish, arguments, err) < 0)
		return -1;
	if (arguments->program == NULL)
		return join_open_console(join, &join->left, &join->right, arguments, err);
	join->right_is_program = true;
	return open_program(&join->left, arguments->program, err);
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct join join;
	int status = -1;

	if (arguments_flag(arguments, "each"))
		return each_run(context, arguments, err);
	if (arguments->word_count > 1) {
		error_usage(err, "connect: \"%s\" is one word too many", arguments->words[1]);
		return error_hint(err, "--each sends files, relay joins two addresses");
	}
	join_init(&join);
	if (open_both(&join, arguments, err) == 0 && join_read_options(&join, arguments, err) == 0 &&
	    join_read_format(&join, &join.right, arguments, err) == 0 &&
	    join_read_text(&join.right, arguments, err) == 0) {
		join_put_listener_left(&join);
		status = join_run(&join, context, arguments, err);
	}
	join_release(&join);
	return status;
}

const struct command connect_command = {
	.name = "connect",
	.summary = "join standard input and output, or a program, to a spec",
	.options = options,
	.arguments = words,
	.program = "PROGRAM [ARGUMENT...]",
	.examples = examples,
	.run = run,
};
