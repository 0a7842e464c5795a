/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How messages of netlink are made up: what each protocol's file says in tables, and the printer and the reader go by. */
#ifndef CODEC_NETLINK_TABLE_H
#define CODEC_NETLINK_TABLE_H

#include "base/name.h"
#include "codec/interface.h"
#include "core/generic_netlink.h"
#include "core/netlink.h"

#include <stdbool.h>
#include <stdint.h>

enum netlink_kind {
	NETLINK_BYTES,	   /* hex */
	NETLINK_PRESENT,   /* no value: that it is there says all */
	NETLINK_UNSIGNED,  /* in the machine's byte order, of 1, 2, 4 or 8 bytes */
	NETLINK_SIGNED,
	NETLINK_BIG,	   /* unsigned in network byte order */
	NETLINK_TEXT,	   /* ends with a NUL */
	NETLINK_PATH,	   /* text that may begin with a NUL, shown as "@" */
	NETLINK_ADDRESS,   /* of IP, in 4 or 16 bytes */
	NETLINK_HARDWARE,  /* pairs of hex digits */
	NETLINK_NAMED,	   /* a number with a name */
	NETLINK_SET,	   /* bits with names */
	NETLINK_INTERFACE, /* its number */
	NETLINK_STRUCT,	   /* members at offsets */
	NETLINK_NEST,	   /* attributes */
	NETLINK_LIST,	   /* attributes that are alike and numbered */
	NETLINK_BODY,	   /* a header, then attributes */
	NETLINK_RECORDS,   /* several of those, each with its length in its first 2 bytes */
};

/*
 * An attribute, or a member at an offset: of a header or a struct. Tables end with a NULL name;
 * no two rows of a header and its attributes have the same name.
 */
struct netlink_field {
	const char *name;
	uint16_t number; /* the attribute's type; a member's offset */
	uint8_t kind;	 /* enum netlink_kind */
	uint8_t size;	 /* bytes of a number or a member; of others 0 */
	bool quiet;	 /* text leaves it out */
	bool told;	 /* a member that text has where it is 0 as well: that is not what is meant by leaving it out */
	const struct name *names;
	const struct netlink_field *fields; /* of a struct, a nest, each element of a list */
	const struct netlink_body *body;    /* of a body or records */
	/* A nest whose attributes depend on the text that a sibling of that type has. */
	const struct netlink_choice *choices;
	uint16_t chosen_by;
};

/* A row: name, number, kind without its prefix, size, then other members by name. */
#define NETLINK_FIELD(label, type, way, ...) { .name = label, .number = type, .kind = NETLINK_##way, .size = __VA_ARGS__ }
/* A member of a struct of C. */
#define NETLINK_MEMBER(label, of, member, way, ...) \
	{ .name = label, .number = offsetof(of, member), .kind = NETLINK_##way, .size = sizeof(((of *)0)->member), __VA_ARGS__ }

/* Ends with a NULL word. */
struct netlink_choice {
	const char *word;
	const struct netlink_field *fields;
};

struct netlink_body {
	uint16_t size; /* bytes of the header */
	const struct netlink_field *header;
	const struct netlink_field *attributes;
};

/* Ends with a NULL name. */
struct netlink_operation {
	uint16_t type;
	const char *name;
	const struct netlink_body *body;
	/* Of sock_diag, where one type stands for all: the first byte of the body, and who says it. */
	uint8_t family;
	bool asks;
};

/* What is remembered between messages; a zeroed one is good. */
struct netlink_memory {
	struct interfaces interfaces;
	struct generic_families families;
	bool is_elsewhere; /* of another network namespace, whose interfaces only its messages name */
};

extern const struct netlink_operation netlink_route_operations[], netlink_diag_operations[];
extern const struct netlink_body netlink_link_body, netlink_control_body, netlink_generic_body;
extern const struct name netlink_domains[];

#endif
