/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command: its place in help, man page and completion, and the function that runs it. */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "base/error.h"
#include "option/parameter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What a word on the command line stands for; feeds usage, completion and the shell. */
enum argument_kind {
	ARGUMENT_SPEC,
	ARGUMENT_TEXT,
	ARGUMENT_FILE,
	ARGUMENT_SOCKOPT,
	ARGUMENT_IOCTL,
	ARGUMENT_FAMILY,
	ARGUMENT_TOPIC, /* a command, family, option or topic */
	ARGUMENT_HOST,
	ARGUMENT_SERVICE,
	ARGUMENT_INTERFACE,
};

/* Tables end with a NULL name. */
struct argument {
	const char *name; /* as in the usage line: "SPEC" */
	enum argument_kind kind;
	bool optional;
	bool repeats; /* the last one only */
};

struct context;

/* What was typed behind the command, checked against its tables. */
struct arguments {
	const struct command *command;
	struct setting *settings; /* global options and the command's own, in typed order */
	size_t setting_count;
	char **stdio_words; /* what stands in argv for "-,OPTION" */
	size_t stdio_word_count;
	char **words; /* NULL behind the last; borrowed from argv */
	size_t word_count;
	char **program; /* argv behind the first "--"; NULL: none */
};

struct command {
	const char *name;
	const char *aliases; /* separated by blanks, NULL */
	const char *summary; /* one line, no full stop */
	const struct parameter *options;   /* NULL: none but the global ones */
	const struct argument *arguments; /* NULL: none */
	const char *program; /* how usage calls what stands behind "--"; NULL: nothing may */
	const char *const *examples; /* command lines, NULL behind the last */
	/*
	 * Runs: an exit status of 0 to 255, or -1 with the error, whose kind gives
	 * the status. Uses no globals: it can run twice in one process.
	 */
	int (*run)(struct context *context, const struct arguments *arguments, struct error *err);
};

/* The process as a command sees it. */
struct context {
	FILE *out;    /* answers */
	FILE *errors; /* all else */
	bool colored; /* errors may have colours */
	bool as_json; /* --json: errors are objects too */
	int died_by;  /* set by run: a signal that the process is to die by once it has cleaned up; 0 */
	bool interactive; /* run by the shell: the process goes on afterwards */
};

/* The commands, sorted by name; commands.def has the list. */
extern const struct command *const commands[];
extern const size_t command_count;
/* The options that every command takes; ends with a NULL name. */
extern const struct parameter global_options[];

const struct command *command_find(const char *name);
/* Parses argv[0] (the command) and what follows; arguments_release() is due on success. */
int arguments_parse(struct arguments *arguments, const struct command *command, int argc,
		    char **argv, struct error *err);
/* The same, but for how many words there must be. */
int arguments_read_options(struct arguments *arguments, const struct command *command, int argc,
			   char **argv, struct error *err);
void arguments_release(struct arguments *arguments);

/* The last setting of an option, NULL where it was not given; and what it says, or fallback. */
const struct setting *arguments_setting(const struct arguments *arguments, const char *name);
bool arguments_flag(const struct arguments *arguments, const char *name);
int64_t arguments_number(const struct arguments *arguments, const char *name, int64_t fallback);
const char *arguments_text(const struct arguments *arguments, const char *name,
			   const char *fallback);

#endif
