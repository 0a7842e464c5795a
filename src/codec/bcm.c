/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bcm: messages of the CAN broadcast manager, a line each; linux/can/bcm.h. */
#include "codec/bcm.h"

#include "base/memory.h"
#include "base/number.h"
#include "codec/bcm_words.h"
#include "codec/stamp.h"

#include <linux/can.h>
#include <stdlib.h>
#include <string.h>

static bool has_times(const struct bcm *bcm)
{
	return bcm->head.ival1.tv_sec != 0 || bcm->head.ival1.tv_usec != 0 ||
	       bcm->head.ival2.tv_sec != 0 || bcm->head.ival2.tv_usec != 0;
}

static void print_id(uint32_t id, struct buf *out)
{
	uint32_t number = id & ~CAN_RTR_FLAG;

	if (number & (CAN_EFF_FLAG | CAN_ERR_FLAG))
		buf_print(out, " %08X", number & ~CAN_EFF_FLAG);
	else
		buf_print(out, " %03X", number & CAN_SFF_MASK);
	if (id & CAN_RTR_FLAG)
		buf_add_char(out, 'R');
}

static void print_time(const char *word, const struct bcm_timeval *time, struct buf *out)
{
	if (time->tv_sec == 0 && time->tv_usec == 0)
		return;
	buf_print(out, " %s ", word);
	bcm_print_time(time, out);
}

static void print_times(const struct bcm *bcm, struct buf *out)
{
	bool receives = bcm_is_receiving(bcm->head.opcode);

	if (bcm->head.count > 0)
		buf_print(out, " count %u", bcm->head.count);
	print_time(receives ? "timeout" : "at", &bcm->head.ival1, out);
	print_time(receives ? "throttle" : "every", &bcm->head.ival2, out);
}

/* What does not go without saying: "now", and "no-start" for what would. */
static void print_flags(const struct bcm *bcm, struct buf *out)
{
	uint32_t implied = bcm_implied_flags(bcm, has_times(bcm)), flags = bcm->head.flags;

	for (const struct name *row = bcm_flags; row->name != NULL; row++)
		if (row->help != NULL && ((flags ^ implied) & (uint32_t)row->value))
			buf_print(out, " %s%s", flags & (uint32_t)row->value ? "" : "no-",
				  row->name);
}

int bcm_print(const void *bytes, size_t length, struct buf *out, struct error *err)
{
	struct busframe frame = { 0 };
	struct bcm bcm;

	if (bcm_unpack(bytes, length, &bcm) < 0)
		return error_set(err, ERROR_FAILED,
				 "a message of %zu bytes is none of the broadcast manager", length);
	buf_add_string(out, name_of(bcm_verbs, bcm.head.opcode));
	if (bcm.head.nframes > 0)
		bcm_frame(&bcm, 0, &frame);
	if (bcm.head.nframes == 0 || frame.id != bcm.head.can_id)
		print_id(bcm.head.can_id, out);
	for (size_t i = 0; i < bcm.head.nframes; i++) {
		bcm_frame(&bcm, i, &frame);
		buf_add_char(out, ' ');
		busframe_print(&frame, out);
	}
	print_times(&bcm, out);
	print_flags(&bcm, out);
	return 0;
}

/* A line as it is read, word by word. */
struct reading {
	struct bcm bcm;
	struct buf frames;
	uint32_t set, cleared; /* flags that were named */
	bool has_id, has_times;
};

static int copy_word(struct span word, char *copy, size_t size, struct error *err)
{
	if (word.length >= size)
		return error_usage(err, "\"%.20s...\" is too long", word.text);
	memcpy(copy, word.text, word.length);
	copy[word.length] = '\0';
	return 0;
}

static int read_time(struct span word, struct bcm_timeval *time, struct error *err)
{
	nanoseconds value;
	char copy[40];

	if (copy_word(word, copy, sizeof(copy), err) < 0 || number_duration(copy, &value, err) < 0)
		return -1;
	if (value / NANOSECONDS_PER_SECOND > BCM_SECONDS_MAXIMUM)
		return error_usage(err, "\"%s\" is too long a time", copy);
	time->tv_sec = (long)(value / NANOSECONDS_PER_SECOND);
	time->tv_usec = (long)(value % NANOSECONDS_PER_SECOND / 1000);
	return 0;
}

static int read_count(struct span word, uint32_t *count, struct error *err)
{
	uint64_t number;

	if (!span_decimal(word, &number) || number > UINT32_MAX)
		return error_usage(err, "a number was expected behind count");
	*count = (uint32_t)number;
	return 0;
}

/* Words that have a value behind them: 1 taken, 0 it is none of them, -1. */
static int read_valued(struct reading *reading, struct span word, struct span *rest,
		       struct error *err)
{
	struct bcm_head *head = &reading->bcm.head;
	struct bcm_timeval *time = NULL;
	struct span value;

	if (span_equal(word, "at") || span_equal(word, "timeout"))
		time = &head->ival1;
	else if (span_equal(word, "every") || span_equal(word, "throttle"))
		time = &head->ival2;
	else if (!span_equal(word, "count"))
		return 0;
	if (!span_word(rest, &value))
		return error_usage(err, "a value was expected behind \"%.*s\"", (int)word.length,
				   word.text);
	if (time == NULL)
		return read_count(value, &head->count, err) < 0 ? -1 : 1;
	reading->has_times = true;
	return read_time(value, time, err) < 0 ? -1 : 1;
}

