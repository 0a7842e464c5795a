/* SPDX-License-Identifier: GPL-2.0-or-later */
/* asc: CAN frames as Vector's ASCII logs have them, which log2asc(1) and asc2log(1) know too. */
#include "base/memory.h"
#include "codec/busframe.h"
#include "codec/interface.h"
#include "codec/reader.h"
#include "codec/stamp.h"

#include <inttypes.h>
#include <linux/can.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct state {
	struct interfaces interfaces;
	struct timespec start; /* what the times count from */
	bool has_start;
	bool is_decimal;  /* base dec */
	bool is_relative; /* times count from the line before */
	struct timespec last;
	struct channels channels;
	uint8_t room[BUSFRAME_DATA_MAXIMUM];
};

static struct state *state_of(struct codec_context *context)
{
	if (context->state == NULL)
		context->state = memory_new(sizeof(struct state));
	return context->state;
}

static void asc_release(struct codec_context *context)
{
	free(context->state);
}

/* Interfaces are numbered from 1 in the order in which they turn up. */
static size_t channel_of(struct codec_context *context, const struct message *message)
{
	struct state *state = state_of(context);
	bool is_new;

	return 1 + channels_number(&state->channels,
				   interfaces_of(&state->interfaces, context, message), &is_new);
}

static void print_header(struct state *state, const struct timespec *time, struct buf *out)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct tm parts = { .tm_mday = 1, .tm_year = 70 };

	state->has_start = true;
	state->start.tv_sec = time->tv_sec;
	localtime_r(&state->start.tv_sec, &parts);
	buf_print(out, "date %s %s %d %02d:%02d:%02d %d\n", days[parts.tm_wday],
		  months[parts.tm_mon], parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
		  parts.tm_year + 1900);
	buf_add_string(out, "base hex  timestamps absolute\nno internal events logged\n");
}

static void print_id(const struct busframe *frame, int width, struct buf *out)
{
	char id[16];
	bool is_extended = (frame->id & CAN_EFF_FLAG) != 0;

	snprintf(id, sizeof(id), "%X%s", frame->id & (is_extended ? CAN_EFF_MASK : CAN_SFF_MASK),
		 is_extended ? "x" : "");
	buf_print(out, "%-*s", width, id);
}

static void print_classic(const struct busframe *frame, size_t channel, const char *direction,
			  struct buf *out)
{
	buf_print(out, "%zu  ", channel);
	if (frame->id & CAN_ERR_FLAG) {
		buf_add_string(out, "ErrorFrame\n");
		return;
	}
	print_id(frame, 15, out);
	buf_print(out, " %s   ", direction);
	if (busframe_is_remote(frame)) {
		buf_print(out, "r %zu", frame->length);
	} else {
		unsigned int dlc =
			frame->raw_dlc != 0 ? frame->raw_dlc : (unsigned int)frame->length;

		buf_print(out, "d %x", dlc);
		for (size_t i = 0; i < frame->length; i++)
			buf_print(out, " %02X", frame->data[i]);
	}
	buf_add_char(out, '\n');
}

/* Columns: channel, direction, id, name, BRS, ESI, DLC, length, data, duration, bits, flags, CRC and timings. */
static void print_fd(const struct busframe *frame, size_t channel, const char *direction,
		     struct buf *out)
{
	unsigned int flags = 0x1000 /* extended data length */;

	if (frame->flags & CANFD_BRS)
		flags |= 0x2000;
	if (frame->flags & CANFD_ESI)
		flags |= 0x4000;
	buf_print(out, "CANFD %3zu %s ", channel, direction);
	print_id(frame, 11, out);
	buf_print(out, "%34s%d %d %x %2zu", "", (frame->flags & CANFD_BRS) != 0,
		  (frame->flags & CANFD_ESI) != 0, busframe_dlc_of(frame->length), frame->length);
	for (size_t i = 0; i < frame->length; i++)
		buf_print(out, " %02X", frame->data[i]);
	buf_print(out, " %8d %4d %8X 0 0 0 0 0\n", 0, 0, flags);
}

