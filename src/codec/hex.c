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

static ssize_t hex_decode(struct codec_context *context, const char *bytes, size_t length,
			  bool at_end, struct message *message, bool *found, struct error *err)
{
	struct span line;
	ssize_t used = reader_line(context, bytes, length, at_end, &line, err);

	reader_start(context, message, found);
	if (used <= 0)
		return used;
	if (line.length > 0 && line.text[0] == '#')
		return used;
	if (stamp_read(context, &line, &message->time) < 0)
		return reader_refuse(context, err, "a time in brackets was expected");
	span_trim(&line);
	buf_clear(&context->scratch);
	if (bytes_read_hex(line.text, line.length, &context->scratch, err) < 0)
		return reader_malformed(context, err);
	message->data = buf_text(&context->scratch);
	message->length = context->scratch.length;
	*found = true;
	return used;
}

const struct codec codec_hex = {
	.name = "hex",
	.summary = "a message a line, as hex digits; an empty line is an empty message",
	.framing = true,
	.text = true,
	.streams = true,
	.encode = hex_encode,
	.decode = hex_decode,
};
