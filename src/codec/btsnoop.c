/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btsnoop: captures of Bluetooth controllers that btmon(1) and wireshark(1) open; RFC 1761 with BlueZ's link types. */
#include "base/memory.h"
#include "base/uapi.h"
#include "codec/reader.h"
#include "core/target.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD_CHANNEL = 1 };
enum { LINK_H4 = 1002, LINK_MONITOR = 2001 };
enum { FLAG_RECEIVED = 1, FLAG_CONTROL = 2 };
enum { PACKET_COMMAND = 1, PACKET_EVENT = 4 };

#define MAGIC "btsnoop" /* with its NUL */
#define FILE_HEADER 16
#define RECORD_HEADER 24
#define MONITOR_HEADER 6 /* opcode, controller, length; 16 bits each, little-endian */
#define RECORD_MAXIMUM (256U << 10)
/* Microseconds from the year 0 to 1970. */
#define EPOCH UINT64_C(0x00dcddb30f2f8000)

/* The link type of a capture that is read; 0: its header is still to come. */
struct state {
	uint32_t link;
};

static void add_32(struct buf *out, uint32_t value)
{
	uint32_t network = htobe32(value);

	buf_add(out, &network, sizeof(network));
}

static uint32_t get_32(const char *at)
{
	uint32_t network;

	memcpy(&network, at, sizeof(network));
	return be32toh(network);
}

static uint16_t get_little_16(const char *at)
{
	const uint8_t *octets = (const uint8_t *)at;

	return (uint16_t)(octets[0] | octets[1] << 8);
}

static bool is_monitor(const struct codec_context *context)
{
	const struct target *target = context->target;

	return target != NULL && target->type != NULL && target->protocol == BTPROTO_HCI &&
	       target->fields[FIELD_CHANNEL].number == HCI_CHANNEL_MONITOR;
}

static int btsnoop_begin(struct codec_context *context, struct buf *out, struct error *err)
{
	(void)err;
	buf_add(out, MAGIC, sizeof(MAGIC));
	add_32(out, 1);
	add_32(out, is_monitor(context) ? LINK_MONITOR : LINK_H4);
	return 0;
}

static uint32_t flags_of_packet(const struct message *message)
{
	uint8_t type = message->length > 0 ? (uint8_t)message->data[0] : 0;

	return (message->direction == MESSAGE_IN ? FLAG_RECEIVED : 0) |
	       (type == PACKET_COMMAND || type == PACKET_EVENT ? FLAG_CONTROL : 0);
}

static int btsnoop_encode(struct codec_context *context, const struct message *message,
			  struct buf *out, struct error *err)
{
	bool has_header = is_monitor(context) && message->length >= MONITOR_HEADER;
	size_t skipped = has_header ? MONITOR_HEADER : 0;
	uint32_t length = (uint32_t)(message->length - skipped), flags = flags_of_packet(message);
	uint64_t time = EPOCH + (uint64_t)message->time.tv_sec * 1000000 +
			(uint64_t)message->time.tv_nsec / 1000;

	(void)err;
	if (has_header)
		flags = (uint32_t)get_little_16(message->data + 2) << 16 | get_little_16(message->data);
	add_32(out, length);
	add_32(out, length);
	add_32(out, flags);
	add_32(out, 0);
	add_32(out, (uint32_t)(time >> 32));
	add_32(out, (uint32_t)time);
	buf_add(out, message->data + skipped, length);
	return 0;
}

static int refuse(const struct codec_context *context, struct error *err, const char *words)
{
	return error_set(err, ERROR_FAILED, "packet %llu: %s", (unsigned long long)context->line + 1, words);
}

static ssize_t take_header(struct codec_context *context, const char *bytes, size_t length,
			   bool at_end, struct error *err)
{
	struct state *state = context->state;

	if (length < FILE_HEADER)
		return at_end && length > 0 ? refuse(context, err, "the capture ends within its header") : 0;
	state->link = get_32(bytes + 12);
	if (memcmp(bytes, MAGIC, sizeof(MAGIC)) != 0 || get_32(bytes + 8) != 1)
		return refuse(context, err, "this is no btsnoop capture");
	if (state->link != LINK_H4 && state->link != LINK_MONITOR)
		return refuse(context, err, "only captures of H4 and of the monitor are read");
	return FILE_HEADER;
}

static void give(struct codec_context *context, const char *record, size_t length,
		 struct message *message)
{
	const struct state *state = context->state;
	uint32_t flags = get_32(record + 8);
	uint64_t time = (uint64_t)get_32(record + 16) << 32 | get_32(record + 20);
	uint16_t header[3] = { htole16((uint16_t)flags), htole16((uint16_t)(flags >> 16)),
			       htole16((uint16_t)length) };

	time = time > EPOCH ? time - EPOCH : 0;
	message->time.tv_sec = (time_t)(time / 1000000);
	message->time.tv_nsec = (long)(time % 1000000) * 1000;
	message->direction = flags & FLAG_RECEIVED ? MESSAGE_IN : MESSAGE_OUT;
	buf_clear(&context->scratch);
	if (state->link == LINK_MONITOR) {
		message->direction = MESSAGE_IN;
		buf_add(&context->scratch, header, sizeof(header));
	}
	buf_add(&context->scratch, record + RECORD_HEADER, length);
	message->data = buf_text(&context->scratch);
	message->length = context->scratch.length;
}

static ssize_t btsnoop_decode(struct codec_context *context, const char *bytes, size_t length,
			      bool at_end, struct message *message, bool *found, struct error *err)
{
	struct state *state = context->state;
	uint32_t kept;

	reader_start(context, message, found);
	if (state == NULL)
		state = context->state = memory_new(sizeof(*state));
	if (state->link == 0)
		return take_header(context, bytes, length, at_end, err);
	kept = length >= RECORD_HEADER ? get_32(bytes + 4) : 0;
	if (kept > RECORD_MAXIMUM)
		return refuse(context, err, "it is longer than any packet: the capture is damaged");
	if (length < RECORD_HEADER + kept)
		return at_end && length > 0 ? refuse(context, err, "the capture ends within it") : 0;
	give(context, bytes, kept, message);
	context->line++;
	*found = true;
	return (ssize_t)(RECORD_HEADER + kept);
}

static void btsnoop_release(struct codec_context *context)
{
	free(context->state);
}

const struct codec codec_btsnoop = {
	.name = "btsnoop",
	.summary = "a capture of a Bluetooth controller, for btmon -r",
	.begin = btsnoop_begin,
	.encode = btsnoop_encode,
	.decode = btsnoop_decode,
	.release = btsnoop_release,
};
