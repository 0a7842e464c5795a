/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of names with values, and the nearest name to one that was mistyped. */
#ifndef BASE_NAME_H
#define BASE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row; tables end with a NULL name. Several names may share a value: the first is printed. */
struct name {
	const char *name;
	int64_t value;
	const char *help; /* may be NULL */
};

/* Letter case ignored, "_" equal to "-". */
bool name_equal(const char *a, const char *b);
/* The same where a has length bytes and need not end in NUL. */
bool name_equal_length(const char *a, size_t length, const char *b);
/* The row with that name, NULL where none. */
const struct name *name_find(const struct name *table, const char *name);
/* The first name of a value, NULL where none. */
const char *name_of(const struct name *table, int64_t value);
/* How many letters must be changed, added, dropped or swapped to make b of a; case ignored. */
size_t name_distance(const char *a, const char *b);

/* Finding the nearest of many names: start with {.wanted}, offer each, read nearest. */
struct name_guess {
	const char *wanted;
	const char *nearest; /* borrowed from what was offered; NULL where nothing is near */
	size_t distance;
};
void name_guess_offer(struct name_guess *guess, const char *candidate);
/* The nearest in a table, NULL where none is near enough to be meant. */
const char *name_nearest(const struct name *table, const char *wanted);

#endif
