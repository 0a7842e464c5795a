/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors that come again and again, by the second. */
#include "report/repeats.h"

#include <string.h>

static void begin(struct repeats *repeats, const char *text, nanoseconds now)
{
	buf_clear(&repeats->text);
	buf_add_string(&repeats->text, text);
	repeats->since = now;
	repeats->told = 0;
	repeats->left_out = 0;
}

bool repeats_hear(struct repeats *repeats, const char *text, nanoseconds now, uint64_t *left_out)
{
	bool is_other = strcmp(buf_text(&repeats->text), text) != 0;

	*left_out = 0;
	if (is_other || now - repeats->since >= NANOSECONDS_PER_SECOND) {
		*left_out = repeats->left_out;
		begin(repeats, text, now);
	}
	if (repeats->told < REPEATS_TOLD) {
		repeats->told++;
		return true;
	}
	repeats->left_out++;
	return false;
}

void repeats_release(struct repeats *repeats)
{
	buf_release(&repeats->text);
}
