/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists that say who may: "A+B", all but some as "not-C", or both. */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include "base/error.h"

/*
 * Whether a list admits somebody: no word of it with "not-" in front fits, and
 * one of the others, where there are any. fits says 1 or 0 of a word, or -1 with
 * the error where it cannot be read; all words are read. 1, 0, -1.
 */
int list_admits(const char *list, int (*fits)(const void *who, const char *word, struct error *err),
		const void *who, struct error *err);

#endif
