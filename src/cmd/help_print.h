/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How help looks. */
#ifndef CMD_HELP_PRINT_H
#define CMD_HELP_PRINT_H

#include "base/buf.h"
#include "option/parameter.h"

#include <stdbool.h>
#include <stdio.h>

/* Words broken to the width, each further line indented; at is the column of the first. */
void help_print_wrapped(FILE *out, const char *text, size_t at, size_t indent);
/* Two columns. */
void help_print_row(FILE *out, const char *name, const char *text);
/* "-t, --timeout DURATION", and in a spec "timeout=DURATION". */
void help_option_name(const struct parameter *row, bool on_command_line, struct buf *name);
/* What it does, and what it is called too: "also --for". */
void help_option_words(const struct parameter *row, bool on_command_line, struct buf *help);
/* A row for each option, or for those that are common. */
void help_print_options(FILE *out, const struct parameter *rows, bool on_command_line, bool all);

#endif
