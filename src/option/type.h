/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the bytes of a kernel's value are read from text and printed: numbers, addresses, structs by field. */
#ifndef OPTION_TYPE_H
#define OPTION_TYPE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "option/flags.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum type_kind {
	TYPE_NONE,	   /* no value at all */
	TYPE_FLAG,	   /* on or off, in a number of size bytes */
	TYPE_INT,	   /* signed */
	TYPE_UINT,	   /* unsigned, decimal */
	TYPE_HEX,	   /* unsigned, shown in hex */
	TYPE_NET,	   /* unsigned in network byte order */
	TYPE_NET_HEX,	   /* the same, shown in hex */
	TYPE_BITS,	   /* bit field: table is shift * 16 + width; read-only */
	TYPE_SIZE,	   /* bytes, with k, M, G */
	TYPE_ENUM,	   /* a name of table, or a number */
	TYPE_SET,	   /* names of table joined by "+", ORed */
	TYPE_BIT_LIST,	   /* bits by number, or by name of table, joined by "+" */
	TYPE_GROUPS,	   /* bits that count from 1: groups of netlink(7) */
	TYPE_NUMBERS,	   /* unsigned numbers of table bytes each, joined by "+" */
	TYPE_SECONDS,	   /* durations: a number of seconds */
	TYPE_MILLISECONDS, /* these three demand that a unit is typed */
	TYPE_MICROSECONDS,
	TYPE_NANOSECONDS,
	TYPE_TIMEVAL,	   /* struct timeval, a duration */
	TYPE_TIMESPEC,	   /* struct timespec, a duration */
	TYPE_TEXT,	   /* up to size bytes; in a struct with a NUL behind */
	TYPE_BYTES,	   /* hex:, base64: or text; size 0: any number; in a struct hex */
	TYPE_SECRET,	   /* the same, never shown */
	TYPE_IPV4,	   /* struct in_addr */
	TYPE_IPV6,	   /* struct in6_addr */
	TYPE_SOCKADDR,	   /* an address, with a port behind ":" */
	TYPE_INTERFACE,	   /* index of an interface by name or number */
	TYPE_INTERFACE_NET,  /* the same in network byte order */
	TYPE_INTERFACE_NAME, /* its name */
	TYPE_BDADDR,	   /* Bluetooth, least significant byte first */
	TYPE_MAC,	   /* six bytes */
	TYPE_LINGER,	   /* struct linger: off, or a duration in seconds */
	TYPE_MULTICAST_IF, /* struct ip_mreqn: an interface or an address of one */
	TYPE_MREQN,	   /* struct ip_mreqn: GROUP[:INTERFACE or ADDRESS] */
	TYPE_CAN_FILTER,   /* struct can_filter[]: ID:MASK and ID~MASK joined by "+" */
	TYPE_STRUCT,	   /* fields of layout table */
	TYPE_LIST,	   /* any number of them, joined by "+" */
	TYPE_SUBFLOWS,	   /* them behind a struct mptcp_subflow_data */
	TYPE_ADDRESSES,	   /* socket addresses behind each other, after table bytes */
	TYPE_PROGRAM,	   /* struct sock_fprog: instructions as printed by tcpdump -ddd */
	TYPE_LENGTH,	   /* the value is the length of a NULL pointer */
	TYPE_PIDFD,	   /* a process by a descriptor, read as its process id */
	TYPE_COUNT,
};

struct type {
	uint8_t kind;
	uint8_t table; /* enum flags or enum layout, as the kind says */
	uint16_t size; /* bytes; 0: any number */
};

/* A member of a struct; arrays end with an empty name. */
struct field {
	char name[25];
	uint8_t table, kind; /* of its type */
	uint16_t offset, size;
};

/* The structs, one for each LAYOUT() of layouts.def. */
enum layout {
#define LAYOUT(id, size) LAYOUT_##id,
#define FIELD(type, member, name, kind, table)
#define FIELD_AT(offset, size, name, kind, table)
#define END
#include "option/layouts.def"
#undef LAYOUT
#undef FIELD
#undef FIELD_AT
#undef END
	LAYOUT_COUNT,
};

/* In the order in which values are typed. */
const struct field *layout_fields(enum layout layout);
size_t layout_size(enum layout layout);

/* What stands in for a value until it is applied. */
struct type_reference {
	char *interface; /* its index is filled in; owned by the caller; NULL for none */
	bool file;	 /* out holds @FILE or env:NAME, to be loaded */
};

/*
 * Reads text (NULL: nothing was typed) into bytes. No system calls: names of
 * interfaces and files go to *reference (NULL: looked up at once).
 */
int type_read(const struct type *type, const char *text, size_t length, struct buf *out,
	      struct type_reference *reference, struct error *err);
/* Fills the index of the interface into bytes that type_read() made. */
int type_fill_interface(const struct type *type, const char *interface, struct buf *bytes,
			struct error *err);
/* The bytes as people read them, and as type_read() reads them back where the kind can be set. */
void type_print(const struct type *type, const void *bytes, size_t length, struct buf *out);
void type_print_json(const struct type *type, const char *key, const void *bytes, size_t length,
		     struct json *json);
/* The i-th name that a value can have; false behind the last, or where values have no names. */
bool type_value_name(const struct type *type, size_t i, struct name *name);
/* How help calls the value: "on|off", "BYTES"; "" for none. Valid as long as the program runs. */
const char *type_argument(const struct type *type);
/* Interface index: a number, or the name of one there is; if_nametoindex(3). */
int type_interface(const char *text, unsigned int *index, struct error *err);
/* An address as typed: "none", "1.2.3.4", "1.2.3.4:80", "::1", "[::1]:80", "fe80::1%eth0". */
int type_read_sockaddr(const char *text, void *storage, size_t size, struct error *err);
void type_print_sockaddr(const void *address, size_t length, struct buf *out);

#endif
