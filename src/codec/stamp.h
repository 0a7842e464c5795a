/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times of messages as text: candump's brackets and RFC 3339. */
#ifndef CODEC_STAMP_H
#define CODEC_STAMP_H

#include "codec/codec.h"
#include "codec/reader.h"

#include <time.h>

enum stamp_style {
	STAMP_ABSOLUTE, /* "(1436509052.249713)" seconds since 1970 */
	STAMP_DELTA,	/* "(000.001234)" since the message before */
	STAMP_ZERO,	/* "(012.001234)" since the first message */
	STAMP_DATE,	/* "(2015-07-10 06:17:32.249713)" in UTC */
};

/* The styles by name: absolute, delta, zero, date. */
extern const struct name stamp_styles[];

/* Adds "(...) " in the context's style, where it wants timestamps. Keeps first and last. */
void stamp_print(struct codec_context *context, const struct timespec *time, struct buf *out);
/*
 * Takes a "(...)" of any style off the front of a line; delta and zero are
 * added up from 0. 1 taken, 0 there is none (*time untouched), -1 malformed.
 */
int stamp_read(struct codec_context *context, struct span *line, struct timespec *time,
	       struct error *err);
/* "1436509052.249713123" with 0 to 9 digits behind the point; false for anything else. */
bool stamp_read_seconds(struct span text, struct timespec *time);

/* "2015-07-10T06:17:32.249713123Z" */
void stamp_print_rfc3339(const struct timespec *time, struct buf *out);
/* The same, with any number of decimals and any offset from UTC; a blank may stand for the T. */
bool stamp_read_rfc3339(struct span text, struct timespec *time);

/* Sums and differences; tv_nsec stays between 0 and 999,999,999. */
struct timespec stamp_add(struct timespec a, struct timespec b);
struct timespec stamp_subtract(struct timespec a, struct timespec b);

#endif
