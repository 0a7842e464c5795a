/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets of a cluster, addressed by service rather than by host; tipc(7), linux/tipc.h. */
#include "family/tipc.h"

#include "base/memory.h"
#include "core/endpoint.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* clang-format off */
#define WORD { .name = "addrtype", .help = "service, range, id, group or topology" }
#define NUMBER(field, words) { .name = field, .help = words, .type = FIELD_NUMBER, .maximum = UINT32_MAX }
#define SCOPE { .name = "scope", .help = "zone, cluster or node", .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = tipc_scopes, .maximum = TIPC_NODE_SCOPE, .fallback = TIPC_CLUSTER_SCOPE }
/* clang-format on */

static const struct shape_field service_fields[] = {
	WORD, NUMBER("type", "number of the service"), NUMBER("instance", "number of the instance"),
	SCOPE, { .name = NULL },
};

static const struct shape_field range_fields[] = {
	WORD, NUMBER("type", "number of the service"), NUMBER("lower", "first instance"),
	NUMBER("upper", "last instance"), SCOPE, { .name = NULL },
};

static const struct shape_field id_fields[] = {
	WORD,
	{ .name = "node", .help = "number, or ZONE.CLUSTER.NODE; empty: this node", .has_default = true },
	NUMBER("ref", "number of the socket"),
	{ .name = NULL },
};

static const struct shape_field group_fields[] = {
	WORD, NUMBER("type", "number of the group"), NUMBER("instance", "our number in it"), SCOPE,
	{ .name = NULL },
};

static const struct shape_field topology_fields[] = { WORD, { .name = NULL } };

/* In the order of enum tipc_variant. */
static const struct shape_variant variants[] = {
	{ "service", "name", service_fields },
	{ "range", "nameseq mcast", range_fields },
	{ "id", "node", id_fields },
	{ "group", NULL, group_fields },
	{ "topology", NULL, topology_fields },
	{ NULL, NULL, NULL },
};

static const struct family_type types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_WHOLE },
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_WHOLE, .messages = true },
	{ .name = "rdm", .type = SOCK_RDM, .end = END_NONE, .messages = true, .no_listen = true, .blind = true },
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true, .blind = true },
	{ .name = NULL },
};

static const struct name filters[] = {
	{ "ports", TIPC_SUB_PORTS, "each socket that comes or goes" },
	{ "service", TIPC_SUB_SERVICE, "the first that comes and the last that goes" },
	{ NULL, 0, NULL },
};

static const struct parameter parameters[] = {
	{ .name = "anycast", .type = VALUE_NUMBER, .maximum = UINT32_MAX, .argument = "INSTANCE", .help = "group: send to one member of that number, in turn" },
	{ .name = "events", .type = VALUE_FLAG, .help = "group: tell who joins and who leaves" },
	{ .name = "filter", .type = VALUE_CHOICE, .names = filters, .help = "topology: how much is told" },
	{ .name = "loopback", .type = VALUE_FLAG, .help = "group: receive what we send" },
	{ .name = "multicast", .type = VALUE_NUMBER, .maximum = UINT32_MAX, .argument = "INSTANCE", .help = "group: send to all members of that number" },
	{ .name = "service", .type = VALUE_TEXT, .flags = PARAMETER_REPEATS, .argument = "TYPE[:LOWER[:UPPER]]", .help = "topology: what to watch; node-state and link-state are types" },
	{ .name = "until", .type = VALUE_DURATION, .minimum = 0, .maximum = INT64_C(4294967294000000), .help = "topology: how long to watch" },
	{ .name = NULL },
};

static const int levels[] = { SOL_TIPC, SOL_SOCKET, -1 };

static uint32_t field(const struct target *target, size_t i)
{
	return (uint32_t)target->fields[i].number;
}

static const struct family_type *type_of(int number)
{
	const struct family_type *type = types;

	while (type->type != number)
		type++;
	return type;
}

static int refuse(const struct target *target, size_t i, struct error *err, const char *words,
		  const char *hint)
{
	error_usage(err, "tipc: %s", words);
	if (hint != NULL)
		error_hint(err, "%s", hint);
	return target_error_field(target, i, err);
}

