/* SPDX-License-Identifier: GPL-2.0-or-later */
/* candump: CAN frames as text, written as cansend(1) reads them and candump(1) logs them; all its forms are read. */
#include "base/memory.h"
#include "codec/busframe.h"
#include "codec/interface.h"
#include "codec/reader.h"
#include "codec/stamp.h"

#include <linux/can.h>
#include <stdlib.h>
#include <string.h>

struct state {
	struct interfaces interfaces;
	bool is_wide; /* an extended frame was shown: standard identifiers are indented from now on */
	uint8_t room[BUSFRAME_DATA_MAXIMUM];
};

static struct state *state_of(struct codec_context *context)
{
	if (context->state == NULL)
		context->state = memory_new(sizeof(struct state));
	return context->state;
}

static void candump_release(struct codec_context *context)
{
	free(context->state);
}

static int unpack(const struct message *message, struct busframe *frame, struct error *err)
{
	if (busframe_unpack(message->data, message->length, frame) == 0)
		return 0;
	return error_set(err, ERROR_FAILED, "a message of %zu bytes is no CAN frame",
			 message->length);
}

static const char *interface_of(struct codec_context *context, const struct message *message)
{
	const char *name = interfaces_of(&state_of(context)->interfaces, context, message);

	return name[0] != '\0' ? name : "-";
}

static int candump_encode(struct codec_context *context, const struct message *message,
			  struct buf *out, struct error *err)
{
	struct busframe frame;

	if (unpack(message, &frame, err) < 0)
		return -1;
	stamp_print(context, &message->time, out);
	if (context->show_interface || context->timestamps) {
		buf_add_string(out, interface_of(context, message));
		buf_add_char(out, ' ');
	}
	busframe_print(&frame, out);
	buf_add_char(out, '\n');
	return 0;
}

/* The identifier and the length in brackets, in columns of their own. */
static void print_head(struct state *state, const struct busframe *frame, struct buf *out)
{
	bool is_long = (frame->id & (CAN_EFF_FLAG | CAN_ERR_FLAG)) != 0;

	if (frame->kind == BUSFRAME_XL) {
		buf_print(out, "%02X%03X  [%04zu] (%02X|%02X:%08X) ", frame->vcid, frame->id,
			  frame->length, frame->flags, frame->sdt, frame->af);
		return;
	}
	if (frame->id & CAN_EFF_FLAG)
		state->is_wide = true;
	if (frame->id & CAN_ERR_FLAG)
		buf_print(out, "%08X", frame->id & (CAN_ERR_MASK | CAN_ERR_FLAG));
	else if (is_long)
		buf_print(out, "%08X", frame->id & CAN_EFF_MASK);
	else
		buf_print(out, "%s%03X", state->is_wide ? "     " : "", frame->id & CAN_SFF_MASK);
	if (frame->kind == BUSFRAME_FD)
		buf_print(out, "  [%02zu] ", frame->length);
	else if (frame->raw_dlc != 0)
		buf_print(out, "   {%X} ", frame->raw_dlc);
	else
		buf_print(out, "   [%zu] ", frame->length);
}

static int long_encode(struct codec_context *context, const struct message *message,
		       struct buf *out, struct error *err)
{
	struct busframe frame;

	if (unpack(message, &frame, err) < 0)
		return -1;
	buf_add_char(out, ' ');
	stamp_print(context, &message->time, out);
	buf_print(out, " %s  ", interface_of(context, message));
	print_head(state_of(context), &frame, out);
	if (busframe_is_remote(&frame))
		buf_add_string(out, " remote request");
	else
		for (size_t i = 0; i < frame.length; i++)
			buf_print(out, " %02X", frame.data[i]);
	if (frame.kind != BUSFRAME_XL && (frame.id & CAN_ERR_FLAG) != 0) {
		buf_add_string(out, "   ERRORFRAME\n\t");
		busframe_print_error(&frame, out);
	}
	buf_add_char(out, '\n');
	return 0;
}