static int asc_encode(struct codec_context *context, const struct message *message, struct buf *out,
		      struct error *err)
{
	struct state *state = state_of(context);
	const char *direction = message->direction == MESSAGE_OUT ? "Tx" : "Rx";
	struct busframe frame;
	struct timespec time;
	size_t channel;

	if (busframe_unpack(message->data, message->length, &frame) < 0)
		return error_set(err, ERROR_FAILED, "a message of %zu bytes is no CAN frame",
				 message->length);
	if (frame.kind == BUSFRAME_XL)
		return error_set(err, ERROR_FAILED, "asc logs have no CAN XL frames");
	if (!state->has_start)
		print_header(state, &message->time, out);
	time = stamp_subtract(message->time, state->start);
	if (time.tv_sec < 0)
		time = (struct timespec){ 0 };
	channel = channel_of(context, message);
	if (context->nanoseconds)
		buf_print(out, "%4" PRId64 ".%09ld ", (int64_t)time.tv_sec, time.tv_nsec);
	else
		buf_print(out, "%4" PRId64 ".%06ld ", (int64_t)time.tv_sec, time.tv_nsec / 1000);
	if (frame.kind == BUSFRAME_FD)
		print_fd(&frame, channel, direction, out);
	else
		print_classic(&frame, channel, direction, out);
	return 0;
}

static int month_of(struct span word)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; i < 12 && word.length >= 3; i++)
		if (strncasecmp(word.text, months + 3 * i, 3) == 0)
			return i;
	return -1;
}

static bool read_number(struct span word, uint64_t maximum, int *value)
{
	uint64_t number;

	if (!span_decimal(word, &number) || number > maximum)
		return false;
	*value = (int)number;
	return true;
}

/* "08:17:32", "08:17:32.249" */
static bool read_clock(struct span word, struct tm *parts, long *nanoseconds)
{
	struct timespec second;

	if (word.length < 8 || word.text[2] != ':' || word.text[5] != ':' ||
	    !read_number((struct span){ word.text, 2 }, 23, &parts->tm_hour) ||
	    !read_number((struct span){ word.text + 3, 2 }, 59, &parts->tm_min) ||
	    !stamp_read_seconds((struct span){ word.text + 6, word.length - 6 }, &second) ||
	    second.tv_sec > 60)
		return false;
	parts->tm_sec = (int)second.tv_sec;
	*nanoseconds = second.tv_nsec;
	return true;
}

/* An optional "am" or "pm" and the year. */
static bool read_year(struct span rest, struct tm *parts)
{
	struct span word;
	int year;

	if (!span_word(&rest, &word))
		return false;
	if (word.length == 2 && (word.text[1] | 32) == 'm') {
		parts->tm_hour = parts->tm_hour % 12 + ((word.text[0] | 32) == 'p' ? 12 : 0);
		if (!span_word(&rest, &word))
			return false;
	}
	if (!read_number(word, 9999, &year))
		return false;
	parts->tm_year = year - 1900;
	return true;
}

/* "Fri Jul 10 08:17:32.249 am 2015", local time. Times count from 0 where it cannot be read. */
static void read_date(struct state *state, struct span rest)
{
	struct tm parts = { .tm_isdst = -1 };
	struct span weekday, month, day, clock;
	long nanoseconds = 0;

	state->start = (struct timespec){ 0 };
	if (!span_word(&rest, &weekday) || !span_word(&rest, &month) || !span_word(&rest, &day) ||
	    !span_word(&rest, &clock))
		return;
	parts.tm_mon = month_of(month);
	if (parts.tm_mon < 0 || !read_number(day, 31, &parts.tm_mday) ||
	    !read_clock(clock, &parts, &nanoseconds) || !read_year(rest, &parts))
		return;
	state->start.tv_sec = mktime(&parts);
	state->start.tv_nsec = nanoseconds;
}

static void read_base(struct state *state, struct span rest)
{
	struct span word;

	while (span_word(&rest, &word)) {
		if (span_equal(word, "dec") || span_equal(word, "dez"))
			state->is_decimal = true;
		else if (span_equal(word, "hex"))
			state->is_decimal = false;
		else if (span_equal(word, "relative"))
			state->is_relative = true;
	}
}