static int check_passive(const struct target *target, struct error *err)
{
	enum tipc_variant variant = tipc_variant(target);

	if (target->role == ROLE_CONNECT)
		return 0;
	if (variant == TIPC_IS_ID)
		return refuse(target, 0, err, "the kernel gives a socket its id",
			      "a service or a range of it can be bound: service:TYPE:INSTANCE");
	if (variant > TIPC_IS_ID)
		return refuse(target, 0, err, "it has no listeners", "connect and recv take part in it");
	if (field(target, TIPC_TYPE) < TIPC_RESERVED_TYPES)
		return refuse(target, TIPC_TYPE, err, "types below 64 are TIPC's own", NULL);
	if (target->role == ROLE_BIND && !target->type->no_listen)
		return refuse(target, 0, err, "only type=rdm and type=dgram do without a connection",
			      "tipc-listen accepts connections");
	return 0;
}

static int check_range(const struct target *target, struct error *err)
{
	if (tipc_variant(target) != TIPC_IS_RANGE)
		return 0;
	if (field(target, TIPC_LOWER) > field(target, TIPC_UPPER))
		return refuse(target, TIPC_UPPER, err, "the last instance is less than the first", NULL);
	if (target->role == ROLE_CONNECT && !target->type->no_listen)
		return refuse(target, 0, err, "a range can only be sent to: type=rdm or type=dgram",
			      "one instance can be connected to: service:TYPE:INSTANCE");
	return 0;
}

static int check_bind(const struct target *target, struct error *err)
{
	const struct setting *bind = target_setting(target, "bind");
	struct tipc_service_range range;

	if (bind == NULL)
		return 0;
	if (target->role != ROLE_CONNECT)
		error_usage(err, "the spec itself is the local end");
	else if (!target->type->no_listen)
		error_usage(err, "what has a name cannot connect; type=rdm and type=dgram can send");
	else if (tipc_range_read(bind->value.bytes, &range, err) == 0)
		return 0;
	error_context(err, "bind");
	return target_error_setting(target, bind, err);
}

/* Options that belong to one kind of address. */
static int check_options(const struct target *target, struct error *err)
{
	static const struct {
		const char *name;
		enum tipc_variant variant;
	} owned[] = { { "anycast", TIPC_IS_GROUP },  { "events", TIPC_IS_GROUP },
		      { "loopback", TIPC_IS_GROUP }, { "multicast", TIPC_IS_GROUP },
		      { "filter", TIPC_IS_TOPOLOGY }, { "service", TIPC_IS_TOPOLOGY },
		      { "until", TIPC_IS_TOPOLOGY } };

	for (size_t i = 0; i < array_length(owned); i++) {
		const struct setting *setting = target_setting(target, owned[i].name);

		if (setting == NULL || tipc_variant(target) == owned[i].variant)
			continue;
		error_usage(err, "%s is for tipc:%s", owned[i].name, variants[owned[i].variant].word);
		return target_error_setting(target, setting, err);
	}
	return 0;
}

/* Messages that come back tell in their control data why: the family's format shows it. */
static bool wants_rejected(const struct target *target)
{
	for (size_t i = 0; i < target->sockopt_count; i++) {
		const struct sockopt_setting *setting = &target->sockopts[i];
		int value = 1;

		if (setting->level != SOL_TIPC || setting->number != TIPC_DEST_DROPPABLE ||
		    setting->bytes.length < sizeof(value))
			continue;
		memcpy(&value, setting->bytes.data, sizeof(value));
		return value == 0;
	}
	return false;
}

static void choose_type(struct target *target)
{
	enum tipc_variant variant = tipc_variant(target);
	bool is_sent = target->role == ROLE_CONNECT && variant == TIPC_IS_RANGE;

	if (variant == TIPC_IS_TOPOLOGY)
		target->type = type_of(SOCK_SEQPACKET);
	else if (target_setting(target, "type") == NULL &&
		 (is_sent || variant == TIPC_IS_GROUP || target->role == ROLE_BIND))
		target->type = type_of(SOCK_RDM);
}

