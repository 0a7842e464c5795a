/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of CAN in datagrams of UDP, as cannelloni has them (version 2 of its format). */
#include "base/memory.h"
#include "family/can_stream.h"
#include "family/ip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define FORMAT_VERSION 2
#define IS_DATA	       0
#define IS_FD	       0x80 /* in the byte of the length: a byte of flags follows */
#define HEADER	       5    /* bytes: version, what it is, number of the datagram, two of the count */
#define DATAGRAM_SIZE  (64U << 10)

struct cannelloni {
	struct message_room room;
	struct message datagram; /* borrows from room */
	size_t at;		 /* of the next frame in it */
	unsigned int left;	 /* frames in it */
	uint8_t expected;	 /* number of the next datagram that comes */
	bool has_expected;
	uint8_t number; /* of the next datagram that goes */
	bool is_absent; /* the peer's port was found closed, and that was told */
	struct canfd_frame frame;
};

static const struct family_type types[] = {
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const int levels[] = { IPPROTO_UDP, SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, -1 };

static int refuse(struct cannelloni *state, const char *words, struct error *err)
{
	state->left = 0;
	error_set(err, ERROR_NONE, "cannelloni: a datagram %s is left out", words);
	return ENDPOINT_NOTICE;
}

/* 1 a frame, ENDPOINT_NOTICE where the rest of the datagram is none. */
static int take_frame(struct cannelloni *state, struct message *message, struct error *err)
{
	const uint8_t *bytes = (const uint8_t *)state->datagram.data + state->at;
	size_t rest = state->datagram.length - state->at, header = 5, length;
	struct canfd_frame *frame = &state->frame;
	bool is_fd;

	*frame = (struct canfd_frame){ 0 };
	if (rest < header)
		return refuse(state, "that is cut off", err);
	memcpy(&frame->can_id, bytes, sizeof(frame->can_id));
	frame->can_id = ntohl(frame->can_id);
	is_fd = (bytes[4] & IS_FD) != 0;
	frame->len = bytes[4] & (uint8_t)~IS_FD;
	header += is_fd;
	length = frame->can_id & CAN_RTR_FLAG ? 0 : frame->len;
	if (rest < header + length || frame->len > (is_fd ? CANFD_MAX_DLEN : CAN_MAX_DLEN))
		return refuse(state, "that is cut off", err);
	if (is_fd)
		frame->flags = bytes[5] | CANFD_FDF;
	memcpy(frame->data, bytes + header, length);
	state->at += header + length;
	state->left--;
	*message = (struct message){ .data = (const char *)frame,
				     .length = is_fd ? CANFD_MTU : CAN_MTU,
				     .peer = state->datagram.peer,
				     .time = state->datagram.time };
	return 1;
}

/* Numbers go round at 256: a datagram that comes late looks like many that are lost. */
static int note_number(struct cannelloni *state, uint8_t number, struct error *err)
{
	uint8_t missing = (uint8_t)(number - state->expected);
	bool is_gap = state->has_expected && missing != 0;

	state->expected = (uint8_t)(number + 1);
	state->has_expected = true;
	if (!is_gap)
		return 0;
	error_set(err, ERROR_NONE, "cannelloni: %u datagrams were lost, or came in another order",
		  missing);
	return ENDPOINT_NOTICE;
}

static int open_datagram(struct cannelloni *state, struct error *err)
{
	const uint8_t *bytes = (const uint8_t *)state->datagram.data;

	if (state->datagram.length < HEADER || bytes[0] != FORMAT_VERSION)
		return refuse(state, "that is none of cannelloni's", err);
	if (bytes[1] != IS_DATA)
		return 0;
	state->left = (unsigned int)bytes[3] << 8 | bytes[4];
	state->at = HEADER;
	return note_number(state, bytes[2], err);
}

/* A peer that is not there yet is no reason to end: it may come. */
static int note_absence(struct cannelloni *state, struct error *err)
{
	if (err->code != ECONNREFUSED)
		return -1;
	if (state->is_absent)
		return 0;
	state->is_absent = true;
	error_set(err, ERROR_NONE, "cannelloni: nobody is at the peer's port: going on");
	return ENDPOINT_NOTICE;
}

static int cannelloni_receive(struct endpoint *endpoint, struct message_room *room,
			      struct message *message, struct error *err)
{
	struct cannelloni *state = endpoint->state;

	(void)room;
	while (state->left == 0) {
		int got = message_receive(endpoint->in, &state->room, &state->datagram, err);

		if (got < 0)
			got = note_absence(state, err);
		else if (got == 1 && (got = open_datagram(state, err)) == 0)
			continue;
		else if (got == 0)
			return 0;
		if (got != 0)
			return got;
	}
	return take_frame(state, message, err);
}

static size_t pack(struct cannelloni *state, const struct message *message,
		   const struct canfd_frame *frame, uint8_t *out)
{
	bool is_fd = message->length == CANFD_MTU;
	size_t length = frame->can_id & CAN_RTR_FLAG ? 0 : frame->len, at = HEADER;
	uint32_t id = htonl(frame->can_id);

	memcpy(out, (uint8_t[HEADER]){ FORMAT_VERSION, IS_DATA, state->number, 0, 1 }, HEADER);
	memcpy(out + at, &id, sizeof(id));
	at += sizeof(id);
	out[at++] = frame->len | (is_fd ? IS_FD : 0);
	if (is_fd)
		out[at++] = frame->flags;
	memcpy(out + at, frame->data, length);
	return at + length;
}

/* A datagram for each frame: nothing waits. */
static int cannelloni_send(struct endpoint *endpoint, const struct message *message,
			   struct error *err)
{
	struct cannelloni *state = endpoint->state;
	uint8_t bytes[HEADER + sizeof(struct canfd_frame)];
	struct message datagram = { .data = (const char *)bytes };
	struct canfd_frame frame;
	int sent;

	if (can_stream_take(message, "cannelloni", true, &frame, err) < 0)
		return -1;
	datagram.length = pack(state, message, &frame, bytes);
	sent = message_send(endpoint->out, &datagram, err);
	/* That was what became of one before this. */
	if (sent < 0 && err->code == ECONNREFUSED)
		sent = message_send(endpoint->out, &datagram, err);
	if (sent == 1)
		state->number++;
	return sent;
}

static void cannelloni_release(struct endpoint *endpoint)
{
	struct cannelloni *state = endpoint->state;

	message_room_release(&state->room);
	free(state);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .receive = cannelloni_receive,
					 .send = cannelloni_send,
					 .release = cannelloni_release };

static int cannelloni_ready_settings(const struct target *target, int domain,
				     struct sockopt_list *list, struct error *err)
{
	(void)target;
	(void)domain;
	(void)err;
	sockopt_list_add_number(list, SOL_SOCKET, SO_TIMESTAMPNS, 1)->need = SOCKOPT_OPTIONAL;
	return 0;
}

static int cannelloni_ready(const struct target *target, struct endpoint *endpoint,
			    struct error *err)
{
	struct cannelloni *state = memory_new(sizeof(*state));

	(void)target;
	(void)err;
	message_room_init(&state->room, DATAGRAM_SIZE, 256);
	endpoint->state = state;
	endpoint->ops = &ops;
	return 0;
}

const struct family cannelloni_family = {
	.shape = { .name = "cannelloni", .roles = ROLE_BIT(ROLE_CONNECT) | ROLE_BIT(ROLE_BIND), .fields = ip_fields },
	.summary = "frames of CAN over UDP, in the format of cannelloni",
	.domain = AF_UNSPEC,
	.protocol = IPPROTO_UDP,
	.types = types,
	.levels = levels,
	.parameters = ip_parameters,
	.step = STEP_CONNECT,
	.format = "candump",
	.text_format = "candump",
	.check = ip_check,
	.resolve = ip_resolve,
	.print_address = ip_print_address,
	.describe_address = ip_describe_address,
	.settings = ip_settings,
	.ready_settings = cannelloni_ready_settings,
	.ready = cannelloni_ready,
	.explain_error = ip_explain_datagram_error,
};
