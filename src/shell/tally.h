/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests and how they went: TAP version 14, JSON lines, JUnit's XML. */
#ifndef SHELL_TALLY_H
#define SHELL_TALLY_H

#include "base/buf.h"
#include "base/deadline.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

enum test_outcome { TEST_PASSED, TEST_FAILED, TEST_SKIPPED };

struct test_result {
	char *name;
	enum test_outcome outcome;
	nanoseconds duration;
	char *why; /* of one that was left out, or the first line of a failure; NULL */
	char *report; /* all of a failure; NULL */
};

struct tally {
	FILE *out; /* NULL: nothing is printed as it goes */
	bool as_json;
	const char *file; /* the script's, NULL */
	struct test_result *results;
	size_t count, failed, skipped;
	bool is_running; /* the last one */
	nanoseconds began;
};

void tally_release(struct tally *tally);
/* Ends the test that runs, which went well so far, and begins another one. */
void tally_begin(struct tally *tally, const char *name);
/* Ends the test that runs; harmless where none does. */
void tally_pass(struct tally *tally);
void tally_skip(struct tally *tally, const char *why);
void tally_fail(struct tally *tally, const struct error *err, const struct buf *diagnosis);
/* A failure outside of a test, which JUnit and JSON would not tell of else; of a file only. */
void tally_fail_script(struct tally *tally, const struct error *err, const struct buf *diagnosis);
/* The plan, behind the last test. */
void tally_finish(struct tally *tally);
/* A remark between the results. */
void tally_remark(struct tally *tally, const char *text);
/* Adds it as a <testsuite> of JUnit's. */
void tally_print_junit(const struct tally *tally, struct buf *out);

#endif
