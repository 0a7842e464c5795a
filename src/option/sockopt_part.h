/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A socket option, or one field of it, as a value that can be compared; getsockopt(2). */
#ifndef OPTION_SOCKOPT_PART_H
#define OPTION_SOCKOPT_PART_H

#include "option/sockopt.h"
#include "option/type.h"

struct sockopt_part {
	const struct sockopt *row;
	const struct field *field; /* NULL: all of it */
	struct type type;	   /* of the value; a bit field is a number */
};

/* "nodelay", or "tcp-info.rtt"; levels are those of sockopt_find(). */
int sockopt_part_find(const char *name, const int *levels, struct sockopt_part *part, struct error *err);
/* Adds the bytes of its value: as the kernel has them, or as text has it. */
int sockopt_part_get(const struct sockopt_part *part, int fd, struct buf *bytes, struct error *err);
int sockopt_part_read(const struct sockopt_part *part, const char *text, struct buf *bytes, struct error *err);
/* Whether it could be read: names of interfaces and files are not looked up. */
int sockopt_part_check(const struct sockopt_part *part, const char *text, struct error *err);
/* Adds these bytes as people read them; */
void sockopt_part_print(const struct sockopt_part *part, const struct buf *bytes, struct buf *out);
/* what is a number, however it is spelled, as that number, so that "on" is 1 and "5ms" 5000 where the kernel counts microseconds. */
void sockopt_part_print_plain(const struct sockopt_part *part, const struct buf *bytes, struct buf *out);

#endif
