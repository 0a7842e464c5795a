/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The states of a direction: open, draining, closed. */
#include "relay/flow.h"

#include "base/memory.h"
#include "relay/side.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RATE_SLICES 10 /* of a second */

void flow_init(struct flow *flow, struct side *source, struct side *sink, enum direction direction)
{
	*flow = (struct flow){ .source = source,
			       .sink = sink,
			       .pump = &pump_copy,
			       .direction = direction == DIRECTION_BACKWARD,
			       .splice_pipe = { -1, -1 },
			       .limit = UINT64_MAX };
}

static void close_pipe(struct flow *flow)
{
	for (int i = 0; i < 2; i++) {
		if (flow->splice_pipe[i] >= 0)
			close(flow->splice_pipe[i]);
		flow->splice_pipe[i] = -1;
	}
	flow->in_pipe = 0;
}

void flow_release(struct flow *flow)
{
	conversion_free(flow->conversion);
	close_pipe(flow);
	free(flow->leftover);
	if (flow->more != NULL)
		pattern_window_release(&flow->more->quest.window);
	free(flow->more);
	flow->more = NULL;
	flow->conversion = NULL;
	flow->leftover = NULL;
}

void conversion_free(struct conversion *conversion)
{
	if (conversion == NULL)
		return;
	if (conversion->decode != NULL)
		codec_context_release(conversion->decode, conversion->decode_context);
	if (conversion->encode != NULL)
		codec_context_release(conversion->encode, conversion->encode_context);
	free(conversion->decode_context);
	free(conversion->encode_context);
	buf_release(&conversion->input);
	buf_release(&conversion->output);
	buf_release(&conversion->control);
	batch_free(conversion->batch);
	free(conversion);
}

bool flow_has_leftover(const struct flow *flow)
{
	return flow->leftover != NULL || flow->in_pipe > 0 ||
	       (flow->conversion != NULL &&
		(flow->conversion->has_pending || flow->conversion->batch != NULL ||
		 flow->conversion->output.length > flow->conversion->output_sent));
}

uint64_t flow_bytes_left(const struct flow *flow)
{
	const struct endpoint *source = &flow->source->endpoint;
	struct stat status;
	off_t at;

	/* What is counted are the bytes that were made of those of the file. */
	if (flow->conversion != NULL || flow->state == FLOW_CLOSED)
		return flow->limit == 0 ? 0 : UINT64_MAX;
	if (flow->limit != UINT64_MAX)
		return flow->limit;
	if (source->in < 0 || fstat(source->in, &status) < 0 || !S_ISREG(status.st_mode))
		return UINT64_MAX;
	at = lseek(source->in, 0, SEEK_CUR);
	return at >= 0 && status.st_size >= at ? (uint64_t)(status.st_size - at) : UINT64_MAX;
}

static struct flow_more *more_of(struct flow *flow)
{
	if (flow->more == NULL)
		flow->more = memory_new(sizeof(*flow->more));
	return flow->more;
}

struct transfer flow_moved(const struct flow *flow)
{
	struct transfer moved = { .bytes = flow->moved.bytes, .lost = flow->moved.lost };

	if (flow->pump != NULL && (moved.bytes > 0 || moved.lost > 0))
		moved.pump = flow->pump->name;
	if (flow->conversion != NULL) {
		moved.messages = flow->conversion->messages;
		moved.refused = flow->conversion->refused;
	}
	return moved;
}

const struct error *flow_error(const struct flow *flow)
{
	return flow->more != NULL && error_is_set(&flow->more->err) ? &flow->more->err : NULL;
}

void flow_fail(struct flow *flow, const struct error *err, const char *what)
{
	int code = errno;

	if (flow_error(flow) != NULL)
		return;
	if (err != NULL)
		more_of(flow)->err = *err;
	else
		error_code(&more_of(flow)->err, code, "%s", what);
}

void flow_keep(struct flow *flow, const char *bytes, size_t length)
{
	flow->leftover = memory_resize(NULL, sizeof(*flow->leftover) + length, 1);
	flow->leftover->at = 0;
	flow->leftover->length = (uint32_t)length;
	memcpy(flow->leftover->bytes, bytes, length);
}

void flow_note_heard(struct flow *flow, nanoseconds now)
{
	more_of(flow)->heard = now;
}

nanoseconds flow_heard(const struct flow *flow)
{
	return flow->more != NULL ? flow->more->heard : 0;
}

void flow_slow_down(struct flow *flow, uint64_t limit)
{
	more_of(flow)->rate = (struct rate){ .limit = limit, .at = deadline_now() };
	flow->shows = true;
}

bool flow_is_slowed_down(const struct flow *flow)
{
	return flow->more != NULL && flow->more->rate.limit > 0;
}

