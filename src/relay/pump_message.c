/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pump for flows in which one side has messages: whole ones are moved, converted where needed. */
#include "base/memory.h"
#include "core/control.h"
#include "relay/flow.h"
#include "relay/side.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define READ_SIZE (64U << 10)
#define MESSAGES_PER_TURN 256
#define WRITE_SIZE (64U << 10) /* bytes of messages that are written together */

static bool can(const struct flow *flow)
{
	return flow->conversion != NULL;
}

/* A message of no bytes is a message unless the peer has ended; recvmsg(2) cannot tell. */
static bool is_end(const struct flow *flow, const struct message *message)
{
	const struct endpoint *source = &flow->source->endpoint;
	struct pollfd poll_fd = { .fd = source->in, .events = POLLRDHUP };

	if (message->length > 0 || source->end == END_NONE || message->control_length > 0)
		return false;
	return poll(&poll_fd, 1, 0) == 1 && (poll_fd.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static void tell_notice(const struct flow *flow, const struct flow_environment *environment,
			const struct side *side, const struct error *notice)
{
	struct event event = { .kind = EVENT_NOTICE,
			       .session = environment->session,
			       .subject = &side->endpoint,
			       .direction = (enum direction)flow->direction,
			       .error = notice };

	observer_tell(environment->observer, &event);
}

enum pump_result pump_message_received(struct flow *flow, const struct flow_environment *environment,
				       int got, const struct error *err, bool *found)
{
	*found = got == 1;
	if (got < 0) {
		flow_fail(flow, err, "receive");
		return PUMP_SOURCE_FAILED;
	}
	if (got == 0) {
		side_is_dry(flow->source);
		return PUMP_WAIT;
	}
	if (got == ENDPOINT_NOTICE)
		tell_notice(flow, environment, flow->source, err);
	return got == ENDPOINT_END ? PUMP_END : PUMP_AGAIN;
}

static enum pump_result receive(struct flow *flow, const struct flow_environment *environment,
				struct message *message, bool *found)
{
	enum pump_result result;
	struct error err;
	int got;

	error_clear(&err);
	if (flow->stopping)
		return PUMP_END;
	if (!flow->source->readable)
		return PUMP_WAIT;
	got = endpoint_receive(&flow->source->endpoint, &flow->conversion->room, message, &err);
	result = pump_message_received(flow, environment, got, &err, found);
	if (*found)
		observer_show_control(environment->observer, environment->session,
				      &flow->source->endpoint, message);
	return *found && is_end(flow, message) ? PUMP_END : result;
}

/* Reads more bytes to be decoded. */
static enum pump_result read_input(struct flow *flow)
{
	struct conversion *conversion = flow->conversion;
	char *room;
	ssize_t got;

	if (flow->stopping || flow->limit == 0) {
		conversion->input_at_end = true;
		return PUMP_AGAIN;
	}
	if (!flow->source->readable)
		return PUMP_WAIT;
	buf_consume(&conversion->input, conversion->input_at);
	conversion->input_at = 0;
	room = buf_reserve(&conversion->input, READ_SIZE);
	got = endpoint_read(&flow->source->endpoint, room,
			    flow->limit < READ_SIZE ? (size_t)flow->limit : READ_SIZE);
	if (got < 0 && errno != EAGAIN)
		return PUMP_SOURCE_FAILED;
	if (got < 0) {
		side_is_dry(flow->source);
		return PUMP_WAIT;
	}
	if (got == 0)
		conversion->input_at_end = true;
	if (flow->limit != UINT64_MAX)
		flow->limit -= (uint64_t)got;
	buf_commit(&conversion->input, (size_t)got);
	return PUMP_AGAIN;
}

/* Takes one message off the input; PUMP_AGAIN with *found false when bytes were skipped. */
static enum pump_result decode(struct flow *flow, struct message *message, bool *found)
{
	struct conversion *conversion = flow->conversion;
	const char *bytes = buf_text(&conversion->input) + conversion->input_at;
	size_t length = conversion->input.length - conversion->input_at;
	struct error err;
	ssize_t taken = 0;

	error_clear(&err);
	*found = false;
	if (length > 0 || conversion->input_at_end)
		taken = codec_decode(conversion->decode, conversion->decode_context, bytes, length,
				     conversion->input_at_end, message, found, &err);
	if (taken < 0) {
		flow_fail(flow, &err, "decode");
		buf_clear(&conversion->input);
		conversion->input_at = 0;
		return PUMP_SOURCE_FAILED;
	}
	conversion->input_at += (size_t)taken;
	if (taken > 0 || *found)
		return PUMP_AGAIN;
	return conversion->input_at_end ? PUMP_END : read_input(flow);
}

static enum pump_result write_output(struct flow *flow)
{
	struct conversion *conversion = flow->conversion;
	struct buf *output = &conversion->output;

	while (conversion->output_sent < output->length) {
		ssize_t put;

		if (!flow->sink->writable)
			return PUMP_WAIT;
		put = endpoint_write(&flow->sink->endpoint, output->data + conversion->output_sent,
				     output->length - conversion->output_sent);
		if (put < 0 && errno != EAGAIN)
			return PUMP_SINK_FAILED;
		if (put < 0) {
			side_is_full(flow->sink);
			return PUMP_WAIT;
		}
		conversion->output_sent += (size_t)put;
	}
	buf_clear(output);
	conversion->output_sent = 0;
	return PUMP_AGAIN;
}

void pump_message_count(struct flow *flow, const struct flow_environment *environment,
			const struct message *message)
{
	flow->conversion->messages += message_count(message);
	flow->moved.bytes += message->length;
	if (flow->conversion->messages_left != UINT64_MAX)
		flow->conversion->messages_left--;
	/* As it is written, where that is text: a pattern sees what people see. */
	if (flow->conversion->encode != NULL && flow->conversion->encode->text)
		flow_look(flow, buf_text(&flow->conversion->output), flow->conversion->output.length);
	else
		flow_look(flow, message->data, message->length);
	if (flow->shows)
		observer_show(environment->observer, environment->session,
			      (enum direction)flow->direction, message);
}

/* Its ancillary data, and with what it had come; a message that is pending already has its own. */
static void keep_control(struct conversion *conversion, const struct message *message)
{
	struct buf *kept = &conversion->control;
	struct message *pending = &conversion->pending;

	if (conversion->has_pending)
		return;
	buf_clear(kept);
	buf_add(kept, message->control, message->control_length);
	buf_add(kept, message->arrival, message->arrival_length);
	pending->control = kept->data;
	pending->arrival = kept->data + message->control_length;
}

/* Keeps a copy of a message that the sink has no room for now. */
static void keep_message(struct conversion *conversion, const struct message *message)
{
	conversion->pending = *message;
	if (message->data != conversion->output.data) {
		buf_clear(&conversion->output);
		buf_add(&conversion->output, message->data, message->length);
	}
	conversion->pending.data = buf_text(&conversion->output);
	keep_control(conversion, message);
	conversion->has_pending = true;
}

void pump_message_dropped(struct flow *flow, const struct flow_environment *environment,
			  const struct message *message, const struct error *err)
{
	/* One line for all: there may be many. */
	if (flow->conversion->refused == 0)
		tell_notice(flow, environment, flow->sink, err);
	flow->conversion->refused += message_count(message);
	flow->moved.lost += message->length;
}

static enum pump_result send_message(struct flow *flow, const struct flow_environment *environment,
				     const struct message *message)
{
	struct conversion *conversion = flow->conversion;
	struct error err;
	int sent = 0;

	error_clear(&err);
	if (flow->sink->writable)
		sent = endpoint_send(&flow->sink->endpoint, message, &err);
	if (sent == ENDPOINT_DROPPED) {
		pump_message_dropped(flow, environment, message, &err);
		conversion->has_pending = false;
		buf_clear(&conversion->output);
		return PUMP_AGAIN;
	}
	if (sent < 0) {
		conversion->has_pending = false;
		if (flow->sink->returns)
			keep_message(conversion, message);
		else
			flow->moved.lost += message->length;
		flow_fail(flow, &err, "send");
		return PUMP_SINK_FAILED;
	}
	if (sent == 0) {
		side_is_full(flow->sink);
		keep_message(conversion, message);
		return PUMP_WAIT;
	}
	conversion->has_pending = false;
	pump_message_count(flow, environment, message);
	buf_clear(&conversion->output);
	return PUMP_AGAIN;
}

static enum pump_result encode(struct flow *flow, const struct flow_environment *environment,
			       const struct message *message)
{
	struct conversion *conversion = flow->conversion;
	const struct codec *codec = conversion->encode;
	struct codec_context *context = conversion->encode_context;
	size_t before = conversion->output.length;
	struct error err;

	error_clear(&err);
	/* From one file of messages to another, the interface has a name even where there is none here. */
	if (conversion->decode != NULL)
		memcpy(context->interface, conversion->decode_context->interface,
		       sizeof(context->interface));
	if (codec->encode(context, message, &conversion->output, &err) < 0) {
		/* Those before it were well. */
		buf_truncate(&conversion->output, before);
		write_output(flow);
		flow_fail(flow, &err, "format");
		return PUMP_SINK_FAILED;
	}
	pump_message_count(flow, environment, message);
	return PUMP_AGAIN;
}

/* A header goes out before the first message comes: whoever reads a capture waits for it. */
static enum pump_result begin_output(struct flow *flow)
{
	struct conversion *conversion = flow->conversion;
	const struct codec *codec = conversion->encode;
	struct error err;

	if (conversion->began)
		return PUMP_AGAIN;
	error_clear(&err);
	conversion->began = true;
	if (codec == NULL || codec->begin == NULL)
		return PUMP_AGAIN;
	if (codec->begin(conversion->encode_context, &conversion->output, &err) < 0) {
		flow_fail(flow, &err, "format");
		return PUMP_SINK_FAILED;
	}
	return write_output(flow);
}

static enum pump_result end_output(struct flow *flow)
{
	struct conversion *conversion = flow->conversion;
	const struct codec *codec = conversion->encode;
	enum pump_result result;
	struct error err = { 0 };

	if (codec == NULL || flow->discards)
		return PUMP_END;
	if (!conversion->ended && codec->end != NULL &&
	    codec->end(conversion->encode_context, &conversion->output, &err) < 0) {
		flow_fail(flow, &err, "format");
		return PUMP_SINK_FAILED;
	}
	conversion->ended = true;
	result = write_output(flow);
	return result == PUMP_AGAIN ? PUMP_END : result;
}

static enum pump_result deliver(struct flow *flow, const struct flow_environment *environment,
				const struct message *message)
{
	struct message forwarded;

	if (flow->discards) {
		flow->moved.lost += message->length;
		return PUMP_AGAIN;
	}
	if (flow->conversion->encode != NULL)
		return encode(flow, environment, message);
	if (flow->conversion->decode != NULL)
		return send_message(flow, environment, message);
	/* Who sent it, and how it came, is not where it goes. */
	forwarded = *message;
	forwarded.peer.length = 0;
	forwarded.arrival = message->control;
	forwarded.arrival_length = message->control_length;
	forwarded.control = NULL;
	forwarded.control_length = 0;
	forwarded.flags = 0;
	return send_message(flow, environment, &forwarded);
}

/*
 * Messages that came together are written together, but to a socket that may
 * keep them apart, and to a side that would get them again once it is back.
 */
static size_t write_size(const struct flow *flow)
{
	const struct endpoint *sink = &flow->sink->endpoint;
	bool apart = flow->sink->returns || (sink->console && sink->is_socket);

	return apart || flow->conversion->output_sent > 0 ? 1 : WRITE_SIZE;
}

static enum pump_result flush(struct flow *flow, const struct flow_environment *environment)
{
	struct conversion *conversion = flow->conversion;

	if (conversion->has_pending)
		return send_message(flow, environment, &conversion->pending);
	if (conversion->encode != NULL && conversion->output.length >= write_size(flow))
		return write_output(flow);
	return PUMP_AGAIN;
}

static enum pump_result step(struct flow *flow, const struct flow_environment *environment)
{
	struct conversion *conversion = flow->conversion;
	struct message message = { 0 };
	enum pump_result result = flush(flow, environment);
	bool found = true;

	if (result == PUMP_AGAIN)
		result = begin_output(flow);
	if (result != PUMP_AGAIN)
		return result;
	if (conversion->messages_left == 0)
		return PUMP_END;
	if (flow_allowance(flow) == 0)
		return PUMP_WAIT;
	result = conversion->decode == NULL ? receive(flow, environment, &message, &found) :
					      decode(flow, &message, &found);
	if (result == PUMP_AGAIN && found) {
		flow_spend(flow, message.length);
		result = deliver(flow, environment, &message);
	}
	/* Nobody takes the descriptors that came along. */
	if (conversion->decode == NULL && found)
		control_close_descriptors(message.control, message.control_length);
	return result;
}

/* Nothing more comes now: what is there is not kept back. */
static enum pump_result settle(struct flow *flow, enum pump_result result)
{
	enum pump_result written;

	if (flow->conversion->encode == NULL || flow->discards)
		return result;
	written = write_output(flow);
	return written == PUMP_AGAIN ? result : written;
}

static enum pump_result run(struct flow *flow, const struct flow_environment *environment)
{
	for (unsigned int i = 0; i < MESSAGES_PER_TURN; i++) {
		enum pump_result result = step(flow, environment);

		if (result == PUMP_END)
			return flow_goes_on(flow) ? settle(flow, PUMP_END) : end_output(flow);
		if (result == PUMP_WAIT)
			return settle(flow, result);
		if (result != PUMP_AGAIN)
			return result;
	}
	return settle(flow, PUMP_AGAIN);
}

const struct pump pump_message = { .name = "message", .can = can, .run = run };
