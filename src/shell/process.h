/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs that a script starts: their input and output are channels, and they end with the shell. */
#ifndef SHELL_PROCESS_H
#define SHELL_PROCESS_H

#include "shell/state.h"

struct process {
	char *name;
	int pid;
	int pidfd; /* -1 once it was reaped */
	int ready_fd; /* what it writes to descriptor 3; -1 */
	struct buf ready;
	int status; /* 0 to 255, 128 + the signal that ended it; -1 it runs */
};

/*
 * Starts it with pipes for 0, 1 and 2 and adds NAME (its input), NAME.out and
 * NAME.err; descriptor 3 is where it says what it is ready at. argv ends with NULL.
 */
int process_start(struct shell *shell, const char *name, char *const *argv, struct error *err);
/* Of a channel's name; NULL where no program has it. */
struct process *process_find(const struct shell *shell, const char *name);
/* Waits for its end: 0 and process->status, or -1. */
int process_wait(struct shell *shell, struct process *process, nanoseconds until, struct error *err);
int process_signal(struct process *process, int number, struct error *err);
/* Ends it, by force after a moment, and frees it. */
void process_free(struct shell *shell, struct process *process);

#endif
