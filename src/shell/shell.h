/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shell: named endpoints, variables, and lines that are run one after the other. */
#ifndef SHELL_SHELL_H
#define SHELL_SHELL_H

#include "base/deadline.h"
#include "base/error.h"
#include "core/target.h"
#include "shell/parse.h"

#include <stdbool.h>
#include <stdio.h>

struct shell;

/* What the program around it lends to the shell. */
struct shell_host {
	/* Binds a spec under the options of the command line; word outlives the target. */
	int (*bind)(struct shell_host *host, struct target *target, const char *word, bool listens,
		    struct error *err);
	/* The i-th command of the program with its summary, NULL behind the last. */
	const char *(*command_at)(struct shell_host *host, size_t i, const char **summary);
	/* The i-th option of a command, by its name, with its help; NULL behind the last, or where there is none. */
	const char *(*option_at)(struct shell_host *host, const char *command, size_t i, const char **help);
	/* Runs one: argv[0] is its name. Its exit status; it has told its error itself. */
	int (*run)(struct shell_host *host, FILE *out, int argc, char **argv);
	/* Of lines that are run: shows what came; NULL: nobody looks. */
	FILE *out;
	FILE *errors;
	bool colored;
};

struct shell_settings {
	bool talks; /* verbs print what they did and what came: a person or a pipe sits in front */
	bool strict; /* what is left over at the end of a test fails it */
	nanoseconds timeout; /* of one line; 0: 5 s */
	nanoseconds limit; /* of all together; 0: none */
	const char *artifacts; /* a folder: what is kept of tests that fail; NULL: nothing */
	const char *name; /* what that is named after: the script */
};

/* NULL with the error where the kernel refuses. Both are borrowed. */
struct shell *shell_new(struct shell_host *host, const struct shell_settings *settings,
			struct error *err);
/* Closes every endpoint, ends every program that it started. */
void shell_free(struct shell *shell);
/* A variable from the command line, as NAME=VALUE. */
int shell_define(struct shell *shell, const char *text, struct error *err);
/* The names that are known by now, for parsing the next lines. */
void shell_world(struct shell *shell, struct parse_world *world);
/*
 * Runs lines until one fails: 0, an exit status through *status where a line
 * ends the shell (FLOW_EXIT), or -1 with the error, which points into the source.
 */
int shell_run(struct shell *shell, const struct block *block, struct error *err);
/* Closes what is open behind the last line; with strict, what was left over is an error. */
int shell_finish(struct shell *shell, struct error *err);
/* Tests are reported there, and one that fails does not end the run. Borrowed; NULL: no more. */
struct tally;
void shell_report_to(struct shell *shell, struct tally *tally);
/* A line for whoever typed, where something is still open. */
void shell_say_what_closes(struct shell *shell);
/* What `quit` said. */
int shell_exit_status(const struct shell *shell);
/* The signal that asked to end, 0: none. */
int shell_interrupted(const struct shell *shell);
/* Forgets that a wait was interrupted: the shell lives on. */
void shell_resume(struct shell *shell);
/* Whole lines that were typed and worked: `save` writes them. */
void shell_remember(struct shell *shell, const struct buf *lines);
/* What the last failure has to say beyond its error: expected, received, what came before. */
const struct buf *shell_diagnosis(const struct shell *shell);
void shell_forget_failure(struct shell *shell);
/* The failure that ended the run: keeps what was collected of it. */
void shell_failed(struct shell *shell, const struct error *err);

#endif
