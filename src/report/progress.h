/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line that tells how far a long transfer is. */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

/* The values of --progress. */
enum progress_style {
	PROGRESS_AUTO, /* a line on a terminal, once the transfer is a second old */
	PROGRESS_ALWAYS,
	PROGRESS_PLAIN, /* whole lines, no cursor movement */
	PROGRESS_JSON,
	PROGRESS_NEVER,
};

struct progress;

/*
 * NULL where none is to be shown. source_fd (-1: none) is where data comes
 * from: a regular file has a size, so that percent and time left are known.
 */
struct progress *progress_new(FILE *stream, enum progress_style style, int is_quiet, int source_fd);
/* Bytes so far in both directions. NULL is fine. */
void progress_show(struct progress *progress, uint64_t forward, uint64_t backward);
/* Clears the line. NULL is fine. */
void progress_free(struct progress *progress);

#endif
