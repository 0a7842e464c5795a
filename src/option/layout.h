/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sizes of the structs of layouts.def as constants, for tables. */
#ifndef OPTION_LAYOUT_H
#define OPTION_LAYOUT_H

#include "option/headers.h"

/* LAYOUT_SIZE_ucred is sizeof(struct ucred). */
enum layout_size {
#define LAYOUT(id, size) LAYOUT_SIZE_##id = (int)(size),
#define FIELD(type, member, name, kind, table)
#define FIELD_AT(offset, size, name, kind, table)
#define END
#include "option/layouts.def"
#undef LAYOUT
#undef FIELD
#undef FIELD_AT
#undef END
};

/* struct type of tables, by short names: FLAG, ENUM(tos), STRUCT(ucred). */
#define T_NONE { TYPE_NONE, 0, 0 }
#define T_FLAG { TYPE_FLAG, 0, 4 }
#define T_FLAG8 { TYPE_FLAG, 0, 1 }
#define T_INT { TYPE_INT, 0, 4 }
#define T_INT16 { TYPE_INT, 0, 2 }
#define T_UINT { TYPE_UINT, 0, 4 }
#define T_UINT8 { TYPE_UINT, 0, 1 }
#define T_UINT16 { TYPE_UINT, 0, 2 }
#define T_UINT64 { TYPE_UINT, 0, 8 }
#define T_LONG { TYPE_INT, 0, sizeof(long) }
#define T_HEX { TYPE_HEX, 0, 4 }
#define T_HEX8 { TYPE_HEX, 0, 1 }
#define T_HEX64 { TYPE_HEX, 0, 8 }
#define T_NET { TYPE_NET, 0, 4 }
#define T_SIZE { TYPE_SIZE, 0, 4 }
#define T_SIZE16 { TYPE_SIZE, 0, 2 }
#define T_SIZE64 { TYPE_SIZE, 0, 8 }
#define T_ENUM(flags) { TYPE_ENUM, FLAGS_##flags, 4 }
#define T_ENUM8(flags) { TYPE_ENUM, FLAGS_##flags, 1 }
#define T_ENUM16(flags) { TYPE_ENUM, FLAGS_##flags, 2 }
#define T_SET(flags) { TYPE_SET, FLAGS_##flags, 4 }
#define T_BIT_LIST(flags, size) { TYPE_BIT_LIST, FLAGS_##flags, size }
#define T_GROUPS { TYPE_GROUPS, FLAGS_none, 0 }
#define T_NUMBERS(size) { TYPE_NUMBERS, size, 0 }
#define T_SECONDS { TYPE_SECONDS, 0, 4 }
#define T_MILLISECONDS { TYPE_MILLISECONDS, 0, 4 }
#define T_MICROSECONDS { TYPE_MICROSECONDS, 0, 4 }
#define T_NANOSECONDS { TYPE_NANOSECONDS, 0, 4 }
#define T_TIMEVAL { TYPE_TIMEVAL, 0, sizeof(struct timeval) }
#define T_TIMESPEC { TYPE_TIMESPEC, 0, sizeof(struct timespec) }
#define T_TEXT(size) { TYPE_TEXT, 0, size }
#define T_BYTES(size) { TYPE_BYTES, 0, size }
#define T_SECRET(size) { TYPE_SECRET, 0, size }
#define T_IPV4 { TYPE_IPV4, 0, 4 }
#define T_SOCKADDR { TYPE_SOCKADDR, 0, sizeof(struct sockaddr_storage) }
#define T_INTERFACE { TYPE_INTERFACE, 0, 4 }
#define T_INTERFACE_NET { TYPE_INTERFACE_NET, 0, 4 }
#define T_INTERFACE_NAME { TYPE_INTERFACE_NAME, 0, IFNAMSIZ }
#define T_BDADDR { TYPE_BDADDR, 0, 6 }
#define T_LINGER { TYPE_LINGER, 0, sizeof(struct linger) }
#define T_MULTICAST_IF { TYPE_MULTICAST_IF, 0, sizeof(struct ip_mreqn) }
#define T_MREQN { TYPE_MREQN, 0, sizeof(struct ip_mreqn) }
#define T_CAN_FILTER { TYPE_CAN_FILTER, 0, 0 }
#define T_STRUCT(layout) { TYPE_STRUCT, LAYOUT_##layout, LAYOUT_SIZE_##layout }
#define T_LIST(layout) { TYPE_LIST, LAYOUT_##layout, 0 }
#define T_SUBFLOWS(layout) { TYPE_SUBFLOWS, LAYOUT_##layout, 0 }
#define T_ADDRESSES(header) { TYPE_ADDRESSES, header, 0 }
#define T_PROGRAM { TYPE_PROGRAM, 0, 0 }
#define T_LENGTH { TYPE_LENGTH, 0, 0 }
#define T_PIDFD { TYPE_PIDFD, 0, 4 }

#endif
