/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long a line took, and how many bytes went and came: what `timing on` shows. */
#ifndef SHELL_TIMING_H
#define SHELL_TIMING_H

#include "shell/state.h"

struct timing {
	bool is_on;
	nanoseconds began;
	nanoseconds came_at; /* when something was read last */
	uint64_t sent, taken; /* so far, by the endpoints that the line is for */
};

void timing_start(struct timing *timing, const struct shell *shell, const struct step *step);
/* Prints a line, where that is wanted and the verb is one of those that wait for an endpoint. */
void timing_stop(const struct timing *timing, struct shell *shell, const struct step *step);

#endif
