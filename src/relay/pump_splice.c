/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pump for bulk between descriptors: bytes stay in the kernel; splice(2).
 *
 * Small traffic is copied, which is faster; a large read or a short write
 * starts the splicing, little that comes ends it. A pipe is only kept while it
 * holds bytes, and filled only while it is empty: a pipe is full also when each
 * of its slots holds a byte, and would then give EAGAIN as a dry source does.
 * What comes while the sink is full stays with the sender, and makes larger pieces.
 */
#include "base/cleanup.h"
#include "base/memory.h"
#include "relay/flow.h"
#include "relay/pipes.h"
#include "relay/side.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#define SPLICE_TURN (8U << 20) /* bytes before others have their turn */
#define BULK_BEGINS (32U << 10) /* bytes of a read from which on splicing pays */
#define BULK_ENDS (8U << 10)	/* of a fill below which it does not */

static bool is_pipe(const struct endpoint *endpoint, int fd)
{
	struct stat status;

	return !endpoint->is_socket && fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

/* A descriptor that others have too may block, unless it is a file: splice(2) has no MSG_DONTWAIT. */
static bool may_block(const struct endpoint *source, const struct endpoint *sink)
{
	return source->blocks || sink->blocks || sink->shared ||
	       (source->shared && source->ready_in != READY_ALWAYS);
}

static bool can(const struct flow *flow)
{
	const struct endpoint *source = &flow->source->endpoint, *sink = &flow->sink->endpoint;

	return flow->conversion == NULL && !flow->shows && endpoint_is_plain_in(source) &&
	       endpoint_takes_pipe(sink) && !may_block(source, sink) &&
	       source->ready_in != READY_ON_DEMAND && sink->ready_out != READY_ALWAYS &&
	       !source->terminal;
}

static ssize_t splice_some(int from, int to, size_t length)
{
	ssize_t moved;

	do
		moved = splice(from, NULL, to, NULL, length, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	while (moved < 0 && errno == EINTR);
	return moved;
}

/* What reading and writing may well do. */
static bool is_refused(void)
{
	return errno == EINVAL || errno == ENOSYS || errno == ENOMEM;
}

static enum pump_result fall_back(struct flow *flow)
{
	flow->pump = &pump_copy;
	return PUMP_AGAIN;
}

static void took(struct flow *flow, size_t length)
{
	if (flow->limit != UINT64_MAX)
		flow->limit -= length;
}

static size_t how_much(const struct flow *flow)
{
	return flow->limit < PIPE_SIZE ? (size_t)flow->limit : PIPE_SIZE;
}

static bool is_pipe_error(int code, const struct endpoint *source)
{
	bool from_pipe = is_pipe(source, source->in);

	errno = code;
	return from_pipe;
}

/* One side is a pipe: no other is needed. */
static enum pump_result step_direct(struct flow *flow, const struct flow_environment *environment,
				    size_t *moved)
{
	struct endpoint *sink = &flow->sink->endpoint;
	int in = flow->source->endpoint.in;
	ssize_t got;

	if (flow->stopping || flow->limit == 0)
		return PUMP_END;
	if (!flow->source->readable || !flow->sink->writable)
		return PUMP_WAIT;
	got = endpoint_splice(sink, in, how_much(flow));
	if (got == 0)
		return PUMP_END;
	if (got > 0) {
		took(flow, (size_t)got);
		flow->moved.bytes += (uint64_t)got;
		*moved += (size_t)got;
		return PUMP_AGAIN;
	}
	if (is_refused())
		return fall_back(flow);
	/* A pipe that is read has no errors of its own. */
	if (errno != EAGAIN)
		return errno == EPIPE || is_pipe_error(errno, &flow->source->endpoint) ? PUMP_SINK_FAILED :
								    PUMP_SOURCE_FAILED;
	/* Either end may be the reason, and may have changed since: only what is seen not ready brings an edge. */
	flow->source->readable = endpoint_sees(&flow->source->endpoint, POLLIN);
	flow->sink->writable = sink->ready_out == READY_ON_DEMAND || endpoint_sees(sink, POLLOUT);
	if (flow->source->readable && flow->sink->writable)
		return pump_copy_step(flow, environment, moved);
	return PUMP_WAIT;
}

/* What splice(2) cannot do for this pair is copied from here on, what is in the pipe first. */
static enum pump_result unload(struct flow *flow, const struct flow_environment *environment)
{
	cleanup_free char *bytes = memory_array(flow->in_pipe, 1);
	size_t length = 0;

	while (flow->in_pipe > 0) {
		ssize_t got = read(flow->splice_pipe[0], bytes + length, flow->in_pipe);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return PUMP_SOURCE_FAILED;
		flow->in_pipe -= (uint32_t)got;
		length += (size_t)got;
	}
	if (length > 0)
		flow_keep(flow, bytes, length);
	pipes_give(environment->pipes, flow->splice_pipe);
	return fall_back(flow);
}

static enum pump_result fill(struct flow *flow, const struct flow_environment *environment)
{
	ssize_t got;

	if (flow->stopping || flow->limit == 0)
		return PUMP_END;
	if (!flow->source->readable)
		return PUMP_WAIT;
	got = splice_some(flow->source->endpoint.in, flow->splice_pipe[1], how_much(flow));
	if (got > 0) {
		took(flow, (size_t)got);
		flow->in_pipe = (uint32_t)got;
		flow->is_bulk = (size_t)got >= BULK_ENDS;
		return PUMP_AGAIN;
	}
	if (got == 0)
		return PUMP_END;
	if (errno != EAGAIN)
		return is_refused() ? unload(flow, environment) : PUMP_SOURCE_FAILED;
	side_is_dry(flow->source);
	return PUMP_WAIT;
}

static enum pump_result drain(struct flow *flow, const struct flow_environment *environment,
			      size_t *moved)
{
	ssize_t put;

	if (!flow->sink->writable)
		return PUMP_WAIT;
	put = endpoint_splice(&flow->sink->endpoint, flow->splice_pipe[0], flow->in_pipe);
	if (put > 0) {
		flow->in_pipe -= (uint32_t)put;
		flow->moved.bytes += (uint64_t)put;
		*moved += (size_t)put;
		return PUMP_AGAIN;
	}
	if (put < 0 && errno != EAGAIN)
		return is_refused() ? unload(flow, environment) : PUMP_SINK_FAILED;
	side_is_full(flow->sink);
	return PUMP_WAIT;
}

static enum pump_result step_pipe(struct flow *flow, const struct flow_environment *environment,
				  size_t *moved)
{
	enum pump_result result;

	if (flow->in_pipe > 0)
		return drain(flow, environment, moved);
	result = fill(flow, environment);
	if (result != PUMP_AGAIN)
		pipes_give(environment->pipes, flow->splice_pipe);
	return result;
}

static bool wants_pipe(const struct flow *flow)
{
	return flow->is_bulk && flow->leftover == NULL && flow->source->readable &&
	       !flow->discards && !flow->stopping && flow->limit > 0;
}

static enum pump_result step(struct flow *flow, const struct flow_environment *environment,
			     size_t *moved)
{
	size_t before = *moved;
	enum pump_result result;

	if (flow->splice_pipe[0] >= 0)
		return step_pipe(flow, environment, moved);
	/* Once it is out of the way what follows can be spliced, however slow the sink is. */
	result = flow->is_bulk ? flow_write_leftover(flow, environment) : PUMP_AGAIN;
	if (result != PUMP_AGAIN)
		return result;
	if (flow->is_direct && flow->leftover == NULL)
		return step_direct(flow, environment, moved);
	if (wants_pipe(flow) && pipes_take(environment->pipes, flow->splice_pipe) == 0)
		return step_pipe(flow, environment, moved);
	/* Without a pipe the copying goes on. */
	result = pump_copy_step(flow, environment, moved);
	flow->is_bulk |= *moved - before >= BULK_BEGINS || flow->leftover != NULL;
	return result;
}

static enum pump_result run(struct flow *flow, const struct flow_environment *environment)
{
	size_t moved = 0;

	while (moved < SPLICE_TURN && flow->pump == &pump_splice) {
		enum pump_result result = step(flow, environment, &moved);

		if (result != PUMP_AGAIN)
			return result;
	}
	return PUMP_AGAIN;
}

static void prepare(struct flow *flow)
{
	const struct endpoint *source = &flow->source->endpoint, *sink = &flow->sink->endpoint;
	bool in = is_pipe(source, source->in), out = is_pipe(sink, sink->out);

	flow->is_direct = in || out;
	if (in)
		pipe_grow(source->in);
	if (out)
		pipe_grow(sink->out);
}

const struct pump pump_splice = { .name = "splice", .can = can, .prepare = prepare, .run = run };
