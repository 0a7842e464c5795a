/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors that come again and again, by the second. */
#include "report/repeats.h"

#include <string.h>

/* The row of a text, or that of the one heard longest ago, comes to the front. */
static struct repeated *to_front(struct repeats *repeats, const char *text)
{
	struct repeated found;
	size_t at = 0;

	while (at + 1 < REPEATS_KNOWN && strcmp(buf_text(&repeats->rows[at].text), text) != 0)
		at++;
	found = repeats->rows[at];
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

bool repeats_hear(struct repeats *repeats, const char *text, nanoseconds now, uint64_t *left_out,
		  struct buf *of)
{
	struct repeated *row = to_front(repeats, text);
	bool is_other = strcmp(buf_text(&row->text), text) != 0;

	*left_out = 0;
	if (is_other || now - row->since >= NANOSECONDS_PER_SECOND) {
		*left_out = give_count(row, of);
		row->since = now;
		row->told = 0;
	}
	if (is_other) {
		buf_clear(&row->text);
		buf_add_string(&row->text, text);
	}
	if (row->told < REPEATS_TOLD) {
		row->told++;
		return true;
	}
	row->left_out++;
	return false;
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
