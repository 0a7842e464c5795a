/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking names up, and guessing which one was meant (Damerau and Levenshtein's distance). */
#include "base/name.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LONGEST 48
#define BEGINNING_MINIMUM 3

static int fold(char c)
{
	return c == '_' ? '-' : tolower((unsigned char)c);
}

bool name_equal_length(const char *a, size_t length, const char *b)
{
	for (size_t i = 0; i < length; i++)
		if (b[i] == '\0' || fold(a[i]) != fold(b[i]))
			return false;
	return b[length] == '\0';
}

bool name_equal(const char *a, const char *b)
{
	return name_equal_length(a, strlen(a), b);
}

const struct name *name_find(const struct name *table, const char *name)
{
	for (; table->name != NULL; table++)
		if (name_equal(name, table->name))
			return table;
	return NULL;
}

const char *name_of(const struct name *table, int64_t value)
{
	for (; table->name != NULL; table++)
		if (table->value == value)
			return table->name;
	return NULL;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Whether the two characters before i and j stand there the other way round. */
static bool is_swapped(const char *a, size_t i, const char *b, size_t j)
{
	return i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1]);
}

/* One row of the table: the distances of a's first i characters to each beginning of b. */
static void fill_row(size_t rows[3][LONGEST + 1], const char *a, size_t i, const char *b,
		     size_t b_length)
{
	size_t *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

	now[0] = i;
	for (size_t j = 1; j <= b_length; j++) {
		size_t differ = fold(a[i - 1]) != fold(b[j - 1]);

		now[j] = smallest(last[j] + 1, now[j - 1] + 1, last[j - 1] + differ);
		if (is_swapped(a, i, b, j) && before[j - 2] + 1 < now[j])
			now[j] = before[j - 2] + 1;
	}
}

size_t name_distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST + 1] = { { 0 } };
	size_t a_length = strnlen(a, LONGEST), b_length = strnlen(b, LONGEST);

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_length; i++)
		fill_row(rows, a, i, b, b_length);
	return rows[a_length % 3][b_length];
}

/* The beginning of a name is as near to it as if one letter were wrong. What is beyond the limit is not measured. */
static size_t distance_of(const char *wanted, const char *candidate, size_t limit)
{
	size_t length = strlen(wanted), a = strnlen(wanted, LONGEST), b = strnlen(candidate, LONGEST);

	if (length >= BEGINNING_MINIMUM && strncasecmp(wanted, candidate, length) == 0 &&
	    candidate[length] != '\0')
		return 1;
	if ((a > b ? a - b : b - a) > limit)
		return limit + 1;
	return name_distance(wanted, candidate);
}

/* A third of the letters may be wrong: of three, one. */
void name_guess_offer(struct name_guess *guess, const char *candidate)
{
	size_t limit = (strlen(guess->wanted) + 2) / 3;
	size_t distance = distance_of(guess->wanted, candidate, limit);

	if (distance > limit || distance >= strlen(candidate))
		return;
	if (guess->nearest == NULL || distance < guess->distance) {
		guess->nearest = candidate;
		guess->distance = distance;
	}
}

const char *name_nearest(const struct name *table, const char *wanted)
{
	struct name_guess guess = { .wanted = wanted };

	for (; table->name != NULL; table++)
		name_guess_offer(&guess, table->name);
	return guess.nearest;
}
