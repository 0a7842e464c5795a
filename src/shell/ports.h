/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which ports of this machine are taken; sock_diag(7), and where a kernel is without that proc_net(5). */
#ifndef SHELL_PORTS_H
#define SHELL_PORTS_H

#include <stddef.h>
#include <stdint.h>

/* A zeroed one is empty; a port may be there several times. */
struct ports {
	uint16_t *items; /* owned */
	size_t count;
};

/* Those at which something listens (IPPROTO_TCP), or is bound and has no peer (IPPROTO_UDP, IPPROTO_UDPLITE). */
void ports_find(struct ports *ports, int protocol);
void ports_release(struct ports *ports);

#endif
