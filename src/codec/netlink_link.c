/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces as rtnetlink has them: ifinfomsg and IFLA_ attributes; rtnetlink(7), linux/if_link.h. */
#include "codec/netlink_table.h"

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

static const struct name hardware[] = {
	{ "netrom", ARPHRD_NETROM, NULL },     { "ether", ARPHRD_ETHER, NULL },
	{ "infiniband", ARPHRD_INFINIBAND, NULL }, { "slip", ARPHRD_SLIP, NULL },
	{ "can", ARPHRD_CAN, NULL },	       { "ppp", ARPHRD_PPP, NULL },
	{ "ipip", ARPHRD_TUNNEL, NULL },       { "tunnel6", ARPHRD_TUNNEL6, NULL },
	{ "loopback", ARPHRD_LOOPBACK, NULL }, { "sit", ARPHRD_SIT, NULL },
	{ "gre", ARPHRD_IPGRE, NULL },	       { "ieee802.11", ARPHRD_IEEE80211, NULL },
	{ "gre6", ARPHRD_IP6GRE, NULL },       { "netlink", ARPHRD_NETLINK, NULL },
	{ "vsockmon", ARPHRD_VSOCKMON, NULL }, { "none", ARPHRD_NONE, NULL },
	{ NULL, 0, NULL },
};

static const struct name flags[] = {
	{ "up", 1 << 0, NULL },		 { "broadcast", 1 << 1, NULL },
	{ "debug", 1 << 2, NULL },	 { "loopback", 1 << 3, NULL },
	{ "pointopoint", 1 << 4, NULL }, { "notrailers", 1 << 5, NULL },
	{ "running", 1 << 6, NULL },	 { "noarp", 1 << 7, NULL },
	{ "promisc", 1 << 8, NULL },	 { "allmulti", 1 << 9, NULL },
	{ "master", 1 << 10, NULL },	 { "slave", 1 << 11, NULL },
	{ "multicast", 1 << 12, NULL },	 { "portsel", 1 << 13, NULL },
	{ "automedia", 1 << 14, NULL },	 { "dynamic", 1 << 15, NULL },
	{ "lower-up", 1 << 16, NULL },	 { "dormant", 1 << 17, NULL },
	{ "echo", 1 << 18, NULL },	 { NULL, 0, NULL },
};

static const struct name operstates[] = {
	{ "unknown", 0, NULL }, { "notpresent", 1, NULL }, { "down", 2, NULL },
	{ "lowerlayerdown", 3, NULL }, { "testing", 4, NULL }, { "dormant", 5, NULL },
	{ "up", 6, NULL }, { NULL, 0, NULL },
};

static const struct name link_modes[] = { { "default", 0, NULL }, { "dormant", 1, NULL }, { NULL, 0, NULL } };

static const struct name extended[] = {
	{ "vf", 1, NULL }, { "brvlan", 2, NULL }, { "brvlan-compressed", 4, NULL },
	{ "skip-stats", 8, NULL }, { "mrp", 16, NULL }, { NULL, 0, NULL },
};

static const struct name vlan_protocols[] = {
	{ "802.1q", ETH_P_8021Q, NULL }, { "802.1ad", ETH_P_8021AD, NULL }, { NULL, 0, NULL },
};

static const struct name macvlan_modes[] = {
	{ "private", 1, NULL }, { "vepa", 2, NULL }, { "bridge", 4, NULL },
	{ "passthru", 8, NULL }, { "source", 16, NULL }, { NULL, 0, NULL },
};

static const struct name bond_modes[] = {
	{ "balance-rr", 0, NULL }, { "active-backup", 1, NULL }, { "balance-xor", 2, NULL },
	{ "broadcast", 3, NULL }, { "802.3ad", 4, NULL }, { "balance-tlb", 5, NULL },
	{ "balance-alb", 6, NULL }, { NULL, 0, NULL },
};

