/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that a family sets on each of its sockets, to be set or to be shown. */
#ifndef OPTION_SOCKOPT_LIST_H
#define OPTION_SOCKOPT_LIST_H

#include "option/sockopt.h"

#include <stdbool.h>

/* What it means when the kernel refuses an option. */
enum sockopt_need {
	SOCKOPT_NEEDED,	  /* the socket is of no use */
	SOCKOPT_OPTIONAL, /* it makes no difference */
	SOCKOPT_OR_NEXT,  /* the next one is set, and only then */
};

struct sockopt_item {
	struct sockopt_setting setting;
	enum sockopt_need need;
	const char *name; /* what errors call it, NULL: as the kernel does; borrowed */
	const char *hint; /* what to do about a refusal, NULL; borrowed */
};

/* A zeroed list is empty. */
struct sockopt_list {
	struct sockopt_item *items; /* owned */
	size_t count, room;
};

#define cleanup_sockopt_list cleanup(sockopt_list_release)

/* Adds the option of that name with a value of length bytes; an optional one is left out where the value cannot be read. */
int sockopt_list_read(struct sockopt_list *list, const char *name, const char *value, size_t length,
		      enum sockopt_need need, struct error *err);
/* Adds one by its numbers, needed unless the caller says otherwise; the item is valid until the next is added. */
struct sockopt_item *sockopt_list_add(struct sockopt_list *list, int level, int number,
				      const void *bytes, size_t length);
/* The same with an int. */
struct sockopt_item *sockopt_list_add_number(struct sockopt_list *list, int level, int number,
					     int value);
/* Sets them in their order. */
int sockopt_list_apply(const struct sockopt_list *list, int fd, struct error *err);
void sockopt_list_release(struct sockopt_list *list);

#endif
