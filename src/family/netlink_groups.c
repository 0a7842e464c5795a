/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Multicast groups of netlink by name and number; RTNLGRP_ of linux/rtnetlink.h and its like, and those of generic netlink. */
#include "family/netlink.h"

#include "base/memory.h"
#include "base/name.h"
#include "base/number.h"
#include "core/generic_netlink.h"

#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#define GROUP_MAXIMUM 1024

/* In the order of protocols, for netlink_groups_of(). */
const struct name netlink_group_names[] = {
	{ "link", 1, "route: interfaces" },
	{ "notify", 2, "route" },
	{ "neigh", 3, "route: neighbours" },
	{ "tc", 4, "route: traffic control" },
	{ "ipv4-ifaddr", 5, "route: addresses" },
	{ "ipv4-mroute", 6, "route: multicast routes" },
	{ "ipv4-route", 7, "route: routes" },
	{ "ipv4-rule", 8, "route: rules" },
	{ "ipv6-ifaddr", 9, "route: addresses" },
	{ "ipv6-mroute", 10, "route: multicast routes" },
	{ "ipv6-route", 11, "route: routes" },
	{ "ipv6-ifinfo", 12, "route: what IPv6 knows of an interface" },
	{ "ipv6-prefix", 18, "route: prefixes of router advertisements" },
	{ "ipv6-rule", 19, "route: rules" },
	{ "nd-useropt", 20, "route: options of neighbour discovery" },
	{ "phonet-ifaddr", 21, "route" },
	{ "phonet-route", 22, "route" },
	{ "dcb", 23, "route: data center bridging" },
	{ "ipv4-netconf", 24, "route: settings of interfaces" },
	{ "ipv6-netconf", 25, "route: settings of interfaces" },
	{ "mdb", 26, "route: multicast groups of bridges" },
	{ "mpls-route", 27, "route" },
	{ "nsid", 28, "route: numbers of network namespaces" },
	{ "mpls-netconf", 29, "route" },
	{ "ipv4-mroute-r", 30, "route" },
	{ "ipv6-mroute-r", 31, "route" },
	{ "nexthop", 32, "route: next hops" },
	{ "brvlan", 33, "route: VLANs of bridges" },
	{ "mctp-ifaddr", 34, "route" },
	{ "tunnel", 35, "route" },
	{ "stats", 36, "route: statistics of interfaces" },
	{ "ipv4-mcaddr", 37, "route: multicast addresses" },
	{ "ipv6-mcaddr", 38, "route: multicast addresses" },
	{ "ipv6-acaddr", 39, "route: anycast addresses" },
	{ "kernel", 1, "kobject-uevent: as the kernel sends them" },
	{ "udev", 2, "kobject-uevent: as udev passes them on" },
	{ "inet-tcp-destroy", 1, "sock-diag: sockets that are gone" },
	{ "inet-udp-destroy", 2, "sock-diag" },
	{ "inet6-tcp-destroy", 3, "sock-diag" },
	{ "inet6-udp-destroy", 4, "sock-diag" },
	{ "conntrack-new", 1, "netfilter: connections" },
	{ "conntrack-update", 2, "netfilter" },
	{ "conntrack-destroy", 3, "netfilter" },
	{ "conntrack-exp-new", 4, "netfilter: expected connections" },
	{ "conntrack-exp-update", 5, "netfilter" },
	{ "conntrack-exp-destroy", 6, "netfilter" },
	{ "nftables", 7, "netfilter: rules" },
	{ "acct-quota", 8, "netfilter" },
	{ "nftrace", 9, "netfilter: where packets pass" },
	{ "acquire", 1, "xfrm" },
	{ "expire", 2, "xfrm" },
	{ "sa", 3, "xfrm: security associations" },
	{ "policy", 4, "xfrm" },
	{ "aevents", 5, "xfrm" },
	{ "report", 6, "xfrm" },
	{ "migrate", 7, "xfrm" },
	{ "mapping", 8, "xfrm" },
	{ "readlog", 1, "audit" },
	{ "avc", 1, "selinux" },
	{ "proc", 1, "connector: processes" },
	{ NULL, 0, NULL },
};

/* A protocol's rows: from its first one for so many. */
static const struct {
	int protocol;
	const char *first;
	size_t count;
} protocols[] = {
	{ NETLINK_ROUTE, "link", 34 },	       { NETLINK_KOBJECT_UEVENT, "kernel", 2 },
	{ NETLINK_SOCK_DIAG, "inet-tcp-destroy", 4 }, { NETLINK_NETFILTER, "conntrack-new", 9 },
	{ NETLINK_XFRM, "acquire", 8 },	       { NETLINK_AUDIT, "readlog", 1 },
	{ NETLINK_SELINUX, "avc", 1 },	       { NETLINK_CONNECTOR, "proc", 1 },
};

static const struct name *rows_of(int protocol, size_t *count)
{
	for (size_t i = 0; i < array_length(protocols); i++)
		if (protocols[i].protocol == protocol) {
			*count = protocols[i].count;
			return name_find(netlink_group_names, protocols[i].first);
		}
	*count = 0;
	return netlink_group_names;
}

void netlink_groups_release(struct netlink_groups *groups)
{
	free(groups->numbers);
	*groups = (struct netlink_groups){ 0 };
}

