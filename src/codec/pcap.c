/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap and pcap-classic: captures that wireshark(1) and tcpdump(1) open; both kinds are read. */
#include "base/memory.h"
#include "codec/capture.h"
#include "codec/capture_reader.h"
#include "codec/interface.h"
#include "codec/track.h"
#include "core/target.h"

#include <string.h>

struct state {
	struct capture_reader reader;
	struct interfaces interfaces;
	struct track track;	 /* of what is written */
	struct channels sources; /* interface blocks that were written, by interface */
	uint64_t received[INTERFACES_REMEMBERED]; /* messages of each */
	bool began;
};

static struct state *state_of(struct codec_context *context)
{
	if (context->state == NULL)
		context->state = memory_new(sizeof(struct state));
	return context->state;
}

static void pcap_release(struct codec_context *context)
{
	struct state *state = context->state;

	if (state == NULL)
		return;
	capture_reader_release(&state->reader);
	track_release(&state->track);
	free(state);
}

static void start(struct codec_context *context)
{
	struct state *state = state_of(context);

	if (!state->began)
		track_start(&state->track, context->target, 0, &context->local, &context->peer);
	state->began = true;
}

static int pcap_begin(struct codec_context *context, struct buf *out, struct error *err)
{
	(void)err;
	start(context);
	capture_section(out);
	return 0;
}

/* The number of a message's interface block, which is written when the interface first turns up. */
static uint32_t source_of(struct codec_context *context, const struct message *message,
			  struct buf *out)
{
	struct state *state = state_of(context);
	const char *name = interfaces_of(&state->interfaces, context, message);
	cleanup_buf struct buf spec = { 0 }, local = { 0 };
	bool is_new;
	size_t number = channels_number(&state->sources, name, &is_new);

	if (!is_new)
		return (uint32_t)number;
	if (context->target != NULL)
		target_print(context->target, &spec);
	if (context->target != NULL && context->local.length > 0)
		target_print_address(context->target, &context->local, &local);
	if (name[0] == '\0')
		name = local.length > 0 ? buf_text(&local) : buf_text(&spec);
	/* Of all interfaces each has hardware of its own. */
	capture_interface(out, message->peer.length > 0 ? link_of_address(context->target, &message->peer) : state->track.link,
			  name, buf_text(&spec));
	return (uint32_t)number;
}

static void note_times(struct codec_context *context, const struct message *message)
{
	if (context->first.tv_sec == 0)
		context->first = message->time;
	context->last = message->time;
}

static int pcap_encode(struct codec_context *context, const struct message *message,
		       struct buf *out, struct error *err)
{
	struct state *state = state_of(context);

	(void)err;
	start(context);
	state->track.interface = source_of(context, message, out);
	track_message(&state->track, message, NULL, out);
	state->received[state->track.interface]++;
	if (message->dropped != 0)
		context->dropped = message->dropped;
	note_times(context, message);
	return 0;
}

static int pcap_end(struct codec_context *context, struct buf *out, struct error *err)
{
	struct state *state = state_of(context);

	(void)err;
	for (uint32_t i = 0; i < state->sources.count; i++)
		capture_statistics(out, i, &context->first, &context->last, state->received[i],
				   i == 0 ? context->dropped : 0, NULL);
	return 0;
}

static void add_32(struct buf *out, uint32_t value)
{
	buf_add(out, &value, sizeof(value));
}

static int classic_begin(struct codec_context *context, struct buf *out, struct error *err)
{
	static const uint16_t version[2] = { 2, 4 };

	(void)err;
	start(context);
	add_32(out, 0xa1b23c4d);
	buf_add(out, version, sizeof(version));
	add_32(out, 0);
	add_32(out, 0);
	add_32(out, CAPTURE_PACKET_MAXIMUM);
	add_32(out, state_of(context)->track.link);
	return 0;
}

static int classic_encode(struct codec_context *context, const struct message *message,
			  struct buf *out, struct error *err)
{
	struct track *track = &state_of(context)->track;
	size_t offset = 0, taken;

	(void)err;
	start(context);
	if (message->peer.length > 0)
		track->peer = message->peer;
	do {
		uint32_t length, kept;

		taken = link_wrap(track, message, offset);
		length = (uint32_t)track->packet.length;
		kept = length < CAPTURE_PACKET_MAXIMUM ? length : CAPTURE_PACKET_MAXIMUM;
		add_32(out, (uint32_t)message->time.tv_sec);
		add_32(out, (uint32_t)message->time.tv_nsec);
		add_32(out, kept);
		add_32(out, length);
		buf_add(out, buf_text(&track->packet), kept);
		offset += taken;
	} while (offset < message->length && taken > 0);
	return 0;
}

/* 1 a message, 0 nothing to send, -1 malformed. */
static int unwrap(struct codec_context *context, const struct capture_found *found,
		  struct message *message, struct error *err)
{
	struct state *state = state_of(context);
	const char *name = found->source->name;
	int result;

	message->time = found->time;
	message->direction = found->direction;
	result = link_unwrap(found->source->link, found->packet, context, message, err);
	if (result < 0)
		return error_context(err, "packet %llu", (unsigned long long)context->line);
	if (name[0] != '\0')
		interfaces_note(&state->interfaces, (struct span){ name, strlen(name) }, context,
				message);
	return result;
}

static ssize_t pcap_decode(struct codec_context *context, const char *bytes, size_t length,
			   bool at_end, struct message *message, bool *found, struct error *err)
{
	struct state *state = state_of(context);
	struct capture_found packet;
	ssize_t used;
	int result;

	reader_start(context, message, found);
	used = capture_reader_take(&state->reader, (struct span){ bytes, length }, at_end, &packet,
				   err);
	if (used <= 0 || packet.source == NULL)
		return used;
	context->line++;
	result = unwrap(context, &packet, message, err);
	if (result < 0)
		return -1;
	*found = result > 0;
	return used;
}

const struct codec codec_pcap = {
	.name = "pcap",
	.aliases = "pcapng",
	.summary = "a pcapng capture, for wireshark -k -i -; reads pcap and btsnoop too",
	.begin = pcap_begin,
	.encode = pcap_encode,
	.end = pcap_end,
	.decode = pcap_decode,
	.release = pcap_release,
};

const struct codec codec_pcap_classic = {
	.name = "pcap-classic",
	.summary = "a capture in the older format, with nanoseconds and without directions",
	.begin = classic_begin,
	.encode = classic_encode,
	.decode = pcap_decode,
	.release = pcap_release,
};
