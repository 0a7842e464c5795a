/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling those who wait where we can be reached: --ready-fd. */
#include "cmd/ready.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

/* A few bytes to somebody who waits for them: this may block. */
static int write_all(int fd, const char *bytes, size_t length)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };

	while (length > 0) {
		ssize_t put = write(fd, bytes, length);

		if (put < 0 && errno == EAGAIN)
			poll(&poll_fd, 1, -1);
		else if (put < 0 && errno != EINTR)
			return -1;
		length -= put > 0 ? (size_t)put : 0;
		bytes += put > 0 ? put : 0;
	}
	return 0;
}

int ready_tell(const struct arguments *arguments, const struct endpoint *endpoints, size_t count,
	       struct error *err)
{
	int fd = (int)arguments_number(arguments, "ready-fd", -1);
	cleanup_buf struct buf lines = { 0 };

	if (fd < 0)
		return 0;
	for (size_t i = 0; i < count; i++) {
		endpoint_print_local(&endpoints[i], &lines);
		buf_add_char(&lines, '\n');
	}
	if (write_all(fd, buf_text(&lines), lines.length) < 0)
		return error_system(err, "--ready-fd %d", fd);
	close(fd);
	/* The next descriptor would get a standard one's number. */
	if (fd <= STDERR_FILENO && open("/dev/null", O_RDWR) < 0)
		return error_system(err, "/dev/null");
	return 0;
}
