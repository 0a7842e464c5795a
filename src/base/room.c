/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A descriptor that may be full, and signals meanwhile; poll(2), sigpending(2). */
#include "base/room.h"

#include "base/memory.h"

#include <poll.h>
#include <signal.h>

#define LOOK_AGAIN 100 /* milliseconds */

/* Nobody reads, and we are to end. */
static bool has_given_up;

/* They are blocked while a loop runs, which does not while we wait. */
static bool is_to_end(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t pending;

	if (sigpending(&pending) < 0)
		return false;
	for (size_t i = 0; i < array_length(ends); i++)
		if (sigismember(&pending, ends[i]) == 1)
			return true;
	return false;
}

bool room_wait(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };

	while (poll(&poll_fd, 1, has_given_up ? 0 : LOOK_AGAIN) <= 0) {
		has_given_up |= is_to_end();
		if (has_given_up)
			return false;
	}
	has_given_up = false;
	return true;
}
