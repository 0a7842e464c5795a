/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CAN frames as "123#DEADBEEF" and its other forms, the notation of cansend(1) and candump(1). */
#include "codec/busframe.h"

#include <linux/can.h>
#include <string.h>

#define XL_FLAG 0x80

static char *put_hex(char *at, uint64_t value, unsigned int digits)
{
	for (unsigned int i = digits; i-- > 0;)
		*at++ = "0123456789ABCDEF"[(value >> (4 * i)) & 15];
	return at;
}

static char *put_data(char *at, const uint8_t *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		at = put_hex(at, data[i], 2);
	return at;
}

static char *put_xl(char *at, const struct busframe *frame)
{
	at = put_hex(at, frame->vcid, 2);
	at = put_hex(at, frame->id, 3);
	*at++ = '#';
	at = put_hex(at, frame->flags, 2);
	*at++ = ':';
	at = put_hex(at, frame->sdt, 2);
	*at++ = ':';
	at = put_hex(at, frame->af, 8);
	*at++ = '#';
	return put_data(at, frame->data, frame->length);
}

static char *put_id(char *at, uint32_t id)
{
	if (id & CAN_ERR_FLAG)
		return put_hex(at, id & (CAN_ERR_MASK | CAN_ERR_FLAG), 8);
	if (id & CAN_EFF_FLAG)
		return put_hex(at, id & CAN_EFF_MASK, 8);
	return put_hex(at, id & CAN_SFF_MASK, 3);
}

void busframe_print(const struct busframe *frame, struct buf *out)
{
	char *start = buf_reserve(out, 2 * frame->length + 32), *at = start;

	if (start == NULL)
		return;
	if (frame->kind == BUSFRAME_XL) {
		buf_commit(out, (size_t)(put_xl(at, frame) - start));
		return;
	}
	at = put_id(at, frame->id);
	*at++ = '#';
	if (frame->kind == BUSFRAME_FD) {
		*at++ = '#';
		at = put_hex(at, frame->flags, 1);
	}
	if (busframe_is_remote(frame)) {
		*at++ = 'R';
		if (frame->length > 0)
			at = put_hex(at, frame->length, 1);
	} else {
		at = put_data(at, frame->data, frame->length);
	}
	if (frame->raw_dlc != 0) {
		*at++ = '_';
		at = put_hex(at, frame->raw_dlc, 1);
	}
	buf_commit(out, (size_t)(at - start));
}

int busframe_read_id(struct span text, uint32_t *id, struct error *err)
{
	uint64_t value;

	if (!span_hex(text, &value) || (text.length != 3 && text.length != 8)) {
		error_usage(err, "\"%.*s\" is no CAN identifier",
			    (int)(text.length < 40 ? text.length : 40), text.text);
		return error_hint(err, "3 hex digits are a standard identifier, 8 an extended one");
	}
	if (text.length == 3 && value > CAN_SFF_MASK) {
		error_usage(err, "the largest standard identifier is 7FF");
		return error_hint(err, "write 8 digits for an extended one: 00000%.3s", text.text);
	}
	if (value > (CAN_ERR_FLAG | CAN_EFF_MASK))
		return error_usage(err, "the largest extended identifier is 1FFFFFFF");
	*id = (uint32_t)value;
	if (text.length == 8 && (value & CAN_ERR_FLAG) == 0)
		*id |= CAN_EFF_FLAG;
	return 0;
}

int busframe_read_data(struct span text, size_t maximum, uint8_t *room, size_t *length,
		       struct error *err)
{
	size_t count = 0;

	for (size_t i = 0; i < text.length;) {
		int high, low;

		if (text.text[i] == '.' && count > 0)
			i++;
		if (i == text.length)
			return error_usage(err, "a byte was expected behind the last \".\"");
		high = hex_digit(text.text[i]);
		low = i + 1 < text.length ? hex_digit(text.text[i + 1]) : -1;
		if (high < 0 || low < 0)
			return error_usage(err, "pairs of hex digits were expected at \"%.*s\"",
					   (int)(text.length - i < 20 ? text.length - i : 20),
					   text.text + i);
		if (count == maximum)
			return error_usage(err, "more than %zu bytes", maximum);
		room[count++] = (uint8_t)(high << 4 | low);
		i += 2;
	}
	*length = count;
	return 0;
}

/* Takes "_B" off the end of a classic frame. */
static int read_raw_dlc(struct span *text, struct busframe *frame, struct error *err)
{
	const char *mark = text->length > 0 ? memchr(text->text, '_', text->length) : NULL;
	struct span digits;
	uint64_t value;

	if (mark == NULL)
		return 0;
	digits = (struct span){ mark + 1, text->length - (size_t)(mark + 1 - text->text) };
	if (!span_hex(digits, &value) || digits.length != 1 || value < 9)
		return error_usage(err, "9 to F was expected after \"_\"");
	frame->raw_dlc = (uint8_t)value;
	text->length = (size_t)(mark - text->text);
	return 0;
}

static int check_raw_dlc(const struct busframe *frame, struct error *err)
{
	if (frame->raw_dlc != 0 && frame->length != CAN_MAX_DLEN)
		return error_usage(err, "a length code after \"_\" goes only with 8 bytes");
	return 0;
}

