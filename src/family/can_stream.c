/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts off and onto a stream, and the frames in them; read(2), write(2), linux/can.h. */
#include "family/can_stream.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define READ_SIZE    8192
#define TEXT_MAXIMUM 4096 /* bytes without an end: whoever sends more speaks another language */

void can_stream_release(struct can_stream *stream)
{
	buf_release(&stream->in);
	buf_release(&stream->out);
}

/* 1 there is more, 0 not now, ENDPOINT_END, -1. */
static int read_more(struct can_stream *stream, int fd, struct error *err)
{
	ssize_t got;

	buf_consume(&stream->in, stream->taken);
	stream->taken = 0;
	if (stream->in.length > TEXT_MAXIMUM)
		return error_set(err, ERROR_FAILED, "%zu bytes without an end: not the protocol that was expected",
				 stream->in.length);
	do
		got = read(fd, buf_reserve(&stream->in, READ_SIZE), READ_SIZE);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? 0 : error_system(err, "read");
	buf_commit(&stream->in, (size_t)got);
	return got > 0 ? 1 : ENDPOINT_END;
}

int can_stream_next(struct can_stream *stream, int fd, const char *ends, struct can_text *text,
		    struct error *err)
{
	for (;;) {
		const char *bytes = buf_text(&stream->in) + stream->taken;
		size_t length = strcspn(bytes, ends);
		int got;

		if (stream->taken + length < stream->in.length) {
			*text = (struct can_text){ bytes, length };
			stream->taken += length + 1;
			return 1;
		}
		got = read_more(stream, fd, err);
		if (got != 1)
			return got;
	}
}

int can_stream_flush(struct can_stream *stream, int fd, struct error *err)
{
	while (stream->written < stream->out.length) {
		ssize_t put = write(fd, stream->out.data + stream->written,
				    stream->out.length - stream->written);

		if (put < 0 && errno == EAGAIN) {
			buf_consume(&stream->out, stream->written);
			stream->written = 0;
			return 0;
		}
		if (put < 0 && errno != EINTR)
			return error_system(err, "write");
		stream->written += put > 0 ? (size_t)put : 0;
	}
	stream->written = 0;
	buf_clear(&stream->out);
	return 1;
}

void can_stream_give(struct can_stream *stream, size_t size, struct message *message)
{
	*message = (struct message){ .data = (const char *)&stream->frame, .length = size };
	clock_gettime(CLOCK_REALTIME, &message->time);
}

int can_stream_take(const struct message *message, const char *carrier, bool takes_fd,
		    struct canfd_frame *frame, struct error *err)
{
	size_t maximum = message->length == CAN_MTU ? CAN_MAX_DLEN : CANFD_MAX_DLEN;

	*frame = (struct canfd_frame){ 0 };
	if (message->length == CAN_MTU || (takes_fd && message->length == CANFD_MTU))
		memcpy(frame, message->data, message->length);
	else if (message->length == CANFD_MTU) {
		error_set(err, ERROR_FAILED, "%s does not carry frames of CAN FD", carrier);
		return error_hint(err, "can:...,fd=no does not receive them");
	}
	if (message->length > CANFD_MTU || message->length < CAN_MTU || frame->len > maximum)
		return error_set(err, ERROR_FAILED, "%s does not carry a message of %zu bytes",
				 carrier, message->length);
	return 0;
}

bool can_text_word(struct can_text *text, struct can_text *word)
{
	static const char blanks[] = " \t\r\n";

	while (text->length > 0 && strchr(blanks, text->text[0]) != NULL) {
		text->text++;
		text->length--;
	}
	*word = (struct can_text){ text->text, 0 };
	while (word->length < text->length && strchr(blanks, text->text[word->length]) == NULL)
		word->length++;
	text->text += word->length;
	text->length -= word->length;
	return word->length > 0;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool can_text_hex(struct can_text *text, size_t digits, uint32_t *value)
{
	*value = 0;
	if (digits == 0 || digits > 8 || text->length < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		int digit = digit_of(text->text[i]);

		if (digit < 0)
			return false;
		*value = *value << 4 | (uint32_t)digit;
	}
	text->text += digits;
	text->length -= digits;
	return true;
}

bool can_text_id(struct can_text *text, size_t digits, canid_t *id)
{
	uint32_t value;

	if ((digits != 3 && digits != 8) || !can_text_hex(text, digits, &value) ||
	    value > (digits == 3 ? CAN_SFF_MASK : CAN_EFF_MASK))
		return false;
	*id = value | (digits == 8 ? CAN_EFF_FLAG : 0);
	return true;
}

bool can_text_data(struct can_text *text, struct canfd_frame *frame)
{
	for (size_t i = 0; i < frame->len; i++) {
		uint32_t byte;

		if (!can_text_hex(text, 2, &byte))
			return false;
		frame->data[i] = (uint8_t)byte;
	}
	return true;
}

void can_stream_print_data(const struct canfd_frame *frame, const char *between, struct buf *out)
{
	for (size_t i = 0; i < frame->len; i++)
		buf_print(out, "%s%02X", between, frame->data[i]);
}