static int tipc_check(struct target *target, struct error *err)
{
	enum tipc_variant variant = tipc_variant(target);
	uint32_t node;

	choose_type(target);
	if (target->type->messages && wants_rejected(target))
		target->format = "tipc";
	if (check_passive(target, err) < 0 || check_range(target, err) < 0 ||
	    check_options(target, err) < 0 || check_bind(target, err) < 0)
		return -1;
	if (variant == TIPC_IS_ID && target->fields[TIPC_NODE].given &&
	    tipc_node_read(target->fields[TIPC_NODE].text, &node, err) < 0) {
		error_context(err, "tipc: node");
		return target_error_field(target, TIPC_NODE, err);
	}
	if (variant == TIPC_IS_GROUP)
		return tipc_group_check(target, err);
	return variant == TIPC_IS_TOPOLOGY ? tipc_topology_check(target, err) : 0;
}

static int tipc_settings(const struct target *target, int domain, struct sockopt_list *list,
			 struct error *err)
{
	(void)domain;
	(void)err;
	if (tipc_variant(target) == TIPC_IS_GROUP)
		tipc_group_list_join(target, list);
	return 0;
}

static void tipc_add_calls(const struct target *target, struct buf *out)
{
	for (size_t i = 0; i < target->setting_count; i++)
		if (strcmp(target->settings[i].parameter->name, "service") == 0)
			buf_print(out, "send(fd, {subscription to %s}, 28)\n",
				  target->settings[i].value.bytes);
}

static int tipc_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	if (target->type->no_listen)
		endpoint->ops = &tipc_datagram_ops;
	else
		endpoint->ops = target->type->messages ? &tipc_seqpacket_ops : &tipc_stream_ops;
	if (tipc_variant(target) == TIPC_IS_GROUP)
		endpoint->ops = &tipc_group_ops;
	if (tipc_variant(target) == TIPC_IS_TOPOLOGY)
		return tipc_topology_subscribe(target, endpoint->out, err);
	return 0;
}

static int tipc_greet(const struct target *target, struct endpoint *endpoint, bool is_late,
		      struct error *err)
{
	(void)err;
	if (tipc_variant(target) != TIPC_IS_GROUP || !target->wants_output)
		return 0;
	return tipc_group_greet(endpoint, is_late);
}

static void tipc_explain_error(const struct target *target, struct error *err)
{
	if (err->kind == ERROR_TIMEOUT)
		error_hint(err, "what listens there must accept, and be of type=%s", target->type->name);
	switch (err->code) {
	case EHOSTUNREACH:
		error_hint(err, tipc_variant(target) == TIPC_IS_GROUP ?
					"the group has no such member" :
					"no socket is bound to that name; to see which are: tipc nametable show");
		break;
	case EADDRINUSE:
		error_hint(err, "another socket has that service; to see: tipc nametable show");
		break;
	case EACCES:
		error_hint(err, "types below 64 are TIPC's own");
		break;
	case ECONNREFUSED:
	case ECONNRESET:
		error_hint(err, "a socket of another type has that name, or it does not listen: "
				"type=%s", target->type->name);
		break;
	case EMSGSIZE:
		error_hint(err, "a TIPC message holds at most %u bytes", TIPC_MAX_USER_MSG_SIZE);
		break;
	default:
		break;
	}
}

const struct family tipc_family = {
	.shape = { .name = "tipc", .roles = ROLES_ALL, .variants = variants },
	.summary = "sockets of a cluster, addressed by service",
	.domain = AF_TIPC,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_CONNECT,
	.text_format = "tipc",
	.module = "tipc",
	.check = tipc_check,
	.resolve = tipc_resolve,
	.print_address = tipc_print_address,
	.describe_address = tipc_describe_address,
	.add_calls = tipc_add_calls,
	.settings = tipc_settings,
	.ready = tipc_ready,
	.greet = tipc_greet,
	.reached_at = tipc_reached_at,
	.explain_error = tipc_explain_error,
};