size_t flow_allowance(struct flow *flow)
{
	struct rate *rate = flow_is_slowed_down(flow) ? &flow->more->rate : NULL;
	nanoseconds now, wait;
	double most, least;

	if (rate == NULL)
		return SIZE_MAX;
	now = deadline_now();
	most = (double)rate->limit / RATE_SLICES;
	rate->saved += (double)(now - rate->at) / NANOSECONDS_PER_SECOND * (double)rate->limit;
	rate->at = now;
	if (rate->saved > most)
		rate->saved = most < 1 ? 1 : most;
	/* A fifth of what may be saved: small enough to be even, large enough to be cheap. */
	least = most / 5 < 1 ? 1 : most / 5;
	if (rate->saved >= least)
		return (size_t)rate->saved;
	wait = (nanoseconds)((least + 1 - rate->saved) / (double)rate->limit * NANOSECONDS_PER_SECOND);
	flow->source->endpoint.try_at = now + wait;
	return 0;
}

void flow_spend(struct flow *flow, size_t length)
{
	if (flow_is_slowed_down(flow))
		flow->more->rate.saved -= (double)length;
}

void flow_seek(struct flow *flow, const struct pattern *pattern)
{
	more_of(flow)->quest.pattern = pattern;
	flow->shows = true;
}

bool flow_has_found(const struct flow *flow)
{
	return flow->more != NULL && flow->more->quest.is_found;
}

void flow_look(struct flow *flow, const char *bytes, size_t length)
{
	struct quest *quest = flow->more != NULL ? &flow->more->quest : NULL;
	struct error err;
	int found;

	if (quest == NULL || quest->pattern == NULL || quest->is_found)
		return;
	error_clear(&err);
	if (flow->conversion != NULL)
		pattern_restart(&quest->window);
	found = pattern_find(quest->pattern, &quest->window, bytes, length, &err);
	if (found == 0)
		return;
	if (found < 0)
		flow_fail(flow, &err, "--until");
	quest->is_found = found > 0;
	flow->stopping = true;
	if (flow->conversion != NULL)
		flow->conversion->messages_left = 0;
}

void flow_delivered(struct flow *flow, const struct flow_environment *environment,
		    const char *bytes, size_t length)
{
	struct message message = { .data = bytes, .length = length };

	flow->moved.bytes += length;
	flow_look(flow, bytes, length);
	if (flow->shows)
		observer_show(environment->observer, environment->session,
			      (enum direction)flow->direction, &message);
}

enum pump_result flow_write_leftover(struct flow *flow, const struct flow_environment *environment)
{
	while (flow->leftover != NULL) {
		const char *bytes = flow->leftover->bytes + flow->leftover->at;
		size_t length = flow->leftover->length - flow->leftover->at;
		ssize_t put;

		if (!flow->sink->writable)
			return PUMP_WAIT;
		put = endpoint_write(&flow->sink->endpoint, bytes, length);
		if (put < 0 && errno != EAGAIN)
			return PUMP_SINK_FAILED;
		if (put < 0) {
			side_is_full(flow->sink);
			return PUMP_WAIT;
		}
		flow_delivered(flow, environment, bytes, (size_t)put);
		flow->leftover->at += (uint32_t)put;
		if (flow->leftover->at == flow->leftover->length) {
			free(flow->leftover);
			flow->leftover = NULL;
		}
	}
	return PUMP_AGAIN;
}

static size_t bytes_of_batch(const struct batch *batch)
{
	size_t bytes = 0;

	for (size_t i = batch != NULL ? batch->first : 0; batch != NULL && i < batch->count; i++)
		bytes += batch->messages[i].length;
	return bytes;
}

static size_t leftover_bytes(const struct flow *flow)
{
	size_t bytes = flow->in_pipe;

	if (flow->leftover != NULL)
		bytes += flow->leftover->length - flow->leftover->at;
	if (flow->conversion != NULL)
		bytes += flow->conversion->output.length - flow->conversion->output_sent +
			 flow->conversion->input.length - flow->conversion->input_at +
			 bytes_of_batch(flow->conversion->batch);
	return bytes;
}

void flow_abandon(struct flow *flow)
{
	if (flow->state == FLOW_CLOSED)
		return;
	flow->moved.lost += leftover_bytes(flow);
	free(flow->leftover);
	flow->leftover = NULL;
	close_pipe(flow);
	flow->state = FLOW_CLOSED;
}

void flow_stop(struct flow *flow)
{
	flow->stopping = true;
}

static bool is_reset(int code)
{
	return code == ECONNRESET || code == EPIPE || code == ECONNABORTED;
}

