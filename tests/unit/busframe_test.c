/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CAN frames of every kind: through every format and back, as can-utils writes them, and refused with words. */
#include "unit.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "codec/busframe.h"
#include "codec/codec.h"
#include "codec/stamp.h"

#include <linux/can.h>

#define ROUNDS 2000

/* A frame as a controller could have sent it. */
static void random_frame(struct unit_random *random, struct busframe *frame, uint8_t *room)
{
	bool is_extended = unit_random_below(random, 2) == 1;

	memset(frame, 0, sizeof(*frame));
	frame->kind = (enum busframe_kind)unit_random_below(random, 3);
	frame->data = room;
	frame->id = (uint32_t)unit_random(random) & (is_extended ? CAN_EFF_MASK : CAN_SFF_MASK);
	if (is_extended)
		frame->id |= CAN_EFF_FLAG;
	for (size_t i = 0; i < BUSFRAME_DATA_MAXIMUM; i++)
		room[i] = (uint8_t)unit_random(random);
	if (frame->kind == BUSFRAME_XL) {
		frame->id &= CAN_SFF_MASK;
		frame->vcid = (uint8_t)unit_random(random);
		frame->flags = 0x80 | (uint8_t)unit_random_below(random, 2);
		frame->sdt = (uint8_t)unit_random(random);
		frame->af = (uint32_t)unit_random(random);
		frame->length = 1 + unit_random_below(random, BUSFRAME_DATA_MAXIMUM);
	} else if (frame->kind == BUSFRAME_FD) {
		frame->flags = CANFD_FDF | (uint8_t)unit_random_below(random, 4);
		frame->length = busframe_length_of((unsigned int)unit_random_below(random, 16));
	} else {
		frame->length = unit_random_below(random, 9);
		if (frame->length == 8 && unit_random_below(random, 2) == 1)
			frame->raw_dlc = (uint8_t)(9 + unit_random_below(random, 7));
		if (unit_random_below(random, 8) == 0)
			frame->id |= CAN_RTR_FLAG;
		else if (unit_random_below(random, 8) == 0)
			frame->id = CAN_ERR_FLAG | ((uint32_t)unit_random(random) & CAN_ERR_MASK);
	}
}

/* What a format does not say of a frame. */
static void forget(const char *format, struct busframe *frame)
{
	bool is_long = strcmp(format, "candump-long") == 0, is_asc = strcmp(format, "asc") == 0;

	if (is_long && frame->kind == BUSFRAME_FD)
		frame->flags = 0;
	if (is_asc && frame->kind == BUSFRAME_FD)
		frame->flags &= CANFD_BRS | CANFD_ESI;
	if (is_asc && busframe_is_remote(frame))
		frame->raw_dlc = 0;
}

static bool can_say(const char *format, const struct busframe *frame)
{
	if (strcmp(format, "asc") != 0)
		return true;
	return frame->kind != BUSFRAME_XL && (frame->id & CAN_ERR_FLAG) == 0;
}

static void check_round(struct unit *unit, const char *format, const struct busframe *frame)
{
	const struct codec *codec = codec_find(format);
	struct codec_context context = { .timestamps = true }, back = { 0 };
	struct busframe wanted = *frame;
	cleanup_buf struct buf bytes = { 0 }, wanted_bytes = { 0 }, text = { 0 };
	struct message message = { .time = { 1436509052, 249713000 } }, again = { 0 };
	struct error err = { 0 };
	bool found = false;
	size_t at = 0;

	busframe_pack(frame, &bytes);
	message.data = bytes.data;
	message.length = bytes.length;
	unit_check_int(unit, codec->encode(&context, &message, &text, &err), 0);
	while (!found && at < text.length) {
		ssize_t used = codec_decode(codec, &back, text.data + at, text.length - at, true,
					    &again, &found, &err);

		if (used <= 0)
			break;
		at += (size_t)used;
	}
	forget(format, &wanted);
	busframe_pack(&wanted, &wanted_bytes);
	if (!unit_check(unit, found) || !unit_check_bytes(unit, again.data, again.length,
							  wanted_bytes.data, wanted_bytes.length))
		printf("# %s: %s# %s\n", format, buf_text(&text), err.text);
	if (codec->text) {
		unit_check_int(unit, again.time.tv_sec, 1436509052);
		unit_check_int(unit, again.time.tv_nsec, 249713000);
	}
	codec_context_release(codec, &context);
	codec_context_release(codec, &back);
}

