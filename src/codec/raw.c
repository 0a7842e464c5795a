/* SPDX-License-Identifier: GPL-2.0-or-later */
/* raw: the bytes of messages as they are, without boundaries. */
#include "codec/reader.h"

static int raw_encode(struct codec_context *context, const struct message *message, struct buf *out,
		      struct error *err)
{
	(void)context;
	(void)err;
	buf_add(out, message->data, message->length);
	return 0;
}

static ssize_t raw_decode(struct codec_context *context, const char *bytes, size_t length,
			  bool at_end, struct message *message, bool *found, struct error *err)
{
	size_t maximum = context->message_maximum > 0 ? context->message_maximum : MESSAGE_MAXIMUM;

	(void)at_end;
	(void)err;
	reader_start(context, message, found);
	*found = length > 0;
	message->data = bytes;
	message->length = length < maximum ? length : maximum;
	return (ssize_t)message->length;
}

/* Nothing is a message before the end has come. */
static ssize_t whole_decode(struct codec_context *context, const char *bytes, size_t length,
			    bool at_end, struct message *message, bool *found, struct error *err)
{
	reader_start(context, message, found);
	if (length > MESSAGE_MAXIMUM)
		return error_set(err, ERROR_FAILED, "more than the %u bytes that a message can have",
				 MESSAGE_MAXIMUM);
	if (!at_end)
		return 0;
	*found = length > 0;
	message->data = bytes;
	message->length = length;
	return (ssize_t)length;
}

const struct codec codec_whole = {
	.name = "whole",
	.summary = "bytes as they are; all that comes up to the end is one message",
	.encode = raw_encode,
	.decode = whole_decode,
};

const struct codec codec_raw = {
	.name = "raw",
	.summary = "bytes as they are; a message is what one read brings, cut where it is too long for one",
	.streams = true,
	.encode = raw_encode,
	.decode = raw_decode,
};
