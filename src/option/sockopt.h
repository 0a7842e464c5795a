/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every socket option by name: reading, printing, applying; setsockopt(2). */
#ifndef OPTION_SOCKOPT_H
#define OPTION_SOCKOPT_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/name.h"

#include <stdbool.h>
#include <stddef.h>

/* When an option is applied; those of one phase in the order they were typed. */
enum sockopt_phase {
	PHASE_BIND,	 /* after socket(2), before bind(2) */
	PHASE_CONNECT,	 /* before connect(2) */
	PHASE_LISTEN,	 /* before listen(2) */
	PHASE_ACCEPTED,	 /* on what accept(2) gives */
	PHASE_CONNECTED, /* once connected */
	PHASE_COUNT,
};

struct sockopt; /* a row of sockopts.def */

/* An option with the bytes that setsockopt(2) is given. */
struct sockopt_setting {
	const struct sockopt *row; /* NULL for LEVEL:NUMBER:VALUE */
	int level;
	int number;
	enum sockopt_phase phase;
	struct buf bytes;
	bool null_pointer; /* the pointer is NULL and only the length counts */
	size_t null_length;
	bool file; /* bytes name a file or a variable, which is read when applied */
	size_t column; /* of the value in the spec, for errors */
	size_t source_length;
	char *interface; /* a name whose index is filled in when applied; owned; NULL for none */
};

/*
 * The levels of Bluetooth share their numbers with those of IP, TCP and UDP: a
 * list with SOL_BLUETOOTH in it means Bluetooth's.
 *
 * The row of a name ("so-rcvbuf", "SO_RCVBUF", "rcvbuf", "nodelay", "tcp-nodelay"),
 * searched in levels (ends with -1) first and, where levels_only is false, in all others.
 */
const struct sockopt *sockopt_find(const char *name, const int *levels, bool levels_only);
void sockopt_guess(const int *levels, struct name_guess *guess);
/* The i-th row of the table, NULL behind the last. */
const struct sockopt *sockopt_at(size_t i);

/* The row of a number at one of the levels of a family, NULL where there is none. */
const struct sockopt *sockopt_of(const int *levels, int level, int number);

const char *sockopt_name(const struct sockopt *row);   /* "so-rcvbuf" */
const char *sockopt_symbol(const struct sockopt *row); /* "SO_RCVBUF" */
const char *sockopt_help(const struct sockopt *row);
const char *sockopt_level_name(int level);	       /* "SOL_SOCKET" */
int sockopt_level(const struct sockopt *row);
int sockopt_number(const struct sockopt *row);
enum sockopt_phase sockopt_phase(const struct sockopt *row);
bool sockopt_is_readable(const struct sockopt *row);
bool sockopt_is_writable(const struct sockopt *row);
/* Whether reading it changes nothing, so that it can stand among all options of a socket. */
bool sockopt_is_listed(const struct sockopt *row);
/* Whether sockets of that kind may know it; the kernel has the last word. */
bool sockopt_suits(const struct sockopt *row, int domain, int type, int protocol);
/* Whether the row's value is a secret and must never be shown. */
bool sockopt_is_secret(const struct sockopt *row);
/* How help calls the value: "on|off", "BYTES", "reno|cubic|…". */
const char *sockopt_argument(const struct sockopt *row);
/* The i-th name that a value can have; false behind the last, or where values have no names. */
bool sockopt_value_name(const struct sockopt *row, size_t i, struct name *name);
/* "SOL_L2CAP": the row's own level, where numbers of levels are shared. */
const char *sockopt_row_level(const struct sockopt *row);
/* "SOL_TCP", "tcp", "IPPROTO_TCP" or a number. */
int sockopt_read_level(const char *text, int *level, struct error *err);
/* "tcp-nodelay", or LEVEL:NAME or LEVEL:NUMBER; *row is NULL for numbers no row has. */
int sockopt_read_name(const char *text, const struct sockopt **row, int *level, int *number,
		      struct error *err);

/* text NULL: a flag that is set by being named. No system calls but for names of interfaces later. */
int sockopt_read(const struct sockopt *row, const char *text, size_t length,
		 struct sockopt_setting *setting, struct error *err);
/* "LEVEL:NAME:VALUE": numbers or names; VALUE is a number, hex:BYTES, text or NULL:LENGTH. */
int sockopt_read_any(const char *text, size_t length, struct sockopt_setting *setting,
		     struct error *err);
void sockopt_setting_release(struct sockopt_setting *setting);
/* What setsockopt(2) is told: a filter is passed by a struct of its own. */
size_t sockopt_length(const struct sockopt_setting *setting);
/* setsockopt(2). The error names the option; EPERM and ENOPROTOOPT get a hint. */
int sockopt_apply(const struct sockopt_setting *setting, int fd, struct error *err);

/* getsockopt(2) into out, as raw bytes. Room for length bytes (0: the row's own size). */
int sockopt_get(const struct sockopt *row, int fd, size_t length, struct buf *out,
		struct error *err);
/* The same by number, room for length bytes. */
int sockopt_get_any(int level, int number, int fd, size_t length, struct buf *out,
		    struct error *err);
/* The bytes as people read them; a struct is printed field by field. */
void sockopt_print(const struct sockopt *row, const void *bytes, size_t length, struct buf *out);
void sockopt_print_json(const struct sockopt *row, const void *bytes, size_t length,
			struct json *json);
/* How its value is read and printed; option/type.h. */
struct type;
const struct type *sockopt_type(const struct sockopt *row);

#endif
