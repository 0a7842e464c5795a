/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pump that moves many datagrams with one system call each way; recvmmsg(2), sendmmsg(2). */
#include "core/batch.h"
#include "core/control.h"
#include "relay/flow.h"
#include "relay/side.h"

#define BATCHES_PER_TURN 4

/* Only where messages go from end to end as they are, and their number does not matter before they are read. */
static bool can(const struct flow *flow)
{
	const struct endpoint *source = &flow->source->endpoint;
	const struct conversion *conversion = flow->conversion;

	return conversion != NULL && conversion->decode == NULL && conversion->encode == NULL &&
	       source->ops != NULL && source->ops->receive_many != NULL && !source->shared &&
	       !flow_is_slowed_down(flow);
}

static struct batch *take_spare(const struct flow_environment *environment)
{
	struct batch *batch = *environment->spare;

	*environment->spare = NULL;
	return batch != NULL ? batch : batch_new();
}

/* One of which the sink did not get all stays with the flow. */
static void put_away(struct flow *flow, const struct flow_environment *environment, struct batch *batch)
{
	flow->conversion->batch = NULL;
	batch->has_all = false;
	if (!batch_is_drained(batch))
		flow->conversion->batch = batch;
	else if (*environment->spare == NULL)
		*environment->spare = batch;
	else
		batch_free(batch);
}

/* Who sent it, and how it came, is not where it goes; nobody takes the descriptors that came along. */
static void strip(const struct flow *flow, const struct flow_environment *environment,
		  struct message *message)
{
	observer_show_control(environment->observer, environment->session, &flow->source->endpoint,
			      message);
	control_close_descriptors(message->control, message->control_length);
	message->peer.length = 0;
	message->arrival = message->control;
	message->arrival_length = message->control_length;
	message->control = NULL;
	message->control_length = 0;
	message->flags = 0;
}

static enum pump_result take_in(struct flow *flow, const struct flow_environment *environment,
				struct batch *batch)
{
	enum pump_result result;
	struct error err;
	bool found;
	int got;

	error_clear(&err);
	if (flow->stopping)
		return PUMP_END;
	if (batch->has_all)
		flow->source->readable = false;
	if (!flow->source->readable)
		return PUMP_WAIT;
	got = flow->source->endpoint.ops->receive_many(&flow->source->endpoint, batch, &err);
	result = pump_message_received(flow, environment, got, &err, &found);
	for (size_t i = batch->first; found && i < batch->count; i++)
		strip(flow, environment, &batch->messages[i]);
	return result;
}

/* Of the first, which came as several, those before what is left have gone. */
static void count_gone(struct flow *flow, const struct flow_environment *environment, struct message *before,
		       const struct message *left)
{
	before->length -= left->length;
	if (before->length > 0)
		pump_message_count(flow, environment, before);
}

static enum pump_result pass_on(struct flow *flow, const struct flow_environment *environment,
			     struct batch *batch)
{
	struct message *first = &batch->messages[batch->first], before = *first;
	uint64_t wanted = flow->conversion->messages_left;
	size_t count = batch->count - batch->first;
	struct error err;
	int sent = 0;

	error_clear(&err);
	if (count > wanted)
		count = (size_t)wanted;
	if (flow->sink->writable)
		sent = endpoint_send_many(&flow->sink->endpoint, first, count, &err);
	count_gone(flow, environment, &before, first);
	if (sent == ENDPOINT_DROPPED) {
		pump_message_dropped(flow, environment, &batch->messages[batch->first++], &err);
		return PUMP_AGAIN;
	}
	if (sent < 0) {
		flow_fail(flow, &err, "send");
		return PUMP_SINK_FAILED;
	}
	for (int i = 0; i < sent; i++)
		pump_message_count(flow, environment, &batch->messages[batch->first++]);
	if (sent > 0)
		return PUMP_AGAIN;
	side_is_full(flow->sink);
	return PUMP_WAIT;
}

static enum pump_result step(struct flow *flow, const struct flow_environment *environment,
			     struct batch *batch)
{
	enum pump_result result = PUMP_AGAIN;

	if (flow->conversion->messages_left == 0)
		return PUMP_END;
	if (batch_is_empty(batch))
		result = take_in(flow, environment, batch);
	while (result == PUMP_AGAIN && !batch_is_empty(batch) && flow->conversion->messages_left > 0)
		result = pass_on(flow, environment, batch);
	return result;
}

static enum pump_result run(struct flow *flow, const struct flow_environment *environment)
{
	struct batch *batch = flow->conversion->batch;
	enum pump_result result = PUMP_AGAIN;

	if (batch == NULL)
		batch = take_spare(environment);
	batch->may_join = !flow->shows && endpoint_takes_joined(&flow->sink->endpoint) &&
			  flow->conversion->messages_left == UINT64_MAX;
	for (unsigned int i = 0; i < BATCHES_PER_TURN && result == PUMP_AGAIN; i++)
		result = step(flow, environment, batch);
	put_away(flow, environment, batch);
	return result;
}

const struct pump pump_batch = { .name = "batch", .can = can, .run = run };
