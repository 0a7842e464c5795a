/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The levels, types and layouts of control messages: socket(7), ip(7), ipv6(7), unix(7), packet(7) and their headers. */
#include "core/control.h"

/* in front of what uses its struct timespec */
#include <time.h>

#include <linux/errqueue.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define SIZE(type, member) ((uint8_t)sizeof(((type *)0)->member))
#define FIELD(label, kind, type, member) { label, kind, offsetof(type, member), SIZE(type, member), NULL }
#define END { NULL, 0, 0, 0, NULL }

static const struct control_field signed_int[] = { { "value", CONTROL_SIGNED, 0, 4, NULL }, END };
static const struct control_field unsigned_int[] = { { "value", CONTROL_UNSIGNED, 0, 4, NULL }, END };
static const struct control_field byte[] = { { "value", CONTROL_UNSIGNED, 0, 1, NULL }, END };
static const struct control_field two_bytes[] = { { "value", CONTROL_UNSIGNED, 0, 2, NULL }, END };
static const struct control_field eight_bytes[] = { { "value", CONTROL_UNSIGNED, 0, 8, NULL }, END };
static const struct control_field tx_length[] = { { "value", CONTROL_SIGNED, 0, 8, NULL }, END };
static const struct control_field network_int[] = { { "value", CONTROL_NETWORK, 0, 4, NULL }, END };
static const struct control_field descriptor[] = { { "descriptors", CONTROL_FDS, 0, 4, NULL }, END };
static const struct control_field bytes[] = { { "data", CONTROL_BYTES, 0, 0, NULL }, END };
static const struct control_field text[] = { { "value", CONTROL_TEXT, 0, 0, NULL }, END };
static const struct control_field sockaddr[] = { { "value", CONTROL_SOCKADDR, 0, 2, NULL }, END };
static const struct control_field in4[] = { { "value", CONTROL_IN4, 0, 4, NULL }, END };
static const struct control_field in6[] = { { "value", CONTROL_IN6, 0, 16, NULL }, END };

/* The kernel's clocks by their names, and that of the device, which nobody may have set. */
static const struct name realtime[] = { { "realtime", 0, NULL }, { NULL, 0, NULL } };
static const struct name device[] = { { "device", 0, NULL }, { NULL, 0, NULL } };
static const struct control_field microsecond_time[] = {
	{ "value", CONTROL_TIMEVAL, 0, 16, NULL },
	{ "clock", CONTROL_WORD, 0, 0, realtime },
	END,
};
static const struct control_field nanosecond_time[] = {
	{ "value", CONTROL_TIMESPEC, 0, 16, NULL },
	{ "clock", CONTROL_WORD, 0, 0, realtime },
	END,
};
static const struct control_field timestamping[] = {
	{ "software", CONTROL_TIMESPEC, 0, 16, NULL },
	{ "software_clock", CONTROL_WORD, 0, 0, realtime },
	{ "transformed", CONTROL_TIMESPEC, 16, 16, NULL },
	{ "hardware", CONTROL_TIMESPEC, 32, 16, NULL },
	{ "hardware_clock", CONTROL_WORD, 0, 0, device },
	END,
};
static const struct control_field timestamping_packet[] = {
	{ "interface", CONTROL_INTERFACE, 0, 4, NULL },
	{ "length", CONTROL_UNSIGNED, 4, 4, NULL },
	END,
};
static const struct control_field credentials[] = {
	FIELD("pid", CONTROL_SIGNED, struct ucred, pid),
	FIELD("uid", CONTROL_UNSIGNED, struct ucred, uid),
	FIELD("gid", CONTROL_UNSIGNED, struct ucred, gid),
	END,
};
static const struct control_field dmabuf[] = {
	{ "frag_offset", CONTROL_UNSIGNED, 0, 8, NULL },
	{ "frag_size", CONTROL_UNSIGNED, 8, 4, NULL },
	{ "frag_token", CONTROL_UNSIGNED, 12, 4, NULL },
	{ "dmabuf_id", CONTROL_UNSIGNED, 16, 4, NULL },
	{ "flags", CONTROL_UNSIGNED, 20, 4, NULL },
	END,
};