/* Whether an error means that the peer, or the way to it, is no longer there. */
static bool is_loss(int code)
{
	static const int codes[] = { ECONNRESET, EPIPE,	    ECONNABORTED, ECONNREFUSED, ETIMEDOUT,
				     ENETDOWN,	 ENETUNREACH, EHOSTDOWN,    EHOSTUNREACH, ENODEV,
				     ENXIO,	 EIO,	      ENOTCONN };

	for (size_t i = 0; i < array_length(codes); i++)
		if (code == codes[i])
			return true;
	return false;
}

bool flow_goes_on(const struct flow *flow)
{
	return flow->source->returns && !flow->stopping && flow->limit > 0 &&
	       (flow->conversion == NULL || flow->conversion->messages_left > 0);
}

/* A failure after which the side is opened again. */
static bool is_passing(struct flow *flow, struct side *side, const char *what)
{
	if (!side->returns)
		return false;
	flow_fail(flow, NULL, what);
	if (!is_loss(flow_error(flow)->code))
		return false;
	/* What a peer said before it went is still read. */
	if (side == flow->source)
		side->readable = false;
	side->writable = false;
	side->is_gone = true;
	return true;
}

void flow_resume(struct flow *flow, const struct side *side)
{
	struct conversion *conversion = flow->conversion;

	if (flow->more != NULL)
		error_clear(&flow->more->err);
	if (conversion == NULL)
		return;
	if (side == flow->source) {
		flow->moved.lost += conversion->input.length - conversion->input_at;
		buf_clear(&conversion->input);
		conversion->input_at = 0;
		conversion->input_at_end = false;
		if (conversion->decode != NULL)
			codec_context_release(conversion->decode, conversion->decode_context);
	} else {
		/* The new peer knows nothing of the beginning of a message. */
		conversion->output_sent = 0;
	}
}

static void source_failed(struct flow *flow)
{
	flow_fail(flow, NULL, "read");
	/* ECONNABORTED is our own word for one who does not keep to the protocol. */
	flow->source->was_reset |= flow_error(flow)->code == ECONNRESET || flow_error(flow)->code == ECONNABORTED;
	flow->source_failed = true;
	flow->stopping = true;
}

/* A disk that is full must not block the peer: what it still sends is read and dropped. */
static void sink_failed(struct flow *flow, struct loop *loop)
{
	flow_fail(flow, NULL, "write");
	flow->sink->was_reset |= flow_error(flow)->code == ECONNRESET;
	flow->discards = !is_reset(flow_error(flow)->code) && flow->source->endpoint.is_socket &&
			 flow->source->endpoint.end != END_NONE;
	if (flow->discards) {
		flow->moved.lost += leftover_bytes(flow);
		free(flow->leftover);
		flow->leftover = NULL;
		flow->pump = &pump_copy;
		return;
	}
	flow_abandon(flow);
	/* Who waits for the end before it answers would wait for ever. */
	side_finish(flow->sink, loop);
}

/* A pipe or a file is only at its end. */
bool flow_is_torn(const struct flow *flow)
{
	const struct endpoint *source = &flow->source->endpoint;

	return flow->source->was_reset && source->is_socket && source->in == source->out;
}

/* All that was read is delivered: the sink is told, as its family can be told. */
static bool drain(struct flow *flow, struct loop *loop)
{
	/* A reset is no orderly end: the session passes it on as a reset. */
	if (flow_is_torn(flow) && flow->sink->endpoint.is_socket) {
		flow->state = FLOW_CLOSED;
		return false;
	}
	if (side_finish(flow->sink, loop) < 0) {
		if (errno == EAGAIN) {
			side_is_full(flow->sink);
			return false;
		}
		if (flow->sink->endpoint.out >= 0 && !is_reset(errno))
			flow_fail(flow, NULL, "finish");
	}
	flow->state = FLOW_CLOSED;
	return false;
}

bool flow_run(struct flow *flow, const struct flow_environment *environment)
{
	enum pump_result result;

	if (flow->state == FLOW_CLOSED)
		return false;
	if (flow->state == FLOW_DRAINING)
		return drain(flow, environment->loop);
	result = flow->pump->run(flow, environment);
	switch (result) {
	case PUMP_WAIT:
		return false;
	case PUMP_AGAIN:
		return true;
	case PUMP_END:
		if (flow_goes_on(flow)) {
			flow->source->is_gone = true;
			flow->source->readable = flow->source->writable = false;
			return false;
		}
		flow->state = FLOW_DRAINING;
		return drain(flow, environment->loop);
	case PUMP_SOURCE_FAILED:
		if (is_passing(flow, flow->source, "read"))
			return false;
		source_failed(flow);
		return true;
	case PUMP_SINK_FAILED:
		if (is_passing(flow, flow->sink, "write"))
			return false;
		sink_failed(flow, environment->loop);
		return flow->discards;
	}
	return false;
}
