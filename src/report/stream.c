/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing to a pipe, a terminal or a file that may be full; poll(2), sigpending(2). */
#include "report/stream.h"

#include "base/memory.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool has_room(int fd)
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

/* A pipe that has room takes so much without a wait; a file takes a line at once, whoever else writes there. */
static size_t most_at_once(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? SIZE_MAX : PIPE_BUF;
}

void stream_write(FILE *stream, const struct buf *text)
{
	int fd = fileno(stream);
	size_t most = text->length > PIPE_BUF ? most_at_once(fd) : PIPE_BUF, done = 0;

	if (fd < 0)
		fwrite(text->data, 1, text->length, stream);
	fflush(stream);
	while (fd >= 0 && done < text->length && has_room(fd)) {
		size_t left = text->length - done;
		ssize_t put = write(fd, text->data + done, left < most ? left : most);

		if (put < 0 && errno != EINTR && errno != EAGAIN)
			return;
		done += put > 0 ? (size_t)put : 0;
	}
}
