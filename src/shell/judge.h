/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pattern against what came so far; only the engine that waits uses it. */
#ifndef SHELL_JUDGE_H
#define SHELL_JUDGE_H

#include "base/pattern.h"
#include "shell/match.h"

enum verdict {
	VERDICT_NO,   /* not here, and more bytes change nothing */
	VERDICT_MORE, /* not yet: it may begin at hit.begin */
	VERDICT_LATER, /* it is here, and more bytes could make it longer */
	VERDICT_YES,
};

struct hit {
	size_t begin, end;
	const struct expected *expected;
	struct pattern_match match;
};

struct attempt {
	struct shell *shell;
	struct channel *channel;
	const struct step *step;
	struct match_quest *quest;
	size_t window;	/* bytes that are looked at together */
	bool at_end;	/* nothing more will come */
	size_t from;	/* no match begins before; what stands there may be looked back at */
};

/* A verdict, or -1; hit says where in the window. The i-th pattern of the quest: */
int judge_stream(const struct attempt *attempt, size_t i, struct hit *hit, struct error *err);
/* against a message, which is there as a whole, */
int judge_message(const struct attempt *attempt, size_t i, const struct message *message,
		  struct hit *hit, struct error *err);
/* and against the end. */
int judge_end(const struct attempt *attempt, const struct expected *expected, struct hit *hit);

#endif
