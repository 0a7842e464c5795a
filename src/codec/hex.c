/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hex: a message a line, as hex digits. */
#include "base/bytes.h"
#include "codec/reader.h"
#include "codec/stamp.h"

static int hex_encode(struct codec_context *context, const struct message *message, struct buf *out,
		      struct error *err)
{
	(void)err;
	stamp_print(context, &message->time, out);
	bytes_print_hex(out, message->data, message->length);
	buf_add_char(out, '\n');
	return 0;
}

static int hex_read_line(struct codec_context *context, struct span line, struct message *message,
			 struct error *err)
{
	if (line.length > 0 && line.text[0] == '#')
		return 0;
	if (stamp_read(context, &line, &message->time, err) < 0)
		return -1;
	span_trim(&line);
	buf_clear(&context->scratch);
	if (bytes_read_hex(line.text, line.length, &context->scratch, err) < 0)
		return -1;
	return reader_message(context, message);
}

const struct codec codec_hex = {
	.name = "hex",
	.summary = "a message a line, as hex digits; an empty line is an empty message",
	.framing = true,
	.text = true,
	.streams = true,
	.encode = hex_encode,
	.read_line = hex_read_line,
};
