/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a descriptor is, for people and as JSON; fstat(2), socket(7), proc(5). */
#ifndef CMD_FD_DESCRIBE_H
#define CMD_FD_DESCRIBE_H

#include "base/buf.h"
#include "base/json.h"

/* "tcp stream socket, listening on tcp:127.0.0.1:80, read-write": one line without its end. */
void fd_describe(int fd, struct buf *out);
/* The same as members of an object that is open. */
void fd_describe_json(int fd, struct json *json);

#endif
