/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands of the system's shell: a line of their own, and what another line prints goes into. */
#ifndef SHELL_SYSTEM_H
#define SHELL_SYSTEM_H

#include "shell/state.h"

/* Runs it to its end with our terminal; a status other than 0 is a failure, and shell->exit_status. */
int system_run(struct shell *shell, const char *command, struct error *err);

/* What the shell prints goes into a command for a while. */
struct outlet {
	const char *command;
	int pid, pidfd;
	int before; /* where it went */
};

int outlet_open(struct shell *shell, struct outlet *outlet, const char *command, struct error *err);
/* Waits for the command; result is that of the line, which fails as well where the command does. */
int outlet_close(struct shell *shell, struct outlet *outlet, int result, struct error *err);

#endif