static void add(struct netlink_groups *groups, uint32_t number)
{
	for (size_t i = 0; i < groups->count; i++)
		if (groups->numbers[i] == number)
			return;
	groups->numbers = memory_resize(groups->numbers, groups->count + 1, sizeof(number));
	groups->numbers[groups->count++] = number;
}

static int read_mask(const char *word, struct netlink_groups *groups, struct error *err)
{
	uint64_t mask;

	if (number_unsigned(word, 0, UINT32_MAX, &mask, err) < 0)
		return -1;
	for (uint32_t i = 0; i < 32; i++)
		if (mask & (uint64_t)1 << i)
			add(groups, i + 1);
	return 0;
}

/* "33" or "1-5"; a mask where it is hex. */
static int read_numbers(const char *word, struct netlink_groups *groups, struct error *err)
{
	cleanup_free char *first = memory_string(word);
	char *last = strchr(first, '-');
	uint64_t from, to;

	if (strncmp(word, "0x", 2) == 0)
		return read_mask(word, groups, err);
	if (last != NULL)
		*last++ = '\0';
	if (number_unsigned(first, 1, GROUP_MAXIMUM, &from, err) < 0 ||
	    number_unsigned(last != NULL ? last : first, from, GROUP_MAXIMUM, &to, err) < 0)
		return -1;
	for (; from <= to; from++)
		add(groups, (uint32_t)from);
	return 0;
}

static const struct generic_family *find_family(struct generic_families *known, const char *word,
						size_t length, struct error *err)
{
	const struct generic_family *family;
	struct name_guess guess = { .wanted = word };

	if (known->count == 0 && generic_families_load(known, err) < 0)
		return NULL;
	family = generic_family_find(known, word, length);
	if (family != NULL)
		return family;
	generic_family_request(word, length);
	if (generic_families_load(known, err) < 0)
		return NULL;
	family = generic_family_find(known, word, length);
	if (family != NULL)
		return family;
	for (size_t i = 0; i < known->count; i++)
		name_guess_offer(&guess, known->items[i].name);
	error_set(err, ERROR_UNAVAILABLE, "generic netlink has no family \"%.*s\" here", (int)length, word);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", guess.nearest);
	else
		error_hint(err, "those that there are: anysock recv netlink:generic,dump=families");
	return NULL;
}

static int read_generic(struct generic_families *known, const char *word,
			struct netlink_groups *groups, struct error *err)
{
	size_t length = strcspn(word, "/");
	const char *wanted = word[length] == '/' ? word + length + 1 : NULL;
	const struct generic_family *family = find_family(known, word, length, err);
	size_t before = groups->count;

	if (family == NULL)
		return -1;
	for (size_t i = 0; i < family->group_count; i++)
		if (wanted == NULL || name_equal(wanted, family->groups[i].name))
			add(groups, family->groups[i].number);
	if (groups->count > before)
		return 0;
	return error_set(err, ERROR_FAILED, "%s: generic netlink's family %s has no such group", word,
			 family->name);
}

static int refuse(int protocol, const char *word, struct error *err)
{
	struct name_guess guess = { .wanted = word };
	size_t count;
	const struct name *rows = rows_of(protocol, &count);

	error_usage(err, "\"%s\" is no group of this protocol", word);
	for (size_t i = 0; i < count; i++)
		name_guess_offer(&guess, rows[i].name);
	if (guess.nearest != NULL)
		return error_hint(err, "did you mean \"%s\"?", guess.nearest);
	return error_hint(err, "groups are names, numbers (33), ranges (1-5) or masks (0x11), joined by +");
}

static int read_word(int protocol, const char *word, struct generic_families *known,
		     struct netlink_groups *groups, struct error *err)
{
	size_t count;
	const struct name *rows = rows_of(protocol, &count);

	if (word[0] >= '0' && word[0] <= '9')
		return read_numbers(word, groups, err);
	if (protocol == NETLINK_GENERIC && word[0] != '\0')
		return known != NULL ? read_generic(known, word, groups, err) : 0;
	for (size_t i = 0; i < count; i++)
		if (name_equal(word, rows[i].name)) {
			add(groups, (uint32_t)rows[i].value);
			return 0;
		}
	return refuse(protocol, word, err);
}

int netlink_groups_read(int protocol, const char *text, bool may_ask, struct netlink_groups *groups,
			struct error *err)
{
	cleanup_free char *copy = memory_string(text);
	struct generic_families known = { 0 };
	char *rest = copy, *word;
	int result = 0;

	while (result == 0 && (word = strsep(&rest, "+")) != NULL)
		result = read_word(protocol, word, may_ask ? &known : NULL, groups, err);
	generic_families_release(&known);
	return result;
}

uint32_t netlink_groups_mask(const struct netlink_groups *groups)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < groups->count; i++)
		if (groups->numbers[i] <= 32)
			mask |= (uint32_t)1 << (groups->numbers[i] - 1);
	return mask;
}

static const char *name_of_group(int protocol, uint32_t number)
{
	size_t count;
	const struct name *rows = rows_of(protocol, &count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].value == number)
			return rows[i].name;
	return NULL;
}

void netlink_groups_print(int protocol, uint32_t mask, struct buf *out)
{
	const char *between = "";

	for (uint32_t number = 1; number <= 32; number++) {
		const char *name = name_of_group(protocol, number);

		if ((mask & (uint32_t)1 << (number - 1)) == 0)
			continue;
		if (name != NULL)
			buf_print(out, "%s%s", between, name);
		else
			buf_print(out, "%s%u", between, number);
		between = "+";
	}
}
