/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of a script to steps: everything is checked before the first line runs. */
#ifndef SHELL_PARSE_H
#define SHELL_PARSE_H

#include "shell/step.h"

/* What is known outside the text; slots that are NULL know nothing and refuse nothing. */
struct parse_world {
	void *context;
	/* Whether the program has a command of that name. */
	bool (*has_command)(void *context, const char *name);
	/* Whether there is an endpoint or variable of that name. */
	bool (*has_name)(void *context, const char *name);
	/* Checks an address spec; errors point into word. */
	int (*check_spec)(void *context, const char *word, bool listens, struct error *err);
};

/* Parses all of it. The steps borrow source. block_release() is due on success. */
int script_parse(const struct source *source, const struct parse_world *world, struct block *block,
		 struct error *err);
/* Whether the text ends inside of a block or behind a "\", so that more lines belong to it. */
bool script_is_open(const struct source *source, const struct parse_world *world);

#endif
