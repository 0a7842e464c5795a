/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long to wait before something is tried again: longer each time, and never in step with others. */
#ifndef BASE_BACKOFF_H
#define BASE_BACKOFF_H

#include "base/deadline.h"

struct backoff {
	nanoseconds next;    /* the delay that comes, before it is varied */
	nanoseconds longest; /* it grows no further */
};

/* first and longest are durations; longest is at least first. */
static inline struct backoff backoff_from(nanoseconds first, nanoseconds longest)
{
	return (struct backoff){ .next = first, .longest = longest > first ? longest : first };
}

/* The next delay, varied by up to a quarter both ways; the one after it is half as long again. */
nanoseconds backoff_step(struct backoff *backoff);

#endif