static const struct name port_states[] = {
	{ "disabled", 0, NULL }, { "listening", 1, NULL }, { "learning", 2, NULL },
	{ "forwarding", 3, NULL }, { "blocking", 4, NULL }, { NULL, 0, NULL },
};

#define COUNT(label, member) NETLINK_MEMBER(label, struct rtnl_link_stats64, member, UNSIGNED)

static const struct netlink_field statistics[] = {
	COUNT("rx-packets", rx_packets),
	COUNT("tx-packets", tx_packets),
	COUNT("rx-bytes", rx_bytes),
	COUNT("tx-bytes", tx_bytes),
	COUNT("rx-errors", rx_errors),
	COUNT("tx-errors", tx_errors),
	COUNT("rx-dropped", rx_dropped),
	COUNT("tx-dropped", tx_dropped),
	COUNT("multicast", multicast),
	COUNT("collisions", collisions),
	COUNT("rx-length-errors", rx_length_errors),
	COUNT("rx-over-errors", rx_over_errors),
	COUNT("rx-crc-errors", rx_crc_errors),
	COUNT("rx-frame-errors", rx_frame_errors),
	COUNT("rx-fifo-errors", rx_fifo_errors),
	COUNT("rx-missed-errors", rx_missed_errors),
	COUNT("tx-aborted-errors", tx_aborted_errors),
	COUNT("tx-carrier-errors", tx_carrier_errors),
	COUNT("tx-fifo-errors", tx_fifo_errors),
	COUNT("tx-heartbeat-errors", tx_heartbeat_errors),
	COUNT("tx-window-errors", tx_window_errors),
	COUNT("rx-compressed", rx_compressed),
	COUNT("tx-compressed", tx_compressed),
	COUNT("rx-nohandler", rx_nohandler),
	{ .name = NULL },
};

