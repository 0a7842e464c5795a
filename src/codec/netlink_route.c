/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of rtnetlink: addresses, routes, neighbours, rules, next hops, and the table of all; rtnetlink(7). */
#include "codec/netlink_table.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <sys/socket.h>

const struct name netlink_domains[] = {
	{ "unspec", AF_UNSPEC, NULL }, { "unix", AF_UNIX, NULL },     { "inet", AF_INET, NULL },
	{ "bridge", AF_BRIDGE, NULL }, { "inet6", AF_INET6, NULL },   { "netlink", AF_NETLINK, NULL },
	{ "packet", AF_PACKET, NULL }, { "mpls", AF_MPLS, NULL },     { "vsock", AF_VSOCK, NULL },
	{ "xdp", AF_XDP, NULL },       { "smc", AF_SMC, NULL },	      { "tipc", AF_TIPC, NULL },
	{ "ipmr", 128, NULL },	       { "ip6mr", 129, NULL },	      { NULL, 0, NULL },
};

static const struct name scopes[] = {
	{ "universe", RT_SCOPE_UNIVERSE, NULL }, { "site", RT_SCOPE_SITE, NULL },
	{ "link", RT_SCOPE_LINK, NULL },	 { "host", RT_SCOPE_HOST, NULL },
	{ "nowhere", RT_SCOPE_NOWHERE, NULL },	 { NULL, 0, NULL },
};

static const struct name address_flags[] = {
	{ "secondary", IFA_F_SECONDARY, NULL },	    { "nodad", IFA_F_NODAD, NULL },
	{ "optimistic", IFA_F_OPTIMISTIC, NULL },   { "dadfailed", IFA_F_DADFAILED, NULL },
	{ "homeaddress", IFA_F_HOMEADDRESS, NULL }, { "deprecated", IFA_F_DEPRECATED, NULL },
	{ "tentative", IFA_F_TENTATIVE, NULL },	    { "permanent", IFA_F_PERMANENT, NULL },
	{ "mngtmpaddr", IFA_F_MANAGETEMPADDR, NULL }, { "noprefixroute", IFA_F_NOPREFIXROUTE, NULL },
	{ "autojoin", IFA_F_MCAUTOJOIN, NULL },	    { "stable-privacy", IFA_F_STABLE_PRIVACY, NULL },
	{ NULL, 0, NULL },
};

static const struct name tables[] = {
	{ "unspec", RT_TABLE_UNSPEC, NULL }, { "compat", RT_TABLE_COMPAT, NULL },
	{ "default", RT_TABLE_DEFAULT, NULL }, { "main", RT_TABLE_MAIN, NULL },
	{ "local", RT_TABLE_LOCAL, NULL },   { NULL, 0, NULL },
};

static const struct name protocols[] = {
	{ "unspec", RTPROT_UNSPEC, NULL }, { "redirect", RTPROT_REDIRECT, NULL },
	{ "kernel", RTPROT_KERNEL, NULL }, { "boot", RTPROT_BOOT, NULL },
	{ "static", RTPROT_STATIC, NULL }, { "gated", RTPROT_GATED, NULL },
	{ "ra", RTPROT_RA, NULL },	   { "zebra", RTPROT_ZEBRA, NULL },
	{ "bird", RTPROT_BIRD, NULL },	   { "dhcp", RTPROT_DHCP, NULL },
	{ "keepalived", 18, NULL },	   { "babel", RTPROT_BABEL, NULL },
	{ "bgp", RTPROT_BGP, NULL },	   { "isis", RTPROT_ISIS, NULL },
	{ "ospf", RTPROT_OSPF, NULL },	   { "rip", RTPROT_RIP, NULL },
	{ "eigrp", RTPROT_EIGRP, NULL },   { NULL, 0, NULL },
};