static const struct control_field pktinfo4[] = {
	FIELD("interface", CONTROL_INTERFACE, struct in_pktinfo, ipi_ifindex),
	FIELD("source", CONTROL_IN4, struct in_pktinfo, ipi_spec_dst),
	FIELD("destination", CONTROL_IN4, struct in_pktinfo, ipi_addr),
	END,
};
static const struct control_field pktinfo6[] = {
	FIELD("interface", CONTROL_INTERFACE, struct in6_pktinfo, ipi6_ifindex),
	FIELD("address", CONTROL_IN6, struct in6_pktinfo, ipi6_addr),
	END,
};
static const struct control_field mtuinfo6[] = {
	{ "destination", CONTROL_SOCKADDR, 0, 28, NULL },
	{ "mtu", CONTROL_UNSIGNED, 28, 4, NULL },
	END,
};

static const struct name error_origins[] = {
	{ "none", SO_EE_ORIGIN_NONE, NULL },
	{ "local", SO_EE_ORIGIN_LOCAL, NULL },
	{ "icmp", SO_EE_ORIGIN_ICMP, NULL },
	{ "icmp6", SO_EE_ORIGIN_ICMP6, NULL },
	{ "txstatus", SO_EE_ORIGIN_TXSTATUS, NULL },
	{ "zerocopy", SO_EE_ORIGIN_ZEROCOPY, NULL },
	{ "txtime", SO_EE_ORIGIN_TXTIME, NULL },
	{ NULL, 0, NULL },
};
static const struct control_field extended_error[] = {
	FIELD("errno", CONTROL_UNSIGNED, struct sock_extended_err, ee_errno),
	{ "origin", CONTROL_UNSIGNED, offsetof(struct sock_extended_err, ee_origin), 1,
	  error_origins },
	FIELD("icmp_type", CONTROL_UNSIGNED, struct sock_extended_err, ee_type),
	FIELD("icmp_code", CONTROL_UNSIGNED, struct sock_extended_err, ee_code),
	FIELD("info", CONTROL_UNSIGNED, struct sock_extended_err, ee_info),
	FIELD("data", CONTROL_UNSIGNED, struct sock_extended_err, ee_data),
	{ "offender", CONTROL_SOCKADDR, sizeof(struct sock_extended_err), 2, NULL },
	END,
};

static const struct control_field auxdata[] = {
	FIELD("status", CONTROL_UNSIGNED, struct tpacket_auxdata, tp_status),
	FIELD("length", CONTROL_UNSIGNED, struct tpacket_auxdata, tp_len),
	FIELD("captured", CONTROL_UNSIGNED, struct tpacket_auxdata, tp_snaplen),
	FIELD("mac", CONTROL_UNSIGNED, struct tpacket_auxdata, tp_mac),
	FIELD("net", CONTROL_UNSIGNED, struct tpacket_auxdata, tp_net),
	FIELD("vlan_tci", CONTROL_UNSIGNED, struct tpacket_auxdata, tp_vlan_tci),
	FIELD("vlan_tpid", CONTROL_UNSIGNED, struct tpacket_auxdata, tp_vlan_tpid),
	END,
};

static const struct name tls_records[] = {
	{ "change-cipher-spec", 20, NULL }, { "alert", 21, NULL },	{ "handshake", 22, NULL },
	{ "application-data", 23, NULL },   { "heartbeat", 24, NULL }, { NULL, 0, NULL },
};
static const struct control_field tls_record[] = {
	{ "value", CONTROL_UNSIGNED, 0, 1, tls_records }, END
};

static const struct name alg_operations[] = {
	{ "decrypt", 0, NULL }, { "encrypt", 1, NULL }, { "sign", 2, NULL },
	{ "verify", 3, NULL },	{ NULL, 0, NULL },
};
static const struct control_field alg_operation[] = {
	{ "value", CONTROL_UNSIGNED, 0, 4, alg_operations }, END
};
static const struct control_field alg_iv[] = { { "data", CONTROL_COUNTED, 0, 4, NULL }, END };

static const struct control_field tipc_errinfo[] = {
	{ "code", CONTROL_UNSIGNED, 0, 4, NULL },
	{ "length", CONTROL_UNSIGNED, 4, 4, NULL },
	END,
};
static const struct control_field tipc_destname[] = {
	{ "type", CONTROL_UNSIGNED, 0, 4, NULL },
	{ "lower", CONTROL_UNSIGNED, 4, 4, NULL },
	{ "upper", CONTROL_UNSIGNED, 8, 4, NULL },
	END,
};

