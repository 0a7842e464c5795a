/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of netlink's attributes as text and as JSON, and read back. */
#ifndef CODEC_NETLINK_VALUE_H
#define CODEC_NETLINK_VALUE_H

#include "base/json.h"
#include "codec/netlink_table.h"
#include "codec/reader.h"

/* Where a message is printed: one of both is NULL. */
struct netlink_sink {
	struct json *json;
	struct buf *text; /* words such as "mtu=1500" parted by blanks */
};

/* Begins and ends what is in brackets; key NULL inside "[". */
void netlink_sink_open(struct netlink_sink *sink, const char *key, char bracket);
void netlink_sink_close(struct netlink_sink *sink, char bracket);
void netlink_sink_string(struct netlink_sink *sink, const char *key, const char *text, size_t length);
void netlink_sink_number(struct netlink_sink *sink, const char *key, uint64_t number);
/* Something that is there or not. */
void netlink_sink_present(struct netlink_sink *sink, const char *key);

/* Adds a text as a word can have it, in quotes where it must be. */
void netlink_print_quoted(const char *text, size_t length, struct buf *out);
/*
 * A value that is none of attributes or members. What does not fit its kind is printed
 * as "hex:...".
 */
void netlink_value_print(struct netlink_memory *memory, const struct netlink_field *field,
			 const char *key, struct netlink_bytes value, struct netlink_sink *sink);
/* The same backwards: adds the bytes. Usage errors. */
int netlink_value_read(struct netlink_memory *memory, const struct netlink_field *field,
		       const char *text, size_t length, struct buf *out, struct error *err);

#endif