static const struct name route_types[] = {
	{ "unspec", RTN_UNSPEC, NULL },	      { "unicast", RTN_UNICAST, NULL },
	{ "local", RTN_LOCAL, NULL },	      { "broadcast", RTN_BROADCAST, NULL },
	{ "anycast", RTN_ANYCAST, NULL },     { "multicast", RTN_MULTICAST, NULL },
	{ "blackhole", RTN_BLACKHOLE, NULL }, { "unreachable", RTN_UNREACHABLE, NULL },
	{ "prohibit", RTN_PROHIBIT, NULL },   { "throw", RTN_THROW, NULL },
	{ "nat", RTN_NAT, NULL },	      { NULL, 0, NULL },
};

static const struct name route_flags[] = {
	{ "dead", RTNH_F_DEAD, NULL },	     { "pervasive", RTNH_F_PERVASIVE, NULL },
	{ "onlink", RTNH_F_ONLINK, NULL },   { "offload", RTNH_F_OFFLOAD, NULL },
	{ "linkdown", RTNH_F_LINKDOWN, NULL }, { "unresolved", RTNH_F_UNRESOLVED, NULL },
	{ "trap", RTNH_F_TRAP, NULL },	     { "notify", RTM_F_NOTIFY, NULL },
	{ "cloned", RTM_F_CLONED, NULL },    { "prefix", RTM_F_PREFIX, NULL },
	{ "lookup-table", RTM_F_LOOKUP_TABLE, NULL }, { "fib-match", RTM_F_FIB_MATCH, NULL },
	{ NULL, 0, NULL },
};

static const struct name preferences[] = { { "medium", 0, NULL }, { "high", 1, NULL }, { "low", 3, NULL }, { NULL, 0, NULL } };

static const struct name neighbour_states[] = {
	{ "incomplete", NUD_INCOMPLETE, NULL }, { "reachable", NUD_REACHABLE, NULL },
	{ "stale", NUD_STALE, NULL },		{ "delay", NUD_DELAY, NULL },
	{ "probe", NUD_PROBE, NULL },		{ "failed", NUD_FAILED, NULL },
	{ "noarp", NUD_NOARP, NULL },		{ "permanent", NUD_PERMANENT, NULL },
	{ NULL, 0, NULL },
};

static const struct name neighbour_flags[] = {
	{ "use", NTF_USE, NULL },	  { "self", NTF_SELF, NULL },
	{ "master", NTF_MASTER, NULL },	  { "proxy", NTF_PROXY, NULL },
	{ "ext-learned", NTF_EXT_LEARNED, NULL }, { "offloaded", NTF_OFFLOADED, NULL },
	{ "sticky", NTF_STICKY, NULL },	  { "router", NTF_ROUTER, NULL },
	{ NULL, 0, NULL },
};

static const struct name rule_actions[] = {
	{ "unspec", FR_ACT_UNSPEC, NULL },	 { "to-table", FR_ACT_TO_TBL, NULL },
	{ "goto", FR_ACT_GOTO, NULL },		 { "nop", FR_ACT_NOP, NULL },
	{ "blackhole", FR_ACT_BLACKHOLE, NULL }, { "unreachable", FR_ACT_UNREACHABLE, NULL },
	{ "prohibit", FR_ACT_PROHIBIT, NULL },	 { NULL, 0, NULL },
};

static const struct name transports[] = {
	{ "icmp", IPPROTO_ICMP, NULL }, { "tcp", IPPROTO_TCP, NULL },	    { "udp", IPPROTO_UDP, NULL },
	{ "icmp6", IPPROTO_ICMPV6, NULL }, { "sctp", IPPROTO_SCTP, NULL }, { NULL, 0, NULL },
};

