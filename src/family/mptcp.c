/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Multipath TCP over IPv4 and IPv6; mptcp(7), linux/mptcp.h, RFC 8684. */
#include "base/uapi.h"
#include "core/endpoint.h"
#include "family/ip.h"
#include "family/ip_peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const struct family_type types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_HALF, .shares_port = true },
	{ .name = NULL },
};

static const int levels[] = { SOL_MPTCP, IPPROTO_TCP, SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, -1 };
static const int levels4[] = { SOL_MPTCP, IPPROTO_TCP, SOL_SOCKET, IPPROTO_IP, -1 };

/* The kernel does not answer for a connection that fell back; the first subflow is not counted. */
static void mptcp_note(const struct endpoint *endpoint, struct buf *out)
{
	struct mptcp_info info = { 0 };
	socklen_t length = sizeof(info);

	if (getsockopt(endpoint->in, SOL_MPTCP, MPTCP_INFO, &info, &length) < 0 ||
	    (info.mptcpi_flags & MPTCP_INFO_FLAG_FALLBACK) != 0)
		buf_add_string(out, "plain TCP: the peer does not speak MPTCP");
	else if (info.mptcpi_subflows == 0)
		buf_add_string(out, "MPTCP, 1 subflow");
	else
		buf_print(out, "MPTCP, %u subflows", info.mptcpi_subflows + 1U);
}

static void mptcp_explain_error(const struct target *target, struct error *err)
{
	if (err->code == ENOPROTOOPT || err->code == EPROTONOSUPPORT)
		error_hint(err, "this kernel has MPTCP switched off; as root: sysctl -w net.mptcp.enabled=1");
	else
		ip_explain_error(target, err);
}

/* clang-format off */
#define MPTCP_SLOTS .types = types, .protocol = IPPROTO_MPTCP, .parameters = ip_parameters, \
	.step = STEP_CONNECT, .check = ip_check, .resolve = ip_resolve, \
	.print_address = ip_print_address, .describe_address = ip_describe_address, \
	.admit = ip_peer_admit, .source = ip_peer_source, \
	.settings = ip_settings, .note = mptcp_note, \
	.explain_error = mptcp_explain_error
/* clang-format on */

const struct family mptcp_family = {
	.shape = { .name = "mptcp", .known_as = NAMES("multipath-tcp"), .roles = ROLES_STREAM, .fields = ip_fields },
	.summary = "Multipath TCP over IPv6 or IPv4, whichever answers first",
	.domain = AF_UNSPEC,
	.levels = levels,
	MPTCP_SLOTS,
};

const struct family mptcp4_family = {
	.shape = { .name = "mptcp4", .roles = ROLES_STREAM, .fields = ip_fields },
	.summary = "Multipath TCP over IPv4",
	.domain = AF_INET,
	.levels = levels4,
	MPTCP_SLOTS,
};

const struct family mptcp6_family = {
	.shape = { .name = "mptcp6", .roles = ROLES_STREAM, .fields = ip_fields },
	.summary = "Multipath TCP over IPv6",
	.domain = AF_INET6,
	.levels = levels,
	.module = "ipv6",
	MPTCP_SLOTS,
};
