/* SPDX-License-Identifier: GPL-2.0-or-later */
/* len16 and len32: each message behind its length in network byte order. */
#include "codec/reader.h"

#include <inttypes.h>

static int encode(const struct message *message, size_t width, struct buf *out, struct error *err)
{
	unsigned char prefix[4];
	size_t maximum = width == 2 ? UINT16_MAX : CODEC_LINE_MAXIMUM;

	if (message->length > maximum)
		return error_set(
			err, ERROR_FAILED,
			"a message of %zu bytes is longer than the framing len%zu can carry",
			message->length, 8 * width);
	for (size_t i = 0; i < width; i++)
		prefix[i] = (unsigned char)(message->length >> (8 * (width - 1 - i)));
	buf_add(out, prefix, width);
	buf_add(out, message->data, message->length);
	return 0;
}

static ssize_t decode(struct codec_context *context, const char *bytes, size_t length, size_t width,
		      bool at_end, struct message *message, bool *found, struct error *err)
{
	size_t wanted = 0;

	reader_start(context, message, found);
	for (size_t i = 0; i < width && i < length; i++)
		wanted = wanted << 8 | (unsigned char)bytes[i];
	if (length >= width && wanted > CODEC_LINE_MAXIMUM) {
		context->line++;
		reader_refuse_frame(context, err, "it claims to have %zu bytes, more than %u",
				    wanted, CODEC_LINE_MAXIMUM);
		return error_hint(err, "does the other side write the framing len%zu?", 8 * width);
	}
	if (length < width || length - width < wanted) {
		if (!at_end || length == 0)
			return 0;
		return error_set(err, ERROR_INCOMPLETE,
				 "frame %" PRIu64 ": the input ends %zu bytes into it",
				 context->line + 1, length);
	}
	context->line++;
	message->data = bytes + width;
	message->length = wanted;
	*found = true;
	return (ssize_t)(width + wanted);
}

static int len16_encode(struct codec_context *context, const struct message *message,
			struct buf *out, struct error *err)
{
	(void)context;
	return encode(message, 2, out, err);
}

static ssize_t len16_decode(struct codec_context *context, const char *bytes, size_t length,
			    bool at_end, struct message *message, bool *found, struct error *err)
{
	return decode(context, bytes, length, 2, at_end, message, found, err);
}

static int len32_encode(struct codec_context *context, const struct message *message,
			struct buf *out, struct error *err)
{
	(void)context;
	return encode(message, 4, out, err);
}

static ssize_t len32_decode(struct codec_context *context, const char *bytes, size_t length,
			    bool at_end, struct message *message, bool *found, struct error *err)
{
	return decode(context, bytes, length, 4, at_end, message, found, err);
}

const struct codec codec_len16 = {
	.name = "len16",
	.summary = "each message behind its length in two bytes, network byte order",
	.framing = true,
	.encode = len16_encode,
	.decode = len16_decode,
};

const struct codec codec_len32 = {
	.name = "len32",
	.summary = "each message behind its length in four bytes, network byte order",
	.framing = true,
	.encode = len32_encode,
	.decode = len32_decode,
};
