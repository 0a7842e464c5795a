/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line: a message a line, its bytes as they are. */
#include "codec/reader.h"

#include <string.h>

static int line_encode(struct codec_context *context, const struct message *message,
		       struct buf *out, struct error *err)
{
	(void)context;
	if (message->length > 0 && memchr(message->data, '\n', message->length) != NULL) {
		error_set(err, ERROR_FAILED, "a message with a line end in it cannot be a line");
		return error_hint(err, "frame=len32 or frame=text can carry it");
	}
	buf_add(out, message->data, message->length);
	buf_add_char(out, '\n');
	return 0;
}

/* Not read_line: a carriage return belongs to the message, what was written is read back. */
static ssize_t line_decode(struct codec_context *context, const char *bytes, size_t length,
			   bool at_end, struct message *message, bool *found, struct error *err)
{
	struct span line;
	ssize_t used = reader_line(context, bytes, length, at_end, &line, err);

	reader_start(context, message, found);
	if (used <= 0)
		return used;
	*found = true;
	message->data = line.text;
	message->length = (size_t)used - (bytes[used - 1] == '\n');
	return used;
}

const struct codec codec_line = {
	.name = "line",
	.aliases = "lines",
	.summary = "a message a line, its bytes as they are; they cannot hold a line end",
	.framing = true,
	.encode = line_encode,
	.decode = line_decode,
};
