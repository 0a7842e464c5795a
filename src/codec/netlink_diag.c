/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets as the kernel lists them: of IP, UNIX, netlink, packet and vsock; sock_diag(7). */
#include "codec/netlink_table.h"

#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const struct name states[] = {
	{ "established", 1, NULL }, { "syn-sent", 2, NULL },  { "syn-recv", 3, NULL },
	{ "fin-wait-1", 4, NULL },  { "fin-wait-2", 5, NULL }, { "time-wait", 6, NULL },
	{ "close", 7, NULL },	    { "close-wait", 8, NULL }, { "last-ack", 9, NULL },
	{ "listen", 10, NULL },	    { "closing", 11, NULL },   { "new-syn-recv", 12, NULL },
	{ NULL, 0, NULL },
};

static const struct name state_bits[] = {
	{ "all", UINT32_MAX, NULL },	   { "established", 1 << 1, NULL },
	{ "syn-sent", 1 << 2, NULL },	   { "syn-recv", 1 << 3, NULL },
	{ "fin-wait-1", 1 << 4, NULL },	   { "fin-wait-2", 1 << 5, NULL },
	{ "time-wait", 1 << 6, NULL },	   { "close", 1 << 7, NULL },
	{ "close-wait", 1 << 8, NULL },	   { "last-ack", 1 << 9, NULL },
	{ "listen", 1 << 10, NULL },	   { "closing", 1 << 11, NULL },
	{ NULL, 0, NULL },
};

static const struct name transports[] = {
	{ "icmp", IPPROTO_ICMP, NULL }, { "tcp", IPPROTO_TCP, NULL },	{ "udp", IPPROTO_UDP, NULL },
	{ "dccp", IPPROTO_DCCP, NULL }, { "sctp", IPPROTO_SCTP, NULL }, { "udplite", IPPROTO_UDPLITE, NULL },
	{ "raw", IPPROTO_RAW, NULL },	{ NULL, 0, NULL },
};

static const struct name types[] = {
	{ "stream", SOCK_STREAM, NULL }, { "dgram", SOCK_DGRAM, NULL },
	{ "raw", SOCK_RAW, NULL },	 { "seqpacket", SOCK_SEQPACKET, NULL },
	{ "packet", SOCK_PACKET, NULL }, { NULL, 0, NULL },
};

static const struct name timers[] = {
	{ "off", 0, NULL }, { "on", 1, NULL }, { "keepalive", 2, NULL }, { "time-wait", 3, NULL },
	{ "persist", 4, NULL }, { NULL, 0, NULL },
};

static const struct name inet_extensions[] = {
	{ "meminfo", 1 << 0, NULL }, { "info", 1 << 1, NULL }, { "vegasinfo", 1 << 2, NULL },
	{ "cong", 1 << 3, NULL }, { "tos", 1 << 4, NULL }, { "tclass", 1 << 5, NULL },
	{ "skmeminfo", 1 << 6, NULL }, { "shutdown", 1 << 7, NULL }, { NULL, 0, NULL },
};

static const struct name unix_shows[] = {
	{ "name", UDIAG_SHOW_NAME, NULL }, { "vfs", UDIAG_SHOW_VFS, NULL },
	{ "peer", UDIAG_SHOW_PEER, NULL }, { "icons", UDIAG_SHOW_ICONS, NULL },
	{ "rqlen", UDIAG_SHOW_RQLEN, NULL }, { "meminfo", UDIAG_SHOW_MEMINFO, NULL },
	{ "uid", UDIAG_SHOW_UID, NULL }, { NULL, 0, NULL },
};

static const struct name netlink_shows[] = {
	{ "meminfo", NDIAG_SHOW_MEMINFO, NULL }, { "groups", NDIAG_SHOW_GROUPS, NULL },
	{ "flags", NDIAG_SHOW_FLAGS, NULL }, { NULL, 0, NULL },
};

static const struct name netlink_protocols[] = {
	{ "all", NDIAG_PROTO_ALL, NULL }, { "route", 0, NULL }, { "usersock", 2, NULL },
	{ "sock-diag", 4, NULL }, { "xfrm", 6, NULL }, { "selinux", 7, NULL }, { "audit", 9, NULL },
	{ "fib-lookup", 10, NULL }, { "connector", 11, NULL }, { "netfilter", 12, NULL },
	{ "kobject-uevent", 15, NULL }, { "generic", 16, NULL }, { "crypto", 21, NULL },
	{ NULL, 0, NULL },
};

