/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting a program with descriptors of its own and an exact report of failure; clone(2), execve(2). */
#ifndef FAMILY_LAUNCH_H
#define FAMILY_LAUNCH_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* As many as one message of unix(7) can carry. */
#define LAUNCH_PASSED_MAXIMUM 253
#define LAUNCH_PROCESS_ID_SIZE 12 /* bytes of process_id, with the NUL */

/* All is borrowed. */
struct launch {
	char *const *arguments;	  /* the first is looked up in PATH; ends with NULL */
	char *const *environment; /* ends with NULL */
	int descriptors[3];	  /* become 0, 1 and 2; -1: stays as ours is */
	const int *passed;	  /* become 3 and the following ones */
	size_t passed_count;	  /* at most LAUNCH_PASSED_MAXIMUM */
	char *process_id;	  /* room in environment where the child's id is to stand; NULL: none */
	bool own_terminal;	  /* descriptor 0 becomes its controlling terminal, in a new session */
	bool own_group;		  /* a process group of its own */
};

/*
 * Starts it and waits for its execve(2). Returns its pidfd (owned by the
 * caller, close-on-exec) and sets *pid; -1 with the error, and then no child is left.
 */
int launch_start(const struct launch *launch, int *pid, struct error *err);

/* Whether there is such a program, in PATH where its name has no slash: 0, or -1 with the error that starting it has. */
int launch_find(const char *name, struct error *err);

/* Whether we are in the foreground of a terminal: then its keys are meant for our children too. */
bool launch_is_interactive(void);

#endif
