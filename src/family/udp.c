/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP over IPv4 and IPv6; udp(7). */
#include "family/ip.h"
#include "family/ip_datagram.h"
#include "family/ip_peer.h"

#include <netinet/in.h>
#include <sys/socket.h>

static const struct family_type types[] = {
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true, .shares_port = true, .blind = true },
	{ .name = NULL },
};

static const int levels[] = { IPPROTO_UDP, SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, -1 };
static const int levels4[] = { IPPROTO_UDP, SOL_SOCKET, IPPROTO_IP, -1 };

/* clang-format off */
#define UDP_SLOTS .types = types, .protocol = IPPROTO_UDP, .parameters = ip_datagram_parameters, \
	.step = STEP_CONNECT, .check = ip_check, .resolve = ip_resolve, \
	.print_address = ip_print_address, .describe_address = ip_describe_address, \
	.source = ip_peer_source, \
	.settings = ip_settings, .ready_settings = ip_datagram_settings, .ready = ip_datagram_ready, \
	.explain_error = ip_explain_datagram_error
/* clang-format on */

const struct family udp_family = {
	.shape = { .name = "udp", .known_as = NAMES("inet", "inet6", "ipv4", "ipv6"), .roles = ROLES_ALL, .fields = ip_fields },
	.summary = "UDP datagrams over IPv6 or IPv4",
	.domain = AF_UNSPEC,
	.levels = levels,
	UDP_SLOTS,
};

const struct family udp4_family = {
	.shape = { .name = "udp4", .roles = ROLES_ALL, .fields = ip_fields },
	.summary = "UDP datagrams over IPv4",
	.domain = AF_INET,
	.levels = levels4,
	UDP_SLOTS,
};

const struct family udp6_family = {
	.shape = { .name = "udp6", .roles = ROLES_ALL, .fields = ip_fields },
	.summary = "UDP datagrams over IPv6",
	.domain = AF_INET6,
	.levels = levels,
	.module = "ipv6",
	UDP_SLOTS,
};
