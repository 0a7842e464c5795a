/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP over IPv4 and IPv6; tcp(7). */
#include "family/ip.h"
#include "family/ip_peer.h"

#include <netinet/in.h>
#include <sys/socket.h>

static const struct family_type types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_HALF, .shares_port = true },
	{ .name = NULL },
};

static const int levels[] = { IPPROTO_TCP, SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, -1 };
static const int levels4[] = { IPPROTO_TCP, SOL_SOCKET, IPPROTO_IP, -1 };

/* clang-format off */
#define TCP_SLOTS .types = types, .protocol = IPPROTO_TCP, .parameters = ip_parameters, \
	.step = STEP_CONNECT, .check = ip_check, .resolve = ip_resolve, \
	.print_address = ip_print_address, .describe_address = ip_describe_address, \
	.admit = ip_peer_admit, .source = ip_peer_source, \
	.settings = ip_settings, .explain_error = ip_explain_error
/* clang-format on */

const struct family tcp_family = {
	.shape = { .name = "tcp", .known_as = NAMES("inet", "inet6", "ipv4", "ipv6"), .roles = ROLES_STREAM, .fields = ip_fields },
	.summary = "TCP over IPv6 or IPv4, whichever answers first",
	.domain = AF_UNSPEC,
	.levels = levels,
	TCP_SLOTS,
};

const struct family tcp4_family = {
	.shape = { .name = "tcp4", .roles = ROLES_STREAM, .fields = ip_fields },
	.summary = "TCP over IPv4",
	.domain = AF_INET,
	.levels = levels4,
	TCP_SLOTS,
};

const struct family tcp6_family = {
	.shape = { .name = "tcp6", .roles = ROLES_STREAM, .fields = ip_fields },
	.summary = "TCP over IPv6",
	.domain = AF_INET6,
	.levels = levels,
	.module = "ipv6",
	TCP_SLOTS,
};