/* Between two brackets of the head of candump's columns: "[8]", "[12]", "{B}". */
static bool read_bracket(struct span word, char opening, char closing, struct span *inside)
{
	if (word.length < 3 || word.text[0] != opening || word.text[word.length - 1] != closing)
		return false;
	*inside = (struct span){ word.text + 1, word.length - 2 };
	return true;
}

static int read_length(struct span word, struct busframe *frame, struct error *err)
{
	struct span inside;
	uint64_t value;

	if (read_bracket(word, '{', '}', &inside) && span_hex(inside, &value) && value <= 15) {
		frame->raw_dlc = value > CAN_MAX_DLEN ? (uint8_t)value : 0;
		frame->length = value > CAN_MAX_DLEN ? CAN_MAX_DLEN : (size_t)value;
		return 0;
	}
	if (!read_bracket(word, '[', ']', &inside) || !span_decimal(inside, &value) ||
	    value > BUSFRAME_DATA_MAXIMUM)
		return error_usage(err, "a length such as [8] was expected");
	frame->length = (size_t)value;
	if (inside.length == 2)
		frame->kind = BUSFRAME_FD;
	else if (inside.length > 2)
		frame->kind = BUSFRAME_XL;
	if ((frame->kind == BUSFRAME_CLASSIC && value > CAN_MAX_DLEN) ||
	    (frame->kind == BUSFRAME_FD && value > CANFD_MAX_DLEN))
		return error_usage(err, "a frame has no %zu bytes", frame->length);
	return 0;
}

/* "(81|00:12345678)" */
static int read_xl_header(struct span *rest, struct busframe *frame, struct error *err)
{
	struct span word, inside;
	uint64_t flags, sdt, af;

	if (!span_word(rest, &word) || !read_bracket(word, '(', ')', &inside) ||
	    inside.length != 14 || inside.text[2] != '|' || inside.text[5] != ':' ||
	    !span_hex((struct span){ inside.text, 2 }, &flags) ||
	    !span_hex((struct span){ inside.text + 3, 2 }, &sdt) ||
	    !span_hex((struct span){ inside.text + 6, 8 }, &af))
		return error_usage(err, "(FLAGS|SDT:AF) was expected");
	frame->flags = (uint8_t)(flags | 0x80);
	frame->sdt = (uint8_t)sdt;
	frame->af = (uint32_t)af;
	return frame->length > 0 ? 0 : error_usage(err, "a CAN XL frame has at least one byte");
}

static int read_bytes(struct span rest, struct busframe *frame, uint8_t *room, struct error *err)
{
	struct span word;
	uint64_t value;

	for (size_t i = 0; i < frame->length; i++) {
		if (!span_word(&rest, &word) || word.length != 2 || !span_hex(word, &value))
			return error_usage(err, "%zu bytes of two hex digits were expected",
					   frame->length);
		room[i] = (uint8_t)value;
	}
	if (frame->kind == BUSFRAME_FD) {
		size_t length = busframe_fd_length(frame->length);

		memset(room + frame->length, 0, length - frame->length);
		frame->length = length;
	}
	return 0;
}

/* The identifier of columns; 5 digits are those of a CAN XL frame. */
static int read_column_id(struct span word, struct busframe *frame, struct error *err)
{
	uint64_t value;

	if (word.length != 5)
		return busframe_read_id(word, &frame->id, err);
	if (!span_hex(word, &value) || (value & 0xfff) > CAN_SFF_MASK)
		return error_usage(err, "\"%.5s\" is no CAN identifier", word.text);
	frame->id = (uint32_t)(value & CAN_SFF_MASK);
	frame->vcid = (uint8_t)(value >> 12);
	return 0;
}

/* Skips "RX B -" and the like, which candump -x shows; what it says of an FD frame is kept. */
static void skip_direction(struct span *rest, struct span *word, uint8_t *flags,
			   struct message *message)
{
	if (!span_equal(*word, "TX") && !span_equal(*word, "RX"))
		return;
	message->direction = word->text[0] == 'T' ? MESSAGE_OUT : MESSAGE_IN;
	while (span_word(rest, word) && word->length == 1) {
		if (word->text[0] == 'B')
			*flags |= CANFD_BRS;
		if (word->text[0] == 'E')
			*flags |= CANFD_ESI;
	}
}

