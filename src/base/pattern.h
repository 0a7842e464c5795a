/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patterns of Perl's kind over bytes that come in pieces; pcre2pattern(3), pcre2partial(3). */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include "base/buf.h"
#include "base/error.h"

/*
 * How many bytes of what came are looked at together; a match that would need
 * more is not found.
 */
#define PATTERN_WINDOW (32U << 10)

struct pattern;

/*
 * Compiles text; the library is loaded by the first call. "^" and "$" are at
 * the ends of lines, "." is any byte but a line feed. NULL with a usage error
 * that says up to where text is good, or ERROR_UNAVAILABLE.
 */
struct pattern *pattern_new(const char *text, struct error *err);
/* NULL is fine. */
void pattern_free(struct pattern *pattern);

/* What of the bytes that came a match may still begin in; starts out zeroed. */
struct pattern_window {
	struct buf bytes;
	size_t from; /* no match begins before; what stands there may be looked back at */
};

/*
 * Whether the bytes that came, all pieces together, hold a match: 1, 0, or -1
 * with the error where the pattern is too hard for them.
 */
int pattern_find(const struct pattern *pattern, struct pattern_window *window, const void *bytes,
		 size_t length, struct error *err);
/* Forgets what came: the next bytes are the first. */
void pattern_restart(struct pattern_window *window);
void pattern_window_release(struct pattern_window *window);

#endif
