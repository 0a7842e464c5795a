/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors and notices that come again and again, by the second. */
#include "report/repeats.h"

#include <string.h>

/* The place of the row of a text; behind the last: it is not known. */
static size_t find(const struct repeats *repeats, const char *text)
{
	size_t at = 0;

	while (at < REPEATS_KNOWN && strcmp(buf_text(&repeats->rows[at].text), text) != 0)
		at++;
	return at;
}

/* The row at a place comes to the front. */
static struct repeated *to_front(struct repeats *repeats, size_t at)
{
	struct repeated found = repeats->rows[at];

	memmove(&repeats->rows[1], &repeats->rows[0], at * sizeof(found));
	repeats->rows[0] = found;
	return &repeats->rows[0];
}

static uint64_t give_count(struct repeated *row, struct buf *of)
{
	uint64_t count = row->left_out;

	if (count > 0)
		buf_add_string(of, buf_text(&row->text));
	row->left_out = 0;
	return count;
}

/* What is not known takes the place of what was heard longest ago. */
static struct repeated *row_of(struct repeats *repeats, size_t at, nanoseconds now, uint64_t *left_out,
			       struct buf *of)
{
	struct repeated *row = to_front(repeats, at < REPEATS_KNOWN ? at : REPEATS_KNOWN - 1);

	if (at < REPEATS_KNOWN && now - row->since < NANOSECONDS_PER_SECOND)
		return row;
	*left_out = give_count(row, of);
	row->since = now;
	row->told = 0;
	return row;
}

static bool is_full(struct repeats *repeats, nanoseconds now)
{
	if (now - repeats->since >= NANOSECONDS_PER_SECOND) {
		repeats->since = now;
		repeats->told = 0;
	}
	return repeats->told >= REPEATS_TOLD_OF_ALL;
}

bool repeats_hear(struct repeats *repeats, const char *text, nanoseconds now, uint64_t *left_out,
		  struct buf *of)
{
	size_t at = find(repeats, text);
	bool no_more = is_full(repeats, now);
	struct repeated *row;

	*left_out = 0;
	if (at == REPEATS_KNOWN && no_more) {
		repeats->others++;
		return false;
	}
	row = row_of(repeats, at, now, left_out, of);
	if (at == REPEATS_KNOWN) {
		buf_clear(&row->text);
		buf_add_string(&row->text, text);
	}
	if (row->told < REPEATS_TOLD && !no_more) {
		row->told++;
		repeats->told++;
		return true;
	}
	row->left_out++;
	return false;
}

uint64_t repeats_take_others(struct repeats *repeats, nanoseconds now)
{
	uint64_t count = now - repeats->since >= NANOSECONDS_PER_SECOND ? repeats->others : 0;

	repeats->others -= count;
	return count;
}

uint64_t repeats_take(struct repeats *repeats, struct buf *of)
{
	uint64_t count = 0;

	for (size_t i = REPEATS_KNOWN; i-- > 0 && count == 0;)
		count = give_count(&repeats->rows[i], of);
	return count;
}

void repeats_release(struct repeats *repeats)
{
	for (size_t i = 0; i < REPEATS_KNOWN; i++)
		buf_release(&repeats->rows[i].text);
}
