/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs work on: the inside of struct shell. */
#ifndef SHELL_STATE_H
#define SHELL_STATE_H

#include "shell/channel.h"
#include "shell/journal.h"
#include "shell/shell.h"
#include "shell/value.h"

#include <signal.h>

struct console;
struct evidence;
struct group;
struct process;
struct tally;
struct tasks;

#define SETTLE_TIME (100 * NANOSECONDS_PER_MILLISECOND) /* when a match that could grow is taken */

struct shell {
	struct shell_host *host;
	struct shell_settings settings;
	struct loop *loop;
	struct channel **channels;
	size_t channel_count;
	struct variable *variables;
	size_t variable_count;
	struct group *groups;
	size_t group_count;
	nanoseconds group_until; /* when a line for several endpoints has to be done; 0: it is for one */
	struct process **processes;
	size_t process_count;
	struct json_reader *reader; /* NULL until a message's field is asked for */
	char *folder;		    /* $TMP, NULL until it is asked for */
	nanoseconds timeout;	    /* of a line without "within" */
	uint64_t scale;		    /* thousandths: all durations of waits are multiplied */
	nanoseconds began;	    /* the test, for "@1s" */
	nanoseconds limit;	    /* when all must be over */
	struct loop_watch signal_watch;
	sigset_t old_mask;
	int signal_fd;
	int interrupted; /* the signal that came, 0 */
	bool is_woken;
	struct journal journal;
	struct evidence *evidence; /* NULL: nothing is kept of failures */
	struct buf diagnosis;
	struct content got; /* what the line's verb received: "as NAME" keeps it */
	bool has_got;
	int exit_status;
	struct tally *tally; /* NULL: none are reported */
	const struct source *source; /* of the line that runs */
	nanoseconds again; /* of the case: what `again` asked for */
	/* Called for each endpoint that is opened; NULL: nobody looks. */
	void (*added)(struct shell *shell, struct channel *channel);
	struct console *console; /* where lines are edited; NULL: they are not */
	struct tasks *tasks; /* NULL until there is one */
	bool task_failed; /* and that ended the line that waited, whatever it was to end as */
	unsigned int depth; /* of files that include each other */
	bool is_timed;	/* lines tell how long they took */
	bool hints_off; /* nothing is shown behind a line that is typed */
	struct buf done;    /* lines that were typed and worked */
};

/* wait.c */
int shell_wait_start(struct shell *shell, struct error *err);
void shell_wait_stop(struct shell *shell);
/*
 * Waits until fd (-1: none) has one of the EPOLL… events, or something else
 * happened that may matter: 1; 0 the time is over; -1 interrupted.
 */
int shell_wait(struct shell *shell, int fd, uint32_t events, nanoseconds until, struct error *err);
/* Until then, whatever happens meanwhile; -1 interrupted. */
int shell_pass_time(struct shell *shell, nanoseconds until, struct error *err);
/* Until the channel can be read. */
int shell_wait_input(struct shell *shell, struct channel *channel, nanoseconds until,
		     struct error *err);
int shell_wait_output(struct shell *shell, struct channel *channel, nanoseconds until,
		      struct error *err);
/* A duration as the scale factor has it. */
nanoseconds shell_scaled(const struct shell *shell, nanoseconds duration);
/* When the step has to be done. */
nanoseconds shell_deadline(const struct shell *shell, const struct step *step);
/* "not in 5 s", with the factor where there is one. */
int shell_timed_out(const struct shell *shell, const struct step *step, const char *what,
		    struct error *err);

/* descriptors.c: what came along with a message becomes NAME.fd, NAME.fd2 ...; closed where as is NULL. */
void descriptors_adopt(struct shell *shell, const char *as, const struct message *message);
/* The channel around a descriptor, which is taken over; -1 with the error. */
int descriptor_channel(struct shell *shell, const char *name, int fd, struct error *err);

/* run.c: runs lines: 0, a flow, or -1. */
int shell_run_block(struct shell *shell, const struct block *block, struct error *err);
int shell_run_step(struct shell *shell, const struct step *step, struct error *err);
/* Tells the test that runs that it failed. */
void shell_fail_test(struct shell *shell, const struct error *err);

/* shell.c */
struct channel *shell_find(const struct shell *shell, const char *name);
/* The same; an error that names it where it is not open. */
struct channel *shell_need(struct shell *shell, const struct step *step, size_t slot,
			   struct error *err);
/* Takes the channel over; one of the same name is closed. */
void shell_add(struct shell *shell, struct channel *channel);
void shell_remove(struct shell *shell, struct channel *channel);
/* Prints a line; between the results of tests as a remark. */
void shell_remark(struct shell *shell, const char *text);
/* Where a person or a pipe sits in front: prints a line. */
void shell_say(struct shell *shell, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whether nothing more is to run: interrupted, or out of time. */
bool shell_is_over(const struct shell *shell);
/* $TMP, made when it is asked for first; NULL with the error. */
const char *shell_folder(struct shell *shell, struct error *err);
/* Closes what a test opened; with strict, tells what was left: -1. */
int shell_tidy(struct shell *shell, struct error *err);

#endif
