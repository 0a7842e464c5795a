/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people type who know nc(1): never obeyed, but answered with the command that they mean. */
#ifndef CMD_NETCAT_H
#define CMD_NETCAT_H

#include "base/error.h"

#include <stdbool.h>

/*
 * Whether a command line without a command is one of nc's: -l, -z or -e, or a
 * host and a port. If so, sets a usage error whose hint is the command here.
 */
bool netcat_refuse(int argc, char *const *argv, struct error *err);

#endif
