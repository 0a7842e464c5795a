/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running the program's own commands from a line. */
#ifndef SHELL_COMMAND_H
#define SHELL_COMMAND_H

#include "shell/state.h"

/*
 * Runs fixed, which ends with NULL and begins with the command's name, and then the words of a slot
 * (NULL: none). What it prints is kept where the line says "as NAME".
 */
int command_run(struct shell *shell, const struct step *step, const char *const *fixed,
		const struct filling *filling, struct error *err);

#endif
