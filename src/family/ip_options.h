/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that are one thing to the user and another socket option in each version of IP; ip(7), ipv6(7). */
#ifndef FAMILY_IP_OPTIONS_H
#define FAMILY_IP_OPTIONS_H

#include "core/target.h"
#include "option/sockopt_list.h"

/* clang-format off */
#define IP_OPTION(option, other_names, words) \
	{ .name = option, .aliases = other_names, .type = VALUE_TEXT, .flags = PARAMETER_OPTIONAL, .argument = "VALUE", .help = words }
/* What every family over IP has; a row of a table of parameters each. */
#define IP_PARAMETERS \
	{ .name = "flowinfo", .type = VALUE_NUMBER, .maximum = 0x0fffffff, .help = "IPv6 traffic class and flow label, as the field" }, \
	IP_OPTION("freebind", NULL, "bind to an address that is not there yet"), \
	IP_OPTION("minttl", "minhopcount", "drop what comes with fewer hops left"), \
	IP_OPTION("mtu-discover", NULL, "path MTU discovery: dont, want, do, probe, interface, omit"), \
	{ .name = "peer-ip", .aliases = "range", .type = VALUE_TEXT, .argument = "NET+...", .help = "hosts and networks that may come, as 10.0.0.0/8; not-NET: that may not" }, \
	IP_OPTION("pktinfo", "recvpktinfo", "receive the interface and address of arrival"), \
	IP_OPTION("recvtos", "recvtclass", "receive the type of service or traffic class of packets"), \
	IP_OPTION("recvttl", "recvhoplimit", "receive how many hops packets had left"), \
	{ .name = "scope", .type = VALUE_TEXT, .argument = "INTERFACE", .help = "interface of a link-local address, as the field" }, \
	IP_OPTION("tos", "tclass dscp", "type of service or traffic class of what is sent (af21, ef, 0x10 ...)"), \
	IP_OPTION("transparent", NULL, "act for addresses of other hosts (CAP_NET_ADMIN)"), \
	IP_OPTION("ttl", "unicast-hops hoplimit", "hops that what is sent may travel"), \
	IP_OPTION("unicast-if", NULL, "interface of unicast that is sent")
/* What those of datagrams have besides. */
#define IP_DATAGRAM_PARAMETERS \
	IP_PARAMETERS, \
	{ .name = "join", .type = VALUE_TEXT, .flags = PARAMETER_REPEATS, .argument = "GROUP[:INTERFACE[:SOURCE]]", .help = "receive a multicast group, of one source or of any" }, \
	IP_OPTION("multicast-if", NULL, "interface of multicast that is sent"), \
	IP_OPTION("multicast-loop", NULL, "programs of this host hear the multicast that is sent"), \
	IP_OPTION("multicast-ttl", "multicast-hops", "hops that multicast may travel (1)"), \
	{ .name = "to", .type = VALUE_TEXT, .argument = "ADDRESS", .help = "where a bound socket sends; else to who was heard last" }
/* clang-format on */

/* Whether the values can be read, for one version of IP at least. */
int ip_options_check(const struct target *target, struct error *err);
/* Lists them for a socket of that domain; one of IPv6 that takes IPv4 too has both. */
int ip_options_list(const struct target *target, int domain, struct sockopt_list *list,
		    struct error *err);

/* Whether the groups of join= can be read. */
int ip_join_check(const struct target *target, struct error *err);
/*
 * Lists the groups of join=; where there is none, the one that a passive spec is
 * bound to, if it is one.
 */
int ip_join_list(const struct target *target, struct sockopt_list *list, struct error *err);

#endif
