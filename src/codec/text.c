/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text: a message a line, with backslash escapes for what a line or a terminal cannot show. */
#include "codec/text.h"

#include "base/utf8.h"
#include "codec/reader.h"
#include "codec/stamp.h"

#include <string.h>

static void add_escape(struct buf *out, char c)
{
	static const char digits[] = "0123456789abcdef";
	char text[4] = { '\\', 'x', digits[(unsigned char)c >> 4], digits[c & 15] };

	switch (c) {
	case '\n':
		buf_add(out, "\\n", 2);
		break;
	case '\r':
		buf_add(out, "\\r", 2);
		break;
	case '\t':
		buf_add(out, "\\t", 2);
		break;
	case '\\':
		buf_add(out, "\\\\", 2);
		break;
	default:
		buf_add(out, text, sizeof(text));
	}
}

static size_t plain_run(const char *data, size_t length)
{
	size_t i = 0;

	while (i < length && data[i] >= 0x20 && data[i] < 0x7f && data[i] != '\\')
		i++;
	return i;
}

void text_print(const struct message *message, bool escape, struct buf *out)
{
	const char *data = message->data;
	size_t length = message->length;

	if (escape)
		buf_print(out, "\\x%02x", (unsigned char)data[0]);
	for (size_t i = escape; i < length;) {
		size_t used = plain_run(data + i, length - i);
		uint32_t point = 0;

		buf_add(out, data + i, used);
		i += used;
		if (i == length)
			break;
		used = utf8_decode(data + i, length - i, &point);
		if (used > 1 && utf8_is_printable(point)) {
			buf_add(out, data + i, used);
			i += used;
			continue;
		}
		for (size_t end = i + (used > 0 ? used : 1); i < end; i++)
			add_escape(out, data[i]);
	}
}

static int text_encode(struct codec_context *context, const struct message *message,
		       struct buf *out, struct error *err)
{
	(void)err;
	stamp_print(context, &message->time, out);
	text_print(message, false, out);
	buf_add_char(out, '\n');
	return 0;
}

/* What stands behind a backslash: how many characters, 0 where it is no escape. */
static size_t read_escape(const char *text, size_t length, char *c)
{
	static const char letters[] = "nrt\\", meanings[] = "\n\r\t\\";
	const char *letter;

	if (length == 0 || text[0] == '\0')
		return 0;
	letter = strchr(letters, text[0]);
	if (letter != NULL) {
		*c = meanings[letter - letters];
		return 1;
	}
	if (text[0] != 'x' || length < 3 || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0)
		return 0;
	*c = (char)(hex_digit(text[1]) << 4 | hex_digit(text[2]));
	return 3;
}

int text_read(struct codec_context *context, struct span line, struct message *message,
	      struct error *err)
{
	const char *at = line.text, *end = line.text + line.length;

	buf_clear(&context->scratch);
	while (at < end) {
		const char *backslash = memchr(at, '\\', (size_t)(end - at));
		size_t used;
		char c;

		buf_add(&context->scratch, at, (size_t)((backslash ? backslash : end) - at));
		if (backslash == NULL)
			break;
		used = read_escape(backslash + 1, (size_t)(end - backslash) - 1, &c);
		if (used == 0) {
			error_set(err, ERROR_FAILED, "what follows \"\\\" is no escape");
			error_hint(err, "\\\\ is a backslash; \\n \\r \\t and \\xHH are known");
			return error_place(err, line.text, (size_t)(backslash - line.text), 0);
		}
		buf_add_char(&context->scratch, c);
		at = backslash + 1 + used;
	}
	return reader_message(context, message);
}

static int text_read_line(struct codec_context *context, struct span line, struct message *message,
			  struct error *err)
{
	/* Without timestamps a bracket is text like any other. */
	if (context->timestamps && stamp_read(context, &line, &message->time, err) < 0)
		return -1;
	return text_read(context, line, message, err);
}

const struct codec codec_text = {
	.name = "text",
	.summary = "a message a line; \\n, \\t, \\\\ and \\xHH for what is not printable UTF-8",
	.framing = true,
	.text = true,
	.encode = text_encode,
	.read_line = text_read_line,
};
