/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of any protocol over IPv4 and IPv6; raw(7). */
#include "core/endpoint.h"
#include "family/ip.h"
#include "family/ip_datagram.h"
#include "family/ip_options.h"
#include "family/ip_peer.h"
#include "option/flags.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { RAW_PROTOCOL = IP_PORT };

static const struct shape_field fields[] = {
	{ .name = "host",
	  .help = "name or address; empty: this host",
	  .kind = FIELD_HOST,
	  .has_default = true,
	  .names = ip_hosts },
	{ .name = "protocol",
	  .help = "number or name of a protocol: ospf is 89, icmp, gre ...",
	  .type = FIELD_NUMBER,
	  .names = flags_protocol,
	  .maximum = UINT8_MAX },
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "raw", .type = SOCK_RAW, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	IP_DATAGRAM_PARAMETERS,
	{ .name = "header", .type = VALUE_FLAG, .help = "messages begin with the IP header: what is received over IPv4 and all that is sent" },
	{ .name = NULL },
};

static const int levels[] = { SOL_RAW, SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_ICMPV6, -1 };
static const int levels4[] = { SOL_RAW, SOL_SOCKET, IPPROTO_IP, -1 };
static const int levels6[] = { SOL_SOCKET, IPPROTO_IPV6, IPPROTO_ICMPV6, IPPROTO_IP, -1 };

static int raw_check(struct target *target, struct error *err)
{
	target->protocol = (int)target->fields[RAW_PROTOCOL].number;
	return ip_check_host(target, err);
}

static int raw_settings(const struct target *target, int domain, struct sockopt_list *list,
			struct error *err)
{
	bool is_six = domain == AF_INET6;

	if (ip_settings(target, domain, list, err) < 0)
		return -1;
	if (target_flag(target, "header"))
		sockopt_list_add_number(list, is_six ? IPPROTO_IPV6 : IPPROTO_IP,
					is_six ? IPV6_HDRINCL : IP_HDRINCL, 1)->name = "header";
	return 0;
}

static int raw_receive(struct endpoint *endpoint, struct message_room *room,
		       struct message *message, struct error *err)
{
	int got = ip_datagram_receive(endpoint, room, message, err);

	if (got == 1 && message->peer.any.sa_family == AF_INET &&
	    !target_flag(endpoint->target, "header"))
		ip_drop_header(message);
	return got;
}

static const struct endpoint_ops raw_ops = { .receive = raw_receive,
					     .send = ip_datagram_send,
					     .release = ip_datagram_release };

static int raw_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	if (ip_datagram_ready(target, endpoint, err) < 0)
		return -1;
	endpoint->ops = &raw_ops;
	return 0;
}

static void raw_print_address(const struct target *target, const struct address *address,
			      struct buf *out)
{
	const char *name = name_of(flags_protocol, target->protocol);

	ip_print_host_field(target, address, out);
	if (name != NULL)
		buf_print(out, ":%s", name);
	else
		buf_print(out, ":%d", target->protocol);
}

static void raw_explain_error(const struct target *target, struct error *err)
{
	if (err->code == EPERM || err->code == EACCES)
		error_hint(err, "raw sockets need CAP_NET_RAW: run it as root or give the program that capability");
	else if (err->code == EMSGSIZE)
		error_hint(err, "a packet holds at most 65515 bytes behind the header of IPv4 and 65535 "
				"behind that of IPv6");
	else
		ip_explain_error(target, err);
}

/* clang-format off */
#define RAW_SLOTS .types = types, .protocol = IPPROTO_RAW, .parameters = parameters, \
	.step = STEP_CONNECT, .capability = "CAP_NET_RAW", \
	.check = raw_check, .resolve = ip_resolve_host, \
	.print_address = raw_print_address, .describe_address = ip_describe_address, \
	.source = ip_peer_source, \
	.settings = raw_settings, .ready_settings = ip_datagram_settings, .ready = raw_ready, .explain_error = raw_explain_error
/* clang-format on */

const struct family ip_family = {
	.shape = { .name = "ip", .known_as = NAMES("inet", "inet6", "ipv4", "ipv6", "raw"), .roles = ROLES_ALL, .fields = fields },
	.summary = "packets of any protocol over IPv6 or IPv4",
	.domain = AF_UNSPEC,
	.levels = levels,
	RAW_SLOTS,
};

const struct family ip4_family = {
	.shape = { .name = "ip4", .roles = ROLES_ALL, .fields = fields },
	.summary = "packets of any protocol over IPv4",
	.domain = AF_INET,
	.levels = levels4,
	RAW_SLOTS,
};

const struct family ip6_family = {
	.shape = { .name = "ip6", .roles = ROLES_ALL, .fields = fields },
	.summary = "packets of any protocol over IPv6",
	.domain = AF_INET6,
	.levels = levels6,
	.module = "ipv6",
	RAW_SLOTS,
};
