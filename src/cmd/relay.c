/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock relay: joins any two specs, for one connection or for thousands, in one process. */
#include "base/memory.h"
#include "cmd/handover.h"
#include "cmd/join.h"
#include "cmd/open.h"
#include "cmd/ready.h"
#include "cmd/workers.h"

static const struct parameter options[] = {
	JOIN_DEADLINE,
	HANDOVER_PARAMETER,
	JOIN_HUB,
	{ .name = "max", .type = VALUE_NUMBER, .minimum = 1, .maximum = 1000000, .flags = PARAMETER_COMMON, .help = "connections at once" },
	{ .name = "max-per-source", .type = VALUE_NUMBER, .minimum = 1, .maximum = 1000000, .help = "connections at once of one host, user or machine" },
	JOIN_NANOSECONDS,
	{ .name = "once", .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "end after the first connection" },
	READY_PARAMETER,
	JOIN_RECONNECT,
	JOIN_TIMESTAMPS(0),
	WORKERS_PARAMETER,
	{ .name = NULL },
};

static const struct argument words[] = { { "A", ARGUMENT_SPEC, false, false },
					 { "B", ARGUMENT_SPEC, false, false },
					 { .name = NULL } };

static const char *const examples[] = {
	"anysock relay tcp-listen:5432 unix:/run/postgresql/.s.PGSQL.5432",
	"anysock relay unix-listen:./docker.sock,mode=600 vsock:3:2375",
	NULL,
};

static const struct target *message_side(const struct join *join)
{
	return target_has_messages(&join->left) ? &join->left : &join->right;
}

static int open_both(struct join *join, const struct arguments *arguments, struct error *err)
{
	struct wish left = { .no_output = arguments_flag(arguments, "left-to-right"),
			     .no_input = arguments_flag(arguments, "right-to-left") };
	struct wish right = { .no_output = left.no_input,
			      .no_input = left.no_output,
			      .is_sink = true };

	if (open_target(&join->left, arguments->words[0], &left, arguments, err) < 0 ||
	    open_target(&join->right, arguments->words[1], &right, arguments, err) < 0)
		return -1;
	join_put_listener_left(join);
	return 0;
}

static void read_server(struct join *join, const struct arguments *arguments)
{
	uint64_t maximum = (uint64_t)arguments_number(arguments, "max", 0);
	uint64_t per_source = (uint64_t)arguments_number(arguments, "max-per-source", 0);

	join->server.keep = !arguments_flag(arguments, "once");
	if (maximum > 0)
		join->left.common.max_children = maximum;
	if (per_source > 0)
		join->left.common.max_per_source = per_source;
}

/* What was inherited may listen, whatever is said of it. */
static int check_server(const struct join *join, const struct arguments *arguments, struct error *err)
{
	static const char *const names[] = { "max", "max-per-source" };

	if (join->left.role == ROLE_LISTEN || join->left.family->descriptor != NULL)
		return 0;
	for (size_t i = 0; i < array_length(names); i++)
		if (arguments_setting(arguments, names[i]) != NULL)
			return error_usage(err, "--%s: nothing listens here", names[i]);
	return 0;
}

/* What each client will be joined with; a mistake in it is better told now than to each of them. */
static int check_right(const struct join *join, struct error *err)
{
	const struct family *family = join->right.family;

	if (join->left.role != ROLE_LISTEN || family->foresee == NULL)
		return 0;
	return family->foresee(&join->right, err);
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct join join;
	int status = -1;

	join_init(&join);
	if (open_both(&join, arguments, err) == 0 && check_server(&join, arguments, err) == 0 &&
	    check_right(&join, err) == 0 &&
	    join_read_options(&join, arguments, err) == 0 &&
	    join_read_format(&join, message_side(&join), arguments, err) == 0) {
		read_server(&join, arguments);
		if (join_read_hub(&join, true, arguments, err) == 0)
			status = join_run(&join, context, arguments, err);
	}
	join_release(&join);
	return status;
}

const struct command relay_command = {
	.name = "relay",
	.summary = "join any two specs; where one listens, each connection opens the other anew",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
