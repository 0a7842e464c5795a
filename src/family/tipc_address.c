/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of TIPC: from fields to sockaddr_tipc and back; linux/tipc.h. */
#include "family/tipc.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

const struct name tipc_scopes[] = {
	{ "zone", TIPC_ZONE_SCOPE, "as cluster, of old" },
	{ "cluster", TIPC_CLUSTER_SCOPE, "all nodes" },
	{ "node", TIPC_NODE_SCOPE, "this node" },
	{ NULL, 0, NULL },
};

enum tipc_variant tipc_variant(const struct target *target)
{
	return (enum tipc_variant)(target->spec.variant - target->family->shape.variants);
}

static uint32_t field(const struct target *target, size_t i)
{
	return (uint32_t)target->fields[i].number;
}

static uint32_t scope_of(const struct target *target)
{
	return field(target, tipc_variant(target) == TIPC_IS_RANGE ? TIPC_UPPER + 1 : TIPC_UPPER);
}

/* A part of "TYPE:LOWER:UPPER"; moves *text behind it and its separator, '\0' for a last part. */
static int read_part(const char **text, char separator, uint32_t maximum, uint32_t *part,
		     struct error *err)
{
	size_t length = strcspn(*text, (char[]){ separator, '\0' });
	cleanup_free char *word = memory_copy(*text, length);
	uint64_t number;

	if (number_unsigned(word, 0, maximum, &number, err) < 0)
		return -1;
	*part = (uint32_t)number;
	*text += length + (separator != '\0' && (*text)[length] == separator);
	return 0;
}

int tipc_range_read(const char *text, struct tipc_service_range *range, struct error *err)
{
	*range = (struct tipc_service_range){ .upper = UINT32_MAX };
	if (read_part(&text, ':', UINT32_MAX, &range->type, err) < 0)
		return -1;
	if (*text == '\0')
		return 0;
	if (read_part(&text, ':', UINT32_MAX, &range->lower, err) < 0)
		return -1;
	range->upper = range->lower;
	if (*text != '\0' && read_part(&text, ':', UINT32_MAX, &range->upper, err) < 0)
		return -1;
	if (*text != '\0')
		return error_usage(err, "TYPE, TYPE:INSTANCE or TYPE:LOWER:UPPER expected");
	if (range->lower > range->upper)
		return error_usage(err, "%u is more than %u", range->lower, range->upper);
	return 0;
}

/* "1.1.10" of old, or a number. */
int tipc_node_read(const char *text, uint32_t *node, struct error *err)
{
	uint32_t zone, cluster, number;

	if (strchr(text, '.') == NULL)
		return read_part(&text, '\0', UINT32_MAX, node, err);
	if (read_part(&text, '.', 255, &zone, err) < 0 ||
	    read_part(&text, '.', 4095, &cluster, err) < 0 ||
	    read_part(&text, '\0', 4095, &number, err) < 0)
		return -1;
	*node = tipc_addr(zone, cluster, number);
	return 0;
}

/* A socket's own id tells the node's; it is 0 before the node has a bearer. */
static uint32_t own_node(void)
{
	cleanup_close int fd = socket(AF_TIPC, SOCK_RDM | SOCK_CLOEXEC, 0);
	struct sockaddr_tipc own = { 0 };
	socklen_t length = sizeof(own);

	return getsockname(fd, (void *)&own, &length) < 0 ? 0 : own.addr.id.node;
}

static void set_range(struct sockaddr_tipc *address, const struct tipc_service_range *range)
{
	address->addrtype = TIPC_SERVICE_RANGE;
	address->addr.nameseq = *range;
}

static void set_service(struct sockaddr_tipc *address, uint32_t type, uint32_t instance)
{
	address->addrtype = TIPC_SERVICE_ADDR;
	address->addr.name.name.type = type;
	address->addr.name.name.instance = instance;
}