static void check_formats(struct unit *unit, const struct busframe *frame)
{
	static const char *const formats[] = { "candump", "candump-long", "asc", "json", "can-struct" };

	for (size_t i = 0; i < array_length(formats); i++)
		if (can_say(formats[i], frame) && (WITH_JANSSON || strcmp(formats[i], "json") != 0))
			check_round(unit, formats[i], frame);
}

static void every_format(struct unit *unit)
{
	struct unit_random random = { 4711 };
	uint8_t room[BUSFRAME_DATA_MAXIMUM];
	struct busframe frame;

	for (size_t i = 0; i < ROUNDS; i++) {
		random_frame(&random, &frame, room);
		check_formats(unit, &frame);
	}
}

/* The kernel's bytes say what the notation says, without either's help: by hand. */
static void kernel_bytes(struct unit *unit)
{
	static const struct {
		const char *text;
		size_t length;
		const char *bytes;
	} cases[] = {
		{ "123#DEADBEEF", 16, "\x23\x01\0\0\4\0\0\0\xde\xad\xbe\xef\0\0\0\0" },
		{ "00000123#R4", 16, "\x23\x01\0\xc0\4\0\0\0\0\0\0\0\0\0\0\0" },
		{ "20000004#", 16, "\4\0\0\x20\0\0\0\0\0\0\0\0\0\0\0\0" },
		{ "1F334455#1122334455667788_B", 16,
		  "\x55\x44\x33\x9f\x8\0\0\xb\x11\x22\x33\x44\x55\x66\x77\x88" },
		{ "45123#81:2A:12345678#AABB", 14,
		  "\x23\x01\x45\0\x81\x2a\x02\0\x78\x56\x34\x12\xaa\xbb" },
	};
	uint8_t room[BUSFRAME_DATA_MAXIMUM];

	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) {
		unit_skip(unit, "the bytes are those of a little-endian machine");
		return;
	}
	for (size_t i = 0; i < array_length(cases); i++) {
		struct busframe frame;
		struct error err = { 0 };
		struct span text = { cases[i].text, strlen(cases[i].text) };
		cleanup_buf struct buf bytes = { 0 };

		unit_check_int(unit, busframe_read(text, &frame, room, &err), 0);
		busframe_pack(&frame, &bytes);
		unit_check_bytes(unit, bytes.data, bytes.length, cases[i].bytes, cases[i].length);
	}
}

static void read_one(const char *name, const char *line, struct codec_context *context, struct buf *out)
{
	const struct codec *codec = codec_find(name);
	struct message message;
	struct error err = { 0 };
	bool found;

	if (codec_decode(codec, context, line, strlen(line), true, &message, &found, &err) < 0)
		buf_print(out, "%s%s%s", err.text, err.hint[0] != '\0' ? " | " : "", err.hint);
	else if (found)
		codec->encode(context, &message, out, &err);
	codec_context_release(codec, context);
}