static const struct netlink_field address_cache[] = {
	NETLINK_MEMBER("preferred", struct ifa_cacheinfo, ifa_prefered, UNSIGNED),
	NETLINK_MEMBER("valid", struct ifa_cacheinfo, ifa_valid, UNSIGNED),
	NETLINK_MEMBER("created", struct ifa_cacheinfo, cstamp, UNSIGNED),
	NETLINK_MEMBER("updated", struct ifa_cacheinfo, tstamp, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field address_header[] = {
	NETLINK_MEMBER("family", struct ifaddrmsg, ifa_family, NAMED, .names = netlink_domains),
	NETLINK_MEMBER("prefixlen", struct ifaddrmsg, ifa_prefixlen, UNSIGNED),
	NETLINK_MEMBER("short-flags", struct ifaddrmsg, ifa_flags, SET, .quiet = true, .names = address_flags),
	NETLINK_MEMBER("scope", struct ifaddrmsg, ifa_scope, NAMED, .names = scopes),
	NETLINK_MEMBER("interface", struct ifaddrmsg, ifa_index, INTERFACE),
	{ .name = NULL },
};

static const struct netlink_field address_attributes[] = {
	NETLINK_FIELD("address", IFA_ADDRESS, ADDRESS, 0),
	NETLINK_FIELD("local", IFA_LOCAL, ADDRESS, 0),
	NETLINK_FIELD("label", IFA_LABEL, TEXT, 0),
	NETLINK_FIELD("broadcast", IFA_BROADCAST, ADDRESS, 0),
	NETLINK_FIELD("anycast", IFA_ANYCAST, ADDRESS, 0),
	NETLINK_FIELD("cacheinfo", IFA_CACHEINFO, STRUCT, 0, .quiet = true, .fields = address_cache),
	NETLINK_FIELD("multicast", IFA_MULTICAST, ADDRESS, 0),
	NETLINK_FIELD("flags", IFA_FLAGS, SET, 4, .names = address_flags),
	NETLINK_FIELD("rt-priority", IFA_RT_PRIORITY, UNSIGNED, 4),
	NETLINK_FIELD("target-netnsid", IFA_TARGET_NETNSID, SIGNED, 4),
	NETLINK_FIELD("proto", 11, UNSIGNED, 1, .quiet = true),
	{ .name = NULL },
};

static const struct netlink_field metrics[] = {
	NETLINK_FIELD("lock", RTAX_LOCK, UNSIGNED, 4),
	NETLINK_FIELD("mtu", RTAX_MTU, UNSIGNED, 4),
	NETLINK_FIELD("window", RTAX_WINDOW, UNSIGNED, 4),
	NETLINK_FIELD("rtt", RTAX_RTT, UNSIGNED, 4),
	NETLINK_FIELD("rttvar", RTAX_RTTVAR, UNSIGNED, 4),
	NETLINK_FIELD("ssthresh", RTAX_SSTHRESH, UNSIGNED, 4),
	NETLINK_FIELD("cwnd", RTAX_CWND, UNSIGNED, 4),
	NETLINK_FIELD("advmss", RTAX_ADVMSS, UNSIGNED, 4),
	NETLINK_FIELD("reordering", RTAX_REORDERING, UNSIGNED, 4),
	NETLINK_FIELD("hoplimit", RTAX_HOPLIMIT, UNSIGNED, 4),
	NETLINK_FIELD("initcwnd", RTAX_INITCWND, UNSIGNED, 4),
	NETLINK_FIELD("features", RTAX_FEATURES, UNSIGNED, 4),
	NETLINK_FIELD("rto-min", RTAX_RTO_MIN, UNSIGNED, 4),
	NETLINK_FIELD("initrwnd", RTAX_INITRWND, UNSIGNED, 4),
	NETLINK_FIELD("quickack", RTAX_QUICKACK, UNSIGNED, 4),
	NETLINK_FIELD("cc-algo", RTAX_CC_ALGO, TEXT, 0),
	{ .name = NULL },
};

static const struct netlink_field route_cache[] = {
	NETLINK_MEMBER("clntref", struct rta_cacheinfo, rta_clntref, UNSIGNED),
	NETLINK_MEMBER("lastuse", struct rta_cacheinfo, rta_lastuse, UNSIGNED),
	NETLINK_MEMBER("expires", struct rta_cacheinfo, rta_expires, SIGNED),
	NETLINK_MEMBER("error", struct rta_cacheinfo, rta_error, UNSIGNED),
	NETLINK_MEMBER("used", struct rta_cacheinfo, rta_used, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field route_header[] = {
	NETLINK_MEMBER("family", struct rtmsg, rtm_family, NAMED, .names = netlink_domains),
	NETLINK_MEMBER("type", struct rtmsg, rtm_type, NAMED, .names = route_types),
	NETLINK_MEMBER("dst-len", struct rtmsg, rtm_dst_len, UNSIGNED),
	NETLINK_MEMBER("src-len", struct rtmsg, rtm_src_len, UNSIGNED),
	NETLINK_MEMBER("tos", struct rtmsg, rtm_tos, UNSIGNED),
	NETLINK_MEMBER("short-table", struct rtmsg, rtm_table, NAMED, .quiet = true, .names = tables),
	NETLINK_MEMBER("protocol", struct rtmsg, rtm_protocol, NAMED, .names = protocols),
	NETLINK_MEMBER("scope", struct rtmsg, rtm_scope, NAMED, .names = scopes),
	NETLINK_MEMBER("flags", struct rtmsg, rtm_flags, SET, .names = route_flags),
	{ .name = NULL },
};

static const struct netlink_field path_header[] = {
	NETLINK_MEMBER("flags", struct rtnexthop, rtnh_flags, SET, .names = route_flags),
	NETLINK_MEMBER("hops", struct rtnexthop, rtnh_hops, UNSIGNED),
	NETLINK_MEMBER("interface", struct rtnexthop, rtnh_ifindex, INTERFACE),
	{ .name = NULL },
};

static const struct netlink_field path_attributes[] = {
	NETLINK_FIELD("gateway", RTA_GATEWAY, ADDRESS, 0),
	NETLINK_FIELD("flow", RTA_FLOW, UNSIGNED, 4),
	NETLINK_FIELD("via", RTA_VIA, BYTES, 0),
	NETLINK_FIELD("encap-type", RTA_ENCAP_TYPE, UNSIGNED, 2),
	NETLINK_FIELD("encap", RTA_ENCAP, BYTES, 0),
	{ .name = NULL },
};

static const struct netlink_body path = { sizeof(struct rtnexthop), path_header, path_attributes };

static const struct netlink_field route_attributes[] = {
	NETLINK_FIELD("dst", RTA_DST, ADDRESS, 0),
	NETLINK_FIELD("src", RTA_SRC, ADDRESS, 0),
	NETLINK_FIELD("iif", RTA_IIF, INTERFACE, 4),
	NETLINK_FIELD("oif", RTA_OIF, INTERFACE, 4),
	NETLINK_FIELD("gateway", RTA_GATEWAY, ADDRESS, 0),
	NETLINK_FIELD("priority", RTA_PRIORITY, UNSIGNED, 4),
	NETLINK_FIELD("prefsrc", RTA_PREFSRC, ADDRESS, 0),
	NETLINK_FIELD("metrics", RTA_METRICS, NEST, 0, .fields = metrics),
	NETLINK_FIELD("multipath", RTA_MULTIPATH, RECORDS, 0, .body = &path),
	NETLINK_FIELD("flow", RTA_FLOW, UNSIGNED, 4),
	NETLINK_FIELD("cacheinfo", RTA_CACHEINFO, STRUCT, 0, .quiet = true, .fields = route_cache),
	NETLINK_FIELD("table", RTA_TABLE, NAMED, 4, .names = tables),
	NETLINK_FIELD("mark", RTA_MARK, UNSIGNED, 4),
	NETLINK_FIELD("via", RTA_VIA, BYTES, 0),
	NETLINK_FIELD("pref", RTA_PREF, NAMED, 1, .names = preferences),
	NETLINK_FIELD("encap-type", RTA_ENCAP_TYPE, UNSIGNED, 2),
	NETLINK_FIELD("encap", RTA_ENCAP, BYTES, 0),
	NETLINK_FIELD("expires", RTA_EXPIRES, UNSIGNED, 4),
	NETLINK_FIELD("uid", RTA_UID, UNSIGNED, 4),
	NETLINK_FIELD("ttl-propagate", RTA_TTL_PROPAGATE, UNSIGNED, 1),
	NETLINK_FIELD("ip-proto", RTA_IP_PROTO, NAMED, 1, .names = transports),
	NETLINK_FIELD("sport", RTA_SPORT, BIG, 2),
	NETLINK_FIELD("dport", RTA_DPORT, BIG, 2),
	NETLINK_FIELD("nh-id", RTA_NH_ID, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field neighbour_cache[] = {
	NETLINK_MEMBER("confirmed", struct nda_cacheinfo, ndm_confirmed, UNSIGNED),
	NETLINK_MEMBER("used", struct nda_cacheinfo, ndm_used, UNSIGNED),
	NETLINK_MEMBER("updated", struct nda_cacheinfo, ndm_updated, UNSIGNED),
	NETLINK_MEMBER("refcnt", struct nda_cacheinfo, ndm_refcnt, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field neighbour_header[] = {
	NETLINK_MEMBER("family", struct ndmsg, ndm_family, NAMED, .names = netlink_domains),
	NETLINK_MEMBER("interface", struct ndmsg, ndm_ifindex, INTERFACE),
	NETLINK_MEMBER("state", struct ndmsg, ndm_state, SET, .names = neighbour_states),
	NETLINK_MEMBER("flags", struct ndmsg, ndm_flags, SET, .names = neighbour_flags),
	NETLINK_MEMBER("type", struct ndmsg, ndm_type, NAMED, .names = route_types),
	{ .name = NULL },
};

static const struct netlink_field neighbour_attributes[] = {
	NETLINK_FIELD("dst", NDA_DST, ADDRESS, 0),
	NETLINK_FIELD("lladdr", NDA_LLADDR, HARDWARE, 0),
	NETLINK_FIELD("cacheinfo", NDA_CACHEINFO, STRUCT, 0, .quiet = true, .fields = neighbour_cache),
	NETLINK_FIELD("probes", NDA_PROBES, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("vlan", NDA_VLAN, UNSIGNED, 2),
	NETLINK_FIELD("port", NDA_PORT, BIG, 2),
	NETLINK_FIELD("vni", NDA_VNI, UNSIGNED, 4),
	NETLINK_FIELD("ifindex", NDA_IFINDEX, INTERFACE, 4),
	NETLINK_FIELD("master", NDA_MASTER, INTERFACE, 4),
	NETLINK_FIELD("link-netnsid", NDA_LINK_NETNSID, SIGNED, 4),
	NETLINK_FIELD("src-vni", NDA_SRC_VNI, UNSIGNED, 4),
	NETLINK_FIELD("protocol", NDA_PROTOCOL, NAMED, 1, .names = protocols),
	NETLINK_FIELD("nh-id", 13, UNSIGNED, 4),
	NETLINK_FIELD("fdb-ext-attrs", 14, BYTES, 0, .quiet = true),
	NETLINK_FIELD("flags-ext", 15, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field rule_header[] = {
	NETLINK_MEMBER("family", struct fib_rule_hdr, family, NAMED, .names = netlink_domains),
	NETLINK_MEMBER("dst-len", struct fib_rule_hdr, dst_len, UNSIGNED),
	NETLINK_MEMBER("src-len", struct fib_rule_hdr, src_len, UNSIGNED),
	NETLINK_MEMBER("tos", struct fib_rule_hdr, tos, UNSIGNED),
	NETLINK_MEMBER("short-table", struct fib_rule_hdr, table, NAMED, .quiet = true, .names = tables),
	NETLINK_MEMBER("action", struct fib_rule_hdr, action, NAMED, .names = rule_actions),
	NETLINK_MEMBER("flags", struct fib_rule_hdr, flags, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field rule_attributes[] = {
	NETLINK_FIELD("dst", FRA_DST, ADDRESS, 0),
	NETLINK_FIELD("src", FRA_SRC, ADDRESS, 0),
	NETLINK_FIELD("iifname", FRA_IIFNAME, TEXT, 0),
	NETLINK_FIELD("goto", FRA_GOTO, UNSIGNED, 4),
	NETLINK_FIELD("priority", FRA_PRIORITY, UNSIGNED, 4),
	NETLINK_FIELD("fwmark", FRA_FWMARK, UNSIGNED, 4),
	NETLINK_FIELD("flow", FRA_FLOW, UNSIGNED, 4),
	NETLINK_FIELD("suppress-ifgroup", FRA_SUPPRESS_IFGROUP, SIGNED, 4, .quiet = true),
	NETLINK_FIELD("suppress-prefixlen", FRA_SUPPRESS_PREFIXLEN, SIGNED, 4, .quiet = true),
	NETLINK_FIELD("table", FRA_TABLE, NAMED, 4, .names = tables),
	NETLINK_FIELD("fwmask", FRA_FWMASK, UNSIGNED, 4),
	NETLINK_FIELD("oifname", FRA_OIFNAME, TEXT, 0),
	NETLINK_FIELD("l3mdev", FRA_L3MDEV, UNSIGNED, 1),
	NETLINK_FIELD("protocol", FRA_PROTOCOL, NAMED, 1, .names = protocols),
	NETLINK_FIELD("ip-proto", FRA_IP_PROTO, NAMED, 1, .names = transports),
	{ .name = NULL },
};

static const struct netlink_field hop_header[] = {
	NETLINK_FIELD("family", 0, NAMED, 1, .names = netlink_domains),
	NETLINK_FIELD("scope", 1, NAMED, 1, .names = scopes),
	NETLINK_FIELD("protocol", 2, NAMED, 1, .names = protocols),
	NETLINK_FIELD("flags", 4, SET, 4, .names = route_flags),
	{ .name = NULL },
};

static const struct netlink_field hop_attributes[] = {
	NETLINK_FIELD("id", 1, UNSIGNED, 4),	  NETLINK_FIELD("group", 2, BYTES, 0),
	NETLINK_FIELD("group-type", 3, UNSIGNED, 2), NETLINK_FIELD("blackhole", 4, PRESENT, 0),
	NETLINK_FIELD("oif", 5, INTERFACE, 4),	  NETLINK_FIELD("gateway", 6, ADDRESS, 0),
	NETLINK_FIELD("groups", 9, PRESENT, 0),	  NETLINK_FIELD("master", 10, INTERFACE, 4),
	NETLINK_FIELD("fdb", 11, PRESENT, 0),
	{ .name = NULL },
};

static const struct netlink_field identifier_header[] = {
	NETLINK_FIELD("family", 0, NAMED, 1, .names = netlink_domains),
	{ .name = NULL },
};

static const struct netlink_field identifier_attributes[] = {
	NETLINK_FIELD("nsid", NETNSA_NSID, SIGNED, 4),
	NETLINK_FIELD("pid", NETNSA_PID, UNSIGNED, 4),
	NETLINK_FIELD("fd", NETNSA_FD, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field traffic_header[] = {
	NETLINK_MEMBER("family", struct tcmsg, tcm_family, NAMED, .names = netlink_domains),
	NETLINK_MEMBER("interface", struct tcmsg, tcm_ifindex, INTERFACE),
	NETLINK_MEMBER("handle", struct tcmsg, tcm_handle, UNSIGNED),
	NETLINK_MEMBER("parent", struct tcmsg, tcm_parent, UNSIGNED),
	NETLINK_MEMBER("info", struct tcmsg, tcm_info, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field traffic_attributes[] = {
	NETLINK_FIELD("kind", TCA_KIND, TEXT, 0),
	NETLINK_FIELD("options", TCA_OPTIONS, BYTES, 0, .quiet = true),
	NETLINK_FIELD("stats", TCA_STATS, BYTES, 0, .quiet = true),
	NETLINK_FIELD("xstats", TCA_XSTATS, BYTES, 0, .quiet = true),
	NETLINK_FIELD("stats2", TCA_STATS2, BYTES, 0, .quiet = true),
	{ .name = NULL },
};

static const struct netlink_field netconf_attributes[] = {
	NETLINK_FIELD("interface", 1, SIGNED, 4),   NETLINK_FIELD("forwarding", 2, SIGNED, 4),
	NETLINK_FIELD("rp-filter", 3, SIGNED, 4),   NETLINK_FIELD("mc-forwarding", 4, SIGNED, 4),
	NETLINK_FIELD("proxy-neigh", 5, SIGNED, 4), NETLINK_FIELD("ignore-routes-with-linkdown", 6, SIGNED, 4),
	NETLINK_FIELD("input", 7, SIGNED, 4),	    NETLINK_FIELD("bc-forwarding", 8, SIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_body address = { sizeof(struct ifaddrmsg), address_header, address_attributes };
static const struct netlink_body route = { sizeof(struct rtmsg), route_header, route_attributes };
static const struct netlink_body neighbour = { sizeof(struct ndmsg), neighbour_header, neighbour_attributes };
static const struct netlink_body rule = { sizeof(struct fib_rule_hdr), rule_header, rule_attributes };
static const struct netlink_body hop = { 8, hop_header, hop_attributes };
static const struct netlink_body identifier = { sizeof(struct rtgenmsg), identifier_header, identifier_attributes };
static const struct netlink_body traffic = { sizeof(struct tcmsg), traffic_header, traffic_attributes };
static const struct netlink_body netconf = { 1, identifier_header, netconf_attributes };

#define OPERATION(number, label, of) { .type = number, .name = label, .body = &of }

const struct netlink_operation netlink_route_operations[] = {
	OPERATION(RTM_NEWLINK, "newlink", netlink_link_body),
	OPERATION(RTM_DELLINK, "dellink", netlink_link_body),
	OPERATION(RTM_GETLINK, "getlink", netlink_link_body),
	OPERATION(RTM_SETLINK, "setlink", netlink_link_body),
	OPERATION(RTM_NEWADDR, "newaddr", address),
	OPERATION(RTM_DELADDR, "deladdr", address),
	OPERATION(RTM_GETADDR, "getaddr", address),
	OPERATION(RTM_NEWROUTE, "newroute", route),
	OPERATION(RTM_DELROUTE, "delroute", route),
	OPERATION(RTM_GETROUTE, "getroute", route),
	OPERATION(RTM_NEWNEIGH, "newneigh", neighbour),
	OPERATION(RTM_DELNEIGH, "delneigh", neighbour),
	OPERATION(RTM_GETNEIGH, "getneigh", neighbour),
	OPERATION(RTM_NEWRULE, "newrule", rule),
	OPERATION(RTM_DELRULE, "delrule", rule),
	OPERATION(RTM_GETRULE, "getrule", rule),
	OPERATION(RTM_NEWQDISC, "newqdisc", traffic),
	OPERATION(RTM_DELQDISC, "delqdisc", traffic),
	OPERATION(RTM_GETQDISC, "getqdisc", traffic),
	OPERATION(RTM_NEWTCLASS, "newtclass", traffic),
	OPERATION(RTM_DELTCLASS, "deltclass", traffic),
	OPERATION(RTM_GETTCLASS, "gettclass", traffic),
	OPERATION(RTM_NEWTFILTER, "newtfilter", traffic),
	OPERATION(RTM_DELTFILTER, "deltfilter", traffic),
	OPERATION(RTM_GETTFILTER, "gettfilter", traffic),
	OPERATION(RTM_NEWNETCONF, "newnetconf", netconf),
	OPERATION(RTM_DELNETCONF, "delnetconf", netconf),
	OPERATION(RTM_GETNETCONF, "getnetconf", netconf),
	OPERATION(RTM_NEWNSID, "newnsid", identifier),
	OPERATION(RTM_DELNSID, "delnsid", identifier),
	OPERATION(RTM_GETNSID, "getnsid", identifier),
	OPERATION(104 /* RTM_NEWNEXTHOP */, "newnexthop", hop),
	OPERATION(105 /* RTM_DELNEXTHOP */, "delnexthop", hop),
	OPERATION(106 /* RTM_GETNEXTHOP */, "getnexthop", hop),
	OPERATION(RTM_NEWLINKPROP, "newlinkprop", netlink_link_body),
	OPERATION(RTM_DELLINKPROP, "dellinkprop", netlink_link_body),
	{ .name = NULL },
};
