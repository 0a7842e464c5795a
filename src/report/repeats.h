/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors and notices that come again and again, thousands a second: which of them are told. */
#ifndef REPORT_REPEATS_H
#define REPORT_REPEATS_H

#include "base/buf.h"
#include "base/deadline.h"

#include <stdint.h>

/* How often the same is told within a second. */
#define REPEATS_TOLD 10

/* How many of all are told within a second, however many texts there are. */
#define REPEATS_TOLD_OF_ALL 100

/* How many are known at once, so that those which take turns are the same each. */
#define REPEATS_KNOWN 8

/* A zeroed struct has heard nothing yet; repeats_release() is due. */
struct repeats {
	struct repeated {
		struct buf text;
		nanoseconds since;
		unsigned int told;
		uint64_t left_out; /* not told, and nobody knows of them yet */
	} rows[REPEATS_KNOWN]; /* what was heard last comes first */
	nanoseconds since;
	unsigned int told;
	uint64_t others; /* not told and not known, above what is told of all */
};

/*
 * Whether a text that comes now is told. *left_out is how many before it were
 * not, of a text that is added to *of, to be told first; they are forgotten with that.
 */
bool repeats_hear(struct repeats *repeats, const char *text, nanoseconds now, uint64_t *left_out,
		  struct buf *of);
/* How many of many texts were not told before now, once their second is over; to be told first, and forgotten with that. */
uint64_t repeats_take_others(struct repeats *repeats, nanoseconds now);
/* The same of one of those that nobody knows of yet; 0: there is none. */
uint64_t repeats_take(struct repeats *repeats, struct buf *of);
void repeats_release(struct repeats *repeats);

#endif
