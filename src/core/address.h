/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A socket address of any family, and lists of them. */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <sys/socket.h>

/* length 0: no address. The longest, AF_UNIX and AF_ALG, fit sockaddr_storage. */
struct address {
	socklen_t length;
	union {
		struct sockaddr any;
		struct sockaddr_storage storage;
	};
};

/* A zeroed list is empty. Addresses are in the order in which they are to be tried. */
struct address_list {
	struct address *items;
	size_t count;
};

void address_list_add(struct address_list *list, const void *sockaddr, socklen_t length);
void address_list_release(struct address_list *list);
bool address_equal(const struct address *a, const struct address *b);
/* getsockname(2) and getpeername(2); length 0 where there is none. */
void address_of_socket(int fd, struct address *local);
void address_of_peer(int fd, struct address *peer);
/* Whether packets of such hardware (sll_hatype of packet(7)) begin with IP: tunnels have no header before it. */
bool hardware_is_bare(unsigned int hardware);

#endif