static bool read_flag(struct reading *reading, struct span word)
{
	const struct name *row;
	char copy[40];

	if (copy_word(word, copy, sizeof(copy), NULL) < 0)
		return false;
	row = bcm_find(bcm_flags, copy);
	if (row != NULL) {
		reading->set |= (uint32_t)row->value;
		return true;
	}
	if (strncmp(copy, "no-", 3) == 0)
		row = bcm_find(bcm_flags, copy + 3);
	if (row != NULL)
		reading->cleared |= (uint32_t)row->value;
	return row != NULL;
}

static int read_frame(struct reading *reading, struct span word, struct error *err)
{
	struct bcm *bcm = &reading->bcm;
	uint8_t room[BUSFRAME_DATA_MAXIMUM];
	struct busframe frame;
	size_t size;

	if (busframe_read(word, &frame, room, err) < 0)
		return -1;
	if (frame.kind == BUSFRAME_XL)
		return error_usage(err, "the broadcast manager has no CAN XL frames");
	size = frame.kind == BUSFRAME_FD ? CANFD_MTU : CAN_MTU;
	if (bcm->head.nframes > 0 && bcm->frame_size != size)
		return error_usage(err, "the frames of a message are all of CAN FD or none is");
	if (bcm->head.nframes == BCM_FRAMES_MAXIMUM)
		return error_usage(err, "more than %d frames", BCM_FRAMES_MAXIMUM);
	bcm->frame_size = size;
	busframe_pack(&frame, &reading->frames);
	if (!reading->has_id && bcm->head.nframes == 0)
		bcm->head.can_id = frame.id;
	bcm->head.nframes++;
	return 0;
}

/* "123", "12345678", "123R" for remote requests. */
static int read_id(struct reading *reading, struct span word, struct error *err)
{
	bool is_remote = word.length > 0 && word.text[word.length - 1] == 'R';

	word.length -= is_remote;
	if (busframe_read_id(word, &reading->bcm.head.can_id, err) < 0)
		return -1;
	if (is_remote)
		reading->bcm.head.can_id |= CAN_RTR_FLAG;
	reading->has_id = true;
	return 0;
}

static int read_word(struct reading *reading, struct span word, struct span *rest,
		     struct error *err)
{
	int taken = read_valued(reading, word, rest, err);

	if (taken != 0)
		return taken < 0 ? -1 : 0;
	if (memchr(word.text, '#', word.length) != NULL)
		return read_frame(reading, word, err);
	if (read_flag(reading, word))
		return 0;
	if (reading->has_id || hex_digit(word.text[0]) < 0)
		return error_usage(err, "\"%.*s\" is no frame, time or flag",
				   (int)(word.length < 40 ? word.length : 40), word.text);
	return read_id(reading, word, err);
}

static int read_verb(struct reading *reading, struct span *rest, struct error *err)
{
	struct span word = { 0 };
	char copy[40] = "";
	const struct name *verb;
	const char *nearest;

	if (!span_word(rest, &word) || copy_word(word, copy, sizeof(copy), err) < 0)
		return error_usage(err, "a message such as \"cycle 123#DEADBEEF every 100ms\" was "
					"expected");
	verb = bcm_find(bcm_verbs, copy);
	if (verb != NULL) {
		reading->bcm.head.opcode = (uint32_t)verb->value;
		return 0;
	}
	error_usage(err, "\"%s\" is nothing that the broadcast manager does", copy);
	nearest = name_nearest(bcm_verbs, copy);
	return error_hint(err,
			  nearest != NULL ? "did you mean \"%s\"?"
					  : "cycle, stop, show, send, watch, unwatch, show-watch",
			  nearest);
}

int bcm_read(struct span line, struct buf *out, struct error *err)
{
	struct reading reading = { .bcm.frame_size = CAN_MTU };
	struct bcm_head *head = &reading.bcm.head;
	struct span word;
	int result = read_verb(&reading, &line, err);

	while (result == 0 && span_word(&line, &word))
		result = read_word(&reading, word, &line, err);
	if (result == 0 && !reading.has_id && head->nframes == 0)
		result = error_usage(err, "an identifier or a frame was expected");
	if (result == 0) {
		head->flags = bcm_implied_flags(&reading.bcm, reading.has_times);
		head->flags = (head->flags | reading.set) & ~reading.cleared;
		buf_add(out, head, sizeof(*head));
		buf_add(out, buf_text(&reading.frames), reading.frames.length);
	}
	buf_release(&reading.frames);
	return result;
}

static int bcm_encode(struct codec_context *context, const struct message *message, struct buf *out,
		      struct error *err)
{
	stamp_print(context, &message->time, out);
	if (bcm_print(message->data, message->length, out, err) < 0)
		return -1;
	buf_add_char(out, '\n');
	return 0;
}

static int bcm_read_line(struct codec_context *context, struct span line, struct message *message,
			 struct error *err)
{
	span_trim(&line);
	if (line.length == 0 || line.text[0] == '#')
		return 0;
	if (stamp_read(context, &line, &message->time, err) < 0)
		return -1;
	buf_clear(&context->scratch);
	if (bcm_read(line, &context->scratch, err) < 0)
		return -1;
	return reader_message(context, message);
}

const struct codec codec_bcm = {
	.name = "bcm",
	.aliases = "can-bcm",
	.summary = "the CAN broadcast manager in words: cycle 123#DEADBEEF every 100ms",
	.framing = true,
	.text = true,
	.encode = bcm_encode,
	.read_line = bcm_read_line,
};