static void lines_of_candump(struct unit *unit)
{
	static const char *const cases[][2] = {
		{ "123#de.ad.be.ef", "123#DEADBEEF\n" },
		{ "5AA#", "5AA#\n" },
		{ "123#r4", "123#R4\n" },
		{ "333#R8_E", "333#R8_E\n" },
		{ "213##311223344", "213##311223344\n" },
		{ "213##3.11.22", "213##31122\n" },
		{ "123##3112233445566778899", "123##3112233445566778899000000\n" },
		{ "00242#81:07:40000123#11.22", "00242#81:07:40000123#1122\n" },
		{ "(1436509052.249713) vcan0 044#2A366C2BBA R", "044#2A366C2BBA\n" },
		{ "  vcan0  123   [4]  DE AD BE EF", "123#DEADBEEF\n" },
		{ "  vcan0  12345678   [0]  remote request", "12345678#R\n" },
		{ " (000.189302)  vcan0  TX B -       213  [12]  11 22 33 44 55 66 77 88 99 AA BB "
		  "CC",
		  "213##1112233445566778899AABBCC\n" },
		{ "  vcan1  7FF   [8]  11 22 33 44 55 66 77 88   '.\"3DUfw.'",
		  "7FF#1122334455667788\n" },
		{ "  vcan0  20000004   [8]  00 04 00 00 00 00 00 00   ERRORFRAME",
		  "20000004#0004000000000000\n" },
		{ "\tcontroller-problem{rx-error-warning}", "" },
		{ "# a comment", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < array_length(cases); i++) {
		struct codec_context context = { 0 };
		cleanup_buf struct buf out = { 0 };

		read_one("candump", cases[i][0], &context, &out);
		unit_check_string(unit, buf_text(&out), cases[i][1]);
	}
}

static void refused(struct unit *unit)
{
	static const char *const cases[][2] = {
		{ "800#00", "line 1: the largest standard identifier is 7FF | "
			    "write 8 digits for an extended one: 00000800" },
		{ "12#00", "line 1: \"12\" is no CAN identifier | "
			   "3 hex digits are a standard identifier, 8 an extended one" },
		{ "123#1", "line 1: pairs of hex digits were expected at \"1\"" },
		{ "123#11..22", "line 1: pairs of hex digits were expected at \".22\"" },
		{ "123#112233445566778899", "line 1: more than 8 bytes | "
					    "\"##\" and a digit of flags make it a CAN FD frame" },
		{ "123#11_B", "line 1: a length code after \"_\" goes only with 8 bytes" },
		{ "123#1122334455667788_8", "line 1: 9 to F was expected after \"_\"" },
		{ "123#R9", "line 1: a length from 0 to 8 was expected after \"R\"" },
		{ "123##g", "line 1: a hex digit of flags was expected after \"##\"" },
		{ "40000001#", "line 1: the largest extended identifier is 1FFFFFFF" },
		{ "123#11 rest", "line 1: \"rest\" behind the frame" },
		{ "(x) 123#11", "line 1: a time such as (1436509052.249713) was expected" },
		{ "00123#01:00:12345678#11", "line 1: the flags of a CAN XL frame contain 80" },
		{ "00123#81:00:12345678#", "line 1: a CAN XL frame has at least one byte" },
		{ "can0 123 [9] 11", "line 1: a frame has no 9 bytes" },
		{ "can0 123 [2] 11", "line 1: 2 bytes of two hex digits were expected" },
		{ "can0 123 2 11 22", "line 1: a length such as [8] was expected" },
		{ "can0 12 [1] 11", "line 1: \"12\" is no CAN identifier | 3 hex digits are a standard identifier, 8 an extended one" },
		{ "can0", "line 1: a frame such as 123#DEADBEEF was expected | ID#DATA, ID#R, ID##FLAGS DATA; see the man page's CAN section" },
		{ "a-name-of-an-interface-that-is-longer-than-any-interface-of-any-system-has 123#11", "line 1: the interface's name is too long" },
		{ "123#11.", "line 1: a byte was expected behind the last \".\"" },
		{ "20000123#R", "line 1: an error frame cannot be a remote request" },
		{ "0123#81:00:12345678#11", "line 1: a CAN XL frame begins with 5 digits: 2 of the virtual network, 3 of the priority up to 7FF" },
		{ "00123#81:00#11", "line 1: FLAGS:SDT:AF# was expected, such as 81:00:12345678#" },
	};

	for (size_t i = 0; i < array_length(cases); i++) {
		struct codec_context context = { 0 };
		cleanup_buf struct buf out = { 0 };

		read_one("candump", cases[i][0], &context, &out);
		unit_check_string(unit, buf_text(&out), cases[i][1]);
	}
}

/* Events of Vector's text logs that are none. */
static void events_refused(struct unit *unit)
{
	static const char *const cases[][2] = {
		{ "0.1 1", "line 1: an identifier was expected" },
		{ "0.1 1 800 Rx d 1 11", "line 1: \"800\" is no CAN identifier" },
		{ "0.1 1 20000000x Rx d 1 11", "line 1: \"20000000\" is no CAN identifier" },
		{ "0.1 1 12g Rx d 1 11", "line 1: \"12g\" is no CAN identifier" },
		{ "0.1 1 123 Rx", "line 1: Rx or Tx and d or r were expected" },
		{ "0.1 1 123 Rx q 1 11", "line 1: Rx or Tx and d or r were expected" },
		{ "0.1 1 123 Rx d", "line 1: a length was expected behind d" },
		{ "0.1 1 123 Rx d g 11", "line 1: a length was expected behind d" },
		{ "0.1 1 123 Rx d 2 11", "line 1: 2 bytes were expected" },
		{ "0.1 1 123 Rx d 1 1ff", "line 1: 1 bytes were expected" },
		{ "0.1 CANFD", "line 1: a channel and Rx or Tx were expected" },
		{ "0.1 CANFD x Rx 123 1 0 9 12", "line 1: a channel and Rx or Tx were expected" },
		{ "0.1 CANFD 1 Rx 800 1 0 9 12", "line 1: \"800\" is no CAN identifier" },
		{ "0.1 CANFD 1 Rx 123", "line 1: BRS, ESI, length code and length were expected" },
		{ "0.1 CANFD 1 Rx 123 name", "line 1: BRS, ESI, length code and length were expected" },
		{ "0.1 CANFD 1 Rx 123 2 0 9 12", "line 1: BRS, ESI, length code and length were expected" },
		{ "0.1 CANFD 1 Rx 123 1 0 9 65", "line 1: BRS, ESI, length code and length were expected" },
		{ "0.1 CANFD 1 Rx 123 1 0 9 12 11", "line 1: 12 bytes were expected" },
	};

	for (size_t i = 0; i < array_length(cases); i++) {
		struct codec_context context = { 0 };
		cleanup_buf struct buf out = { 0 };

		read_one("asc", cases[i][0], &context, &out);
		unit_check_string(unit, buf_text(&out), cases[i][1]);
	}
}

static void words_of_errors(struct unit *unit)
{
	static const struct {
		uint32_t id;
		uint8_t data[8];
		const char *words;
	} cases[] = {
		{ 0x004, { 0, 0x0c }, "controller-problem{rx-error-warning,tx-error-warning}" },
		{ 0x002, { 5 }, "lost-arbitration{at bit 5}" },
		{ 0x008,
		  { 0, 0, 0x84, 0x19 },
		  "protocol-violation{{bit-stuffing-error,error-on-tx}{acknowledge-slot}}" },
		{ 0x040, { 0 }, "bus-off" },
		{ 0x204,
		  { 0, 0x10, 0, 0, 0, 0, 128, 3 },
		  "controller-problem{rx-error-passive},error-counter-tx-rx{{128}{3}}" },
		{ 0x1000, { 0 }, "unknown-error" },
	};

	for (size_t i = 0; i < array_length(cases); i++) {
		struct busframe frame = { .id = CAN_ERR_FLAG | cases[i].id,
					  .length = 8,
					  .data = cases[i].data };
		cleanup_buf struct buf words = { 0 };

		busframe_print_error(&frame, &words);
		unit_check_string(unit, buf_text(&words), cases[i].words);
	}
}

static void no_frames(struct unit *unit)
{
	struct codec_context context = { 0 };
	struct message message = { .data = "abcde", .length = 5 };
	cleanup_buf struct buf out = { 0 };
	struct error err = { 0 };

	unit_check_int(unit, codec_find("candump")->encode(&context, &message, &out, &err), -1);
	unit_check_string(unit, err.text, "a message of 5 bytes is no CAN frame");
	codec_context_release(codec_find("candump"), &context);
}

int main(void)
{
	struct unit unit = { 0 };

	unit_run(&unit, "CAN: random frames of all kinds come back from every format",
		 every_format);
	unit_run(&unit, "CAN: the notation is what the kernel's structs say", kernel_bytes);
	unit_run(&unit, "CAN: every form that candump and cansend know is read", lines_of_candump);
	unit_run(&unit, "CAN: what is no frame is refused with words", refused);
	unit_run(&unit, "asc: what is no event is refused with words", events_refused);
	unit_run(&unit, "CAN: error frames in words", words_of_errors);
	unit_run(&unit, "CAN: a message that is no frame is not printed", no_frames);
	return unit_end(&unit);
}