static const struct name hci_directions[] = {
	{ "out", 0, NULL }, { "in", 1, NULL }, { NULL, 0, NULL }
};
static const struct control_field hci_direction[] = {
	{ "value", CONTROL_UNSIGNED, 0, 4, hci_directions }, END
};

static const struct control_field sctp_init[] = {
	{ "streams", CONTROL_UNSIGNED, 0, 2, NULL },
	{ "max_instreams", CONTROL_UNSIGNED, 2, 2, NULL },
	{ "max_attempts", CONTROL_UNSIGNED, 4, 2, NULL },
	{ "max_init_timeout", CONTROL_UNSIGNED, 6, 2, NULL },
	END,
};
static const struct control_field sctp_sndrcv[] = {
	{ "stream", CONTROL_UNSIGNED, 0, 2, NULL },   { "ssn", CONTROL_UNSIGNED, 2, 2, NULL },
	{ "flags", CONTROL_UNSIGNED, 4, 2, NULL },    { "ppid", CONTROL_NETWORK, 8, 4, NULL },
	{ "context", CONTROL_UNSIGNED, 12, 4, NULL }, { "timetolive", CONTROL_UNSIGNED, 16, 4, NULL },
	{ "tsn", CONTROL_UNSIGNED, 20, 4, NULL },     { "cumtsn", CONTROL_UNSIGNED, 24, 4, NULL },
	{ "association", CONTROL_SIGNED, 28, 4, NULL }, END,
};
static const struct control_field sctp_sndinfo[] = {
	{ "stream", CONTROL_UNSIGNED, 0, 2, NULL },  { "flags", CONTROL_UNSIGNED, 2, 2, NULL },
	{ "ppid", CONTROL_NETWORK, 4, 4, NULL },     { "context", CONTROL_UNSIGNED, 8, 4, NULL },
	{ "association", CONTROL_SIGNED, 12, 4, NULL }, END,
};
static const struct control_field sctp_rcvinfo[] = {
	{ "stream", CONTROL_UNSIGNED, 0, 2, NULL },   { "ssn", CONTROL_UNSIGNED, 2, 2, NULL },
	{ "flags", CONTROL_UNSIGNED, 4, 2, NULL },    { "ppid", CONTROL_NETWORK, 8, 4, NULL },
	{ "tsn", CONTROL_UNSIGNED, 12, 4, NULL },     { "cumtsn", CONTROL_UNSIGNED, 16, 4, NULL },
	{ "context", CONTROL_UNSIGNED, 20, 4, NULL }, { "association", CONTROL_SIGNED, 24, 4, NULL },
	END,
};
static const struct control_field sctp_nxtinfo[] = {
	{ "stream", CONTROL_UNSIGNED, 0, 2, NULL }, { "flags", CONTROL_UNSIGNED, 2, 2, NULL },
	{ "ppid", CONTROL_NETWORK, 4, 4, NULL },    { "length", CONTROL_UNSIGNED, 8, 4, NULL },
	{ "association", CONTROL_SIGNED, 12, 4, NULL }, END,
};
static const struct control_field sctp_prinfo[] = {
	{ "policy", CONTROL_UNSIGNED, 0, 2, NULL }, { "value", CONTROL_UNSIGNED, 4, 4, NULL }, END
};

const struct control_level control_levels[] = {
	{ SOL_SOCKET, 0, "socket" },
	{ 0, AF_BLUETOOTH, "hci" },
	{ IPPROTO_IP, 0, "ip" },
	{ IPPROTO_TCP, 0, "tcp" },
	{ 17, AF_BLUETOOTH, "sco" },
	{ IPPROTO_UDP, 0, "udp" },
	{ IPPROTO_IPV6, 0, "ipv6" },
	{ 107, 0, "can-j1939" },
	{ IPPROTO_SCTP, 0, "sctp" },
	{ 263, 0, "packet" },
	{ 269, 0, "dccp" },
	{ 270, 0, "netlink" },
	{ 271, 0, "tipc" },
	{ 272, 0, "rxrpc" },
	{ 274, 0, "bluetooth" },
	{ 276, 0, "rds" },
	{ 277, 0, "iucv" },
	{ 279, 0, "alg" },
	{ 282, 0, "tls" },
	{ 287, 0, "vsock" },
	{ 0, 0, NULL },
};

#define RECEIVED(level, type, name, fields) { level, type, 0, name, fields, false }
#define BOTH(level, type, name, fields) { level, type, 0, name, fields, true }
#define BLUETOOTH(level, type, name, fields) { level, type, AF_BLUETOOTH, name, fields, false }

