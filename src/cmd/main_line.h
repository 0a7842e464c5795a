/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the command line to a command: the short forms, help, and what is told of errors. */
#ifndef CMD_MAIN_LINE_H
#define CMD_MAIN_LINE_H

#include "cmd/command.h"

/* Runs what argv asks for and tells errors on context->errors; an exit status. */
int main_line_run(struct context *context, int argc, char **argv);

#endif
