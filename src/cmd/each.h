/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several files, each to a spec opened anew: connect --each. */
#ifndef CMD_EACH_H
#define CMD_EACH_H

#include "cmd/command.h"

/*
 * Sends each of the words behind the first to the spec that the first one is, and
 * prints what comes back with the file's name, as sha256sum(1) does: its option
 * -c reads it. "-" is standard input. A file that fails is told of and the next
 * one goes on: an exit status, or -1 with the error.
 */
int each_run(struct context *context, const struct arguments *arguments, struct error *err);

#endif
