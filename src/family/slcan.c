/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Serial adapters for CAN that speak slcan, the ASCII protocol of Lawicel; slcand(1), termios(3). */
#include "base/cleanup.h"
#include "base/memory.h"
#include "family/can.h"
#include "family/can_stream.h"
#include "family/plain_calls.h"
#include "family/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define STAMP_DIGITS 4
#define OPEN_FLAGS (O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)

enum { SLCAN_PATH };

struct slcan {
	struct can_stream stream;
	struct terminal terminal;
	bool is_writing; /* a part of the message under way is gone */
	bool closes;	 /* the channel is ours to close */
};

static const struct shape_field fields[] = {
	{ .name = "path", .help = "path of a serial line or terminal", .kind = FIELD_REST },
	{ .name = NULL },
};

/* No socket: the type only says that messages have boundaries. */
static const struct family_type types[] = {
	{ .name = "raw", .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

/* The digit that the adapter knows a rate by. */
static const struct name rates[] = {
	{ "10k", '0', NULL },  { "20k", '1', NULL },  { "50k", '2', NULL },
	{ "100k", '3', NULL }, { "125k", '4', NULL }, { "250k", '5', NULL },
	{ "500k", '6', NULL }, { "800k", '7', NULL }, { "1M", '8', NULL },
	{ NULL, 0, NULL },
};

static const struct parameter parameters[] = {
	{ .name = "bitrate", .type = VALUE_CHOICE, .names = rates, .help = "bits in a second on the bus; else what the adapter is set to" },
	{ .name = "channel", .type = VALUE_FLAG, .help = "open the adapter's channel, and close it at the end (on)" },
	{ .name = "listen-only", .type = VALUE_FLAG, .help = "the adapter does not acknowledge frames" },
	TERMINAL_PARAMETERS,
	{ .name = NULL },
};

/* What stands first in a line says of which kind the frame is. */
static const struct kind {
	char letter;
	bool is_extended, is_remote, is_fd;
	uint8_t flags;
} kinds[] = {
	{ 't', false, false, false, 0 },	    { 'T', true, false, false, 0 },
	{ 'r', false, true, false, 0 },		    { 'R', true, true, false, 0 },
	{ 'd', false, false, true, CANFD_FDF },	    { 'D', true, false, true, CANFD_FDF },
	{ 'b', false, false, true, CANFD_FDF | CANFD_BRS },
	{ 'B', true, false, true, CANFD_FDF | CANFD_BRS },
};

/* What the codes 9 to 15 of CAN FD mean. */
static const uint8_t long_lengths[] = { 12, 16, 20, 24, 32, 48, 64 };

static bool read_length(struct can_text *line, const struct kind *kind, uint8_t *length)
{
	uint32_t code;

	if (!can_text_hex(line, 1, &code) || (code > CAN_MAX_DLEN && !kind->is_fd))
		return false;
	*length = code > CAN_MAX_DLEN ? long_lengths[code - CAN_MAX_DLEN - 1] : (uint8_t)code;
	return true;
}

/* slcanpty(1) puts as many zeros behind a remote frame as it asks for: they mean nothing. */
static void pass_over_data(struct can_text *line, uint8_t length)
{
	size_t digits = 2 * (size_t)length;

	if (line->length != STAMP_DIGITS && line->length >= digits)
		*line = (struct can_text){ line->text + digits, line->length - digits };
}

/* "t1232AABB"; the digits of a time may follow. */
static bool read_frame(struct can_text line, const struct kind *kind, struct canfd_frame *frame)
{
	*frame = (struct canfd_frame){ .flags = kind->flags };
	line = (struct can_text){ line.text + 1, line.length - 1 };
	if (!can_text_id(&line, kind->is_extended ? 8 : 3, &frame->can_id) ||
	    !read_length(&line, kind, &frame->len))
		return false;
	if (kind->is_remote) {
		frame->can_id |= CAN_RTR_FLAG;
		pass_over_data(&line, frame->len);
	} else if (!can_text_data(&line, frame)) {
		return false;
	}
	return line.length == 0 || line.length == STAMP_DIGITS;
}

static const struct kind *kind_of_letter(char letter)
{
	for (size_t i = 0; i < array_length(kinds); i++)
		if (kinds[i].letter == letter)
			return &kinds[i];
	return NULL;
}

static int notice(const struct endpoint *endpoint, const char *words, struct error *err)
{
	error_set(err, ERROR_NONE, "%s: %s", endpoint->target->fields[SLCAN_PATH].text, words);
	return ENDPOINT_NOTICE;
}

/* Acknowledgements and what the other end asks of an adapter are no frames. */
static int take_line(struct endpoint *endpoint, struct can_text line, struct message *message,
		     struct error *err)
{
	struct slcan *state = endpoint->state;
	const struct kind *kind;

	while (line.length > 0 && line.text[0] == '\n')
		line = (struct can_text){ line.text + 1, line.length - 1 };
	kind = line.length > 0 ? kind_of_letter(line.text[0]) : NULL;
	if (kind == NULL)
		return 0;
	if (!read_frame(line, kind, &state->stream.frame))
		return notice(endpoint, "a line that is no frame is left out", err);
	can_stream_give(&state->stream, kind->is_fd ? CANFD_MTU : CAN_MTU, message);
	return 1;
}

static int slcan_receive(struct endpoint *endpoint, struct message_room *room,
			 struct message *message, struct error *err)
{
	struct slcan *state = endpoint->state;
	struct can_text line;
	int got;

	(void)room;
	do {
		got = can_stream_next(&state->stream, endpoint->in, "\r\a", &line, err);
		if (got != 1)
			return got;
		if (line.text[line.length] == '\a')
			return notice(endpoint, "the adapter refused a command", err);
		got = take_line(endpoint, line, message, err);
	} while (got == 0);
	return got;
}

static const struct kind *kind_of_frame(const struct canfd_frame *frame, bool is_fd)
{
	for (size_t i = 0; i < array_length(kinds); i++)
		if (kinds[i].is_fd == is_fd &&
		    kinds[i].is_extended == ((frame->can_id & CAN_EFF_FLAG) != 0) &&
		    kinds[i].is_remote == ((frame->can_id & CAN_RTR_FLAG) != 0) &&
		    (kinds[i].flags & CANFD_BRS) == (frame->flags & CANFD_BRS))
			return &kinds[i];
	return NULL;
}

static unsigned int code_of(uint8_t length)
{
	unsigned int code = 0;

	if (length <= CAN_MAX_DLEN)
		return length;
	while (code < array_length(long_lengths) - 1 && long_lengths[code] < length)
		code++;
	return CAN_MAX_DLEN + 1 + code;
}

static int print_frame(const struct message *message, struct buf *out, struct error *err)
{
	struct canfd_frame frame;
	const struct kind *kind;

	if (can_stream_take(message, "slcan", true, &frame, err) < 0)
		return -1;
	kind = kind_of_frame(&frame, message->length == CANFD_MTU);
	if (kind == NULL || frame.can_id & CAN_ERR_FLAG)
		return error_set(err, ERROR_FAILED, "slcan does not carry such a frame");
	buf_add_char(out, kind->letter);
	can_print_id(frame.can_id, out);
	buf_print(out, "%X", code_of(frame.len));
	if (!kind->is_remote)
		can_stream_print_data(&frame, "", out);
	buf_add_char(out, '\r');
	return 0;
}

static int slcan_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct slcan *state = endpoint->state;
	int done;

	if (!state->is_writing && print_frame(message, &state->stream.out, err) < 0)
		return -1;
	done = can_stream_flush(&state->stream, endpoint->out, err);
	state->is_writing = done == 0;
	return done;
}

/* The line has sent all of it once the terminal's queue is empty. */
static int64_t slcan_pending(struct endpoint *endpoint, struct error *err)
{
	int queued = 0;

	(void)err;
	return ioctl(endpoint->out, TIOCOUTQ, &queued) < 0 ? 0 : queued;
}

static void slcan_release(struct endpoint *endpoint)
{
	struct slcan *state = endpoint->state;

	if (state->closes) {
		buf_add_string(&state->stream.out, "C\r");
		can_stream_flush(&state->stream, endpoint->in, NULL);
		tcdrain(endpoint->in);
	}
	terminal_restore(&state->terminal);
	can_stream_release(&state->stream);
	free(state);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .receive = slcan_receive,
					 .send = slcan_send,
					 .pending = slcan_pending,
					 .release = slcan_release };

static bool opens_channel(const struct target *target)
{
	return target_number(target, "channel", 1) != 0;
}

/* An open channel takes no bitrate, so it is closed first. */
static void add_commands(const struct target *target, struct buf *out)
{
	int64_t rate = target_number(target, "bitrate", 0);

	buf_add_string(out, "C\r");
	if (rate != 0)
		buf_print(out, "S%c\r", (char)rate);
	buf_add_string(out, target_flag(target, "listen-only") ? "L\r" : "O\r");
}

static int open_channel(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	struct slcan *state = endpoint->state;

	if (!opens_channel(target))
		return 0;
	state->closes = true;
	add_commands(target, &state->stream.out);
	return can_stream_flush(&state->stream, endpoint->out, err) < 0 ? -1 : 0;
}

static int slcan_open(const struct target *target, const struct endpoint *client,
		      struct endpoint *endpoint, struct error *err)
{
	const char *path = target->fields[SLCAN_PATH].text;
	struct endpoint made = ENDPOINT_CLOSED;
	struct slcan *state;

	(void)client;
	made.in = made.out = open(path, OPEN_FLAGS);
	if (made.in < 0)
		return error_system(err, "open");
	state = memory_new(sizeof(*state));
	state->terminal.fd = -1;
	made.target = target;
	made.end = END_NONE;
	made.messages = true;
	made.state = state;
	made.ops = &ops;
	if (terminal_set(&state->terminal, target, made.in, true, err) < 0 ||
	    open_channel(target, &made, err) < 0) {
		endpoint_close(&made);
		return -1;
	}
	endpoint_classify(&made);
	made.terminal = false;
	endpoint_move(endpoint, &made);
	return 0;
}

static void slcan_add_open_calls(const struct target *target, struct buf *out)
{
	cleanup_buf struct buf commands = { 0 };

	plain_add_open(target->fields[SLCAN_PATH].text, OPEN_FLAGS, 0, NULL, out);
	terminal_add_calls(target, true, out);
	if (!opens_channel(target))
		return;
	add_commands(target, &commands);
	plain_add_write(commands.data, commands.length, out);
}

const struct family slcan_family = {
	.shape = { .name = "slcan", .known_as = NAMES("lawicel"), .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "a bus behind a serial adapter that speaks slcan",
	.domain = -1,
	.types = types,
	.parameters = parameters,
	.step = STEP_NONE,
	.format = "candump",
	.text_format = "candump",
	.open = slcan_open,
	.add_open_calls = slcan_add_open_calls,
};