static int read_id(const struct state *state, struct span word, uint32_t *id, struct error *err)
{
	bool is_extended = word.length > 0 && (word.text[word.length - 1] | 32) == 'x';
	uint64_t value;

	word.length -= is_extended;
	if (!(state->is_decimal ? span_decimal(word, &value) : span_hex(word, &value)) ||
	    value > (is_extended ? CAN_EFF_MASK : CAN_SFF_MASK))
		return error_usage(err, "\"%.*s\" is no CAN identifier",
				   (int)(word.length < 20 ? word.length : 20), word.text);
	*id = (uint32_t)value | (is_extended ? CAN_EFF_FLAG : 0);
	return 0;
}

static int read_data(const struct state *state, struct span *rest, size_t length, uint8_t *room,
		     struct error *err)
{
	struct span word;
	uint64_t value;

	for (size_t i = 0; i < length; i++) {
		if (!span_word(rest, &word) ||
		    !(state->is_decimal ? span_decimal(word, &value) : span_hex(word, &value)) ||
		    value > UINT8_MAX)
			return error_usage(err, "%zu bytes were expected", length);
		room[i] = (uint8_t)value;
	}
	return 0;
}

/* "123 Rx d 4 DE AD BE EF", "123x Rx r", behind the channel */
static int read_classic(struct state *state, struct span rest, struct busframe *frame,
			struct message *message, struct error *err)
{
	struct span id, direction, kind, word;
	uint64_t dlc = 0;

	if (!span_word(&rest, &id))
		return error_usage(err, "an identifier was expected");
	if (span_equal(id, "ErrorFrame")) {
		frame->id = CAN_ERR_FLAG | 0x80 /* CAN_ERR_BUSERROR */;
		frame->length = CAN_MAX_DLEN;
		memset(state->room, 0, CAN_MAX_DLEN);
		return 0;
	}
	if (read_id(state, id, &frame->id, err) < 0)
		return -1;
	if (!span_word(&rest, &direction) || !span_word(&rest, &kind) ||
	    (!span_equal(kind, "d") && !span_equal(kind, "r")))
		return error_usage(err, "Rx or Tx and d or r were expected");
	message->direction = (direction.text[0] | 32) == 't' ? MESSAGE_OUT : MESSAGE_IN;
	if (span_word(&rest, &word) && (!span_hex(word, &dlc) || dlc > 15))
		dlc = 16;
	if (kind.text[0] == 'r') {
		frame->id |= CAN_RTR_FLAG;
		frame->length = dlc <= CAN_MAX_DLEN ? (size_t)dlc : 0;
		return 0;
	}
	if (dlc > 15 || word.length == 0)
		return error_usage(err, "a length was expected behind d");
	frame->length = dlc < CAN_MAX_DLEN ? (size_t)dlc : CAN_MAX_DLEN;
	frame->raw_dlc = dlc > CAN_MAX_DLEN ? (uint8_t)dlc : 0;
	return read_data(state, &rest, frame->length, state->room, err);
}

static bool read_bit(struct span *rest, struct span *word, uint8_t flag, uint8_t *flags)
{
	if (word->length != 1 || (word->text[0] != '0' && word->text[0] != '1'))
		return false;
	if (word->text[0] == '1')
		*flags |= flag;
	return span_word(rest, word);
}

/* What an FD event has of a classic frame: no EDL in its flags, the word behind the data's end. */
static void read_fd_kind(struct span rest, struct busframe *frame)
{
	struct span duration, bits, word;
	uint64_t flags;

	if (!span_word(&rest, &duration) || !span_word(&rest, &bits) || !span_word(&rest, &word) ||
	    !span_hex(word, &flags) || (flags & 0x1000) != 0 || frame->length > CAN_MAX_DLEN)
		return;
	frame->kind = BUSFRAME_CLASSIC;
	frame->flags = 0;
	if (flags & 0x10)
		frame->id |= CAN_RTR_FLAG;
}

/* "1 Rx 123 [name] 1 0 d 32 11 22 ..." behind CANFD */
static int read_fd(struct state *state, struct span rest, struct busframe *frame, uint64_t *channel,
		   struct message *message, struct error *err)
{
	struct span word;
	uint64_t dlc, length;

