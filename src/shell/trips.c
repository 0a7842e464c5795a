/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times that answers took, and their percentiles. */
#include "shell/trips.h"

#include "base/memory.h"

#include <stdlib.h>

static const struct {
	const char *name;
	unsigned int percent;
} ranks[] = { { "min", 0 }, { "p50", 50 }, { "p90", 90 }, { "p99", 99 }, { "max", 100 } };

void trips_add(struct trips *trips, nanoseconds duration)
{
	if (trips->count >= TRIPS_MAXIMUM)
		return;
	if (trips->count == trips->room) {
		trips->room = trips->room > 0 ? 2 * trips->room : 16;
		trips->times = memory_resize(trips->times, trips->room, sizeof(*trips->times));
	}
	trips->times[trips->count++] = duration;
	trips->is_sorted = false;
}

void trips_release(struct trips *trips)
{
	free(trips->times);
	*trips = (struct trips){ 0 };
}

const char *trips_rank_name(size_t i)
{
	return i < array_length(ranks) ? ranks[i].name : NULL;
}

static int compare_durations(const void *a, const void *b)
{
	nanoseconds x = *(const nanoseconds *)a, y = *(const nanoseconds *)b;

	return x < y ? -1 : x > y;
}

nanoseconds trips_rank(struct trips *trips, size_t i)
{
	size_t rank = (trips->count * ranks[i].percent + 99) / 100;

	if (!trips->is_sorted)
		qsort(trips->times, trips->count, sizeof(*trips->times), compare_durations);
	trips->is_sorted = true;
	return trips->times[rank > 0 ? rank - 1 : 0];
}
