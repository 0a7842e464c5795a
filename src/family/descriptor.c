/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening descriptors anew through /proc/self/fd, growing pipes; fcntl(2), pipe(7). */
#include "family/descriptor.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIPE_DEFAULT (1 << 16)

static int open_anew(int fd, int access)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return open(name, access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int descriptor_take(int fd, int access, bool *shared)
{
	struct stat status;
	int taken = -1;

	if (fstat(fd, &status) < 0)
		return -1;
	/* A file opened anew would begin at its start; a socket cannot be opened. */
	if (S_ISFIFO(status.st_mode) || (S_ISCHR(status.st_mode) && isatty(fd)))
		taken = open_anew(fd, access);
	if (taken >= 0)
		return taken;
	*shared = true;
	return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

void descriptor_leave(int fd)
{
	cleanup_close int null = -1;
	struct stat status;

	if (fstat(fd, &status) < 0 || (!S_ISFIFO(status.st_mode) && !S_ISSOCK(status.st_mode)))
		return;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0)
		dup2(null, fd);
}

void descriptor_grow(int fd)
{
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISFIFO(status.st_mode))
		return;
	if (fcntl(fd, F_GETPIPE_SZ) >= PIPE_LARGEST)
		return;
	/* Above the limits of pipe(7) it is refused and nothing changes: step down. */
	for (int size = PIPE_LARGEST; size > PIPE_DEFAULT; size /= 2)
		if (fcntl(fd, F_SETPIPE_SZ, size) >= size)
			return;
}
