/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a named pipe; poll(2), fifo(7). */
#include "family/fifo.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

ssize_t fifo_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	struct pollfd poll_fd = { .fd = endpoint->in, .events = POLLIN };
	ssize_t got = read(endpoint->in, bytes, size);

	/* The kernel reports a hangup only once a writer has been there. */
	if (got != 0 || poll(&poll_fd, 1, 0) == 1)
		return got;
	errno = EAGAIN;
	return -1;
}

int fifo_explain(const char *path, struct error *err)
{
	error_set(err, ERROR_REFUSED, "%s: nobody reads this pipe", path);
	err->code = ENXIO;
	return error_hint(err, "to wait for a reader: forever,interval=100ms");
}
