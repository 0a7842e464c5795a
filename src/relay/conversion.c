/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which codec stands at which side of a flow, and which pump can move it. */
#include "relay/conversion.h"

#include "base/memory.h"
#include "core/socket.h"

#include <string.h>

/* The codec of a side of bytes: its framing, else the format where the other side has messages. */
static const struct codec *codec_of(const struct side *side, const struct side *other,
				    const struct codec *chosen,
				    const struct session_settings *settings)
{
	const struct target *target = side->endpoint.target;
	bool is_plain = !other->endpoint.messages && other->endpoint.target->common.frame == NULL;

	if (side->endpoint.messages)
		return NULL;
	if (target->common.frame != NULL)
		return codec_find(target->common.frame);
	if (is_plain && (side->endpoint.is_socket || !settings->format_given))
		return codec_find("raw");
	if (chosen != NULL)
		return chosen;
	return codec_find(other->endpoint.target->format != NULL ?
				  other->endpoint.target->format :
				  "raw");
}

/* A stream whose bytes are written in a format of their own: a digest as hex. */
static bool has_own_format(const struct endpoint *source)
{
	return !source->messages && source->target->common.frame == NULL &&
	       source->target->format != NULL;
}

static bool needs_conversion(const struct flow *flow, const struct session_settings *settings)
{
	const struct endpoint *source = &flow->source->endpoint, *sink = &flow->sink->endpoint;

	if (source->messages || sink->messages)
		return true;
	if (source->target->common.frame != NULL || sink->target->common.frame != NULL)
		return true;
	return settings->format_given || has_own_format(source);
}

static struct codec_context *context_new(const struct side *messages,
					 const struct session_settings *settings)
{
	struct codec_context *context = memory_new(sizeof(*context));

	context->target = messages->endpoint.target;
	context->message_maximum = messages->endpoint.message_maximum;
	context->timestamps = settings->timestamps;
	context->timestamp_style = settings->timestamp_style;
	context->nanoseconds = settings->nanoseconds;
	context->show_interface = messages->endpoint.several_interfaces;
	return context;
}

/* Captures show between whom the messages went. */
static void set_addresses(struct codec_context *context, const struct endpoint *endpoint)
{
	if (!endpoint->is_socket)
		return;
	address_of_socket(endpoint->in, &context->local);
	address_of_peer(endpoint->in, &context->peer);
}

static void convert(struct flow *flow, const struct session_settings *settings,
		    struct message_room *room)
{
	struct conversion *conversion = memory_new(sizeof(*conversion));

	conversion->decode = codec_of(flow->source, flow->sink, settings->input, settings);
	conversion->encode = codec_of(flow->sink, flow->source, settings->output, settings);
	if (conversion->encode != NULL && !settings->format_given &&
	    has_own_format(&flow->source->endpoint))
		conversion->encode = codec_find(flow->source->endpoint.target->format);
	if (conversion->decode != NULL)
		conversion->decode_context = context_new(flow->sink, settings);
	if (conversion->encode != NULL)
		conversion->encode_context = context_new(flow->source, settings);
	if (conversion->encode != NULL && conversion->encode->begin != NULL)
		set_addresses(conversion->encode_context, &flow->source->endpoint);
	if (flow->shows || (conversion->encode != NULL && conversion->encode->end != NULL))
		socket_count_drops(&flow->source->endpoint);
	conversion->messages_left = UINT64_MAX;
	if (room->data == NULL)
		message_room_init(room, MESSAGE_MAXIMUM, MESSAGE_CONTROL_MAXIMUM);
	conversion->room = *room;
	flow->conversion = conversion;
	flow->pump = &pump_message;
}

static void use(struct flow *flow, const struct pump *pump)
{
	flow->pump = pump;
	if (pump->prepare != NULL)
		pump->prepare(flow);
}

void conversion_choose(struct flow *flow, const struct session_settings *settings,
		       struct message_room *room)
{
	static const struct pump *const pumps[] = { &pump_discard, &pump_splice, &pump_copy };

	if (needs_conversion(flow, settings)) {
		convert(flow, settings, room);
		if (settings->pump != &pump_message && pump_batch.can(flow))
			use(flow, &pump_batch);
		return;
	}
	if (settings->pump != NULL && settings->pump->can(flow)) {
		use(flow, settings->pump);
		return;
	}
	for (size_t i = 0; i < array_length(pumps); i++)
		if (pumps[i]->can(flow)) {
			use(flow, pumps[i]);
			return;
		}
}
