/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of socket addresses as the kernel's headers call them; sockaddr(3type). */
#ifndef OPTION_SOCKADDR_H
#define OPTION_SOCKADDR_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Some bytes of an address: a member, or what lies between two. */
struct sockaddr_part {
	const char *name; /* "sin_port"; "" where no member is; valid as long as the program runs */
	size_t offset, length;
	struct buf value; /* as people read it; empty without a member; owned */
};

#define cleanup_sockaddr_part cleanup(sockaddr_part_release)

/* "sockaddr_in6": the struct that an address of a socket of this protocol is. */
const char *sockaddr_struct(const void *address, size_t length, int protocol);
/*
 * The part that begins at offset; false behind the end. Parts follow each other
 * without a gap: the next one begins at offset + length. *part is zeroed or
 * holds the one before.
 */
bool sockaddr_next(const void *address, size_t length, int protocol, size_t offset,
		   struct sockaddr_part *part);
void sockaddr_part_release(struct sockaddr_part *part);

#endif
