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
	char *before, *left; /* the word in front of it, and the one in front of that; NULL */
};

/* Adds text where the word begins like it; is_part: more of the word may follow. */
void completing_offer(struct completing *completing, const char *text, const char *help,
		      bool is_part);
/* Files whose path begins like that, with what stands before it in the word. */
void completing_offer_files(struct completing *completing, const char *before, const char *path);
/* "on|off": words in small letters stand for themselves. */
void completing_offer_choices(struct completing *completing, const char *name);
/* Names of options, their fields behind a dot; and NAME OP VALUE. */
void completing_offer_sockopts(struct completing *completing);
void completing_offer_check(struct completing *completing);
/* Families and roles; then for each field what there is of its kind here; behind a comma options. */
void completing_offer_spec(struct completing *completing);

#endif
