/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The raw mode of socketcand over TCP, as client and as server; its doc/protocol.md. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "family/can.h"
#include "family/can_stream.h"
#include "family/ip.h"

#include <errno.h>
#include <linux/can/error.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ELEMENTS_AT_ONCE 256	       /* that are no frames: others have their turn then */
#define REPLIES_MAXIMUM	 (64U << 10) /* bytes of answers that a peer may leave unread */

/* What a client still has to be told before frames pass; a server is raw once it was asked for. */
enum stage { STAGE_HELLO, STAGE_OPEN, STAGE_MODE, STAGE_RAW };

struct socketcand {
	struct can_stream stream;
	enum stage stage;
	bool is_server;
	bool is_writing; /* a part of the message under way is gone */
};

static const struct family_type types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_HALF, .messages = true },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	{ .name = "bus", .type = VALUE_TEXT, .argument = "NAME", .help = "name of the bus: which one the server shall open (can0); as server the only one that is there" },
	{ .name = "flowinfo", .type = VALUE_NUMBER, .maximum = 0x0fffffff, .help = "IPv6 traffic class and flow label, as the field" },
	{ .name = "scope", .type = VALUE_TEXT, .argument = "INTERFACE", .help = "interface of a link-local address, as the field" },
	{ .name = NULL },
};

static const int levels[] = { IPPROTO_TCP, SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, -1 };

static bool is_word(struct can_text word, const char *text)
{
	return word.length == strlen(text) && memcmp(word.text, text, word.length) == 0;
}

static bool read_length(struct can_text word, struct canfd_frame *frame)
{
	uint32_t length;

	if (!can_text_hex(&word, word.length, &length) || length > CAN_MAX_DLEN)
		return false;
	frame->len = (uint8_t)length;
	return true;
}

static bool add_byte(struct can_text *word, struct canfd_frame *frame)
{
	uint32_t byte;

	if (frame->len == CAN_MAX_DLEN || !can_text_hex(word, word->length > 1 ? 2 : 1, &byte))
		return false;
	frame->data[frame->len++] = (uint8_t)byte;
	return true;
}

/* "11 22 33" or "112233"; a lone digit is a byte as well. */
static bool read_bytes(struct can_text rest, struct canfd_frame *frame)
{
	struct can_text word;
	bool is_read = true;

	frame->len = 0;
	while (is_read && can_text_word(&rest, &word))
		while (is_read && word.length > 0)
			is_read = add_byte(&word, frame);
	return is_read;
}

static bool read_time(struct can_text word, struct timespec *time)
{
	long long seconds = 0, micro = 0;
	size_t i = 0;

	for (; i < word.length && i < 18 && word.text[i] >= '0' && word.text[i] <= '9'; i++)
		seconds = seconds * 10 + word.text[i] - '0';
	if (i == 0 || word.length - i != 7 || word.text[i] != '.')
		return false;
	for (i++; i < word.length; i++) {
		if (word.text[i] < '0' || word.text[i] > '9')
			return false;
		micro = micro * 10 + word.text[i] - '0';
	}
	*time = (struct timespec){ .tv_sec = seconds, .tv_nsec = (long)micro * 1000 };
	return true;
}

/* "frame ID TIME BYTES", "rtr ID TIME LENGTH", "error CLASS TIME" from a server. */
static bool read_from_server(struct can_text kind, struct can_text rest, struct socketcand *state,
			     struct timespec *time)
{
	struct canfd_frame *frame = &state->stream.frame;
	struct can_text id, stamp, length;
	uint32_t class;

	if (!can_text_word(&rest, &id) || !can_text_word(&rest, &stamp) || !read_time(stamp, time))
		return false;
	if (is_word(kind, "error")) {
		if (!can_text_hex(&id, id.length, &class))
			return false;
		frame->can_id = CAN_ERR_FLAG | (class & CAN_ERR_MASK);
		frame->len = CAN_ERR_DLC;
		return true;
	}
	if (!can_text_id(&id, id.length, &frame->can_id))
		return false;
	if (is_word(kind, "frame"))
		return read_bytes(rest, frame);
	frame->can_id |= CAN_RTR_FLAG;
	return is_word(kind, "rtr") && can_text_word(&rest, &length) && read_length(length, frame);
}

/* "send ID LENGTH BYTES", "sendrtr ID LENGTH" from a client. */
static bool read_from_client(struct can_text kind, struct can_text rest, struct socketcand *state)
{
	struct canfd_frame *frame = &state->stream.frame;
	struct can_text id, word;
	uint8_t length;

	if (!can_text_word(&rest, &id) || !can_text_id(&id, id.length, &frame->can_id) ||
	    !can_text_word(&rest, &word) || !read_length(word, frame))
		return false;
	length = frame->len;
	if (is_word(kind, "send"))
		return read_bytes(rest, frame) && frame->len == length;
	frame->can_id |= CAN_RTR_FLAG;
	return is_word(kind, "sendrtr");
}