static const struct netlink_field vlan_flags[] = {
	NETLINK_FIELD("flags", 0, UNSIGNED, 4),
	NETLINK_FIELD("mask", 4, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field vlan[] = {
	NETLINK_FIELD("id", IFLA_VLAN_ID, UNSIGNED, 2),
	NETLINK_FIELD("flags", IFLA_VLAN_FLAGS, STRUCT, 0, .fields = vlan_flags),
	NETLINK_FIELD("protocol", IFLA_VLAN_PROTOCOL, BIG, 2, .names = vlan_protocols),
	{ .name = NULL },
};

static const struct netlink_field veth[] = {
	NETLINK_FIELD("peer", 1, BODY, 0, .body = &netlink_link_body),
	{ .name = NULL },
};

static const struct netlink_field bridge[] = {
	NETLINK_FIELD("forward-delay", IFLA_BR_FORWARD_DELAY, UNSIGNED, 4),
	NETLINK_FIELD("hello-time", IFLA_BR_HELLO_TIME, UNSIGNED, 4),
	NETLINK_FIELD("max-age", IFLA_BR_MAX_AGE, UNSIGNED, 4),
	NETLINK_FIELD("ageing-time", IFLA_BR_AGEING_TIME, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("stp-state", IFLA_BR_STP_STATE, UNSIGNED, 4),
	NETLINK_FIELD("priority", IFLA_BR_PRIORITY, UNSIGNED, 2),
	NETLINK_FIELD("vlan-filtering", IFLA_BR_VLAN_FILTERING, UNSIGNED, 1),
	NETLINK_FIELD("vlan-protocol", IFLA_BR_VLAN_PROTOCOL, BIG, 2, .names = vlan_protocols),
	NETLINK_FIELD("mcast-snooping", IFLA_BR_MCAST_SNOOPING, UNSIGNED, 1),
	{ .name = NULL },
};

static const struct netlink_field macvlan[] = {
	NETLINK_FIELD("mode", IFLA_MACVLAN_MODE, NAMED, 4, .names = macvlan_modes),
	NETLINK_FIELD("flags", IFLA_MACVLAN_FLAGS, UNSIGNED, 2),
	{ .name = NULL },
};

static const struct netlink_field vxlan[] = {
	NETLINK_FIELD("id", IFLA_VXLAN_ID, UNSIGNED, 4),
	NETLINK_FIELD("group", IFLA_VXLAN_GROUP, ADDRESS, 0),
	NETLINK_FIELD("link", IFLA_VXLAN_LINK, INTERFACE, 4),
	NETLINK_FIELD("local", IFLA_VXLAN_LOCAL, ADDRESS, 0),
	NETLINK_FIELD("ttl", IFLA_VXLAN_TTL, UNSIGNED, 1),
	NETLINK_FIELD("tos", IFLA_VXLAN_TOS, UNSIGNED, 1),
	NETLINK_FIELD("learning", IFLA_VXLAN_LEARNING, UNSIGNED, 1),
	NETLINK_FIELD("ageing", IFLA_VXLAN_AGEING, UNSIGNED, 4),
	NETLINK_FIELD("port", IFLA_VXLAN_PORT, BIG, 2),
	NETLINK_FIELD("group6", IFLA_VXLAN_GROUP6, ADDRESS, 0),
	NETLINK_FIELD("local6", IFLA_VXLAN_LOCAL6, ADDRESS, 0),
	{ .name = NULL },
};

static const struct netlink_field bond[] = {
	NETLINK_FIELD("mode", IFLA_BOND_MODE, NAMED, 1, .names = bond_modes),
	NETLINK_FIELD("active-slave", IFLA_BOND_ACTIVE_SLAVE, INTERFACE, 4),
	NETLINK_FIELD("miimon", IFLA_BOND_MIIMON, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field vrf[] = {
	NETLINK_FIELD("table", IFLA_VRF_TABLE, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field tun[] = {
	NETLINK_FIELD("owner", 1, UNSIGNED, 4),	  NETLINK_FIELD("group", 2, UNSIGNED, 4),
	NETLINK_FIELD("type", 3, UNSIGNED, 1),	  NETLINK_FIELD("pi", 4, UNSIGNED, 1),
	NETLINK_FIELD("vnet-hdr", 5, UNSIGNED, 1), NETLINK_FIELD("persist", 6, UNSIGNED, 1),
	NETLINK_FIELD("multi-queue", 7, UNSIGNED, 1), NETLINK_FIELD("num-queues", 8, UNSIGNED, 4),
	NETLINK_FIELD("num-disabled-queues", 9, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field can[] = {
	NETLINK_FIELD("state", 4, UNSIGNED, 4),
	NETLINK_FIELD("restart-ms", 6, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_choice kinds[] = {
	{ "bond", bond }, { "bridge", bridge },	  { "can", can },   { "macvlan", macvlan },
	{ "macvtap", macvlan }, { "tun", tun },	  { "veth", veth }, { "vlan", vlan },
	{ "vrf", vrf },	  { "vxlan", vxlan },	  { NULL, NULL },
};

static const struct netlink_field bridge_port[] = {
	NETLINK_FIELD("state", IFLA_BRPORT_STATE, NAMED, 1, .names = port_states),
	NETLINK_FIELD("priority", IFLA_BRPORT_PRIORITY, UNSIGNED, 2),
	NETLINK_FIELD("cost", IFLA_BRPORT_COST, UNSIGNED, 4),
	NETLINK_FIELD("mode", IFLA_BRPORT_MODE, UNSIGNED, 1),
	{ .name = NULL },
};

static const struct netlink_choice slave_kinds[] = { { "bridge", bridge_port }, { NULL, NULL } };

static const struct netlink_field info[] = {
	NETLINK_FIELD("kind", IFLA_INFO_KIND, TEXT, 0),
	NETLINK_FIELD("data", IFLA_INFO_DATA, NEST, 0, .choices = kinds, .chosen_by = IFLA_INFO_KIND),
	NETLINK_FIELD("xstats", IFLA_INFO_XSTATS, BYTES, 0, .quiet = true),
	NETLINK_FIELD("slave-kind", IFLA_INFO_SLAVE_KIND, TEXT, 0),
	NETLINK_FIELD("slave-data", IFLA_INFO_SLAVE_DATA, NEST, 0, .quiet = true, .choices = slave_kinds, .chosen_by = IFLA_INFO_SLAVE_KIND),
	{ .name = NULL },
};

static const struct netlink_field names[] = {
	NETLINK_FIELD("alt-ifname", IFLA_ALT_IFNAME, TEXT, 0),
	{ .name = NULL },
};

static const struct netlink_field xdp[] = {
	NETLINK_FIELD("fd", IFLA_XDP_FD, SIGNED, 4),
	NETLINK_FIELD("attached", IFLA_XDP_ATTACHED, UNSIGNED, 1),
	NETLINK_FIELD("flags", IFLA_XDP_FLAGS, UNSIGNED, 4),
	NETLINK_FIELD("prog-id", IFLA_XDP_PROG_ID, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field specifics[] = {
	NETLINK_FIELD("bridge", AF_BRIDGE, NEST, 0),
	NETLINK_FIELD("inet", AF_INET, NEST, 0),
	NETLINK_FIELD("inet6", AF_INET6, NEST, 0),
	NETLINK_FIELD("mctp", 45, NEST, 0),
	{ .name = NULL },
};

static const struct netlink_field header[] = {
	NETLINK_MEMBER("family", struct ifinfomsg, ifi_family, NAMED, .names = netlink_domains),
	NETLINK_MEMBER("type", struct ifinfomsg, ifi_type, NAMED, .names = hardware),
	NETLINK_MEMBER("index", struct ifinfomsg, ifi_index, SIGNED),
	NETLINK_MEMBER("flags", struct ifinfomsg, ifi_flags, SET, .names = flags),
	NETLINK_MEMBER("change", struct ifinfomsg, ifi_change, SET, .quiet = true, .names = flags),
	{ .name = NULL },
};

static const struct netlink_field attributes[] = {
	NETLINK_FIELD("address", IFLA_ADDRESS, HARDWARE, 0),
	NETLINK_FIELD("broadcast", IFLA_BROADCAST, HARDWARE, 0, .quiet = true),
	NETLINK_FIELD("ifname", IFLA_IFNAME, TEXT, 0),
	NETLINK_FIELD("mtu", IFLA_MTU, UNSIGNED, 4),
	NETLINK_FIELD("link", IFLA_LINK, INTERFACE, 4),
	NETLINK_FIELD("qdisc", IFLA_QDISC, TEXT, 0),
	NETLINK_FIELD("stats", IFLA_STATS, BYTES, 0, .quiet = true),
	NETLINK_FIELD("master", IFLA_MASTER, INTERFACE, 4),
	NETLINK_FIELD("wireless", IFLA_WIRELESS, BYTES, 0, .quiet = true),
	NETLINK_FIELD("protinfo", IFLA_PROTINFO, BYTES, 0, .quiet = true),
	NETLINK_FIELD("txqlen", IFLA_TXQLEN, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("map", IFLA_MAP, BYTES, 0, .quiet = true),
	NETLINK_FIELD("operstate", IFLA_OPERSTATE, NAMED, 1, .names = operstates),
	NETLINK_FIELD("linkmode", IFLA_LINKMODE, NAMED, 1, .quiet = true, .names = link_modes),
	NETLINK_FIELD("linkinfo", IFLA_LINKINFO, NEST, 0, .fields = info),
	NETLINK_FIELD("net-ns-pid", IFLA_NET_NS_PID, UNSIGNED, 4),
	NETLINK_FIELD("ifalias", IFLA_IFALIAS, TEXT, 0),
	NETLINK_FIELD("num-vf", IFLA_NUM_VF, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("vfinfo-list", IFLA_VFINFO_LIST, BYTES, 0, .quiet = true),
	NETLINK_FIELD("stats64", IFLA_STATS64, STRUCT, 0, .quiet = true, .fields = statistics),
	NETLINK_FIELD("af-spec", IFLA_AF_SPEC, NEST, 0, .quiet = true, .fields = specifics),
	NETLINK_FIELD("group", IFLA_GROUP, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("net-ns-fd", IFLA_NET_NS_FD, UNSIGNED, 4),
	NETLINK_FIELD("ext-mask", IFLA_EXT_MASK, SET, 4, .names = extended),
	NETLINK_FIELD("promiscuity", IFLA_PROMISCUITY, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("num-tx-queues", IFLA_NUM_TX_QUEUES, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("num-rx-queues", IFLA_NUM_RX_QUEUES, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("carrier", IFLA_CARRIER, UNSIGNED, 1, .quiet = true),
	NETLINK_FIELD("phys-port-id", IFLA_PHYS_PORT_ID, BYTES, 0, .quiet = true),
	NETLINK_FIELD("carrier-changes", IFLA_CARRIER_CHANGES, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("phys-switch-id", IFLA_PHYS_SWITCH_ID, BYTES, 0, .quiet = true),
	NETLINK_FIELD("link-netnsid", IFLA_LINK_NETNSID, SIGNED, 4),
	NETLINK_FIELD("phys-port-name", IFLA_PHYS_PORT_NAME, TEXT, 0, .quiet = true),
	NETLINK_FIELD("proto-down", IFLA_PROTO_DOWN, UNSIGNED, 1, .quiet = true),
	NETLINK_FIELD("gso-max-segs", IFLA_GSO_MAX_SEGS, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("gso-max-size", IFLA_GSO_MAX_SIZE, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("pad", IFLA_PAD, BYTES, 0, .quiet = true),
	NETLINK_FIELD("xdp", IFLA_XDP, NEST, 0, .quiet = true, .fields = xdp),
	NETLINK_FIELD("event", IFLA_EVENT, UNSIGNED, 4),
	NETLINK_FIELD("new-netnsid", IFLA_NEW_NETNSID, SIGNED, 4),
	NETLINK_FIELD("target-netnsid", IFLA_TARGET_NETNSID, SIGNED, 4),
	NETLINK_FIELD("carrier-up-count", IFLA_CARRIER_UP_COUNT, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("carrier-down-count", IFLA_CARRIER_DOWN_COUNT, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("new-ifindex", IFLA_NEW_IFINDEX, SIGNED, 4),
	NETLINK_FIELD("min-mtu", IFLA_MIN_MTU, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("max-mtu", IFLA_MAX_MTU, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("prop-list", IFLA_PROP_LIST, NEST, 0, .fields = names),
	NETLINK_FIELD("alt-ifname", IFLA_ALT_IFNAME, TEXT, 0),
	NETLINK_FIELD("perm-address", IFLA_PERM_ADDRESS, HARDWARE, 0, .quiet = true),
	NETLINK_FIELD("proto-down-reason", 55, BYTES, 0, .quiet = true),
	NETLINK_FIELD("parent-dev-name", 56, TEXT, 0, .quiet = true),
	NETLINK_FIELD("parent-dev-bus-name", 57, TEXT, 0, .quiet = true),
	NETLINK_FIELD("gro-max-size", 58, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("tso-max-size", 59, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("tso-max-segs", 60, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("allmulti", 61, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("devlink-port", 62, BYTES, 0, .quiet = true),
	NETLINK_FIELD("gso-ipv4-max-size", 63, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("gro-ipv4-max-size", 64, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("dpll-pin", 65, BYTES, 0, .quiet = true),
	NETLINK_FIELD("max-pacing-offload-horizon", 66, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("netns-immutable", 67, UNSIGNED, 1, .quiet = true),
	NETLINK_FIELD("headroom", 68, UNSIGNED, 2, .quiet = true),
	NETLINK_FIELD("tailroom", 69, UNSIGNED, 2, .quiet = true),
	{ .name = NULL },
};

const struct netlink_body netlink_link_body = { sizeof(struct ifinfomsg), header, attributes };
