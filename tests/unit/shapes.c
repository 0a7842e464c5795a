/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shapes of all families, as far as the grammar is concerned: fields, kinds, roles and names. */
#include "shapes.h"

#include "base/memory.h"

#define END_OF_FIELDS { .name = NULL }
#define WORD(field) { .name = (field) }
#define WORD_OR_DEFAULT(field) { .name = (field), .has_default = true }
#define WORD_OPTIONAL(field) { .name = (field), .optional = true, .has_default = true }
#define REST(field) { .name = (field), .kind = FIELD_REST }
#define REST_OPTIONAL(field) { .name = (field), .kind = FIELD_REST, .optional = true }
#define FIELDS(name, ...) static const struct shape_field name[] = { __VA_ARGS__, END_OF_FIELDS }
#define ALIASES(name, ...) static const struct shape_alias name[] = { __VA_ARGS__, { NULL, NULL } }
#define HOST { .name = "host", .kind = FIELD_HOST, .has_default = true }
#define BDADDR { .name = "bdaddr", .kind = FIELD_BDADDR, .has_default = true }

FIELDS(ip_fields, HOST, WORD("port"), WORD_OPTIONAL("flowinfo"), WORD_OPTIONAL("scope"));
FIELDS(raw_fields, HOST, WORD("protocol"));
FIELDS(icmp_fields, HOST);
FIELDS(port_fields, HOST, WORD("port"));
FIELDS(path_fields, REST("path"));
FIELDS(path_optional, REST_OPTIONAL("path"));
FIELDS(vsock_fields, WORD_OR_DEFAULT("cid"), WORD("port"));
FIELDS(hyperv_fields, WORD_OR_DEFAULT("vmid"), WORD("serviceid"));
FIELDS(qrtr_fields, WORD_OR_DEFAULT("node"), WORD("port"));
FIELDS(can_fields, WORD_OPTIONAL("interface"));
FIELDS(isotp_fields, WORD("interface"), WORD("rx"), WORD("tx"));
FIELDS(j1939_fields, WORD_OR_DEFAULT("interface"), WORD_OPTIONAL("name"), WORD_OPTIONAL("pgn"),
       WORD_OPTIONAL("addr"));
FIELDS(rfcomm_fields, BDADDR, { .name = "channel", .instead = "uuid" });
FIELDS(l2cap_fields, BDADDR, WORD("psm"), WORD_OPTIONAL("cid"), WORD_OPTIONAL("type"));
FIELDS(hci_fields, WORD_OR_DEFAULT("device"), WORD_OPTIONAL("channel"));
FIELDS(sco_fields, BDADDR);
FIELDS(alg_fields, WORD("type"), { .name = "name", .kind = FIELD_ALGORITHM },
       WORD_OPTIONAL("feat"), WORD_OPTIONAL("mask"));
FIELDS(tipc_service, WORD("addrtype"), WORD("v1"), WORD("v2"), WORD_OPTIONAL("scope"));
FIELDS(tipc_range, WORD("addrtype"), WORD("v1"), WORD("v2"), WORD("v3"), WORD_OPTIONAL("scope"));
FIELDS(tipc_id, WORD("addrtype"), WORD("v1"), WORD("v2"));
FIELDS(tipc_topology, WORD("addrtype"));
FIELDS(netlink_fields, WORD("protocol"), WORD_OPTIONAL("pid"), WORD_OPTIONAL("groups"));
FIELDS(packet_fields, WORD_OR_DEFAULT("interface"), WORD_OPTIONAL("proto"),
       WORD_OPTIONAL("pkttype"), WORD_OPTIONAL("hatype"), REST_OPTIONAL("addr"));
FIELDS(socket_fields, WORD("domain"), WORD("type"), WORD("protocol"), REST("address"));
FIELDS(exec_fields, { .name = "command", .kind = FIELD_COMMAND });
FIELDS(text_fields, REST("text"));
FIELDS(fd_fields, WORD("number"));
FIELDS(pidfd_fields, WORD("pid"), WORD("fd"));
FIELDS(control_fields, WORD("name"), WORD_OPTIONAL("unit"));
FIELDS(name_optional, WORD_OPTIONAL("name"));

static const struct shape_variant tipc_variants[] = {
	{ "service", "name", tipc_service },
	{ "range", "nameseq", tipc_range },
	{ "id", "node", tipc_id },
	{ "topology", NULL, tipc_topology },
	{ NULL, NULL, NULL },
};

ALIASES(unix_aliases, { "unix-stream", "type=stream" }, { "unix-dgram", "type=dgram" },
	{ "unix-seqpacket", "type=seqpacket" }, { "local", NULL });
