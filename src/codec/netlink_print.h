/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of netlink as words and as JSON, and words as messages, by the tables of netlink_table.h. */
#ifndef CODEC_NETLINK_PRINT_H
#define CODEC_NETLINK_PRINT_H

#include "codec/netlink_value.h"

/* What a message is, as its protocol's tables have it; body NULL: only bytes are known. */
struct netlink_meaning {
	const char *name; /* of the operation; NULL: none */
	const struct netlink_body *body;
};

/* The row for a message; all of it may be missing. */
struct netlink_meaning netlink_meaning_of(struct netlink_memory *memory, int protocol,
					  const struct netlink_message *message);
/*
 * Finds the operation that a word means, by name or number: the type of its messages and
 * first, what its header begins with. -1: usage error with the nearest.
 */
int netlink_operation_find(struct netlink_memory *memory, int protocol, const char *word,
			   struct netlink_meaning *meaning, uint16_t *type, struct buf *header,
			   struct error *err);
/* The members of the header and the attributes of a body, as words or members of an object. */
void netlink_body_print(struct netlink_memory *memory, const struct netlink_body *body,
			struct netlink_bytes bytes, struct netlink_sink *sink);
/* "info.kind": the attribute that stands at an offset of a body; nothing where none does. */
void netlink_path_print(const struct netlink_body *body, struct netlink_bytes bytes, size_t offset,
			struct buf *out);
/* The fields of a nest: its own, or those that a sibling with that type chooses. NULL unknown. */
const struct netlink_field *netlink_nest_fields(const struct netlink_field *nest,
						struct netlink_bytes siblings);
const struct netlink_field *netlink_field_of(const struct netlink_field *fields, uint16_t number);

/*
 * Reads the words of a body and adds it to out, which ends in its header already. line is what
 * errors point into; *header grows by seq=, pid= and flags among the words.
 */
int netlink_body_read(struct netlink_memory *memory, const struct netlink_body *body,
		      const char *line, struct span text, struct buf *out, struct nlmsghdr *header,
		      struct error *err);

/* Takes a word off the line, plain or in quotes, and adds what it says: 1, 0 where there is none, -1 error. */
int netlink_word_read(struct span *line, struct buf *out, struct error *err);

extern const struct name netlink_flags[];

#endif
