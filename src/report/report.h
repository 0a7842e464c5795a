/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user is told: errors, events for people or as JSON lines, counts, hex dumps. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "core/observer.h"

#include <stdbool.h>
#include <stdio.h>

enum report_color { REPORT_COLOR_AUTO, REPORT_COLOR_ALWAYS, REPORT_COLOR_NEVER };

/* Data never goes here: stream is standard error. */
struct report_settings {
	FILE *stream;
	unsigned int verbosity; /* 0: listening and errors; 1: connections; 2: ends of directions */
	bool quiet;		/* errors only */
	bool json;		/* events as JSON lines */
	bool hexdump;
	bool colored;
	bool stats;
};

struct report;

struct report *report_new(const struct report_settings *settings);
void report_free(struct report *report);
/* To be put in the engine's chain. Owned by the report. */
struct observer *report_observer(struct report *report);
/* Counts of everything so far (SIGUSR1, --stats). */
void report_statistics(struct report *report);
/* Whether an error was told already. */
bool report_told_error(const struct report *report);

/*
 * Whether a stream gets colours. Left to us, where it is a terminal that is not
 * dumb; NO_COLOR and CLICOLOR_FORCE decide before that.
 */
bool report_is_colored(FILE *stream, enum report_color color);
/*
 * "anysock: text", the place with a caret, "  hint: …". Control characters are
 * escaped. NULL context: none.
 */
void report_error(FILE *stream, bool colored, const char *context, const struct error *err);
/* "anysock: text", control characters escaped; in_place: over the terminal's line, without an end. */
void report_line(FILE *stream, const char *text, bool in_place);
/* "1.5 GiB", "12 bytes": for people. */
void report_size(struct buf *out, uint64_t bytes);

#endif
