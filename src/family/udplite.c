/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP-Lite over IPv4 and IPv6, whose checksum may cover a part only; udplite(7), RFC 3828. */
#include "family/ip.h"
#include "family/ip_datagram.h"
#include "family/ip_peer.h"

#include <netinet/in.h>
#include <sys/socket.h>

static const struct family_type types[] = {
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true, .shares_port = true, .blind = true },
	{ .name = NULL },
};

static const int levels[] = { IPPROTO_UDPLITE, IPPROTO_UDP, SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, -1 };
static const int levels4[] = { IPPROTO_UDPLITE, IPPROTO_UDP, SOL_SOCKET, IPPROTO_IP, -1 };

/* clang-format off */
#define UDPLITE_SLOTS .types = types, .protocol = IPPROTO_UDPLITE, .parameters = ip_datagram_parameters, \
	.step = STEP_CONNECT, .check = ip_check, .resolve = ip_resolve, \
	.print_address = ip_print_address, .describe_address = ip_describe_address, \
	.source = ip_peer_source, \
	.settings = ip_settings, .ready_settings = ip_datagram_settings, .ready = ip_datagram_ready, \
	.explain_error = ip_explain_datagram_error
/* clang-format on */

const struct family udplite_family = {
	.shape = { .name = "udplite", .known_as = NAMES("udp-lite"), .roles = ROLES_ALL, .fields = ip_fields },
	.summary = "UDP-Lite datagrams over IPv6 or IPv4",
	.domain = AF_UNSPEC,
	.levels = levels,
	UDPLITE_SLOTS,
};

const struct family udplite4_family = {
	.shape = { .name = "udplite4", .roles = ROLES_ALL, .fields = ip_fields },
	.summary = "UDP-Lite datagrams over IPv4",
	.domain = AF_INET,
	.levels = levels4,
	UDPLITE_SLOTS,
};

const struct family udplite6_family = {
	.shape = { .name = "udplite6", .roles = ROLES_ALL, .fields = ip_fields },
	.summary = "UDP-Lite datagrams over IPv6",
	.domain = AF_INET6,
	.levels = levels,
	.module = "ipv6",
	UDPLITE_SLOTS,
};
