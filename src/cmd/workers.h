/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several processes that serve one listener; fork(2), SO_REUSEPORT of socket(7). */
#ifndef CMD_WORKERS_H
#define CMD_WORKERS_H

#include "cmd/command.h"
#include "cmd/join.h"

#include <stdatomic.h>

/* clang-format off */
#define WORKERS_PARAMETER \
	{ .name = "workers", .type = VALUE_NUMBER, .minimum = 1, .maximum = WORKERS_MAXIMUM, .help = "serve with so many processes, to use more than one processor" }
/* clang-format on */

#define WORKERS_MAXIMUM 256

/* What is theirs together, in memory that they share. */
struct workers_common {
	atomic_bool served; /* one of them had a client */
	nanoseconds ends;   /* that of --deadline, also of who takes the place of another */
};

/* Whether --workers asks for more than one. */
static inline bool workers_are_wanted(const struct arguments *arguments)
{
	return arguments_number(arguments, "workers", 1) > 1;
}

/*
 * Opens the listener of join, tells where it is and starts the processes. 0: we are one of them,
 * and join's server has its sockets; 1: we started them and all have ended, *status is ours; -1.
 */
int workers_start(struct join *join, struct context *context, const struct arguments *arguments,
		  int *status, struct error *err);

#endif
