/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which file a UNIX socket is bound to, whatever else is at its path by now; unix(7), sock_diag(7). */
#ifndef FAMILY_UNIX_FILE_H
#define FAMILY_UNIX_FILE_H

#include "core/netlink.h"

#include <stdint.h>

/*
 * A descriptor, of O_PATH, for the socket file that fd was bound to at path. -1 with errno:
 * ESTALE where another file has its place, and the one that was bound cannot be opened.
 */
int unix_file_open(int fd, const char *path);
/* The lower half of the inode that an answer of sock_diag(7) tells, 0 where it tells none. */
uint32_t unix_file_inode(struct netlink_bytes answer);

#endif
