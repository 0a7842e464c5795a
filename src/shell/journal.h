/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last events of a shell with their times, for the report of a failure. */
#ifndef SHELL_JOURNAL_H
#define SHELL_JOURNAL_H

#include "base/buf.h"
#include "base/deadline.h"

#include <stdio.h>

#define JOURNAL_LENGTH 20

struct journal_entry {
	nanoseconds at;
	char *text;
};

/* A zeroed one is empty. */
struct journal {
	struct journal_entry entries[JOURNAL_LENGTH];
	size_t next;
	nanoseconds began; /* what times are counted from */
	FILE *log; /* where all of them are written as well; borrowed, NULL */
};

void journal_add(struct journal *journal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* An event with the begin of the bytes that passed. */
void journal_add_bytes(struct journal *journal, const char *name, const char *sign,
		       const void *bytes, size_t length);
/* A title and a line each, the oldest first. */
void journal_print(const struct journal *journal, struct buf *out);
void journal_release(struct journal *journal);

#endif
