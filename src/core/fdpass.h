/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that travel over a UNIX socket; SCM_RIGHTS of unix(7). */
#ifndef CORE_FDPASS_H
#define CORE_FDPASS_H

#include "base/buf.h"
#include "base/deadline.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <time.h>

/* SCM_MAX_FD: as many as the kernel takes in one message. */
#define FDPASS_MAXIMUM 253

/* What came in one message. fdpass_release() closes the descriptors that nobody took. */
struct fdpass {
	int fds[FDPASS_MAXIMUM]; /* close-on-exec; -1: was taken */
	size_t count;
	struct buf data;
	bool has_sender; /* sender is known: SO_PASSCRED was on */
	struct ucred sender;
};

/*
 * Sends all in one message, with length bytes of data: a stream needs one at
 * least. What of the data a stream does not take at once follows. Waits until the deadline and no
 * longer than stop_fd (-1: none) cannot be read. Ownership of nothing moves.
 */
int fdpass_send(int socket, const int *fds, size_t count, const void *data, size_t length,
		nanoseconds deadline, int stop_fd, struct error *err);
/*
 * Waits for one message and takes what came along, all or nothing: more than
 * maximum descriptors, or control data that the kernel had to cut, are
 * closed and an error. 0 where the peer ended instead, 1, or -1.
 */
int fdpass_receive(int socket, size_t maximum, struct fdpass *received, nanoseconds deadline,
		   int stop_fd, struct error *err);
void fdpass_release(struct fdpass *received);
/* Waits until fd is ready for events; the same limits. EINTR where stop_fd ended it. */
int fdpass_wait(int fd, short events, nanoseconds deadline, int stop_fd, struct error *err);

/* Programs expect descriptors that block, unless they make them otherwise. */
void fdpass_make_blocking(int fd);

#endif