static void set_peer(const struct target *target, struct sockaddr_tipc *address)
{
	uint32_t node = 0;

	switch (tipc_variant(target)) {
	case TIPC_IS_TOPOLOGY:
		set_service(address, TIPC_TOP_SRV, TIPC_TOP_SRV);
		return;
	case TIPC_IS_ID:
		if (!target->fields[TIPC_NODE].given)
			node = own_node();
		else
			tipc_node_read(target->fields[TIPC_NODE].text, &node, NULL);
		address->addrtype = TIPC_SOCKET_ADDR;
		address->addr.id.node = node;
		address->addr.id.ref = field(target, TIPC_REF);
		return;
	default:
		set_service(address, field(target, TIPC_TYPE), field(target, TIPC_LOWER));
		/* Where a service is looked for is told by a node. */
		if (scope_of(target) == TIPC_NODE_SCOPE)
			address->addr.name.domain = own_node();
		return;
	}
}

int tipc_resolve(const struct target *target, enum address_end end, bool may_block,
			struct address_list *list, struct error *err)
{
	struct sockaddr_tipc address = { .family = AF_TIPC, .scope = TIPC_CLUSTER_SCOPE };
	struct tipc_service_range range;
	bool is_range = tipc_variant(target) == TIPC_IS_RANGE;

	(void)may_block;
	if (end == ADDRESS_LOCAL) {
		if (target->common.bind == NULL)
			return 0;
		if (tipc_range_read(target->common.bind, &range, err) < 0)
			return -1;
		set_range(&address, &range);
	} else if (is_range || target->role != ROLE_CONNECT) {
		range = (struct tipc_service_range){ field(target, TIPC_TYPE),
						     field(target, TIPC_LOWER),
						     field(target, is_range ? TIPC_UPPER : TIPC_LOWER) };
		set_range(&address, &range);
		address.scope = (signed char)scope_of(target);
	} else {
		set_peer(target, &address);
	}
	address_list_add(list, &address, sizeof(address));
	return 0;
}

static const struct sockaddr_tipc *as_tipc(const struct address *address)
{
	return (const void *)&address->storage;
}

void tipc_print_address(const struct target *target, const struct address *address,
			       struct buf *out)
{
	const struct sockaddr_tipc *tipc = as_tipc(address);
	const struct tipc_pair *pair = (const void *)tipc;
	const struct tipc_service_range *range = &tipc->addr.nameseq;

	(void)target;
	if (address->length >= sizeof(*pair))
		buf_print(out, "group:%u:%u", pair->member.addr.name.name.type,
			  pair->member.addr.name.name.instance);
	else if (tipc->addrtype == TIPC_SERVICE_RANGE)
		buf_print(out, "range:%u:%u:%u", range->type, range->lower, range->upper);
	else if (tipc->addrtype == TIPC_SERVICE_ADDR)
		buf_print(out, "service:%u:%u", range->type, range->lower);
	else
		buf_print(out, "id:0x%x:%u", tipc->addr.id.node, tipc->addr.id.ref);
}

static void describe(const struct sockaddr_tipc *tipc, struct json *json)
{
	const char *scope = name_of(tipc_scopes, tipc->scope);

	switch (tipc->addrtype) {
	case TIPC_SERVICE_RANGE:
		json_string(json, "addrtype", "range");
		json_unsigned(json, "type", tipc->addr.nameseq.type);
		json_unsigned(json, "lower", tipc->addr.nameseq.lower);
		json_unsigned(json, "upper", tipc->addr.nameseq.upper);
		break;
	case TIPC_SERVICE_ADDR:
		json_string(json, "addrtype", "service");
		json_unsigned(json, "type", tipc->addr.name.name.type);
		json_unsigned(json, "instance", tipc->addr.name.name.instance);
		json_unsigned(json, "domain", tipc->addr.name.domain);
		break;
	default:
		json_string(json, "addrtype", "id");
		json_unsigned(json, "node", tipc->addr.id.node);
		json_unsigned(json, "ref", tipc->addr.id.ref);
		break;
	}
	if (scope != NULL)
		json_string(json, "scope", scope);
}

void tipc_describe_address(const struct address *address, struct json *json)
{
	const struct tipc_pair *pair = (const void *)&address->storage;

	describe(as_tipc(address), json);
	if (address->length < sizeof(*pair))
		return;
	json_open_object(json, "member");
	describe(&pair->member, json);
	json_close_object(json);
}

/* A socket's name is its id; what others know is the service it is bound to. */
void tipc_reached_at(const struct target *target, struct address *address)
{
	struct sockaddr_tipc *tipc = (void *)&address->storage;

	set_service(tipc, field(target, TIPC_TYPE), field(target, TIPC_LOWER));
}