/* "R", "R4" */
static int read_remote(struct span text, struct busframe *frame, struct error *err)
{
	uint64_t length = 0;

	text.text++;
	text.length--;
	if (text.length > 0 && (!span_hex(text, &length) || length > CAN_MAX_DLEN))
		return error_usage(err, "a length from 0 to 8 was expected after \"R\"");
	if (frame->id & CAN_ERR_FLAG)
		return error_usage(err, "an error frame cannot be a remote request");
	frame->id |= CAN_RTR_FLAG;
	frame->length = (size_t)length;
	return check_raw_dlc(frame, err);
}

static int read_classic(struct span text, struct busframe *frame, uint8_t *room, struct error *err)
{
	if (read_raw_dlc(&text, frame, err) < 0)
		return -1;
	if (text.length > 0 && (text.text[0] == 'R' || text.text[0] == 'r'))
		return read_remote(text, frame, err);
	if (busframe_read_data(text, CAN_MAX_DLEN, room, &frame->length, err) < 0) {
		/* Whoever writes more bytes most likely wants a CAN FD frame. */
		if (err != NULL && strstr(err->text, "more than") != NULL)
			error_hint(err, "\"##\" and a digit of flags make it a CAN FD frame");
		return -1;
	}
	return check_raw_dlc(frame, err);
}

/* "#5AABB": behind the second "#" a digit of flags. */
static int read_fd(struct span text, struct busframe *frame, uint8_t *room, struct error *err)
{
	int flags = text.length > 1 ? hex_digit(text.text[1]) : -1;
	size_t length = 0;

	if (flags < 0)
		return error_usage(err, "a hex digit of flags was expected after \"##\"");
	frame->kind = BUSFRAME_FD;
	frame->flags = (uint8_t)flags;
	text.text += 2;
	text.length -= 2;
	/* candump can put a dot between flags and data. */
	if (text.length > 1 && text.text[0] == '.') {
		text.text++;
		text.length--;
	}
	if (busframe_read_data(text, CANFD_MAX_DLEN, room, &length, err) < 0)
		return -1;
	frame->length = busframe_fd_length(length);
	memset(room + length, 0, frame->length - length);
	return 0;
}

static bool read_xl_id(struct span text, struct busframe *frame)
{
	uint64_t value;

	if ((text.length != 5 && text.length != 3) || !span_hex(text, &value) ||
	    (value & 0xfff) > CAN_SFF_MASK)
		return false;
	frame->id = (uint32_t)(value & CAN_SFF_MASK);
	frame->vcid = (uint8_t)(value >> 12);
	return true;
}

/* "81:00:12345678#" and data, behind the first "#". */
static int read_xl(struct span id, struct span text, struct busframe *frame, uint8_t *room,
		   struct error *err)
{
	uint64_t flags, sdt, af;

	frame->kind = BUSFRAME_XL;
	if (!read_xl_id(id, frame))
		return error_usage(err, "a CAN XL frame begins with 5 digits: 2 of the virtual "
					"network, 3 of the priority up to 7FF");
	if (text.length < 15 || text.text[2] != ':' || text.text[5] != ':' ||
	    text.text[14] != '#' || !span_hex((struct span){ text.text, 2 }, &flags) ||
	    !span_hex((struct span){ text.text + 3, 2 }, &sdt) ||
	    !span_hex((struct span){ text.text + 6, 8 }, &af))
		return error_usage(err, "FLAGS:SDT:AF# was expected, such as 81:00:12345678#");
	if ((flags & XL_FLAG) == 0)
		return error_usage(err, "the flags of a CAN XL frame contain 80");
	frame->flags = (uint8_t)flags;
	frame->sdt = (uint8_t)sdt;
	frame->af = (uint32_t)af;
	text.text += 15;
	text.length -= 15;
	if (busframe_read_data(text, BUSFRAME_DATA_MAXIMUM, room, &frame->length, err) < 0)
		return -1;
	return frame->length > 0 ? 0 : error_usage(err, "a CAN XL frame has at least one byte");
}

int busframe_read(struct span text, struct busframe *frame, uint8_t *room, struct error *err)
{
	const char *mark = text.length > 0 ? memchr(text.text, '#', text.length) : NULL;
	struct span id, rest;

	memset(frame, 0, sizeof(*frame));
	frame->data = room;
	if (mark == NULL) {
		error_usage(err, "a frame such as 123#DEADBEEF was expected");
		return error_hint(err,
				  "ID#DATA, ID#R, ID##FLAGS DATA; see the man page's CAN section");
	}
	id = (struct span){ text.text, (size_t)(mark - text.text) };
	rest = (struct span){ mark + 1, text.length - id.length - 1 };
	if (id.length == 5 || (rest.length > 2 && rest.text[2] == ':'))
		return read_xl(id, rest, frame, room, err);
	if (busframe_read_id(id, &frame->id, err) < 0)
		return -1;
	if (rest.length > 0 && rest.text[0] == '#')
		return read_fd(rest, frame, room, err);
	return read_classic(rest, frame, room, err);
}