	if (!span_word(&rest, &word) || !span_decimal(word, channel) || !span_word(&rest, &word))
		return error_usage(err, "a channel and Rx or Tx were expected");
	message->direction = (word.text[0] | 32) == 't' ? MESSAGE_OUT : MESSAGE_IN;
	frame->kind = BUSFRAME_FD;
	if (!span_word(&rest, &word) || read_id(state, word, &frame->id, err) < 0)
		return -1;
	if (!span_word(&rest, &word))
		return error_usage(err, "BRS, ESI, length code and length were expected");
	/* A symbolic name may stand before the flags. */
	if (word.length != 1 && !span_word(&rest, &word))
		return error_usage(err, "BRS, ESI, length code and length were expected");
	if (!read_bit(&rest, &word, CANFD_BRS, &frame->flags) ||
	    !read_bit(&rest, &word, CANFD_ESI, &frame->flags) || !span_hex(word, &dlc) ||
	    !span_word(&rest, &word) || !span_decimal(word, &length) || length > CANFD_MAX_DLEN)
		return error_usage(err, "BRS, ESI, length code and length were expected");
	frame->length = busframe_fd_length((size_t)length);
	memset(state->room, 0, CANFD_MAX_DLEN);
	if (read_data(state, &rest, (size_t)length, state->room, err) < 0)
		return -1;
	read_fd_kind(rest, frame);
	return 0;
}

static void note_channel(struct state *state, uint64_t channel, struct codec_context *context,
			 struct message *message)
{
	char name[32];
	int length = snprintf(name, sizeof(name), "can%" PRIu64, channel > 0 ? channel - 1 : 0);

	interfaces_note(&state->interfaces, (struct span){ name, (size_t)length }, context,
			message);
}

static struct timespec time_of(struct state *state, struct timespec read)
{
	state->last = state->is_relative ? stamp_add(state->last, read) : read;
	return stamp_add(state->start, state->last);
}

/* "Statistic: D 1 R 0 ..." and the like, behind the channel. */
static bool is_remark(struct span rest)
{
	struct span word;

	return span_word(&rest, &word) && word.text[word.length - 1] == ':';
}

/* 1 a frame, 0 something else, -1 malformed. */
static int read_event(struct codec_context *context, struct span line, struct busframe *frame,
		      struct message *message, struct error *err)
{
	struct state *state = state_of(context);
	struct span word, rest = line;
	struct timespec time;
	uint64_t channel = 0;
	int result;

	memset(frame, 0, sizeof(*frame));
	frame->data = state->room;
	if (!span_word(&rest, &word) || !stamp_read_seconds(word, &time))
		return 0;
	time = time_of(state, time);
	if (!span_word(&rest, &word))
		return 0;
	if (span_equal(word, "CANFD"))
		result = read_fd(state, rest, frame, &channel, message, err);
	else if (span_decimal(word, &channel) && !is_remark(rest))
		result = read_classic(state, rest, frame, message, err);
	else
		return 0;
	if (result < 0)
		return -1;
	message->time = time;
	note_channel(state, channel, context, message);
	return 1;
}

static int asc_read_line(struct codec_context *context, struct span line, struct message *message,
			 struct error *err)
{
	struct span word, rest = line;
	struct busframe frame;
	int result;

	if (!span_word(&rest, &word) || (word.length >= 2 && memcmp(word.text, "//", 2) == 0))
		return 0;
	if (span_equal(word, "date"))
		read_date(state_of(context), rest);
	else if (span_equal(word, "base"))
		read_base(state_of(context), rest);
	result = read_event(context, line, &frame, message, err);
	if (result <= 0)
		return result;
	buf_clear(&context->scratch);
	busframe_pack(&frame, &context->scratch);
	return reader_message(context, message);
}

const struct codec codec_asc = {
	.name = "asc",
	.summary = "CAN frames as an ASCII log of Vector's tools",
	.text = true,
	.encode = asc_encode,
	.read_line = asc_read_line,
	.release = asc_release,
};
