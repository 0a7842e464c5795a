/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Talking to the kernel: interfaces, routes, sockets, devices and what else has a protocol of netlink; netlink(7). */
#include "family/netlink.h"

#include "base/cleanup.h"
#include "base/number.h"
#include "core/family.h"
#include "core/target.h"
#include "option/flags.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

enum { NETLINK_FIELD_PROTOCOL, NETLINK_FIELD_PID, NETLINK_FIELD_GROUPS };

static const struct name pids[] = {
	{ "kernel", 0, "the kernel; of our own end: any free one" },
	{ NULL, 0, NULL },
};

static const struct shape_field fields[] = {
	{ .name = "protocol", .help = "its name or number", .type = FIELD_NUMBER, .names = flags_netlink, .maximum = UINT8_MAX },
	{ .name = "pid", .help = "port of the peer, of -bind our own; 0 or empty: the kernel", .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = pids, .maximum = UINT32_MAX },
	{ .name = "groups", .help = "what to hear: names, numbers, ranges or masks (0x11) joined by +", .optional = true, .has_default = true, .names = netlink_group_names },
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "raw", .type = SOCK_RAW, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const int levels[] = { SOL_NETLINK, SOL_SOCKET, -1 };

static const struct parameter parameters[] = {
	{ .name = "dump", .type = VALUE_TEXT, .argument = "WHAT", .help = "ask for all there are at first: link, addr, route, neigh, rule, nexthop; of generic families; of sock-diag tcp, udp, unix ...; joined by +" },
	{ .name = "to", .type = VALUE_TEXT, .argument = "GROUPS", .help = "groups that what is sent goes to, besides the peer" },
	{ .name = NULL },
};

static int check_groups(const struct target *target, struct error *err)
{
	const struct target_field *field = &target->fields[NETLINK_FIELD_GROUPS];
	struct netlink_groups groups = { 0 };
	int checked = 0;

	if (field->given)
		checked = netlink_groups_read(target->protocol, field->text, false, &groups, err);
	netlink_groups_release(&groups);
	if (checked == 0)
		return 0;
	error_context(err, "netlink: groups");
	return target_error_field(target, NETLINK_FIELD_GROUPS, err);
}

static int check_settings(const struct target *target, struct error *err)
{
	const struct setting *dump = target_setting(target, "dump"), *to = target_setting(target, "to");
	struct netlink_groups groups = { 0 };
	int checked = 0;

	if (dump != NULL && netlink_dumps_read(target->protocol, dump->value.bytes, NULL, err) < 0)
		return target_error_setting(target, dump, err);
	if (to != NULL)
		checked = netlink_groups_read(target->protocol, to->value.bytes, false, &groups, err);
	netlink_groups_release(&groups);
	return checked < 0 ? target_error_setting(target, to, err) : 0;
}

static int netlink_check(struct target *target, struct error *err)
{
	target->protocol = (int)target->fields[NETLINK_FIELD_PROTOCOL].number;
	return check_groups(target, err) < 0 ? -1 : check_settings(target, err);
}

/* The groups that are heard, or those that are sent to. */
static int groups_of(const struct target *target, bool sent, struct netlink_groups *groups,
		     struct error *err)
{
	const struct target_field *field = &target->fields[NETLINK_FIELD_GROUPS];
	const char *text = sent ? target_text(target, "to", NULL) : field->given ? field->text : NULL;

	return text != NULL ? netlink_groups_read(target->protocol, text, true, groups, err) : 0;
}

static int own_pid(const struct target *target, uint32_t *pid, struct error *err)
{
	uint64_t number;

	if (number_unsigned(target->common.bind, 0, UINT32_MAX, &number, err) < 0)
		return error_context(err, "bind");
	*pid = (uint32_t)number;
	return 0;
}

static int netlink_resolve(const struct target *target, enum address_end end, bool may_block,
			   struct address_list *list, struct error *err)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
				       .nl_pid = (uint32_t)target->fields[NETLINK_FIELD_PID].number };
	struct netlink_groups groups = { 0 };
	bool is_peer = end == ADDRESS_PEER && target->role == ROLE_CONNECT;
	int result = 0;

	(void)may_block;
	if (end == ADDRESS_LOCAL)
		result = own_pid(target, &address.nl_pid, err);
	else
		result = groups_of(target, is_peer, &groups, err);
	address.nl_groups = netlink_groups_mask(&groups);
	netlink_groups_release(&groups);
	if (result == 0)
		address_list_add(list, &address, sizeof(address));
	return result;
}

