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
/*
 * The same with letters: i letter case is ignored, m "^" and "$" at the ends of
 * lines, s "." is any byte, x blanks and comments in the pattern, u UTF-8.
 * Without m "^" is where the bytes begin and "$" where they end.
 */
struct pattern *pattern_new_flagged(const char *text, const char *flags, struct error *err);
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


enum pattern_verdict {
	PATTERN_ABSENT,	 /* no match, and none that begins in these bytes can come */
	PATTERN_PARTIAL, /* one may begin at found->begin, if more bytes follow */
	PATTERN_LONGER,	 /* one is there, and more bytes could make it longer */
	PATTERN_FOUND,
};

enum pattern_how {
	PATTERN_ANCHORED = 1, /* it begins with the first byte */
	PATTERN_AT_END = 2,   /* no bytes will follow */
	PATTERN_WHOLE = 4,    /* it ends with the last byte; with PATTERN_AT_END */
};

/* What pattern_look() found; bounds live until the pattern is used again. */
struct pattern_match {
	size_t begin, end;
	const size_t *bounds; /* begin and end of each group; SIZE_MAX where it took no part */
	size_t group_count;
};

/*
 * Looks at the bytes as they are: a pattern_verdict, or -1 where it is too hard
 * for them. No match begins before from; what stands there may be looked back at.
 */
int pattern_look(const struct pattern *pattern, const void *bytes, size_t length, size_t from,
		 unsigned int how, struct pattern_match *found, struct error *err);
/* How many bytes in front of a match may matter. */
size_t pattern_lookbehind(const struct pattern *pattern);
/* The name of a group, NULL where it has none. */
const char *pattern_group_name(const struct pattern *pattern, size_t group);

#endif
