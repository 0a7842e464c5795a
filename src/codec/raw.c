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
	(void)at_end;
	(void)err;
	reader_start(context, message, found);
	*found = length > 0;
	message->data = bytes;
	message->length = length < MESSAGE_MAXIMUM ? length : MESSAGE_MAXIMUM;
	return (ssize_t)message->length;
}

const struct codec codec_raw = {
	.name = "raw",
	.summary = "bytes as they are; a message is what one read brings",
	.streams = true,
	.encode = raw_encode,
	.decode = raw_decode,
};
