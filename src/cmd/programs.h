/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs that a command starts with descriptors of its choice, and waits for; waitid(2). */
#ifndef CMD_PROGRAMS_H
#define CMD_PROGRAMS_H

#include "base/deadline.h"
#include "cmd/command.h"

#include <sys/types.h>

/* What a program is given; all is borrowed. */
struct program_descriptors {
	int standard[2];    /* become its standard input and output; -1: ours */
	const int *passed;  /* from 3 on, under the protocol of sd_listen_fds(3) */
	char *const *names; /* of passed; NULL: "unknown" */
	size_t count;
};

struct program {
	pid_t process;
	int pidfd; /* owned; -1 once it has ended */
	int status; /* as a shell counts: 128 and the signal that it died by */
	bool own_group;
};

/* Starts it: a group of its own unless we are in the foreground of a terminal. */
int program_start(struct program *program, char *const *arguments,
		  const struct program_descriptors *descriptors, struct error *err);
/*
 * Waits until all have ended. A signal that would end us is handed to them
 * and noted in context->died_by; where the deadline comes first they get SIGTERM, and
 * it is an error. 0 or -1.
 */
int programs_wait(struct program *programs, size_t count, nanoseconds deadline,
		  struct context *context, struct error *err);

#endif
