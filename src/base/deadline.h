/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Points in time on the monotonic clock, in nanoseconds; clock_gettime(2). */
#ifndef BASE_DEADLINE_H
#define BASE_DEADLINE_H

#include <stdint.h>

#define NANOSECONDS_PER_SECOND 1000000000LL
#define NANOSECONDS_PER_MILLISECOND 1000000LL

/* The time at which something must be done; DEADLINE_NEVER comes after all others. */
typedef int64_t nanoseconds;
#define DEADLINE_NEVER INT64_MAX

/* Now, CLOCK_MONOTONIC. */
nanoseconds deadline_now(void);
/* Now plus a duration; a duration of 0 means that there is no limit: DEADLINE_NEVER. */
nanoseconds deadline_after(nanoseconds duration);
/* The earlier of two. */
nanoseconds deadline_earlier(nanoseconds a, nanoseconds b);
/* Milliseconds from now for poll(2) and epoll_wait(2): -1 for never, 0 when past, rounded up. */
int deadline_poll_timeout(nanoseconds deadline);

#endif
