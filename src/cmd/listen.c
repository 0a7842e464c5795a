/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock listen: accepts connections and joins each to standard input and output, or to a program. */
#include "base/memory.h"
#include "cmd/activate.h"
#include "cmd/handover.h"
#include "cmd/join.h"
#include "cmd/open.h"
#include "cmd/ready.h"

static const struct parameter options[] = {
	{ .name = "activate", .type = VALUE_CHOICE, .names = activate_times, .flags = PARAMETER_OPTIONAL | PARAMETER_COMMON, .fallback = ACTIVATE_NOW, .help = "hand the listening sockets to one program, by LISTEN_FDS" },
	JOIN_CRLF,
	JOIN_DEADLINE,
	HANDOVER_PARAMETER,
	JOIN_HUB,
	{ .name = "keep", .letter = 'k', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "go on listening after the first connection" },
	JOIN_KILL_AFTER,
	{ .name = "max", .type = VALUE_NUMBER, .minimum = 1, .maximum = 1000000, .flags = PARAMETER_COMMON, .help = "connections at once" },
	{ .name = "max-per-source", .type = VALUE_NUMBER, .minimum = 1, .maximum = 1000000, .help = "connections at once of one host, user or machine" },
	JOIN_NANOSECONDS,
	JOIN_QUIET_FOR,
	JOIN_READ_BYTES,
	READY_PARAMETER,
	JOIN_REPLIES,
	JOIN_TELNET,
	JOIN_TIMESTAMPS(0),
	JOIN_UNTIL,
	{ .name = NULL },
};

static const struct argument words[] = { { "SPEC", ARGUMENT_SPEC, false, false }, { .name = NULL } };

static const char *const examples[] = {
	"anysock listen tcp::8080 > upload.bin",
	"anysock listen --keep tcp::7777 -- ./handler",
	"anysock listen --activate=first tcp::8080 -- ./server --systemd-socket",
	NULL,
};

static int open_both(struct join *join, const struct arguments *arguments, struct error *err)
{
	struct wish wish = { .listens = true, .serves_program = arguments->program != NULL };

	if (open_target(&join->left, arguments->words[0], &wish, arguments, err) < 0)
		return -1;
	if (arguments->program != NULL) {
		join->right_is_program = true;
		return open_program(&join->right, arguments->program, err);
	}
	return join_open_console(join, &join->right, &join->left, arguments, err);
}

static int read_hub(struct join *join, const struct arguments *arguments, struct error *err)
{
	if (arguments->program != NULL && arguments_setting(arguments, "hub") != NULL) {
		error_usage(err, "--hub: the clients are joined to each other, not to a program");
		return error_hint(err, "relay --hub SPEC exec:PROGRAM has one program among them");
	}
	return join_read_hub(join, false, arguments, err);
}

static void read_server(struct join *join, const struct arguments *arguments)
{
	uint64_t maximum = (uint64_t)arguments_number(arguments, "max", 0);
	uint64_t per_source = (uint64_t)arguments_number(arguments, "max-per-source", 0);

	join->server.keep |= arguments_flag(arguments, "keep") || join->left.common.keep;
	if (maximum > 0)
		join->left.common.max_children = maximum;
	if (per_source > 0)
		join->left.common.max_per_source = per_source;
	/* Standard input is that of the current connection. */
	if (arguments->program == NULL && !join->left.type->no_listen && join->hub == NULL)
		join->left.common.max_children = 1;
}

/* Whom it accepts is the program's own affair: a rule that nobody applies would only look like one. */
static int check_rules(const struct target *target, struct error *err)
{
	static const char *const rules[] = { "max-per-source", "peer-cid", "peer-gid",
					     "peer-ip",	       "peer-pid", "peer-uid" };

	for (size_t i = 0; i < array_length(rules); i++) {
		const struct setting *setting = target_setting(target, rules[i]);

		if (setting == NULL)
			continue;
		error_usage(err, "%s: with --activate the program itself accepts, and whom it likes", rules[i]);
		return target_error_setting(target, setting, err);
	}
	return 0;
}

static int activate(struct context *context, const struct arguments *arguments, struct error *err)
{
	static const struct wish wish = { .listens = true, .serves_program = true };
	struct target target;
	int status;

	if (arguments->program == NULL)
		return error_usage(err, "--activate: a program expected behind --");
	if (open_target(&target, arguments->words[0], &wish, arguments, err) < 0)
		return -1;
	status = check_rules(&target, err) < 0 ? -1 : activate_run(&target, context, arguments, err);
	target_release(&target);
	return status;
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct join join;
	int status = -1;

	if (arguments_setting(arguments, "activate") != NULL)
		return activate(context, arguments, err);
	join_init(&join);
	join.session.goal.forward = true;
	if (open_both(&join, arguments, err) == 0 && join_read_options(&join, arguments, err) == 0 &&
	    join_read_format(&join, &join.left, arguments, err) == 0 &&
	    join_read_text(&join.left, arguments, err) == 0 &&
	    read_hub(&join, arguments, err) == 0) {
		read_server(&join, arguments);
		status = join_run(&join, context, arguments, err);
	}
	join_release(&join);
	return status;
}

const struct command listen_command = {
	.name = "listen",
	.summary = "accept connections; join each to standard input and output, or to a program",
	.options = options,
	.arguments = words,
	.program = "PROGRAM [ARGUMENT...]",
	.examples = examples,
	.run = run,
};
