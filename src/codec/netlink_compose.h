/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message of netlink that is typed as a JSON object, made into the line that means the same. */
#ifndef CODEC_NETLINK_COMPOSE_H
#define CODEC_NETLINK_COMPOSE_H

#include "base/buf.h"
#include "base/json_tree.h"

/*
 * Adds the line of {"op":"newlink","nlflags":["create"],"ifname":"v0","linkinfo":{"kind":"veth"}}:
 * "newlink create ifname=v0 linkinfo={ kind=veth}". Without "op" it begins with a blank.
 */
void netlink_compose(const struct json_reader *reader, const struct json_value *object, struct buf *line);

#endif
