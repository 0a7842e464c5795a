/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a script's line says: bytes, patterns, conditions; parsed once, worked out each time a line runs. */
#ifndef SHELL_TERM_H
#define SHELL_TERM_H

#include "base/buf.h"
#include "base/deadline.h"
#include "shell/source.h"

struct name;
struct pattern;

enum term_kind {
	TERM_BYTES,    /* text is what it stands for */
	TERM_VARIABLE, /* text is its name, with the fields behind dots */
	TERM_JOIN,     /* its parts, one behind the other */
	TERM_SLICE,    /* of the first part: from the second to the third, which may be missing */
	TERM_TIMES,    /* the first part as often as the second says */
	TERM_CALL,     /* text is the function's name */
};

struct term {
	enum term_kind kind;
	struct place place;
	struct buf text;
	struct term *parts;
	size_t part_count;
	bool bare; /* typed without quotes, as a word or a number */
};

enum comparison { COMPARE_EQUAL, COMPARE_UNEQUAL, COMPARE_LESS, COMPARE_AT_MOST, COMPARE_MORE, COMPARE_AT_LEAST, COMPARE_HAS, COMPARE_BITS };

/* Two sides compared; where a message is looked at, the left one is a field of it. */
struct clause {
	struct place place;
	struct term left;
	enum comparison how;
	struct term right;
};

struct condition {
	struct clause *clauses; /* all must hold */
	size_t count;
};

enum expected_kind {
	EXPECT_DATA,   /* these very bytes */
	EXPECT_REGEX,
	EXPECT_FIELDS, /* of a message */
	EXPECT_EOF,
	EXPECT_RESET,
	EXPECT_TIMEOUT,
	EXPECT_ANY,
	EXPECT_COUNT, /* so many bytes, whatever they are */
};

/* A pattern. */
struct expected {
	enum expected_kind kind;
	struct place place;
	struct term data;
	struct pattern *regex;
	bool wild; /* the regex stands for hex{} with wildcards: it is all of a message */
	struct condition fields;
};

void term_release(struct term *term);
void condition_release(struct condition *condition);
void expected_release(struct expected *expected);

/* Terms one behind the other until something else comes: "GET " $path "\r\n" * 2. */
int term_parse_data(struct cursor *cursor, struct term *term, struct error *err);
/* One of them. */
int term_parse_one(struct cursor *cursor, struct term *term, struct error *err);
/* The same; a bare word stands for itself. */
int term_parse_value(struct cursor *cursor, struct term *term, struct error *err);
/* A word up to a blank; quotes protect, and stay where keep_quotes. $NAME and ${...} are filled in later. */
int term_parse_word(struct cursor *cursor, bool keep_quotes, struct term *term, struct error *err);
/* The rest of the line as it stands, with $NAME filled in. */
int term_parse_rest(struct cursor *cursor, struct term *term, struct error *err);
/* Whether bytes in one of their notations come next. */
bool term_begins(struct cursor *cursor);
/* Whether its value is known before anything runs. */
bool term_is_constant(const struct term *term);

int condition_parse(struct cursor *cursor, struct condition *condition, struct error *err);
/* The same, but what stands at the left is the name of a field; whether such a one comes next. */
int fields_parse(struct cursor *cursor, struct condition *condition, struct error *err);
bool fields_begin(const struct cursor *cursor);
/* The i-th operator that compares, with its help; NULL behind the last. */
const struct name *comparison_at(size_t i);
int expected_parse(struct cursor *cursor, struct expected *expected, struct error *err);
/* Whether a pattern comes next. */
bool expected_begins(struct cursor *cursor);

#endif
