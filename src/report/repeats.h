/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors that come again and again, thousands a second: which of them are told. */
#ifndef REPORT_REPEATS_H
#define REPORT_REPEATS_H

#include "base/buf.h"
#include "base/deadline.h"

#include <stdint.h>

/* How often the same is told within a second. */
#define REPEATS_TOLD 10

/* A zeroed struct has heard nothing yet; repeats_release() is due. */
struct repeats {
	struct buf text; /* what was heard last */
	nanoseconds since;
	unsigned int told;
	uint64_t left_out; /* not told, and nobody knows of them yet */
};

/*
 * Whether a text that comes now is told. *left_out is how many of those before
 * were not, to be told first; they are forgotten with that.
 */
bool repeats_hear(struct repeats *repeats, const char *text, nanoseconds now, uint64_t *left_out);
void repeats_release(struct repeats *repeats);

#endif
