/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is at the other end of a connection on this host: SO_PEERCRED and its kin of unix(7). */
#ifndef CORE_CREDENTIALS_H
#define CORE_CREDENTIALS_H

#include "base/buf.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#define CREDENTIALS_GROUPS 64

/* As they were when the peer connected, or began to listen. */
struct credentials {
	struct ucred ids;
	gid_t groups[CREDENTIALS_GROUPS]; /* supplementary ones; those beyond are left out */
	size_t group_count;
	char security[256]; /* the label of SO_PEERSEC; empty where the kernel gives none */
	char program[32];   /* its name, where SO_PEERPIDFD shows that the process still runs; empty else */
};

/* False where the socket does not know. */
bool credentials_read(int fd, struct credentials *credentials);
/* "pid 812 (sshd), uid 0, gid 0". */
void credentials_print(const struct credentials *credentials, struct buf *out);
void credentials_describe(const struct credentials *credentials, struct json *json, const char *key);

#endif
