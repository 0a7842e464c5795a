/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What dump= asks the kernel for, by name: all links, addresses, routes ...; rtnetlink(7), sock_diag(7). */
#include "family/netlink.h"

#include "base/memory.h"
#include "base/name.h"
#include "core/netlink.h"

#include <linux/genetlink.h>
#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#define ALL_STATES 0xff

/* Behind the header stand so many bytes, which are 0 but for these. */
static const struct dump {
	int protocol;
	const char *name;
	uint16_t type;
	uint8_t size;
	uint8_t first, second; /* bytes: a command; an address family and its protocol */
	uint8_t states;	       /* each of the four bytes at 4, of sockets that have states */
	uint8_t show, shown;   /* where a request says what is to be shown, and which */
} dumps[] = {
	{ NETLINK_ROUTE, "link", RTM_GETLINK, sizeof(struct ifinfomsg), 0, 0, 0, 0, 0 },
	{ NETLINK_ROUTE, "addr", RTM_GETADDR, sizeof(struct ifaddrmsg), 0, 0, 0, 0, 0 },
	{ NETLINK_ROUTE, "route", RTM_GETROUTE, sizeof(struct rtmsg), 0, 0, 0, 0, 0 },
	{ NETLINK_ROUTE, "neigh", RTM_GETNEIGH, sizeof(struct ndmsg), 0, 0, 0, 0, 0 },
	{ NETLINK_ROUTE, "rule", RTM_GETRULE, sizeof(struct rtmsg), 0, 0, 0, 0, 0 },
	{ NETLINK_ROUTE, "nexthop", 106 /* RTM_GETNEXTHOP */, 8, 0, 0, 0, 0, 0 },
	{ NETLINK_GENERIC, "families", GENL_ID_CTRL, sizeof(struct genlmsghdr), CTRL_CMD_GETFAMILY, 0, 0, 0, 0 },
	{ NETLINK_SOCK_DIAG, "tcp", SOCK_DIAG_BY_FAMILY, sizeof(struct inet_diag_req_v2), AF_INET, IPPROTO_TCP, ALL_STATES, 0, 0 },
	{ NETLINK_SOCK_DIAG, "tcp6", SOCK_DIAG_BY_FAMILY, sizeof(struct inet_diag_req_v2), AF_INET6, IPPROTO_TCP, ALL_STATES, 0, 0 },
	{ NETLINK_SOCK_DIAG, "udp", SOCK_DIAG_BY_FAMILY, sizeof(struct inet_diag_req_v2), AF_INET, IPPROTO_UDP, ALL_STATES, 0, 0 },
	{ NETLINK_SOCK_DIAG, "udp6", SOCK_DIAG_BY_FAMILY, sizeof(struct inet_diag_req_v2), AF_INET6, IPPROTO_UDP, ALL_STATES, 0, 0 },
	{ NETLINK_SOCK_DIAG, "unix", SOCK_DIAG_BY_FAMILY, sizeof(struct unix_diag_req), AF_UNIX, 0, ALL_STATES, offsetof(struct unix_diag_req, udiag_show), UDIAG_SHOW_NAME | UDIAG_SHOW_PEER },
	{ NETLINK_SOCK_DIAG, "netlink", SOCK_DIAG_BY_FAMILY, sizeof(struct netlink_diag_req), AF_NETLINK, NDIAG_PROTO_ALL, 0, offsetof(struct netlink_diag_req, ndiag_show), NDIAG_SHOW_GROUPS },
	{ NETLINK_SOCK_DIAG, "packet", SOCK_DIAG_BY_FAMILY, sizeof(struct packet_diag_req), AF_PACKET, 0, 0, offsetof(struct packet_diag_req, pdiag_show), PACKET_SHOW_INFO },
	{ NETLINK_SOCK_DIAG, "vsock", SOCK_DIAG_BY_FAMILY, sizeof(struct vsock_diag_req), AF_VSOCK, 0, ALL_STATES, 0, 0 },
};

static const struct dump *find(int protocol, const char *word, struct error *err)
{
	cleanup_buf struct buf names = { 0 };

	for (size_t i = 0; i < array_length(dumps); i++)
		if (dumps[i].protocol == protocol && name_equal(dumps[i].name, word))
			return &dumps[i];
	for (size_t i = 0; i < array_length(dumps); i++)
		if (dumps[i].protocol == protocol)
			buf_print(&names, "%s%s", names.length > 0 ? ", " : "", dumps[i].name);
	error_usage(err, "dump: \"%s\" is not known of this protocol", word);
	if (names.length > 0)
		error_hint(err, "it is one of %s; several are joined by +", buf_text(&names));
	return NULL;
}

static void add(const struct dump *dump, struct buf *out)
{
	size_t at = netlink_begin(out, dump->type, NLM_F_REQUEST | NLM_F_DUMP);
	char body[UINT8_MAX] = { (char)dump->first, (char)dump->second };
	uint32_t shown = dump->shown;

	if (dump->states != 0)
		memset(body + 4, dump->states, sizeof(uint32_t));
	if (dump->show != 0)
		memcpy(body + dump->show, &shown, sizeof(shown));
	buf_add(out, body, dump->size);
	netlink_end(out, at);
}

int netlink_dumps_read(int protocol, const char *text, struct buf *out, struct error *err)
{
	cleanup_free char *copy = memory_string(text);
	char *rest = copy, *word;

	while ((word = strsep(&rest, "+")) != NULL) {
		const struct dump *dump = find(protocol, word, err);

		if (dump == NULL)
			return -1;
		if (out != NULL)
			add(dump, out);
	}
	return 0;
}
