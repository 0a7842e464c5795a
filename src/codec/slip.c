/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slip: messages between END bytes, as on serial lines; RFC 1055. */
#include "codec/reader.h"

#include <string.h>

#define END	"\xc0"
#define ESC	'\xdb'
#define ESC_END '\xdc'
#define ESC_ESC '\xdd'

static int slip_encode(struct codec_context *context, const struct message *message,
		       struct buf *out, struct error *err)
{
	(void)context;
	if (message->length == 0)
		return error_set(err, ERROR_FAILED, "an empty message cannot be framed as slip");
	/* An END in front ends what noise on the line may have begun. */
	buf_add(out, END, 1);
	for (size_t i = 0; i < message->length; i++) {
		char c = message->data[i];

		if (c == END[0] || c == ESC)
			buf_add_char(out, ESC);
		buf_add_char(out, c == END[0] ? ESC_END : c == ESC ? ESC_ESC : c);
	}
	buf_add(out, END, 1);
	return 0;
}

static bool read_escaped(char next, char *c)
{
	*c = next == ESC_END ? END[0] : ESC;
	return next == ESC_END || next == ESC_ESC;
}

static int unescape(struct codec_context *context, struct span frame, struct error *err)
{
	struct buf *out = &context->scratch;

	buf_clear(out);
	for (size_t i = 0; i < frame.length; i++) {
		char c = frame.text[i];

		if (c == ESC && (++i == frame.length || !read_escaped(frame.text[i], &c)))
			return reader_refuse_frame(context, err,
						   "byte 0x%02x behind an escape (slip)",
						   i < frame.length ? (uint8_t)frame.text[i] : 0);
		buf_add_char(out, c);
	}
	return 0;
}

static ssize_t slip_decode(struct codec_context *context, const char *bytes, size_t length,
			   bool at_end, struct message *message, bool *found, struct error *err)
{
	struct span frame;
	ssize_t used = reader_frame(context, bytes, length, at_end, END[0], &frame, err);

	reader_start(context, message, found);
	if (used <= 0)
		return used;
	if (frame.length == 0) {
		context->line--;
		return used;
	}
	if (unescape(context, frame, err) < 0)
		return -1;
	message->data = buf_text(&context->scratch);
	message->length = context->scratch.length;
	*found = true;
	return used;
}

const struct codec codec_slip = {
	.name = "slip",
	.summary = "messages between 0xc0 bytes (RFC 1055); they cannot be empty",
	.framing = true,
	.encode = slip_encode,
	.decode = slip_decode,
};
