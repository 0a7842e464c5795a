/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control messages as a line has them: cmsg=ip:ttl=5, cmsg=ipv6:pktinfo,interface=lo. */
#ifndef SHELL_CMSG_H
#define SHELL_CMSG_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Adds one to out, as the kernel lays it out: LEVEL:TYPE, and then its fields as ",NAME=VALUE",
 * of which one called "value" may stand behind the type at once. domain: AF_, 0 unknown.
 */
int cmsg_read(const char *text, int domain, struct buf *out, struct error *err);

#endif
