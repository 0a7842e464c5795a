/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help from the tables. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "cmd/command.h"

/* All return the exit status. */
int help_overview(FILE *out);
/* For who typed nothing: at most twenty lines, three examples. */
void help_short(FILE *out);
/* Usage, options and examples of a command; global options too where all is asked for. */
int help_command_text(FILE *out, const struct command *command, bool all);
int help_version(FILE *out, bool json);
/* Every table as tab-separated values: what man pages and completions are made from. */
int help_tables(FILE *out);
/* Options and requests of that name, of all kinds: 0, or -1 where there is none. */
int help_option(FILE *out, const char *name);

#endif
