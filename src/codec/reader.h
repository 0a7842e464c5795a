/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of lines and frames share: taking one off the front, and naming it in errors. */
#ifndef CODEC_READER_H
#define CODEC_READER_H

#include "codec/codec.h"

/*
 * Takes one line off the front, its "\n" or "\r\n" left out of *line, and
 * counts it in context->line. Returns the bytes used; 0: not complete yet; -1:
 * longer than CODEC_LINE_MAXIMUM. At the end of input a line without an end is one.
 */
ssize_t reader_line(struct codec_context *context, const char *bytes, size_t length, bool at_end,
		    struct span *line, struct error *err);
/*
 * The same for a frame that ends with a delimiter, which is left out; at the
 * end of input a frame without one is an error.
 */
ssize_t reader_frame(struct codec_context *context, const char *bytes, size_t length, bool at_end,
		     char delimiter, struct span *frame, struct error *err);
/*
 * Puts "line 7: " before err, or "line 7, column 3: " where it points at a
 * place in what was read, which may be gone by the time it is shown. What was
 * typed is shown as it is: wrong usage. Returns -1.
 */
int reader_malformed(const struct codec_context *context, struct error *err);
/* "frame 7: words" */
int reader_refuse_frame(const struct codec_context *context, struct error *err, const char *format,
			...) __attribute__((format(printf, 3, 4)));

/* An empty message with nothing known of it; what decode starts from. */
void reader_start(struct codec_context *context, struct message *message, bool *found);
/* What read_line ends with: the message is what is in context->scratch. Returns 1. */
int reader_message(const struct codec_context *context, struct message *message);

/* Cuts blanks and tabs off both ends. */
void span_trim(struct span *span);
/* Takes the first word off the front; false where only blanks are left. */
bool span_word(struct span *span, struct span *word);
bool span_equal(struct span span, const char *text);
/* Decimal digits only; false where there is anything else, none, or too many. */
bool span_decimal(struct span span, uint64_t *value);
/* Hex digits only, at most 16. */
bool span_hex(struct span span, uint64_t *value);
/* The value of a hex digit, -1 for any other character. */
int hex_digit(char c);

#endif
