/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of generic netlink: those of its controller by their tables, of others the header; linux/genetlink.h. */
#include "codec/netlink_table.h"

#include <linux/genetlink.h>

static const struct name commands[] = {
	{ "newfamily", CTRL_CMD_NEWFAMILY, NULL }, { "delfamily", CTRL_CMD_DELFAMILY, NULL },
	{ "getfamily", CTRL_CMD_GETFAMILY, NULL }, { "newops", CTRL_CMD_NEWOPS, NULL },
	{ "delops", CTRL_CMD_DELOPS, NULL },	   { "getops", CTRL_CMD_GETOPS, NULL },
	{ "newmcast-grp", CTRL_CMD_NEWMCAST_GRP, NULL }, { "delmcast-grp", CTRL_CMD_DELMCAST_GRP, NULL },
	{ "getpolicy", 10, NULL },		   { NULL, 0, NULL },
};

static const struct name operation_flags[] = {
	{ "admin-perm", 1, NULL }, { "do", 2, NULL }, { "dump", 4, NULL }, { "haspol", 8, NULL },
	{ "uns-admin-perm", 16, NULL }, { NULL, 0, NULL },
};

static const struct netlink_field operations[] = {
	NETLINK_FIELD("id", CTRL_ATTR_OP_ID, UNSIGNED, 4),
	NETLINK_FIELD("flags", CTRL_ATTR_OP_FLAGS, SET, 4, .names = operation_flags),
	{ .name = NULL },
};

static const struct netlink_field groups[] = {
	NETLINK_FIELD("name", CTRL_ATTR_MCAST_GRP_NAME, TEXT, 0),
	NETLINK_FIELD("id", CTRL_ATTR_MCAST_GRP_ID, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field control_header[] = {
	NETLINK_MEMBER("cmd", struct genlmsghdr, cmd, NAMED, .names = commands),
	NETLINK_MEMBER("version", struct genlmsghdr, version, UNSIGNED, .quiet = true),
	{ .name = NULL },
};

static const struct netlink_field control_attributes[] = {
	NETLINK_FIELD("family-name", CTRL_ATTR_FAMILY_NAME, TEXT, 0),
	NETLINK_FIELD("family-id", CTRL_ATTR_FAMILY_ID, UNSIGNED, 2),
	NETLINK_FIELD("family-version", CTRL_ATTR_VERSION, UNSIGNED, 4),
	NETLINK_FIELD("hdrsize", CTRL_ATTR_HDRSIZE, UNSIGNED, 4),
	NETLINK_FIELD("maxattr", CTRL_ATTR_MAXATTR, UNSIGNED, 4),
	NETLINK_FIELD("ops", CTRL_ATTR_OPS, LIST, 0, .quiet = true, .fields = operations),
	NETLINK_FIELD("mcast-groups", CTRL_ATTR_MCAST_GROUPS, LIST, 0, .fields = groups),
	NETLINK_FIELD("policy", 8, BYTES, 0),
	NETLINK_FIELD("op-policy", 9, BYTES, 0),
	NETLINK_FIELD("op", 10, UNSIGNED, 4),
	{ .name = NULL },
};

static const struct netlink_field header[] = {
	NETLINK_MEMBER("cmd", struct genlmsghdr, cmd, UNSIGNED),
	NETLINK_MEMBER("version", struct genlmsghdr, version, UNSIGNED, .told = true),
	{ .name = NULL },
};

static const struct netlink_field attributes[] = { { .name = NULL } };

const struct netlink_body netlink_control_body = { GENL_HDRLEN, control_header, control_attributes };
const struct netlink_body netlink_generic_body = { GENL_HDRLEN, header, attributes };
