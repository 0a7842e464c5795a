/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pump that can do every pair of byte streams: read into memory, write; read(2), write(2). */
#include "base/memory.h"
#include "relay/flow.h"
#include "relay/side.h"

#include <errno.h>
#include <poll.h>

static bool can(const struct flow *flow)
{
	return flow->conversion == NULL;
}

static size_t how_much(struct flow *flow)
{
	size_t most = flow->limit < LOOP_BUFFER_SIZE ? (size_t)flow->limit : LOOP_BUFFER_SIZE;
	size_t allowed = flow_allowance(flow);

	return allowed < most ? allowed : most;
}

/*
 * A short read of a socket has mostly emptied it, and the next edge tells when there is more; but the kernel also
 * stops at urgent data and where descriptors were passed, with more behind that. TCP has events for what it stops at.
 */
static bool is_emptied(const struct side *source, size_t got, size_t wanted)
{
	const struct endpoint *endpoint = &source->endpoint;

	if (got >= wanted || !endpoint->is_socket || endpoint->ops != NULL)
		return false;
	return (endpoint->empties && !source->is_strange) || !endpoint_sees(endpoint, POLLIN);
}

/* What a sink that comes back did not take is for the new one. */
static enum pump_result refused(struct flow *flow, const char *bytes, size_t length)
{
	int code = errno;

	if (flow->sink->returns)
		flow_keep(flow, bytes, length);
	else
		flow->moved.lost += length;
	errno = code;
	return PUMP_SINK_FAILED;
}

static enum pump_result deliver(struct flow *flow, const struct flow_environment *environment,
				const char *bytes, size_t length)
{
	ssize_t put = -1;

	if (flow->discards) {
		flow->moved.lost += length;
		return PUMP_AGAIN;
	}
	if (flow->sink->writable) {
		put = endpoint_write(&flow->sink->endpoint, bytes, length);
		if (put < 0 && errno != EAGAIN)
			return refused(flow, bytes, length);
	}
	if (put < 0)
		put = 0;
	if (put > 0)
		flow_delivered(flow, environment, bytes, (size_t)put);
	if ((size_t)put == length)
		return PUMP_AGAIN;
	flow_keep(flow, bytes + put, length - (size_t)put);
	return PUMP_AGAIN;
}

enum pump_result pump_copy_step(struct flow *flow, const struct flow_environment *environment,
				size_t *moved)
{
	char *buffer = loop_buffer(environment->loop);
	enum pump_result result;
	size_t wanted;
	ssize_t got;

	if (flow->leftover != NULL) {
		result = flow_write_leftover(flow, environment);
		if (result != PUMP_AGAIN)
			return result;
	}
	if (flow->stopping || flow->limit == 0)
		return PUMP_END;
	if (!flow->source->readable)
		return PUMP_WAIT;
	wanted = how_much(flow);
	if (wanted == 0)
		return PUMP_WAIT;
	got = endpoint_read(&flow->source->endpoint, buffer, wanted);
	if (got < 0 && errno != EAGAIN)
		return PUMP_SOURCE_FAILED;
	if (got < 0) {
		side_is_dry(flow->source);
		return PUMP_WAIT;
	}
	if (got == 0)
		return PUMP_END;
	if (is_emptied(flow->source, (size_t)got, wanted))
		flow->source->readable = false;
	if (flow->limit != UINT64_MAX)
		flow->limit -= (uint64_t)got;
	flow_spend(flow, (size_t)got);
	*moved += (size_t)got;
	return deliver(flow, environment, buffer, (size_t)got);
}

enum pump_result pump_turn(struct flow *flow, const struct flow_environment *environment, pump_step *step, size_t most)
{
	size_t moved = 0;

	while (moved < most) {
		enum pump_result result = step(flow, environment, &moved);

		if (result != PUMP_AGAIN)
			return result;
	}
	return PUMP_AGAIN;
}

static enum pump_result run(struct flow *flow, const struct flow_environment *environment)
{
	return pump_turn(flow, environment, pump_copy_step, PUMP_TURN);
}

const struct pump pump_copy = { .name = "copy", .can = can, .run = run };
