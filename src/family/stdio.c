/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our own standard input and output as an endpoint; stdin(3). */
#include "base/memory.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"
#include "family/descriptor.h"
#include "family/plain_calls.h"
#include "family/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct shape_field fields[] = { { .name = NULL } };

static const struct shape_alias aliases[] = {
	{ "-", NULL },
	{ NULL, NULL },
};

static const struct parameter parameters[] = {
	TERMINAL_PARAMETERS,
	{ .name = NULL },
};

static bool is_socket(int fd)
{
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

/* One socket as both, as inetd and socket pairs have it: its end can be shown without closing. */
static bool is_one_socket(const struct endpoint *endpoint)
{
	struct stat in, out;

	return endpoint->is_socket && endpoint->in >= 0 && endpoint->out >= 0 &&
	       fstat(endpoint->in, &in) == 0 && fstat(endpoint->out, &out) == 0 &&
	       in.st_ino == out.st_ino && in.st_dev == out.st_dev;
}

static int stdio_finish(struct endpoint *endpoint)
{
	if (is_one_socket(endpoint) && shutdown(endpoint->out, SHUT_WR) < 0 && errno != ENOTCONN)
		return -1;
	close(endpoint->out);
	endpoint->out = -1;
	if (endpoint->target->opens_once)
		descriptor_leave(STDOUT_FILENO);
	return 0;
}

static void stdio_release(struct endpoint *endpoint)
{
	struct terminal *terminal = endpoint->state;

	terminal_restore(terminal);
	free(terminal);
	endpoint->state = NULL;
}

static const struct endpoint_ops stdio_ops = { .finish = stdio_finish, .release = stdio_release };

static int take(struct endpoint *endpoint, int fd, int access, struct error *err)
{
	bool shared = false;
	int taken = descriptor_take(fd, access, &shared);

	if (taken < 0)
		return error_system(err, "standard %s", fd == STDIN_FILENO ? "input" : "output");
	descriptor_grow(taken);
	endpoint->shared |= shared;
	if (access == O_RDONLY)
		endpoint->in = taken;
	else
		endpoint->out = taken;
	return 0;
}

static int stdio_open(const struct target *target, const struct endpoint *client,
		      struct endpoint *endpoint, struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;
	bool reads = target->wants_input, writes = target->wants_output;
	struct terminal *terminal = memory_new(sizeof(*terminal));

	(void)client;
	terminal->fd = -1;
	made.target = target;
	made.ops = &stdio_ops;
	made.state = terminal;
	made.end = END_HALF;
	made.console = true;
	if ((reads && take(&made, STDIN_FILENO, O_RDONLY, err) < 0) ||
	    (writes && take(&made, STDOUT_FILENO, O_WRONLY, err) < 0) ||
	    terminal_set(terminal, target, reads ? STDIN_FILENO : STDOUT_FILENO, false, err) < 0) {
		endpoint_close(&made);
		return -1;
	}
	made.is_socket = (!reads || is_socket(made.in)) && (!writes || is_socket(made.out));
	endpoint_classify(&made);
	endpoint_move(endpoint, &made);
	return 0;
}

static void stdio_add_open_calls(const struct target *target, struct buf *out)
{
	if (target->wants_input)
		plain_add_take("0", O_RDONLY, out);
	if (target->wants_output)
		plain_add_take("1", O_WRONLY, out);
	terminal_add_calls(target, false, out);
}

const struct family stdio_family = {
	.shape = { .name = "stdio", .known_as = NAMES("stdin", "stdout"), .aliases = aliases, .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "standard input and output",
	.domain = -1,
	.parameters = parameters,
	.step = STEP_NONE,
	.open = stdio_open,
	.add_open_calls = stdio_add_open_calls,
};
