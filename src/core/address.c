/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket addresses as values; getsockname(2), getpeername(2). */
#include "core/address.h"

#include "base/memory.h"

#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>

void address_list_add(struct address_list *list, const void *sockaddr, socklen_t length)
{
	struct address *item;

	list->items = memory_resize(list->items, list->count + 1, sizeof(*list->items));
	item = &list->items[list->count++];
	memset(item, 0, sizeof(*item));
	memcpy(&item->storage, sockaddr, length);
	item->length = length;
}

void address_list_release(struct address_list *list)
{
	free(list->items);
	*list = (struct address_list){ 0 };
}

bool address_equal(const struct address *a, const struct address *b)
{
	return a->length == b->length && memcmp(&a->storage, &b->storage, a->length) == 0;
}

void address_of_socket(int fd, struct address *local)
{
	*local = (struct address){ .length = sizeof(local->storage) };
	if (getsockname(fd, &local->any, &local->length) < 0)
		local->length = 0;
}

void address_of_peer(int fd, struct address *peer)
{
	*peer = (struct address){ .length = sizeof(peer->storage) };
	if (getpeername(fd, &peer->any, &peer->length) < 0)
		peer->length = 0;
}

bool hardware_is_bare(unsigned int hardware)
{
	static const unsigned int bare[] = { ARPHRD_NONE, ARPHRD_RAWIP, ARPHRD_PPP, ARPHRD_TUNNEL, ARPHRD_TUNNEL6,
					     ARPHRD_SIT, ARPHRD_SLIP, ARPHRD_CSLIP, ARPHRD_SLIP6, ARPHRD_CSLIP6 };

	for (size_t i = 0; i < array_length(bare); i++)
		if (bare[i] == hardware)
			return true;
	return false;
}
