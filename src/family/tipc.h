/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the TIPC family know of each other; tipc(7) of tipc-utils, linux/tipc.h. */
#ifndef FAMILY_TIPC_H
#define FAMILY_TIPC_H

#include "core/family.h"
#include "core/target.h"

#include <linux/tipc.h>

/* The tuples, by the first word of an address. */
enum tipc_variant { TIPC_IS_SERVICE, TIPC_IS_RANGE, TIPC_IS_ID, TIPC_IS_GROUP, TIPC_IS_TOPOLOGY };
enum tipc_variant tipc_variant(const struct target *target);

/* A group's messages come from a socket and from a member: recvmsg(2) gives both. */
struct tipc_pair {
	struct sockaddr_tipc socket;
	struct sockaddr_tipc member;
};

/* The places of fields: of service, group and range; and of id. */
enum { TIPC_WORD, TIPC_TYPE, TIPC_LOWER, TIPC_UPPER };
enum { TIPC_NODE = 1, TIPC_REF };

extern const struct name tipc_scopes[];

/* "TYPE", "TYPE:INSTANCE" or "TYPE:LOWER:UPPER"; an open end means all. */
int tipc_range_read(const char *text, struct tipc_service_range *range, struct error *err);

/* A number, or "1.1.10" as of old. */
int tipc_node_read(const char *text, uint32_t *node, struct error *err);

/* Slots of struct family. */
int tipc_resolve(const struct target *target, enum address_end end, bool may_block,
		 struct address_list *list, struct error *err);
void tipc_print_address(const struct target *target, const struct address *address,
			struct buf *out);
void tipc_describe_address(const struct address *address, struct json *json);
void tipc_reached_at(const struct target *target, struct address *address);

/* How the bytes of each type move. */
extern const struct endpoint_ops tipc_stream_ops, tipc_seqpacket_ops, tipc_datagram_ops;

/* Groups: checking their options, joining before the first byte, waiting for a member, ops. */
int tipc_group_check(struct target *target, struct error *err);
void tipc_group_list_join(const struct target *target, struct sockopt_list *list);
int tipc_group_greet(struct endpoint *endpoint, bool is_late);
extern const struct endpoint_ops tipc_group_ops;

/* The topology service: checking what is asked of it, and asking. */
int tipc_topology_check(struct target *target, struct error *err);
int tipc_topology_subscribe(const struct target *target, int fd, struct error *err);

#endif