static const struct name packet_shows[] = {
	{ "info", PACKET_SHOW_INFO, NULL }, { "mclist", PACKET_SHOW_MCLIST, NULL },
	{ "ring", PACKET_SHOW_RING_CFG, NULL }, { "fanout", PACKET_SHOW_FANOUT, NULL },
	{ "meminfo", PACKET_SHOW_MEMINFO, NULL }, { "filter", PACKET_SHOW_FILTER, NULL },
	{ NULL, 0, NULL },
};

#define PLACE(first, label, of, member, way, ...) \
	{ .name = label, .number = (first) + offsetof(of, member), .kind = NETLINK_##way, \
	  .size = sizeof(((of *)0)->member), __VA_ARGS__ }

/* Ports and addresses, of which IPv4 fills the first four bytes. */
#define SOCKET_ID(first, width) \
	PLACE(first, "sport", struct inet_diag_sockid, idiag_sport, BIG), \
	PLACE(first, "dport", struct inet_diag_sockid, idiag_dport, BIG), \
	{ .name = "src", .number = (first) + offsetof(struct inet_diag_sockid, idiag_src), .kind = NETLINK_ADDRESS, .size = width }, \
	{ .name = "dst", .number = (first) + offsetof(struct inet_diag_sockid, idiag_dst), .kind = NETLINK_ADDRESS, .size = width }, \
	PLACE(first, "interface", struct inet_diag_sockid, idiag_if, INTERFACE), \
	PLACE(first, "cookie", struct inet_diag_sockid, idiag_cookie, UNSIGNED, .quiet = true)

#define INET_REQUEST(width) \
	NETLINK_MEMBER("family", struct inet_diag_req_v2, sdiag_family, NAMED, .quiet = true, .names = netlink_domains), \
	NETLINK_MEMBER("protocol", struct inet_diag_req_v2, sdiag_protocol, NAMED, .names = transports), \
	NETLINK_MEMBER("ext", struct inet_diag_req_v2, idiag_ext, SET, .names = inet_extensions), \
	NETLINK_MEMBER("states", struct inet_diag_req_v2, idiag_states, SET, .names = state_bits), \
	SOCKET_ID(offsetof(struct inet_diag_req_v2, id), width)

#define INET_ANSWER(width) \
	NETLINK_MEMBER("family", struct inet_diag_msg, idiag_family, NAMED, .quiet = true, .names = netlink_domains), \
	NETLINK_MEMBER("state", struct inet_diag_msg, idiag_state, NAMED, .names = states), \
	NETLINK_MEMBER("timer", struct inet_diag_msg, idiag_timer, NAMED, .names = timers), \
	NETLINK_MEMBER("retrans", struct inet_diag_msg, idiag_retrans, UNSIGNED), \
	SOCKET_ID(offsetof(struct inet_diag_msg, id), width), \
	NETLINK_MEMBER("expires", struct inet_diag_msg, idiag_expires, UNSIGNED), \
	NETLINK_MEMBER("rqueue", struct inet_diag_msg, idiag_rqueue, UNSIGNED), \
	NETLINK_MEMBER("wqueue", struct inet_diag_msg, idiag_wqueue, UNSIGNED), \
	NETLINK_MEMBER("uid", struct inet_diag_msg, idiag_uid, UNSIGNED), \
	NETLINK_MEMBER("inode", struct inet_diag_msg, idiag_inode, UNSIGNED)

static const struct netlink_field inet_request[] = { INET_REQUEST(4), { .name = NULL } };
static const struct netlink_field inet6_request[] = { INET_REQUEST(16), { .name = NULL } };
static const struct netlink_field inet_answer[] = { INET_ANSWER(4), { .name = NULL } };
static const struct netlink_field inet6_answer[] = { INET_ANSWER(16), { .name = NULL } };

