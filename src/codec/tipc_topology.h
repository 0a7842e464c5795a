/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said to and by TIPC's topology service, as text and JSON; struct tipc_event of linux/tipc.h. */
#ifndef CODEC_TIPC_TOPOLOGY_H
#define CODEC_TIPC_TOPOLOGY_H

#include "codec/reader.h"

#include <linux/tipc.h>

/*
 * "published 1000:5:5 0x1001001:123", "withdrawn ...", "timeout 1000:0:99" for
 * an event, "subscribe 1000:0:99 service 5000ms" and "cancel ..." for what
 * asks for them. Nothing and false where the bytes are neither.
 */
bool tipc_topology_print(const void *bytes, size_t length, struct buf *out);
/* The same as an object. */
void tipc_topology_describe(const void *bytes, size_t length, struct json *json, const char *key);
/* Reads such a line; adds the struct's bytes to out. -1 with a usage error. */
int tipc_topology_read(struct span line, struct buf *out, struct error *err);

#endif
