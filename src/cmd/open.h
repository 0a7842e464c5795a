/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a word of the command line to a target. */
#ifndef CMD_OPEN_H
#define CMD_OPEN_H

#include "cmd/command.h"
#include "core/target.h"

/* What a command wants of a spec. */
struct wish {
	bool listens;	     /* implies the role listen */
	bool no_input;	     /* nothing is read from it */
	bool no_output;	     /* nothing is written to it */
	bool watches;	     /* what comes from it is shown or kept: a moment later is soon enough */
	bool is_sink;	     /* stands on the right: a file is written, not read */
	bool serves_program; /* a program will be at its other end */
	bool seeks_peer;     /* goes to who is there: what waits for others is refused */
};

/*
 * Parses and binds a word under the global options; no system calls but the
 * stat(2) that tells whether a bare path is a socket. word must outlive target.
 */
int open_target(struct target *target, const char *word, const struct wish *wish,
		const struct arguments *arguments, struct error *err);
/* The target of a program given behind "--", which must be there. */
int open_program(struct target *target, char **program, struct error *err);

#endif
