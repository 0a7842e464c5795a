/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of the shell: one row each, which parser, help, manual, completion and runner all read. */
#ifndef SHELL_VERB_H
#define SHELL_VERB_H

#include "base/error.h"
#include "base/name.h"

#include <stdbool.h>
#include <stddef.h>

#define SLOTS_MAXIMUM 8

/* What stands in a slot: how it is parsed, and what completes it. */
enum slot_kind {
	SLOT_NEW,	 /* the name of an endpoint that the verb makes; "-": none */
	SLOT_ENDPOINT,	 /* an endpoint by name */
	SLOT_ENDPOINTS,	 /* one or more of them */
	SLOT_VARIABLE,	 /* the name of a variable that the verb sets */
	SLOT_SPEC,	 /* an address spec */
	SLOT_DATA,	 /* bytes in their notations, one behind the other */
	SLOT_VALUE,	 /* one of them, or a bare word */
	SLOT_WORD,	 /* a word */
	SLOT_CHOICE,	 /* one of those that its name lists: "on|off" */
	SLOT_WORDS,	 /* words up to the end of the line */
	SLOT_DURATION,
	SLOT_PATTERN,
	SLOT_PATTERNS,	 /* one or more */
	SLOT_CONDITION,
	SLOT_STEP,	 /* another line, or { lines } */
	SLOT_CASES,	 /* { PATTERN LINE ... } */
	SLOT_NAMES,	 /* words of which the first is the name of a feature */
	SLOT_SOCKOPT,	 /* words: names of socket options */
	SLOT_CHECK,	 /* what socket options are: NAME OP VALUE, joined by commas */
	SLOT_IOCTL,	 /* words: a request and its arguments */
	SLOT_FLAGS,	 /* MSG_ flags joined by "+" */
	SLOT_CONTROL,	 /* a control message; its word may stand again, for one more */
	SLOT_COMMAND,	 /* the rest of the line, for the system's shell */
	SLOT_SIGNAL,	 /* a signal by name or number */
	SLOT_END,	 /* read, write or both */
	SLOT_FILE,
	SLOT_ALONE,	 /* nothing: what stands in front of it says it all */
	SLOT_VERB,	 /* a word: the name of a verb or a command */
};

/* Tables end with a NULL name. */
struct slot {
	const char *name; /* as in the usage line: "DATA" */
	enum slot_kind kind;
	bool optional;
	const char *lead; /* what stands in front of it: "to", "flags="; NULL: nothing */
};

struct shell;
struct step;

/* What run gives beside 0 and -1: what becomes of the lines that follow. */
enum flow {
	FLOW_SKIP = 1, /* the test is left out */
	FLOW_PASS,     /* the case, or the loop, is left */
	FLOW_AGAIN,    /* the case is waited for once more */
	FLOW_EXIT,     /* the shell ends */
};

/* Tables end with a NULL name. */
struct verb {
	const char *name;
	const char *aliases; /* separated by blanks, NULL */
	const char *help;    /* one line, no full stop */
	const struct slot *slots;
	int (*run)(struct shell *shell, const struct step *step, struct error *err);
	const char *example;
	bool takes_as;	  /* "as NAME" keeps what came */
	bool as_endpoint; /* and it is an endpoint */
};

/* A group of them, in one file: what help puts under one title. */
struct verb_group {
	const char *title;
	const struct verb *verbs;
};

extern const struct verb_group verb_groups[];
extern const size_t verb_group_count;

/* What a program's own command is run by; its words are its only slot. */
extern const struct verb command_verb;

/* The verb of that name or alias, NULL where none. */
const struct verb *verb_find(const char *name);
/* The i-th of all, NULL behind the last. */
const struct verb *verb_at(size_t i);
void verb_guess(struct name_guess *guess);
/* "DATA [to ADDRESS] [flags=FLAGS]": what stands behind its name, less so many that are there already. */
struct buf;
void verb_print_slots(const struct verb *verb, size_t filled, struct buf *out);
/* What help says of it, some lines. */
void verb_print(const struct verb *verb, struct buf *out);
/* "bytes": what a kind of slot is called in the tables that completion is made from. */
const char *slot_kind_name(enum slot_kind kind);

#endif
