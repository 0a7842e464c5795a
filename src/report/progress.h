/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line that tells how far a long transfer is. */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The values of --progress. */
enum progress_style {
	PROGRESS_AUTO, /* a line on a terminal, once the transfer is a second old */
	PROGRESS_ALWAYS, /* as soon as it begins; how it ended stays */
	PROGRESS_PLAIN, /* whole lines, no cursor movement */
	PROGRESS_JSON,
	PROGRESS_NEVER,
};

struct progress;

/* How far it is. */
struct progress_counts {
	uint64_t moved[2]; /* bytes, forward and backward */
	uint64_t size[2];  /* of all that will pass; 0: not known, or no longer */
};

/* NULL where none is to be shown, which is fine for the others. */
struct progress *progress_new(FILE *stream, enum progress_style style, bool is_quiet);
/* May be called more often than something is shown. Time counts from the first byte on. */
void progress_show(struct progress *progress, const struct progress_counts *counts);
/* Shows how it ended, where that was asked for, else clears the line; frees. */
void progress_end(struct progress *progress, const struct progress_counts *counts);

#endif
