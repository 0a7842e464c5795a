/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several scripts at once, each in a process of its own; what they print comes out in their order. */
#ifndef CMD_JOBS_H
#define CMD_JOBS_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* All is borrowed. */
struct jobs {
	char *const *names;
	size_t count;
	size_t at_once;
	/* Called in a child; text is handed to the parent. Gives the exit status. */
	int (*run)(void *context, const char *name, FILE *out, struct buf *text);
	void *context;
	FILE *out;
	bool as_tap; /* what each prints is a subtest of TAP version 14 */
	struct buf *texts; /* those of all, in their order */
};

/* The status of the first that did not go well, 0 where all did; -1 with the error. */
int jobs_run(struct jobs *jobs, struct error *err);

#endif