static int say(struct socketcand *state, int fd, const char *words, struct error *err)
{
	if (state->stream.out.length > REPLIES_MAXIMUM) {
		error_set(err, ERROR_FAILED, "socketcand: the peer asks, and does not read what is answered");
		err->code = ECONNABORTED;
		return -1;
	}
	buf_print(&state->stream.out, "< %s >", words);
	can_stream_flush(&state->stream, fd, NULL);
	return 1;
}

static int refuse(const struct endpoint *endpoint, struct can_text text, struct error *err)
{
	error_set(err, ERROR_FAILED, "socketcand: the peer says \"%.*s\"",
		  (int)(text.length < 80 ? text.length : 80), text.text);
	return error_hint(err, "is bus=%s there?", target_text(endpoint->target, "bus", "can0"));
}

/* Takes a client's next step; 1 where the element was about that. */
static int step_client(struct endpoint *endpoint, struct socketcand *state, struct can_text kind,
		       struct can_text element, struct error *err)
{
	cleanup_free char *open =
		memory_print("open %s", target_text(endpoint->target, "bus", "can0"));

	if (state->stage == STAGE_RAW)
		return 0;
	if (state->stage == STAGE_HELLO && is_word(kind, "hi"))
		say(state, endpoint->out, open, err);
	else if (state->stage == STAGE_OPEN && is_word(kind, "ok"))
		say(state, endpoint->out, "rawmode", err);
	else if (state->stage != STAGE_MODE || !is_word(kind, "ok"))
		return refuse(endpoint, element, err);
	state->stage++;
	return 1;
}

static bool is_our_bus(const struct endpoint *endpoint, struct can_text rest)
{
	const char *bus = target_text(endpoint->target, "bus", NULL);
	struct can_text word;

	return can_text_word(&rest, &word) && (bus == NULL || is_word(word, bus));
}

/* Answers what a client asks of a server; 1 where the element was about that, -1. */
static int step_server(struct endpoint *endpoint, struct socketcand *state, struct can_text kind,
		       struct can_text rest, struct error *err)
{
	if (is_word(kind, "open") && is_our_bus(endpoint, rest))
		state->stage = STAGE_MODE;
	else if (is_word(kind, "open"))
		return say(state, endpoint->out, "error could not open bus", err);
	else if (is_word(kind, "rawmode") && state->stage >= STAGE_MODE)
		state->stage = STAGE_RAW;
	else if (is_word(kind, "echo"))
		return say(state, endpoint->out, "echo", err);
	else if (!is_word(kind, "send") && !is_word(kind, "sendrtr"))
		return say(state, endpoint->out, "error unknown command", err);
	else
		return 0;
	return say(state, endpoint->out, "ok", err);
}

/* 1 a frame, 0 nothing for us, ENDPOINT_NOTICE, -1. */
static int take_element(struct endpoint *endpoint, struct can_text element,
			struct message *message, struct error *err)
{
	struct socketcand *state = endpoint->state;
	struct can_text rest = element, kind;
	struct timespec time = { 0 };
	bool is_frame;
	int done;

	if (!can_text_word(&rest, &kind))
		return 0;
	if (is_word(kind, "<") && !can_text_word(&rest, &kind))
		return 0;
	if (kind.text[0] == '<')
		kind = (struct can_text){ kind.text + 1, kind.length - 1 };
	done = state->is_server ? step_server(endpoint, state, kind, rest, err) :
				  step_client(endpoint, state, kind, element, err);
	if (done != 0)
		return done < 0 ? -1 : 0;
	memset(&state->stream.frame, 0, sizeof(state->stream.frame));
	is_frame = state->is_server ? read_from_client(kind, rest, state) :
				      read_from_server(kind, rest, state, &time);
	if (!is_frame) {
		refuse(endpoint, element, err);
		err->kind = ERROR_NONE;
		return ENDPOINT_NOTICE;
	}
	can_stream_give(&state->stream, CAN_MTU, message);
	if (time.tv_sec > 0)
		message->time = time;
	return 1;
}

static int socketcand_receive(struct endpoint *endpoint, struct message_room *room,
			      struct message *message, struct error *err)
{
	struct socketcand *state = endpoint->state;
	struct can_text element;

	(void)room;
	for (unsigned int i = 0; i < ELEMENTS_AT_ONCE; i++) {
		int got = can_stream_next(&state->stream, endpoint->in, ">", &element, err);

		if (got == 1)
			got = take_element(endpoint, element, message, err);
		else
			return got;
		if (got != 0)
			return got;
	}
	endpoint->try_at = deadline_now();
	return 0;
}

