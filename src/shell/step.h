/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of a script, parsed: its verb, what the verb is given, and what is to come of it. */
#ifndef SHELL_STEP_H
#define SHELL_STEP_H

#include "shell/term.h"
#include "shell/verb.h"

struct block {
	struct step *steps;
	size_t count;
};

/* One alternative of `case`. */
struct alternative {
	struct expected pattern;
	char *as; /* NULL */
	struct block actions; /* none: leave */
};

/* What stands in a slot of the verb; which members are used follows from the slot's kind. */
struct filling {
	bool given;
	struct place place;
	struct term term;
	char *name; /* of an endpoint or variable */
	nanoseconds duration;
	struct term *words;
	size_t word_count;
	struct expected *patterns;
	size_t pattern_count;
	struct condition condition;
	struct block block;
	struct alternative *alternatives;
	size_t alternative_count;
};

struct step {
	const struct source *source;
	struct place place; /* the line */
	const struct verb *verb;
	char *command; /* the program's own command, which the words of the first slot follow; NULL */
	struct filling fillings[SLOTS_MAXIMUM];
	nanoseconds delay;  /* wait so long first; -1: no */
	nanoseconds moment; /* wait until so long after the test began; -1: no */
	nanoseconds least, most; /* within; most 0: the default */
	char *result; /* what it must end as; NULL: ok */
	struct place result_place;
	char *as; /* NULL */
	char *into; /* the system's command that what it prints goes into; NULL */
};

void step_release(struct step *step);
void block_release(struct block *block);

#endif