static void netlink_print_address(const struct target *target, const struct address *address,
				  struct buf *out)
{
	const struct sockaddr_nl *netlink = (const void *)&address->storage;
	const char *name = name_of(flags_netlink, target->protocol);

	if (name != NULL)
		buf_add_string(out, name);
	else
		buf_print(out, "%d", target->protocol);
	buf_print(out, ":%u", netlink->nl_pid);
	if (netlink->nl_groups == 0)
		return;
	buf_add_char(out, ':');
	netlink_groups_print(target->protocol, netlink->nl_groups, out);
}

static void netlink_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_nl *netlink = (const void *)&address->storage;

	json_unsigned(json, "pid", netlink->nl_pid);
	json_unsigned(json, "groups", netlink->nl_groups);
}

/* bind(2) joins the groups up to 32 of a spec that is our own end. */
static bool is_joined(const struct target *target, uint32_t group)
{
	return target->role != ROLE_CONNECT && group <= 32;
}

static void netlink_add_calls(const struct target *target, struct buf *out)
{
	if (target_setting(target, "dump") != NULL)
		buf_print(out, "send(fd, {..., NLM_F_REQUEST|NLM_F_DUMP, ...}, ...)    %s\n",
			  target_text(target, "dump", ""));
}

/* Answers with the kernel's own words, and requests that it reads to the end; older kernels do without. */
static int netlink_settings(const struct target *target, int domain, struct sockopt_list *list,
			    struct error *err)
{
	(void)target;
	(void)domain;
	(void)err;
	sockopt_list_add_number(list, SOL_NETLINK, NETLINK_EXT_ACK, 1)->need = SOCKOPT_OPTIONAL;
	sockopt_list_add_number(list, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1)->need = SOCKOPT_OPTIONAL;
	return 0;
}

static int netlink_ready_settings(const struct target *target, int domain, struct sockopt_list *list,
				  struct error *err)
{
	struct netlink_groups groups = { 0 };
	int result = groups_of(target, false, &groups, err);

	(void)domain;
	for (size_t i = 0; result == 0 && i < groups.count; i++)
		if (!is_joined(target, groups.numbers[i]))
			sockopt_list_add(list, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups.numbers[i],
					 sizeof(groups.numbers[i]))->name = "join a group";
	netlink_groups_release(&groups);
	return result;
}

static int netlink_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	const char *dump = target_text(target, "dump", NULL);
	struct netlink_groups groups = { 0 };
	cleanup_buf struct buf dumps = { 0 };
	int known = groups_of(target, false, &groups, err);
	/* Only the kernel has answered once it has taken a request. */
	bool listens = groups.count > 0 || target->role != ROLE_CONNECT || target->protocol == NETLINK_USERSOCK ||
		       target->fields[NETLINK_FIELD_PID].number != 0;

	netlink_groups_release(&groups);
	if (known < 0)
		return -1;
	if (dump != NULL && netlink_dumps_read(target->protocol, dump, &dumps, err) < 0)
		return -1;
	netlink_converse(endpoint, &dumps, listens);
	return 0;
}

static void netlink_explain_error(const struct target *target, struct error *err)
{
	switch (err->code) {
	case EPERM:
	case EACCES:
		error_hint(err, "what changes the network needs CAP_NET_ADMIN: run it as root");
		break;
	case EPROTONOSUPPORT:
		error_hint(err, "this kernel has no protocol %d of netlink, or its module is not there",
			   target->protocol);
		break;
	case ECONNREFUSED:
		error_hint(err, "nobody has that port");
		break;
	case ENOENT:
		error_hint(err, "the protocol has no such group, or not for this user");
		break;
	default:
		break;
	}
}

const struct family netlink_family = {
	.shape = { .name = "netlink", .known_as = NAMES("rtnetlink", "genetlink", "uevent"), .roles = ROLE_BIT(ROLE_CONNECT) | ROLE_BIT(ROLE_BIND), .fields = fields },
	.summary = "the kernel: interfaces, routes, sockets, devices",
	.domain = AF_NETLINK,
	.protocols = flags_netlink,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_CONNECT,
	.format = "netlink",
	.text_format = "netlink",
	.directory = "netlink:generic,dump=families",
	.check = netlink_check,
	.resolve = netlink_resolve,
	.print_address = netlink_print_address,
	.describe_address = netlink_describe_address,
	.add_calls = netlink_add_calls,
	.settings = netlink_settings,
	.ready_settings = netlink_ready_settings,
	.ready = netlink_ready,
	.explain_error = netlink_explain_error,
};
