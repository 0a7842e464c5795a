/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The UNIX socket that sendfd and recvfd pass descriptors over, connected or accepted. */
#ifndef CMD_FD_SOCKET_H
#define CMD_FD_SOCKET_H

#include "base/deadline.h"
#include "cmd/interrupt.h"
#include "cmd/subject.h"

/* fd_socket_close() is due, also on failure, and harmless on FD_SOCKET_CLOSED. */
struct fd_socket {
	struct subject subject;
	struct endpoint accepted;
	struct interrupt interrupt; /* SIGINT and the like wait there while it is open */
	int fd;			    /* borrowed from what stands above */
	nanoseconds deadline;	    /* of --timeout */
};

#define FD_SOCKET_CLOSED                                                                           \
	((struct fd_socket){ .fd = -1,                                                             \
			     .interrupt = { .fd = -1 },                                            \
			     .accepted = ENDPOINT_CLOSED,                                          \
			     .subject = { .fd = -1, .fresh = -1, .endpoint = ENDPOINT_CLOSED } })

/*
 * Opens SOCKET, which the first word of the arguments names: connects, waits for one connection
 * where it listens, or binds.
 */
int fd_socket_open(struct fd_socket *socket, const struct arguments *arguments, struct error *err);
/* Waits until a connection's peer has read what was sent; of datagrams nobody knows. */
int fd_socket_wait_taken(const struct fd_socket *socket, struct error *err);
/* Takes the signal that came, if one did, as what the process dies by: then err counts for nothing. */
void fd_socket_close(struct fd_socket *socket, struct context *context);

#endif
