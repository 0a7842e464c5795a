/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Services that register with their kernel: scan of a family that can be asked for all of them. */
#ifndef CMD_DIRECTORY_H
#define CMD_DIRECTORY_H

#include "cmd/command.h"

/* The spec that lists what is registered, where word is just the name of a family that has one; else NULL. */
const char *directory_of(const char *word);
/* Prints what it says: an exit status, or -1 with the error. */
int directory_run(struct context *context, const struct arguments *arguments, const char *spec,
		  struct error *err);

#endif
