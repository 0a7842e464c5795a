/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long answers took: the times between sending and what was received next, by rank. */
#ifndef SHELL_TRIPS_H
#define SHELL_TRIPS_H

#include "base/deadline.h"

#include <stdbool.h>
#include <stddef.h>

#define TRIPS_MAXIMUM 1000000 /* what follows is not kept */

/* A zeroed one is empty. */
struct trips {
	nanoseconds *times;
	size_t count, room;
	bool is_sorted;
};

void trips_add(struct trips *trips, nanoseconds duration);
void trips_release(struct trips *trips);
/* "min", "p50" ...: the name of the i-th rank, NULL behind the last. */
const char *trips_rank_name(size_t i);
/* The time of that rank, which so many in a hundred do not exceed; there are some. */
nanoseconds trips_rank(struct trips *trips, size_t i);

#endif
