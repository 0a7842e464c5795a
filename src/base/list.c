/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cutting a list at its "+". */
#include "base/list.h"

#include "base/cleanup.h"
#include "base/memory.h"

#include <stdbool.h>
#include <string.h>

#define NOT "not-"

int list_admits(const char *list, int (*fits)(const void *who, const char *word, struct error *err),
		const void *who, struct error *err)
{
	cleanup_free char *copy = memory_string(list);
	char *rest = copy, *word;
	bool is_named = false, is_needed = false, is_out = false;

	while ((word = strsep(&rest, "+")) != NULL) {
		bool is_not = strncmp(word, NOT, strlen(NOT)) == 0;
		int one = fits(who, word + (is_not ? strlen(NOT) : 0), err);

		if (one < 0)
			return -1;
		is_needed |= !is_not;
		is_named |= !is_not && one > 0;
		is_out |= is_not && one > 0;
	}
	return !is_out && (is_named || !is_needed);
}
