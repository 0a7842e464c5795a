/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A word that is being completed, and what its makers share. */
#ifndef SHELL_COMPLETING_H
#define SHELL_COMPLETING_H

#include "repl/line_editor.h"
#include "shell/state.h"

struct completing {
	struct shell *shell;
	struct completions *list;
	const char *word; /* as far as it is typed */
	size_t length;
	const struct verb *verb;
	char *endpoint; /* the line's first word behind the verb; NULL */
};

/* Adds text where the word begins like it; is_part: more of the word may follow. */
void completing_offer(struct completing *completing, const char *text, const char *help,
		      bool is_part);
/* Files whose path begins like that, with what stands before it in the word. */
void completing_offer_files(struct completing *completing, const char *before, const char *path);
/* Families and roles; then for each field what there is of its kind here; behind a comma options. */
void completing_offer_spec(struct completing *completing);

#endif
