/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that a family sets on each of its sockets, to be set or to be shown. */
#ifndef OPTION_SOCKOPT_LIST_H
#define OPTION_SOCKOPT_LIST_H

#include "option/sockopt.h"

#include <stdbool.h>

#define SOCKOPT_LIST_MAXIMUM 40

/* A zeroed list is empty. */
struct sockopt_list {
	struct sockopt_setting items[SOCKOPT_LIST_MAXIMUM];
	bool may_fail[SOCKOPT_LIST_MAXIMUM]; /* it makes no difference when the kernel refuses it */
	size_t count;
};

#define cleanup_sockopt_list cleanup(sockopt_list_release)

/* Adds the option of that name with a value of length bytes; one that may fail is left out where the value cannot be read. */
int sockopt_list_add(struct sockopt_list *list, const char *name, const char *value, size_t length,
		     bool may_fail, struct error *err);
/* The same with a number, of an option that takes one. */
int sockopt_list_add_number(struct sockopt_list *list, const char *name, int number, bool may_fail);
/* Sets those from first on. */
int sockopt_list_apply(const struct sockopt_list *list, size_t first, int fd, struct error *err);
void sockopt_list_release(struct sockopt_list *list);

#endif
