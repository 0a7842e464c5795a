/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of netlink share: groups by name, dumps by name, and how a conversation ends; netlink(7). */
#ifndef FAMILY_NETLINK_H
#define FAMILY_NETLINK_H

#include "base/buf.h"
#include "base/error.h"
#include "core/endpoint.h"

#include <stdint.h>

/* Groups by number, from 1; a zeroed one is empty. */
struct netlink_groups {
	uint32_t *numbers; /* owned */
	size_t count;
};

void netlink_groups_release(struct netlink_groups *groups);
/*
 * Adds what a text names, parted by "+": names of that protocol's groups, numbers and
 * ranges of them, masks behind 0x. Names of generic netlink ("nlctrl", "nlctrl/notify") take
 * asking the kernel: where may_ask is false they are only checked for their form.
 */
int netlink_groups_read(int protocol, const char *text, bool may_ask, struct netlink_groups *groups,
			struct error *err);
/* The groups up to 32 as the mask of an address. */
uint32_t netlink_groups_mask(const struct netlink_groups *groups);
/* "link+ipv4-ifaddr": of a mask. */
void netlink_groups_print(int protocol, uint32_t mask, struct buf *out);
/* The names of all protocols' groups, for completion. */
extern const struct name netlink_group_names[];

/*
 * What dump= asks for: adds one request for each name. Usage errors. out may be NULL.
 */
int netlink_dumps_read(int protocol, const char *text, struct buf *out, struct error *err);
/*
 * Gives the endpoint its ops: messages one by one, requests that end once they are answered.
 * dumps are sent one after the other; listens: more may come at any time, so that it never ends by itself.
 */
void netlink_converse(struct endpoint *endpoint, struct buf *dumps, bool listens);

#endif
