/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A look-up of a name that a time can limit; getaddrinfo(3). */
#ifndef CMD_RESOLVER_H
#define CMD_RESOLVER_H

#include "base/deadline.h"

#include <netdb.h>

#define RESOLVER_TIMEOUT 1000 /* no EAI_ code */

/*
 * As getaddrinfo(3), on a thread of its own: 0 with a list for freeaddrinfo(3),
 * an EAI_ code, or RESOLVER_TIMEOUT after timeout (0: no limit), when the
 * thread is left alone and frees what it gets.
 */
int resolver_ask(const char *host, const char *service, const struct addrinfo *hints,
		 nanoseconds timeout, struct addrinfo **list);

#endif
