/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for what is expected of a channel: the engine of recv, expect, ask and case. */
#ifndef SHELL_MATCH_H
#define SHELL_MATCH_H

#include "shell/state.h"

/* One wait: the first of the patterns that comes true. */
struct match_quest {
	const struct expected *const *patterns;
	size_t count;
	bool is_strict; /* what comes next must be it; else what is not is skipped */
	nanoseconds until;
	uint64_t skip_maximum; /* bytes, or messages; UINT64_MAX: any number */
	/* the outcome */
	size_t which;
	uint64_t skipped;
	struct buf last_skipped; /* the end of it, for the report */
	struct buf *literals; /* of the patterns that are data */
};

/*
 * 0: patterns[which] came true, and shell->got holds what matched. -1: with
 * ERROR_TIMEOUT, or ERROR_FAILED where something else came, and the shell's
 * diagnosis. match_release() is due in any case.
 */
int match_await(struct shell *shell, const struct step *step, struct channel *channel,
		struct match_quest *quest, struct error *err);
void match_release(struct match_quest *quest);

/* Writes the diagnosis of a wait in vain. */
void failure_describe(struct shell *shell, struct channel *channel, const struct match_quest *quest);
/* Writes what is known of a channel: state, queues. */
void failure_describe_channel(const struct channel *channel, struct buf *out);

#endif
