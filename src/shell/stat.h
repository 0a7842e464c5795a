/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table of what passes endpoints, to which rows are added as time goes by. */
#ifndef SHELL_STAT_H
#define SHELL_STAT_H

#include "shell/state.h"

/* What was typed. */
struct stat_wish {
	char *const *names; /* of endpoints and groups, NULL behind the last; none: all that are open */
	uint64_t count;	    /* rows; 0: until the time is over */
	nanoseconds interval;
	bool as_json;
};

/* 0 that was all, -1 interrupted. */
int stat_run(struct shell *shell, const struct step *step, const struct stat_wish *wish, struct error *err);

#endif
