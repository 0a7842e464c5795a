/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The monotonic clock. */
#include "base/deadline.h"

#include <limits.h>
#include <time.h>

nanoseconds deadline_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOSECONDS_PER_SECOND + now.tv_nsec;
}

nanoseconds deadline_after(nanoseconds duration)
{
	nanoseconds at;

	if (duration == 0 || __builtin_add_overflow(deadline_now(), duration, &at))
		return DEADLINE_NEVER;
	return at;
}

nanoseconds deadline_earlier(nanoseconds a, nanoseconds b)
{
	return a < b ? a : b;
}

int deadline_poll_timeout(nanoseconds deadline)
{
	nanoseconds left;

	if (deadline == DEADLINE_NEVER)
		return -1;
	left = deadline - deadline_now();
	if (left <= 0)
		return 0;
	left = (left + NANOSECONDS_PER_MILLISECOND - 1) / NANOSECONDS_PER_MILLISECOND;
	return left > INT_MAX ? INT_MAX : (int)left;
}
