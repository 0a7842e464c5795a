/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What dump= asks the kernel for, by name: all links, addresses, routes ...; rtnetlink(7), linux/genetlink.h. */
#include "family/netlink.h"

#include "base/memory.h"
#include "base/name.h"
#include "core/netlink.h"

#include <linux/genetlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* Behind the header stand so many bytes, which are 0 but for the first. */
static const struct dump {
	int protocol;
	const char *name;
	uint16_t type;
	uint8_t size;
	uint8_t first;
} dumps[] = {
	{ NETLINK_ROUTE, "link", RTM_GETLINK, sizeof(struct ifinfomsg), 0 },
	{ NETLINK_ROUTE, "addr", RTM_GETADDR, sizeof(struct ifaddrmsg), 0 },
	{ NETLINK_ROUTE, "route", RTM_GETROUTE, sizeof(struct rtmsg), 0 },
	{ NETLINK_ROUTE, "neigh", RTM_GETNEIGH, sizeof(struct ndmsg), 0 },
	{ NETLINK_ROUTE, "rule", RTM_GETRULE, sizeof(struct rtmsg), 0 },
	{ NETLINK_ROUTE, "nexthop", 106 /* RTM_GETNEXTHOP */, 8, 0 },
	{ NETLINK_GENERIC, "families", GENL_ID_CTRL, sizeof(struct genlmsghdr), CTRL_CMD_GETFAMILY },
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

	buf_add_char(out, (char)dump->first);
	for (size_t i = 1; i < dump->size; i++)
		buf_add_char(out, '\0');
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
