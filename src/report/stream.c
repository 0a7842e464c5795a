/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing to a pipe, a terminal or a file that may be full; write(2). */
#include "report/stream.h"

#include "base/room.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

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
	while (fd >= 0 && done < text->length && room_wait(fd)) {
		size_t left = text->length - done;
		ssize_t put = write(fd, text->data + done, left < most ? left : most);

		if (put < 0 && errno != EINTR && errno != EAGAIN)
			return;
		done += put > 0 ? (size_t)put : 0;
	}
}