static void print_time(const struct message *message, struct buf *out)
{
	struct timespec time = message->time;

	if (time.tv_sec == 0)
		clock_gettime(CLOCK_REALTIME, &time);
	buf_print(out, " %lld.%06ld ", (long long)time.tv_sec, time.tv_nsec / 1000);
}

static void print_for_client(const struct canfd_frame *frame, const struct message *message,
			     struct buf *out)
{
	if (frame->can_id & CAN_ERR_FLAG) {
		buf_print(out, "< error %03X", frame->can_id & CAN_ERR_MASK);
		print_time(message, out);
		buf_add_string(out, ">");
		return;
	}
	buf_add_string(out, frame->can_id & CAN_RTR_FLAG ? "< rtr " : "< frame ");
	can_print_id(frame->can_id, out);
	print_time(message, out);
	if (frame->can_id & CAN_RTR_FLAG)
		buf_print(out, "%u", frame->len);
	else
		can_stream_print_data(frame, "", out);
	buf_add_string(out, " >");
}

static int print_for_server(const struct canfd_frame *frame, struct buf *out, struct error *err)
{
	if (frame->can_id & CAN_ERR_FLAG)
		return error_set(err, ERROR_FAILED, "socketcand: a client cannot send error frames");
	buf_add_string(out, frame->can_id & CAN_RTR_FLAG ? "< sendrtr " : "< send ");
	can_print_id(frame->can_id, out);
	buf_print(out, " %u", frame->len);
	if ((frame->can_id & CAN_RTR_FLAG) == 0)
		can_stream_print_data(frame, " ", out);
	buf_add_string(out, " >");
	return 0;
}

/* What a client has not asked for yet it does not get. */
static int socketcand_send(struct endpoint *endpoint, const struct message *message,
			   struct error *err)
{
	struct socketcand *state = endpoint->state;
	struct canfd_frame frame;
	int done;

	if (!state->is_writing) {
		if (can_stream_take(message, "socketcand", false, &frame, err) < 0)
			return -1;
		if (state->is_server && state->stage != STAGE_RAW)
			return 1;
		if (state->is_server)
			print_for_client(&frame, message, &state->stream.out);
		else if (print_for_server(&frame, &state->stream.out, err) < 0)
			return -1;
	}
	done = can_stream_flush(&state->stream, endpoint->out, err);
	state->is_writing = done == 0;
	return done;
}

static void socketcand_release(struct endpoint *endpoint)
{
	struct socketcand *state = endpoint->state;

	can_stream_release(&state->stream);
	free(state);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .receive = socketcand_receive,
					 .send = socketcand_send,
					 .release = socketcand_release };

static int socketcand_ready(const struct target *target, struct endpoint *endpoint,
			    struct error *err)
{
	struct socketcand *state = memory_new(sizeof(*state));

	state->is_server = target->role == ROLE_LISTEN;
	endpoint->state = state;
	endpoint->ops = &ops;
	if (state->is_server)
		say(state, endpoint->out, "hi", err);
	return 0;
}

static int socketcand_greet(const struct target *target, struct endpoint *endpoint, bool is_late,
			    struct error *err)
{
	struct socketcand *state = endpoint->state;
	struct can_text element;
	struct message message;
	int got = 1;

	(void)target;
	for (unsigned int i = 0; state->stage != STAGE_RAW && got == 1; i++) {
		if (i == ELEMENTS_AT_ONCE)
			return 2;
		got = can_stream_next(&state->stream, endpoint->in, ">", &element, err);
		if (got == 1 && take_element(endpoint, element, &message, err) < 0)
			return -1;
	}
	if (got == ENDPOINT_END)
		return error_set(err, ERROR_FAILED, "socketcand: the peer hung up");
	if (got == 0 && is_late)
		return error_set(err, ERROR_TIMEOUT, "socketcand: the peer does not say \"< hi >\"");
	return got < 0 ? -1 : got == 0;
}

const struct family socketcand_family = {
	.shape = { .name = "socketcand", .roles = ROLES_STREAM, .fields = ip_fields },
	.summary = "a bus of another host, by the protocol of socketcand",
	.domain = AF_UNSPEC,
	.protocol = IPPROTO_TCP,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_CONNECT,
	.format = "candump",
	.text_format = "candump",
	.check = ip_check,
	.resolve = ip_resolve,
	.print_address = ip_print_address,
	.describe_address = ip_describe_address,
	.settings = ip_settings,
	.ready = socketcand_ready,
	.greet = socketcand_greet,
	.explain_error = ip_explain_error,
};
