/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long answers of an endpoint take: asked for again and again, or of the lines so far. */
#ifndef SHELL_LATENCY_H
#define SHELL_LATENCY_H

#include "shell/state.h"

/* What was typed. */
struct latency_wish {
	struct channel *channel;
	const struct buf *data;		/* what is asked; NULL: nothing, the answers so far are told */
	const struct expected *pattern; /* the answer */
	uint64_t count;			/* 0: until the time is over */
	nanoseconds interval;		/* from one to the next */
	bool spectrum, as_json;
};

/* Prints percentiles, or keeps them where the step says "as NAME": 0, -1 an answer failed. */
int latency_run(struct shell *shell, const struct step *step, const struct latency_wish *wish,
		struct error *err);

#endif
