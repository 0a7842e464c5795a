/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock recv: prints what arrives, sends nothing. */
#include "cmd/join.h"
#include "cmd/open.h"
#include "cmd/ready.h"

#include <sys/socket.h>

static const struct parameter options[] = {
	{ .name = "count", .letter = 'n', .type = VALUE_NUMBER, .minimum = 1, .maximum = INT32_MAX, .flags = PARAMETER_COMMON, .help = "end after so many messages; fewer in time is status 4" },
	JOIN_DEADLINE,
	JOIN_NANOSECONDS,
	JOIN_QUIET_FOR,
	READY_PARAMETER,
	JOIN_READ_BYTES,
	JOIN_RECONNECT,
	JOIN_TIMESTAMPS('t'),
	JOIN_UNTIL,
	{ .name = NULL },
};

static const struct argument words[] = { { "SPEC", ARGUMENT_SPEC, false, false }, { .name = NULL } };

static const char *const examples[] = {
	"anysock recv can:vcan0",
	"anysock recv udp-listen:127.0.0.1:9000 --count 10 --timeout 5s",
	NULL,
};

/* Whoever is named as the peer could only answer: the port that the kernel chooses for us is known to nobody. */
static int check_reachable(const struct target *target, struct error *err)
{
	int domain = target->family->domain;
	bool is_ip = domain == AF_UNSPEC || domain == AF_INET || domain == AF_INET6;

	if (!is_ip || target->type == NULL || !target->type->blind || target->role != ROLE_CONNECT ||
	    target->common.bind != NULL)
		return 0;
	error_usage(err, "nothing can come: that is the peer, who does not know our port");
	error_hint(err, "what comes to a port here is received by %s-bind:HOST:PORT; send asks a peer",
		   target->family->shape.name);
	return target_error_field(target, 0, err);
}

/* Forward is from the spec to standard output. */
static int open_both(struct join *join, const struct arguments *arguments, struct error *err)
{
	static const struct wish source = { .no_output = true, .watches = true };
	static const struct wish console = { .no_input = true };

	join->is_console = true;
	join->session.backward = false;
	join->session.goal.forward = true;
	if (open_target(&join->left, arguments->words[0], &source, arguments, err) < 0)
		return -1;
	/* The messages of all peers are wanted, not a session for each. */
	if (join->left.role == ROLE_LISTEN && join->left.type->no_listen)
		join->left.role = join->left.spec.role = ROLE_BIND;
	if (check_reachable(&join->left, err) < 0)
		return -1;
	return open_target(&join->right, "-", &console, arguments, err);
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct join join;
	int status = -1;

	join_init(&join);
	if (open_both(&join, arguments, err) == 0 && join_read_options(&join, arguments, err) == 0 &&
	    join_read_format(&join, &join.left, arguments, err) == 0)
		status = join_run(&join, context, arguments, err);
	join_release(&join);
	return status;
}

const struct command recv_command = {
	.name = "recv",
	.summary = "print what arrives until the end, a count or a time",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