static const struct netlink_field memory[] = {
	NETLINK_FIELD("rmem-alloc", 0, UNSIGNED, 4), NETLINK_FIELD("rcvbuf", 4, UNSIGNED, 4),
	NETLINK_FIELD("wmem-alloc", 8, UNSIGNED, 4), NETLINK_FIELD("sndbuf", 12, UNSIGNED, 4),
	NETLINK_FIELD("fwd-alloc", 16, UNSIGNED, 4), NETLINK_FIELD("wmem-queued", 20, UNSIGNED, 4),
	NETLINK_FIELD("optmem", 24, UNSIGNED, 4),    NETLINK_FIELD("backlog", 28, UNSIGNED, 4),
	NETLINK_FIELD("drops", 32, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field no_attributes[] = { { .name = NULL } };

static const struct netlink_field inet_attributes[] = {
	NETLINK_FIELD("meminfo", INET_DIAG_MEMINFO, BYTES, 0, .quiet = true),
	NETLINK_FIELD("info", INET_DIAG_INFO, BYTES, 0, .quiet = true),
	NETLINK_FIELD("vegasinfo", INET_DIAG_VEGASINFO, BYTES, 0, .quiet = true),
	NETLINK_FIELD("cong", INET_DIAG_CONG, TEXT, 0),
	NETLINK_FIELD("tos", INET_DIAG_TOS, UNSIGNED, 1, .quiet = true),
	NETLINK_FIELD("tclass", INET_DIAG_TCLASS, UNSIGNED, 1, .quiet = true),
	NETLINK_FIELD("skmeminfo", INET_DIAG_SKMEMINFO, STRUCT, 0, .quiet = true, .fields = memory),
	NETLINK_FIELD("shutdown", INET_DIAG_SHUTDOWN, UNSIGNED, 1, .quiet = true),
	NETLINK_FIELD("v6only", INET_DIAG_SKV6ONLY, UNSIGNED, 1, .quiet = true),
	NETLINK_FIELD("mark", INET_DIAG_MARK, UNSIGNED, 4),
	NETLINK_FIELD("class-id", INET_DIAG_CLASS_ID, UNSIGNED, 4, .quiet = true),
	NETLINK_FIELD("ulp-info", INET_DIAG_ULP_INFO, BYTES, 0, .quiet = true),
	NETLINK_FIELD("cgroup-id", INET_DIAG_CGROUP_ID, UNSIGNED, 8, .quiet = true),
	NETLINK_FIELD("sockopt", INET_DIAG_SOCKOPT, BYTES, 0, .quiet = true),
	{ .name = NULL },
};

static const struct netlink_field unix_request[] = {
	NETLINK_MEMBER("family", struct unix_diag_req, sdiag_family, NAMED, .quiet = true, .names = netlink_domains),
	NETLINK_MEMBER("states", struct unix_diag_req, udiag_states, SET, .names = state_bits),
	NETLINK_MEMBER("ino", struct unix_diag_req, udiag_ino, UNSIGNED),
	NETLINK_MEMBER("show", struct unix_diag_req, udiag_show, SET, .names = unix_shows),
	{ .name = NULL },
};

static const struct netlink_field unix_answer[] = {
	NETLINK_MEMBER("family", struct unix_diag_msg, udiag_family, NAMED, .quiet = true, .names = netlink_domains),
	NETLINK_MEMBER("type", struct unix_diag_msg, udiag_type, NAMED, .names = types),
	NETLINK_MEMBER("state", struct unix_diag_msg, udiag_state, NAMED, .names = states),
	NETLINK_MEMBER("ino", struct unix_diag_msg, udiag_ino, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field unix_file[] = {
	NETLINK_MEMBER("ino", struct unix_diag_vfs, udiag_vfs_ino, UNSIGNED),
	NETLINK_MEMBER("dev", struct unix_diag_vfs, udiag_vfs_dev, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field unix_queue[] = {
	NETLINK_MEMBER("rqueue", struct unix_diag_rqlen, udiag_rqueue, UNSIGNED),
	NETLINK_MEMBER("wqueue", struct unix_diag_rqlen, udiag_wqueue, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field unix_attributes[] = {
	NETLINK_FIELD("name", UNIX_DIAG_NAME, PATH, 0),
	NETLINK_FIELD("vfs", UNIX_DIAG_VFS, STRUCT, 0, .quiet = true, .fields = unix_file),
	NETLINK_FIELD("peer", UNIX_DIAG_PEER, UNSIGNED, 4),
	NETLINK_FIELD("icons", UNIX_DIAG_ICONS, BYTES, 0, .quiet = true),
	NETLINK_FIELD("rqlen", UNIX_DIAG_RQLEN, STRUCT, 0, .fields = unix_queue),
	NETLINK_FIELD("meminfo", UNIX_DIAG_MEMINFO, STRUCT, 0, .quiet = true, .fields = memory),
	NETLINK_FIELD("shutdown", UNIX_DIAG_SHUTDOWN, UNSIGNED, 1, .quiet = true),
	NETLINK_FIELD("uid", UNIX_DIAG_UID, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field netlink_request[] = {
	NETLINK_MEMBER("family", struct netlink_diag_req, sdiag_family, NAMED, .quiet = true, .names = netlink_domains),
	NETLINK_MEMBER("protocol", struct netlink_diag_req, sdiag_protocol, NAMED, .names = netlink_protocols),
	NETLINK_MEMBER("ino", struct netlink_diag_req, ndiag_ino, UNSIGNED),
	NETLINK_MEMBER("show", struct netlink_diag_req, ndiag_show, SET, .names = netlink_shows),
	{ .name = NULL },
};

static const struct netlink_field netlink_answer[] = {
	NETLINK_MEMBER("family", struct netlink_diag_msg, ndiag_family, NAMED, .quiet = true, .names = netlink_domains),
	NETLINK_MEMBER("type", struct netlink_diag_msg, ndiag_type, NAMED, .names = types),
	NETLINK_MEMBER("protocol", struct netlink_diag_msg, ndiag_protocol, NAMED, .names = netlink_protocols),
	NETLINK_MEMBER("state", struct netlink_diag_msg, ndiag_state, UNSIGNED),
	NETLINK_MEMBER("portid", struct netlink_diag_msg, ndiag_portid, UNSIGNED),
	NETLINK_MEMBER("dst-portid", struct netlink_diag_msg, ndiag_dst_portid, UNSIGNED),
	NETLINK_MEMBER("dst-group", struct netlink_diag_msg, ndiag_dst_group, UNSIGNED),
	NETLINK_MEMBER("ino", struct netlink_diag_msg, ndiag_ino, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field netlink_attributes[] = {
	NETLINK_FIELD("meminfo", NETLINK_DIAG_MEMINFO, STRUCT, 0, .quiet = true, .fields = memory),
	NETLINK_FIELD("groups", NETLINK_DIAG_GROUPS, BYTES, 0),
	NETLINK_FIELD("flags", NETLINK_DIAG_FLAGS, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field packet_request[] = {
	NETLINK_MEMBER("family", struct packet_diag_req, sdiag_family, NAMED, .quiet = true, .names = netlink_domains),
	NETLINK_MEMBER("protocol", struct packet_diag_req, sdiag_protocol, UNSIGNED),
	NETLINK_MEMBER("ino", struct packet_diag_req, pdiag_ino, UNSIGNED),
	NETLINK_MEMBER("show", struct packet_diag_req, pdiag_show, SET, .names = packet_shows),
	{ .name = NULL },
};

static const struct netlink_field packet_answer[] = {
	NETLINK_MEMBER("family", struct packet_diag_msg, pdiag_family, NAMED, .quiet = true, .names = netlink_domains),
	NETLINK_MEMBER("type", struct packet_diag_msg, pdiag_type, NAMED, .names = types),
	NETLINK_MEMBER("num", struct packet_diag_msg, pdiag_num, UNSIGNED),
	NETLINK_MEMBER("ino", struct packet_diag_msg, pdiag_ino, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field packet_info[] = {
	NETLINK_MEMBER("interface", struct packet_diag_info, pdi_index, INTERFACE),
	NETLINK_MEMBER("version", struct packet_diag_info, pdi_version, UNSIGNED),
	NETLINK_MEMBER("flags", struct packet_diag_info, pdi_flags, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_field packet_attributes[] = {
	NETLINK_FIELD("info", PACKET_DIAG_INFO, STRUCT, 0, .fields = packet_info),
	NETLINK_FIELD("fanout", PACKET_DIAG_FANOUT, UNSIGNED, 4),
	NETLINK_FIELD("uid", PACKET_DIAG_UID, UNSIGNED, 4),
	NETLINK_FIELD("meminfo", PACKET_DIAG_MEMINFO, STRUCT, 0, .quiet = true, .fields = memory),
	{ .name = NULL },
};

static const struct netlink_field vsock_request[] = {
	NETLINK_MEMBER("family", struct vsock_diag_req, sdiag_family, NAMED, .quiet = true, .names = netlink_domains),
	NETLINK_MEMBER("states", struct vsock_diag_req, vdiag_states, SET, .names = state_bits),
	{ .name = NULL },
};

static const struct netlink_field vsock_answer[] = {
	NETLINK_MEMBER("family", struct vsock_diag_msg, vdiag_family, NAMED, .quiet = true, .names = netlink_domains),
	NETLINK_MEMBER("type", struct vsock_diag_msg, vdiag_type, NAMED, .names = types),
	NETLINK_MEMBER("state", struct vsock_diag_msg, vdiag_state, NAMED, .names = states),
	NETLINK_MEMBER("shutdown", struct vsock_diag_msg, vdiag_shutdown, UNSIGNED),
	NETLINK_MEMBER("src-cid", struct vsock_diag_msg, vdiag_src_cid, UNSIGNED),
	NETLINK_MEMBER("src-port", struct vsock_diag_msg, vdiag_src_port, UNSIGNED),
	NETLINK_MEMBER("dst-cid", struct vsock_diag_msg, vdiag_dst_cid, UNSIGNED),
	NETLINK_MEMBER("dst-port", struct vsock_diag_msg, vdiag_dst_port, UNSIGNED),
	NETLINK_MEMBER("ino", struct vsock_diag_msg, vdiag_ino, UNSIGNED),
	{ .name = NULL },
};

static const struct netlink_body bodies[] = {
	{ sizeof(struct inet_diag_req_v2), inet_request, no_attributes },
	{ sizeof(struct inet_diag_req_v2), inet6_request, no_attributes },
	{ sizeof(struct unix_diag_req), unix_request, no_attributes },
	{ sizeof(struct netlink_diag_req), netlink_request, no_attributes },
	{ sizeof(struct packet_diag_req), packet_request, no_attributes },
	{ sizeof(struct vsock_diag_req), vsock_request, no_attributes },
	{ sizeof(struct inet_diag_msg), inet_answer, inet_attributes },
	{ sizeof(struct inet_diag_msg), inet6_answer, inet_attributes },
	{ sizeof(struct unix_diag_msg), unix_answer, unix_attributes },
	{ sizeof(struct netlink_diag_msg), netlink_answer, netlink_attributes },
	{ sizeof(struct packet_diag_msg), packet_answer, packet_attributes },
	{ sizeof(struct vsock_diag_msg), vsock_answer, no_attributes },
};

const struct netlink_operation netlink_diag_operations[] = {
	{ SOCK_DIAG_BY_FAMILY, "get-inet", &bodies[0], AF_INET, true },
	{ SOCK_DIAG_BY_FAMILY, "get-inet6", &bodies[1], AF_INET6, true },
	{ SOCK_DIAG_BY_FAMILY, "get-unix", &bodies[2], AF_UNIX, true },
	{ SOCK_DIAG_BY_FAMILY, "get-netlink", &bodies[3], AF_NETLINK, true },
	{ SOCK_DIAG_BY_FAMILY, "get-packet", &bodies[4], AF_PACKET, true },
	{ SOCK_DIAG_BY_FAMILY, "get-vsock", &bodies[5], AF_VSOCK, true },
	{ SOCK_DESTROY, "destroy-inet", &bodies[0], AF_INET, true },
	{ SOCK_DESTROY, "destroy-inet6", &bodies[1], AF_INET6, true },
	{ SOCK_DIAG_BY_FAMILY, "inet", &bodies[6], AF_INET, false },
	{ SOCK_DIAG_BY_FAMILY, "inet6", &bodies[7], AF_INET6, false },
	{ SOCK_DIAG_BY_FAMILY, "unix", &bodies[8], AF_UNIX, false },
	{ SOCK_DIAG_BY_FAMILY, "netlink", &bodies[9], AF_NETLINK, false },
	{ SOCK_DIAG_BY_FAMILY, "packet", &bodies[10], AF_PACKET, false },
	{ SOCK_DIAG_BY_FAMILY, "vsock", &bodies[11], AF_VSOCK, false },
	{ .name = NULL },
};
