/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A harness for unit tests in C: named cases with checks, reported as TAP (testanything.org). */
#ifndef UNIT_H
#define UNIT_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A test program is some functions of checks and a main:
 *
 *	static void reads_decimal(struct unit *unit)
 *	{
 *		unit_check_int(unit, number("5"), 5);
 *	}
 *
 *	int main(void)
 *	{
 *		struct unit unit = { 0 };
 *
 *		unit_run(&unit, "number: decimal digits are read", reads_decimal);
 *		return unit_end(&unit);
 *	}
 *
 * A failed check is printed with its place and does not end its function.
 */
struct unit {
	unsigned int cases;
	unsigned int failed; /* cases that failed */
	unsigned int checks; /* made in all */
	unsigned int wrong;  /* failed checks of the case that runs */
	char skipped[200];   /* why the case that runs is skipped; "" where it is not */
};

#define UNIT_SHOWN 20 /* failed checks that a case prints */

static inline void unit_fail(struct unit *unit, const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static inline void unit_fail(struct unit *unit, const char *file, int line, const char *format, ...)
{
	va_list args;

	if (unit->wrong++ >= UNIT_SHOWN)
		return;
	printf("# %s:%d: ", file, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/* Ends a case as skipped; the function that calls it returns. */
static inline void unit_skip(struct unit *unit, const char *reason)
{
	snprintf(unit->skipped, sizeof(unit->skipped), "%s", reason);
}

/* For cases that ask the kernel what an emulator of programs passes on in part; true where the case is skipped. */
static inline bool unit_is_emulated(struct unit *unit)
{
	if (getenv("ANYSOCK_EMULATOR") == NULL)
		return false;
	unit_skip(unit, "the emulator does not pass all of the kernel's calls on");
	return true;
}

/* For cases that need what this build was made without: UNIT_WITH(unit, JANSSON); false where the case is skipped. */
#define UNIT_WITH(unit, library) \
	(WITH_##library || (unit_skip(unit, "this build was made WITH_" #library "=no"), false))

static inline void unit_run(struct unit *unit, const char *title, void (*test)(struct unit *unit))
{
	unit->wrong = 0;
	unit->skipped[0] = '\0';
	test(unit);
	unit->cases++;
	unit->failed += unit->wrong > 0;
	if (unit->wrong > UNIT_SHOWN)
		printf("# and %u more\n", unit->wrong - UNIT_SHOWN);
	printf("%s %u - %s", unit->wrong > 0 ? "not ok" : "ok", unit->cases, title);
	if (unit->skipped[0] != '\0')
		printf(" # skip %s", unit->skipped);
	putchar('\n');
	fflush(stdout);
}

/* The exit status: 0 where every case passed; prints the plan. */
static inline int unit_end(const struct unit *unit)
{
	printf("1..%u\n# %u checks\n", unit->cases, unit->checks);
	return unit->failed > 0;
}

/* Each yields whether the check held, so that a test can stop where going on makes no sense. */
#define unit_check(unit, condition)                                            \
	({                                                                     \
		bool holds_ = (condition);                                     \
		(unit)->checks++;                                              \
		if (!holds_)                                                   \
			unit_fail(unit, __FILE__, __LINE__, "%s", #condition); \
		holds_;                                                        \
	})

#define unit_check_int(unit, got, wanted) \
	unit_compare_int(unit, __FILE__, __LINE__, #got, (intmax_t)(got), (intmax_t)(wanted))

static inline bool unit_compare_int(struct unit *unit, const char *file, int line, const char *what,
				    intmax_t got, intmax_t wanted)
{
	unit->checks++;
	if (got == wanted)
		return true;
	unit_fail(unit, file, line, "%s: %jd instead of %jd", what, got, wanted);
	return false;
}

#define unit_check_string(unit, got, wanted) \
	unit_compare_string(unit, __FILE__, __LINE__, #got, got, wanted)

static inline bool unit_compare_string(struct unit *unit, const char *file, int line,
				       const char *what, const char *got, const char *wanted)
{
	unit->checks++;
	if (got == NULL || wanted == NULL ? got == wanted : strcmp(got, wanted) == 0)
		return true;
	unit_fail(unit, file, line, "%s: <%s> instead of <%s>", what, got ? got : "(null)",
		  wanted ? wanted : "(null)");
	return false;
}

#define unit_check_bytes(unit, got, got_length, wanted, wanted_length) \
	unit_compare_bytes(unit, __FILE__, __LINE__, #got, got, got_length, wanted, wanted_length)

static inline bool unit_compare_bytes(struct unit *unit, const char *file, int line,
				      const char *what, const void *got, size_t got_length,
				      const void *wanted, size_t wanted_length)
{
	size_t at = 0;

	unit->checks++;
	while (at < got_length && at < wanted_length &&
	       ((const char *)got)[at] == ((const char *)wanted)[at])
		at++;
	if (at == got_length && at == wanted_length)
		return true;
	unit_fail(unit, file, line, "%s: differs at byte %zu (%zu bytes instead of %zu)", what, at,
		  got_length, wanted_length);
	return false;
}

/* Opens a file of data that stands beside the tests; NULL where it cannot. */
static inline FILE *unit_open_data(struct unit *unit, const char *name)
{
	const char *tree = getenv("tree"); /* set by tests/suite */
	char path[1000];
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/unit/%s", tree != NULL ? tree : ".", name);
	file = fopen(path, "re");
	if (file == NULL)
		unit_fail(unit, __FILE__, __LINE__, "%s cannot be opened", path);
	return file;
}

/* A small generator of numbers for property tests (xorshift64): the same on every run. */
struct unit_random {
	uint64_t state; /* not 0 */
};

static inline uint64_t unit_random(struct unit_random *random)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return random->state;
}

/* 0 to below - 1. */
static inline size_t unit_random_below(struct unit_random *random, size_t below)
{
	return (size_t)(unit_random(random) % below);
}

#endif
