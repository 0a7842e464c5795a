/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening specs as channels while the loop turns. */
#ifndef SHELL_OPENER_H
#define SHELL_OPENER_H

#include "shell/state.h"

/* Opens word, which is taken over, and adds it under the name; NULL with the error. */
struct channel *opener_open(struct shell *shell, const struct step *step, const char *name,
			    char *word, struct error *err);
struct channel *opener_listen(struct shell *shell, const char *name, char *word, struct error *err);
/* Waits for a connection and adds it. */
struct channel *opener_accept(struct shell *shell, const struct step *step, struct channel *listener,
			      const char *name, struct error *err);

#endif