ALIASES(file_aliases, { "open", NULL }, { "create", "trunc" }, { "creat", "trunc" });
ALIASES(stdio_aliases, { "-", NULL });
ALIASES(isotp_aliases, { "isotp", NULL });
ALIASES(j1939_aliases, { "j1939", NULL });
ALIASES(rfcomm_aliases, { "rfcomm", NULL });
ALIASES(l2cap_aliases, { "l2cap", NULL });
ALIASES(hci_aliases, { "hci", NULL });
ALIASES(sco_aliases, { "sco", NULL });
ALIASES(qrtr_aliases, { "qipcrtr", NULL });

#define ACTIVE ROLE_BIT(ROLE_CONNECT)
#define ACTIVE_OR_BOUND (ACTIVE | ROLE_BIT(ROLE_BIND))

static const struct shape shapes[] = {
	{ "activation", NULL, ROLE_BIT(ROLE_LISTEN), name_optional, NULL, NULL },
	{ "alg", NULL, ACTIVE, alg_fields, NULL, NULL },
	{ "bt-hci", hci_aliases, ACTIVE, hci_fields, NULL, NULL },
	{ "bt-l2cap", l2cap_aliases, ROLES_ALL, l2cap_fields, NULL, NULL },
	{ "bt-rfcomm", rfcomm_aliases, ROLES_STREAM, rfcomm_fields, NULL, NULL },
	{ "bt-sco", sco_aliases, ROLES_STREAM, sco_fields, NULL, NULL },
	{ "can", NULL, ACTIVE, can_fields, NULL, NULL },
	{ "can-bcm", NULL, ACTIVE, can_fields, NULL, NULL },
	{ "can-isotp", isotp_aliases, ACTIVE, isotp_fields, NULL, NULL },
	{ "can-j1939", j1939_aliases, ACTIVE_OR_BOUND, j1939_fields, NULL, NULL },
	{ "dccp", NULL, ROLES_STREAM, port_fields, NULL, NULL },
	{ "exec", NULL, ACTIVE, exec_fields, NULL, NULL },
	{ "fd", NULL, ACTIVE, fd_fields, NULL, NULL },
	{ "file", file_aliases, ACTIVE, path_fields, NULL, NULL },
	{ "hyperv", NULL, ROLES_STREAM, hyperv_fields, NULL, NULL },
	{ "icmp", NULL, ACTIVE_OR_BOUND, icmp_fields, NULL, NULL },
	{ "ip", NULL, ACTIVE_OR_BOUND, raw_fields, NULL, NULL },
	{ "kernel-control", NULL, ACTIVE, control_fields, NULL, NULL },
	{ "mptcp", NULL, ROLES_STREAM, ip_fields, NULL, NULL },
	{ "netlink", NULL, ACTIVE_OR_BOUND, netlink_fields, NULL, NULL },
	{ "packet", NULL, ACTIVE_OR_BOUND, packet_fields, NULL, NULL },
	{ "pidfd", NULL, ACTIVE, pidfd_fields, NULL, NULL },
	{ "pipe", NULL, ACTIVE, path_optional, NULL, NULL },
	{ "pty", NULL, ACTIVE, path_optional, NULL, NULL },
	{ "qrtr", qrtr_aliases, ACTIVE_OR_BOUND, qrtr_fields, NULL, NULL },
	{ "rds", NULL, ACTIVE_OR_BOUND, port_fields, NULL, NULL },
	{ "sctp", NULL, ROLES_STREAM, ip_fields, NULL, NULL },
	{ "socket", NULL, ROLES_ALL, socket_fields, NULL, NULL },
	{ "stdio", stdio_aliases, ACTIVE, NULL, NULL, NULL },
	{ "tcp", NULL, ROLES_STREAM, ip_fields, NULL, NULL },
	{ "tcp4", NULL, ROLES_STREAM, ip_fields, NULL, NULL },
	{ "tcp6", NULL, ROLES_STREAM, ip_fields, NULL, NULL },
	{ "text", NULL, ACTIVE, text_fields, NULL, NULL },
	{ "tipc", NULL, ROLES_ALL, NULL, tipc_variants, NULL },
	{ "udp", NULL, ROLES_ALL, ip_fields, NULL, NULL },
	{ "udp4", NULL, ROLES_ALL, ip_fields, NULL, NULL },
	{ "udp6", NULL, ROLES_ALL, ip_fields, NULL, NULL },
	{ "udplite", NULL, ROLES_ALL, ip_fields, NULL, NULL },
	{ "unix", unix_aliases, ROLES_ALL, path_fields, NULL, NULL },
	{ "vsock", NULL, ROLES_ALL, vsock_fields, NULL, NULL },
};

const struct vocabulary *shapes_vocabulary(void)
{
	static const struct shape *pointers[array_length(shapes)];
	static const struct vocabulary vocabulary = { pointers, array_length(shapes) };

	for (size_t i = 0; i < array_length(shapes); i++)
		pointers[i] = &shapes[i];
	return &vocabulary;
}