/* Numbers stand where the C library's headers may be older than the kernel. */
const struct control_row control_rows[] = {
	RECEIVED(SOL_SOCKET, SCM_RIGHTS, "rights", descriptor),
	BOTH(SOL_SOCKET, SCM_CREDENTIALS, "credentials", credentials),
	RECEIVED(SOL_SOCKET, 3, "security", text),
	RECEIVED(SOL_SOCKET, 4, "pidfd", descriptor),
	BOTH(SOL_SOCKET, 12, "priority", unsigned_int),
	RECEIVED(SOL_SOCKET, 29, "timestamp", microsecond_time),
	RECEIVED(SOL_SOCKET, 35, "timestampns", nanosecond_time),
	BOTH(SOL_SOCKET, 36, "mark", unsigned_int),
	RECEIVED(SOL_SOCKET, 37, "timestamping", timestamping),
	RECEIVED(SOL_SOCKET, 40, "rxq-ovfl", unsigned_int),
	RECEIVED(SOL_SOCKET, 41, "wifi-status", signed_int),
	RECEIVED(SOL_SOCKET, 54, "timestamping-opt-stats", bytes),
	RECEIVED(SOL_SOCKET, 58, "timestamping-pktinfo", timestamping_packet),
	BOTH(SOL_SOCKET, 61, "txtime", eight_bytes),
	RECEIVED(SOL_SOCKET, 63, "timestamp-new", microsecond_time),
	RECEIVED(SOL_SOCKET, 64, "timestampns-new", nanosecond_time),
	RECEIVED(SOL_SOCKET, 65, "timestamping-new", timestamping),
	RECEIVED(SOL_SOCKET, 78, "devmem-linear", dmabuf),
	RECEIVED(SOL_SOCKET, 79, "devmem-dmabuf", dmabuf),
	BOTH(SOL_SOCKET, 81, "ts-opt-id", unsigned_int),

	BOTH(IPPROTO_IP, IP_TOS, "tos", byte),
	BOTH(IPPROTO_IP, IP_TTL, "ttl", signed_int),
	RECEIVED(IPPROTO_IP, 3, "security", text),
	RECEIVED(IPPROTO_IP, IP_RECVOPTS, "recvopts", bytes),
	BOTH(IPPROTO_IP, IP_RETOPTS, "retopts", bytes),
	BOTH(IPPROTO_IP, IP_PKTINFO, "pktinfo", pktinfo4),
	RECEIVED(IPPROTO_IP, IP_RECVERR, "recverr", extended_error),
	RECEIVED(IPPROTO_IP, 20, "origdstaddr", sockaddr),
	RECEIVED(IPPROTO_IP, 23, "checksum", unsigned_int),
	RECEIVED(IPPROTO_IP, 25, "recvfragsize", signed_int),
	BOTH(IPPROTO_IP, 52, "protocol", signed_int),

	RECEIVED(IPPROTO_IPV6, 2, "2292pktinfo", pktinfo6),
	RECEIVED(IPPROTO_IPV6, 3, "2292hopopts", bytes),
	RECEIVED(IPPROTO_IPV6, 4, "2292dstopts", bytes),
	RECEIVED(IPPROTO_IPV6, 5, "2292rthdr", bytes),
	RECEIVED(IPPROTO_IPV6, 8, "2292hoplimit", signed_int),
	BOTH(IPPROTO_IPV6, 11, "flowinfo", network_int),
	RECEIVED(IPPROTO_IPV6, IPV6_RECVERR, "recverr", extended_error),
	BOTH(IPPROTO_IPV6, IPV6_PKTINFO, "pktinfo", pktinfo6),
	BOTH(IPPROTO_IPV6, IPV6_HOPLIMIT, "hoplimit", signed_int),
	BOTH(IPPROTO_IPV6, IPV6_HOPOPTS, "hopopts", bytes),
	BOTH(IPPROTO_IPV6, IPV6_RTHDRDSTOPTS, "rthdrdstopts", bytes),
	BOTH(IPPROTO_IPV6, IPV6_RTHDR, "rthdr", bytes),
	BOTH(IPPROTO_IPV6, IPV6_DSTOPTS, "dstopts", bytes),
	RECEIVED(IPPROTO_IPV6, IPV6_PATHMTU, "pathmtu", mtuinfo6),
	BOTH(IPPROTO_IPV6, IPV6_DONTFRAG, "dontfrag", signed_int),
	BOTH(IPPROTO_IPV6, IPV6_TCLASS, "tclass", signed_int),
	RECEIVED(IPPROTO_IPV6, 74, "origdstaddr", sockaddr),
	RECEIVED(IPPROTO_IPV6, 77, "recvfragsize", signed_int),

	RECEIVED(IPPROTO_TCP, 36, "inq", signed_int),
	BOTH(IPPROTO_UDP, 103, "segment", two_bytes),
	RECEIVED(IPPROTO_UDP, 104, "gro", signed_int),

	BOTH(IPPROTO_SCTP, 0, "init", sctp_init),
	BOTH(IPPROTO_SCTP, 1, "sndrcv", sctp_sndrcv),
	BOTH(IPPROTO_SCTP, 2, "sndinfo", sctp_sndinfo),
	RECEIVED(IPPROTO_SCTP, 3, "rcvinfo", sctp_rcvinfo),
	RECEIVED(IPPROTO_SCTP, 4, "nxtinfo", sctp_nxtinfo),
	BOTH(IPPROTO_SCTP, 5, "prinfo", sctp_prinfo),
	BOTH(IPPROTO_SCTP, 6, "authinfo", two_bytes),
	BOTH(IPPROTO_SCTP, 7, "dstaddrv4", in4),
	BOTH(IPPROTO_SCTP, 8, "dstaddrv6", in6),

	RECEIVED(107, 1, "dest-addr", byte),
	RECEIVED(107, 2, "dest-name", eight_bytes),
	RECEIVED(107, 3, "prio", byte),
	RECEIVED(107, 4, "errqueue", bytes),

	RECEIVED(263, 8, "auxdata", auxdata),
	RECEIVED(263, 16, "tx-timestamp", extended_error),
	BOTH(269, 1, "priority", unsigned_int),
	RECEIVED(270, 3, "pktinfo", unsigned_int),
	RECEIVED(270, 8, "nsid", signed_int),
	RECEIVED(271, 1, "errinfo", tipc_errinfo),
	RECEIVED(271, 2, "retdata", bytes),
	RECEIVED(271, 3, "destname", tipc_destname),

	BOTH(272, 1, "user-call-id", eight_bytes),
	BOTH(272, 2, "abort", unsigned_int),
	RECEIVED(272, 3, "ack", bytes),
	RECEIVED(272, 5, "net-error", signed_int),
	RECEIVED(272, 6, "busy", bytes),
	RECEIVED(272, 7, "local-error", signed_int),
	RECEIVED(272, 8, "new-call", bytes),
	BOTH(272, 10, "exclusive-call", bytes),
	BOTH(272, 11, "upgrade-service", bytes),
	BOTH(272, 12, "tx-length", tx_length),
	BOTH(272, 13, "set-call-timeout", bytes),
	BOTH(272, 14, "charge-accept", bytes),

	BLUETOOTH(0, 1, "direction", hci_direction),
	BLUETOOTH(0, 2, "timestamp", microsecond_time),
	RECEIVED(274, 3, "packet-status", byte),
	RECEIVED(274, 4, "error", extended_error),

	BOTH(276, 1, "rdma-args", bytes),
	BOTH(276, 2, "rdma-dest", bytes),
	BOTH(276, 3, "rdma-map", bytes),
	RECEIVED(276, 4, "rdma-status", bytes),
	RECEIVED(276, 5, "cong-update", eight_bytes),
	BOTH(276, 6, "atomic-fadd", bytes),
	BOTH(276, 7, "atomic-cswp", bytes),
	BOTH(276, 8, "masked-atomic-fadd", bytes),
	BOTH(276, 9, "masked-atomic-cswp", bytes),
	RECEIVED(276, 11, "rxpath-latency", bytes),
	BOTH(276, 12, "zcopy-cookie", unsigned_int),
	RECEIVED(276, 13, "zcopy-completion", bytes),

	BOTH(277, 1, "target-class", unsigned_int),
	BOTH(279, 2, "iv", alg_iv),
	BOTH(279, 3, "op", alg_operation),
	BOTH(279, 4, "assoclen", unsigned_int),
	BOTH(282, 1, "set-record-type", tls_record),
	RECEIVED(282, 2, "record-type", tls_record),
	RECEIVED(287, 1, "recverr", extended_error),
	{ 0, 0, 0, NULL, NULL, false },
};
