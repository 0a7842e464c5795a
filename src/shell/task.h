/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines that run beside others: one of them runs at a time and hands over only where it waits, so that
 * nothing that verbs touch needs a lock; pthreads(7).
 */
#ifndef SHELL_TASK_H
#define SHELL_TASK_H

#include "shell/state.h"

/* Starts one, which runs until it first waits. The block and its source outlive it. */
int task_start(struct shell *shell, const char *name, const struct block *block, struct error *err);
/* Waits until it is over: 0, or -1 with the error that it ended with. */
int task_join(struct shell *shell, const struct step *step, const char *name, struct error *err);
/* The same for all whose lines are of that source. */
int task_join_all(struct shell *shell, const struct source *source, struct error *err);
/* Ends all: their waits fail. Frees endpoints that were closed meanwhile. */
void task_cancel_all(struct shell *shell);
/* The same, and what there was of them. */
void task_free_all(struct shell *shell);
/* Waits until so many flows, the main one among them, have come to the barrier. */
int task_sync(struct shell *shell, const struct step *step, const char *name, uint64_t parties,
	      struct error *err);

/* For the wait: whether a task is what runs now; lets the others run until it is to go on. */
bool task_is_running(const struct shell *shell);
void task_yield(struct shell *shell);
/* Lets each task look whether it can go on. */
void task_run_all(struct shell *shell);
/* Whether something happened since that no descriptor tells of. */
bool task_is_stirred(const struct shell *shell);
/* Whether the task that runs now is to end; whether one failed that nobody was told of yet. */
bool task_is_cancelled(const struct shell *shell);
int task_find_failed(struct shell *shell, struct error *err);
/* Whether others may hold on to an endpoint that is closed; then it is kept until they are over. */
bool task_keeps(struct shell *shell, struct channel *channel);

#endif
