/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a line says that a socket's options are: sockopt c so-rcvbuf >= 64k, tcp-info.retrans == 0. */
#ifndef SHELL_CHECK_H
#define SHELL_CHECK_H

#include "shell/state.h"

/* Whether the names are those of options and their fields, and the values such as they can have. */
int check_parsed(const struct source *source, const struct condition *condition, struct error *err);
/*
 * Whether all of it holds: 0; -1 with the failure's report. With "within" it is looked at again
 * and again until it does; "as NAME" keeps the value of the last option.
 */
int check_run(struct shell *shell, const struct step *step, struct channel *channel,
	      const struct condition *condition, struct error *err);

#endif
