/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which file a UNIX socket is bound to, whatever else is at its path by now; unix(7), sock_diag(7). */
#ifndef FAMILY_UNIX_FILE_H
#define FAMILY_UNIX_FILE_H

/*
 * A descriptor, of O_PATH, for the socket file that fd was bound to at path. -1 with errno:
 * ESTALE where another file has its place, and the one that was bound cannot be opened.
 */
int unix_file_open(int fd, const char *path);

#endif
