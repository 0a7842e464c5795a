/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small pool of pipes; fcntl(2) F_SETPIPE_SZ. */
#include "relay/pipes.h"

#include "base/memory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define KEPT 32

struct pipes {
	int ends[KEPT][2];
	size_t count;
};

struct pipes *pipes_new(void)
{
	return memory_new(sizeof(struct pipes));
}

static void close_both(int ends[2])
{
	close(ends[0]);
	close(ends[1]);
	ends[0] = ends[1] = -1;
}

void pipes_trim(struct pipes *pipes)
{
	while (pipes->count > 0)
		close_both(pipes->ends[--pipes->count]);
}

void pipes_free(struct pipes *pipes)
{
	if (pipes == NULL)
		return;
	pipes_trim(pipes);
	free(pipes);
}

/* Beyond the user's limit the kernel refuses: half of it may be granted. */
void pipe_grow(int fd)
{
	for (int size = (int)PIPE_SIZE; size > 65536; size /= 2)
		if (fcntl(fd, F_GETPIPE_SZ) >= size || fcntl(fd, F_SETPIPE_SZ, size) >= 0)
			return;
}

int pipes_take(struct pipes *pipes, int ends[2])
{
	if (pipes->count > 0) {
		pipes->count--;
		ends[0] = pipes->ends[pipes->count][0];
		ends[1] = pipes->ends[pipes->count][1];
		return 0;
	}
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		ends[0] = ends[1] = -1;
		return -1;
	}
	pipe_grow(ends[1]);
	return 0;
}

void pipes_give(struct pipes *pipes, int ends[2])
{
	if (ends[0] < 0)
		return;
	if (pipes->count == KEPT) {
		close_both(ends);
		return;
	}
	pipes->ends[pipes->count][0] = ends[0];
	pipes->ends[pipes->count][1] = ends[1];
	pipes->count++;
	ends[0] = ends[1] = -1;
}
