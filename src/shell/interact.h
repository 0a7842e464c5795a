/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handing an endpoint to the keyboard: each key as it is, or lines. */
#ifndef SHELL_INTERACT_H
#define SHELL_INTERACT_H

#include "shell/state.h"

/* Until the key, the end of what is typed or that of the endpoint: 0, -1. */
int interact_run(struct shell *shell, const struct step *step, struct channel *channel, char key,
		 struct error *err);

#endif
