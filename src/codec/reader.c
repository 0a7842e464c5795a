/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking lines, frames and words off foreign bytes. */
#include "codec/reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int too_long(const struct codec_context *context, const char *what, struct error *err)
{
	return error_set(err, ERROR_FAILED, "%s %" PRIu64 ": longer than %u bytes", what,
			 context->line + 1, CODEC_LINE_MAXIMUM);
}

/*
 * The end of a line or frame; NULL where it is not there yet. What comes next
 * time begins with the same bytes, which are not searched again.
 */
static const char *find_end(struct codec_context *context, const char *bytes, size_t length,
			    char delimiter)
{
	size_t from = context->searched < length ? context->searched : length;
	const char *end = memchr(bytes + from, delimiter, length - from);

	context->searched = end == NULL ? length : 0;
	return end;
}

ssize_t reader_line(struct codec_context *context, const char *bytes, size_t length, bool at_end,
		    struct span *line, struct error *err)
{
	size_t limit = length < CODEC_LINE_MAXIMUM + 1 ? length : CODEC_LINE_MAXIMUM + 1;
	const char *end = find_end(context, bytes, limit, '\n');
	size_t used;

	if (end == NULL && limit > CODEC_LINE_MAXIMUM)
		return too_long(context, "line", err);
	if (end == NULL && (!at_end || length == 0))
		return 0;
	context->searched = 0;
	line->text = bytes;
	line->length = end != NULL ? (size_t)(end - bytes) : length;
	used = line->length + (end != NULL);
	if (line->length > 0 && line->text[line->length - 1] == '\r')
		line->length--;
	context->line++;
	return (ssize_t)used;
}

ssize_t reader_frame(struct codec_context *context, const char *bytes, size_t length, bool at_end,
		     char delimiter, struct span *frame, struct error *err)
{
	size_t limit = length < CODEC_LINE_MAXIMUM + 1 ? length : CODEC_LINE_MAXIMUM + 1;
	const char *end = find_end(context, bytes, limit, delimiter);

	if (end == NULL && limit > CODEC_LINE_MAXIMUM)
		return too_long(context, "frame", err);
	if (end == NULL && at_end && length > 0)
		return error_set(err, ERROR_INCOMPLETE,
				 "frame %" PRIu64 ": the input ends %zu bytes into it",
				 context->line + 1, length);
	if (end == NULL)
		return 0;
	frame->text = bytes;
	frame->length = (size_t)(end - bytes);
	context->line++;
	return (ssize_t)frame->length + 1;
}

int reader_malformed(const struct codec_context *context, struct error *err)
{
	if (err == NULL)
		return -1;
	if (context->typed) {
		err->kind = ERROR_USAGE;
		return -1;
	}
	if (err->place.text != NULL)
		error_context(err, "line %" PRIu64 ", column %zu", context->line,
			      err->place.column + 1);
	else
		error_context(err, "line %" PRIu64, context->line);
	memset(&err->place, 0, sizeof(err->place));
	/* Wrong data is no wrong usage. */
	err->kind = ERROR_FAILED;
	return -1;
}

int reader_refuse_frame(const struct codec_context *context, struct error *err, const char *format,
			...)
{
	char words[sizeof(err->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	return error_set(err, ERROR_FAILED, "frame %" PRIu64 ": %s", context->line, words);
}

void reader_start(struct codec_context *context, struct message *message, bool *found)
{
	*found = false;
	context->interface[0] = '\0';
	message->data = "";
	message->length = 0;
	message->peer.length = 0;
	message->time = (struct timespec){ 0 };
	message->flags = 0;
	message->control = NULL;
	message->control_length = 0;
	message->direction = MESSAGE_IN;
	message->interface = 0;
}

int reader_message(const struct codec_context *context, struct message *message)
{
	message->data = buf_text(&context->scratch);
	message->length = context->scratch.length;
	return 1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void span_trim(struct span *span)
{
	while (span->length > 0 && is_blank(span->text[0])) {
		span->text++;
		span->length--;
	}
	while (span->length > 0 && is_blank(span->text[span->length - 1]))
		span->length--;
}

bool span_word(struct span *span, struct span *word)
{
	size_t length = 0;

	while (span->length > 0 && is_blank(span->text[0])) {
		span->text++;
		span->length--;
	}
	while (length < span->length && !is_blank(span->text[length]))
		length++;
	word->text = span->text;
	word->length = length;
	span->text += length;
	span->length -= length;
	return length > 0;
}

bool span_equal(struct span span, const char *text)
{
	return span.length == strlen(text) && memcmp(span.text, text, span.length) == 0;
}

bool span_decimal(struct span span, uint64_t *value)
{
	uint64_t result = 0;

	for (size_t i = 0; i < span.length; i++) {
		if (span.text[i] < '0' || span.text[i] > '9' ||
		    __builtin_mul_overflow(result, 10U, &result) ||
		    __builtin_add_overflow(result, (uint64_t)(span.text[i] - '0'), &result))
			return false;
	}
	*value = result;
	return span.length > 0;
}

int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool span_hex(struct span span, uint64_t *value)
{
	uint64_t result = 0;

	for (size_t i = 0; i < span.length; i++) {
		int digit = hex_digit(span.text[i]);

		if (digit < 0 || i >= 16)
			return false;
		result = result << 4 | (uint64_t)digit;
	}
	*value = result;
	return span.length > 0;
}
