/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control messages by name: walking, printing and making ancillary data; cmsg(3). */
#ifndef CORE_CONTROL_H
#define CORE_CONTROL_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ancillary data as the kernel lays it out, aligned as a cmsghdr. One control message of it: */
struct control {
	int level;
	int type;
	const void *data;
	size_t length;
};

/*
 * The control message at *offset of length bytes; moves *offset behind it.
 * False at the end and where a header does not fit.
 */
bool control_next(const void *bytes, size_t length, size_t *offset, struct control *control);
/* The data of the first one of that level and type with at least size bytes; NULL for none. */
const void *control_find(const void *bytes, size_t length, int level, int type, size_t size);
/* Closes the descriptors of every SCM_RIGHTS and SCM_PIDFD. */
void control_close_descriptors(const void *bytes, size_t length);

/* Prints one control message as an object, as control_print() does all. */
void control_print_one(const struct control *control, int domain, struct json *json);
/*
 * Prints an array of objects: level and type by name (numbers where there is
 * none), then the fields. domain (AF_, 0 unknown) tells levels of the same
 * number apart. Never reads beyond what each control message holds.
 */
void control_print(const void *bytes, size_t length, int domain, struct json *json,
		   const char *key);

/* A field of a control message as someone typed it. text NULL: only number is meant. */
struct control_value {
	const char *name;
	const char *text;
	size_t length;
	int64_t number;
};

/*
 * Adds one control message to out. level and type are names or numbers; a
 * single field is called "value", bytes as hex digits "data". -1 with a usage
 * error for names that do not exist and those that cannot be sent as text
 * (descriptors: sendfd passes them).
 */
int control_add(struct buf *out, int domain, const char *level, const char *type,
		const struct control_value *values, size_t count, struct error *err);
/* Whether control messages of that name go both ways; true for those that no table knows. */
bool control_can_send(int domain, const char *level, const char *type);
void control_add_bytes(struct buf *out, int level, int type, const void *bytes, size_t length);

/* How a field's bytes are read. Rows of a layout end with a NULL name. */
enum control_field_kind {
	CONTROL_SIGNED, /* an integer of size bytes */
	CONTROL_UNSIGNED,
	CONTROL_NETWORK,   /* unsigned, in network byte order */
	CONTROL_IN4,	   /* struct in_addr */
	CONTROL_IN6,	   /* struct in6_addr */
	CONTROL_INTERFACE, /* an interface's index, 4 bytes */
	CONTROL_TIMEVAL,   /* 8 + 8 bytes, "seconds.microseconds" */
	CONTROL_TIMESPEC,  /* 8 + 8 bytes, "seconds.nanoseconds" */
	CONTROL_SOCKADDR,  /* to the end of the data */
	CONTROL_BYTES,	   /* size bytes, or to the end where size is 0 */
	CONTROL_COUNTED,   /* their number in 4 bytes, then bytes */
	CONTROL_TEXT,	   /* to the end or the first NUL */
	CONTROL_FDS,	   /* an array of descriptors */
	CONTROL_WORD,	   /* nothing that came: a word that explains, the first of names */
};

struct control_field {
	const char *name;
	uint8_t kind;
	uint8_t offset;
	uint8_t size;
	const struct name *names; /* of values; NULL for none */
};

/* A row of the table of control messages. */
struct control_row {
	int level;
	int type;
	int domain; /* where the level's number is used twice; 0: any other */
	const char *name;
	const struct control_field *fields;
	bool can_send;
};

/* The levels and rows (control_table.c); both end with a NULL name. */
struct control_level {
	int level;
	int domain;
	const char *name;
};
extern const struct control_level control_levels[];
extern const struct control_row control_rows[];

#endif