/* candump's default columns behind the interface: "123   [4]  DE AD BE EF". */
static int read_columns(struct span word, struct span rest, struct busframe *frame, uint8_t *room,
			struct message *message, struct error *err)
{
	struct span bracket, after;
	uint8_t flags = 0;

	memset(frame, 0, sizeof(*frame));
	frame->data = room;
	skip_direction(&rest, &word, &flags, message);
	if (!span_word(&rest, &bracket))
		return error_usage(err, "a frame such as 123#DEADBEEF was expected");
	if (read_length(bracket, frame, err) < 0 || read_column_id(word, frame, err) < 0)
		return -1;
	if (frame->kind == BUSFRAME_XL && read_xl_header(&rest, frame, err) < 0)
		return -1;
	if (frame->kind == BUSFRAME_FD)
		frame->flags = flags;
	after = rest;
	/* an error frame asks for nothing */
	if (frame->kind == BUSFRAME_CLASSIC && (frame->id & CAN_ERR_FLAG) == 0 && span_word(&after, &word) &&
	    span_equal(word, "remote")) {
		frame->id |= CAN_RTR_FLAG;
		return 0;
	}
	return read_bytes(rest, frame, room, err);
}

/* Behind a logged frame candump -x writes R or T, canplayer's reader nothing. */
static int read_suffix(struct span rest, struct message *message, struct error *err)
{
	struct span word;

	if (!span_word(&rest, &word))
		return 0;
	if (span_equal(word, "T"))
		message->direction = MESSAGE_OUT;
	else if (!span_equal(word, "R"))
		return error_usage(err, "\"%.*s\" behind the frame",
				   (int)(word.length < 40 ? word.length : 40), word.text);
	return 0;
}

static bool has_mark(struct span word)
{
	return word.length > 0 && memchr(word.text, '#', word.length) != NULL;
}

/* One line without its time. */
static int read_frame(struct codec_context *context, struct span line, struct busframe *frame,
		      struct message *message, struct error *err)
{
	struct state *state = state_of(context);
	struct span word;

	if (!span_word(&line, &word))
		return error_usage(err, "a frame such as 123#DEADBEEF was expected");
	if (!has_mark(word)) {
		struct span interface = word;

		if (!span_word(&line, &word))
			return busframe_read(interface, frame, state->room, err);
		if (!span_equal(interface, "-") &&
		    !interfaces_note(&state->interfaces, interface, context, message))
			return error_usage(err, "the interface's name is too long");
	}
	if (!has_mark(word))
		return read_columns(word, line, frame, state->room, message, err);
	if (busframe_read(word, frame, state->room, err) < 0)
		return -1;
	return read_suffix(line, message, err);
}

static int candump_read_line(struct codec_context *context, struct span line,
			     struct message *message, struct error *err)
{
	/* The words for an error frame stand on a line of their own behind a tab. */
	bool is_words = line.length > 0 && line.text[0] == '\t';
	struct busframe frame;

	span_trim(&line);
	if (is_words || line.length == 0 || line.text[0] == '#')
		return 0;
	if (stamp_read(context, &line, &message->time, err) < 0 ||
	    read_frame(context, line, &frame, message, err) < 0)
		return -1;
	buf_clear(&context->scratch);
	busframe_pack(&frame, &context->scratch);
	return reader_message(context, message);
}

const struct codec codec_candump = {
	.name = "candump",
	.aliases = "can",
	.summary = "CAN frames as 123#DEADBEEF, with timestamps as candump logs them",
	.framing = true,
	.text = true,
	.encode = candump_encode,
	.read_line = candump_read_line,
	.release = candump_release,
};

const struct codec codec_candump_long = {
	.name = "candump-long",
	.summary = "CAN frames in candump's columns, error frames in words",
	.text = true,
	.encode = long_encode,
	.read_line = candump_read_line,
	.release = candump_release,
};
