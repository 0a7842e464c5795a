/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pump for what comes by TCP and goes to /dev/null: the kernel counts it and copies nothing; MSG_TRUNC in tcp(7). */
#include "relay/flow.h"
#include "relay/side.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define DISCARD_TURN (8U << 20) /* bytes before others have their turn */

static bool is_tcp(int fd)
{
	int protocol = 0;
	socklen_t length = sizeof(protocol);

	return getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) == 0 && protocol == IPPROTO_TCP;
}

static bool is_null(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

static bool can(const struct flow *flow)
{
	const struct endpoint *source = &flow->source->endpoint, *sink = &flow->sink->endpoint;

	return flow->conversion == NULL && !flow->shows && source->is_socket &&
	       endpoint_is_plain_in(source) && !sink->is_socket && endpoint_is_plain_out(sink) &&
	       is_null(sink->out) && is_tcp(source->in);
}

/* With memory behind it, which a protocol on top of TCP writes to that does not know the flag: tls(7) of the kernel. */
static ssize_t discard(int fd, struct loop *loop, size_t length)
{
	ssize_t got;

	do
		got = recv(fd, loop_buffer(loop), length, MSG_DONTWAIT | MSG_TRUNC);
	while (got < 0 && errno == EINTR);
	return got;
}

static enum pump_result step(struct flow *flow, const struct flow_environment *environment,
			     size_t *moved)
{
	size_t most = flow->limit < LOOP_BUFFER_SIZE ? (size_t)flow->limit : LOOP_BUFFER_SIZE;
	ssize_t got;

	if (flow->stopping || flow->limit == 0)
		return PUMP_END;
	if (!flow->source->readable)
		return PUMP_WAIT;
	got = discard(flow->source->endpoint.in, environment->loop, most);
	if (got < 0 && errno != EAGAIN)
		return PUMP_SOURCE_FAILED;
	if (got < 0) {
		side_is_dry(flow->source);
		return PUMP_WAIT;
	}
	if (flow->limit != UINT64_MAX)
		flow->limit -= (uint64_t)got;
	flow->moved.bytes += (uint64_t)got;
	*moved += (size_t)got;
	return got == 0 ? PUMP_END : PUMP_AGAIN;
}

static enum pump_result run(struct flow *flow, const struct flow_environment *environment)
{
	return pump_turn(flow, environment, step, DISCARD_TURN);
}

const struct pump pump_discard = { .name = "discard", .can = can, .run = run };
