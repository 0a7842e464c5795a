/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cobs: messages without zero bytes, ended by one; Cheshire and Baker's byte stuffing. */
#include "codec/reader.h"

#include <string.h>

#define LONGEST_RUN 254

/* A block is a code, one more than the bytes behind it, then these; all but 255 stand for a zero after them. */
static int cobs_encode(struct codec_context *context, const struct message *message,
		       struct buf *out, struct error *err)
{
	const char *at = message->data, *end = message->data + message->length;
	bool owes_block = true;

	(void)context;
	(void)err;
	while (at < end || owes_block) {
		size_t left = (size_t)(end - at), limit = left < LONGEST_RUN ? left : LONGEST_RUN;
		const char *zero = limit > 0 ? memchr(at, 0, limit) : NULL;
		size_t run = zero != NULL ? (size_t)(zero - at) : limit;

		buf_add_char(out, (char)(run + 1));
		buf_add(out, at, run);
		at += run + (zero != NULL);
		/* A zero that ends the message needs an empty block to stand before. */
		owes_block = zero != NULL;
	}
	buf_add_char(out, '\0');
	return 0;
}

static int unstuff(struct codec_context *context, struct span frame, struct error *err)
{
	struct buf *out = &context->scratch;

	buf_clear(out);
	for (size_t i = 0; i < frame.length;) {
		size_t code = (unsigned char)frame.text[i];

		if (code > frame.length - i)
			return reader_refuse_frame(context, err,
						   "a block of %zu bytes has only %zu (cobs)",
						   code - 1, frame.length - i - 1);
		buf_add(out, frame.text + i + 1, code - 1);
		i += code;
		if (code <= LONGEST_RUN && i < frame.length)
			buf_add_char(out, '\0');
	}
	return 0;
}

static ssize_t cobs_decode(struct codec_context *context, const char *bytes, size_t length,
			   bool at_end, struct message *message, bool *found, struct error *err)
{
	struct span frame;
	ssize_t used = reader_frame(context, bytes, length, at_end, '\0', &frame, err);

	reader_start(context, message, found);
	if (used <= 0)
		return used;
	/* Nothing between two delimiters is what senders write to make sure of a boundary. */
	if (frame.length == 0) {
		context->line--;
		return used;
	}
	if (unstuff(context, frame, err) < 0)
		return -1;
	message->data = buf_text(&context->scratch);
	message->length = context->scratch.length;
	*found = true;
	return used;
}

const struct codec codec_cobs = {
	.name = "cobs",
	.summary = "consistent overhead byte stuffing: a zero byte ends each message",
	.framing = true,
	.encode = cobs_encode,
	.decode = cobs_decode,
};
