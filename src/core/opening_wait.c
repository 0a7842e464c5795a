/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening for those who have no loop: waits until it is done; poll(2). */
#include "core/opening.h"

#include <errno.h>
#include <poll.h>

static int wait_for(struct opening *opening, int stop_fd, struct error *err)
{
	struct pollfd polls[2] = { { .fd = opening_fd(opening), .events = opening_events(opening) },
				   { .fd = stop_fd, .events = POLLIN } };

	if (poll(polls, 2, deadline_poll_timeout(opening_deadline(opening))) < 0 && errno != EINTR)
		return error_system(err, "poll");
	if (polls[1].revents != 0)
		return error_code(err, EINTR, "connect");
	opening_step(opening);
	return 0;
}

int endpoint_open(struct endpoint *endpoint, const struct target *target,
		  const struct endpoint *client, nanoseconds deadline, int stop_fd,
		  struct error *err)
{
	struct opening *opening = opening_start(target, client, deadline);
	int result = 0;

	while (result == 0 && opening_state(opening) == OPENING_WAITS)
		result = wait_for(opening, stop_fd, err);
	if (result == 0 && opening_state(opening) == OPENING_FAILED) {
		*err = *opening_error(opening);
		result = -1;
	}
	if (result == 0)
		opening_take(opening, endpoint);
	opening_free(opening);
	return result;
}
