/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling those who wait where we can be reached: --ready-fd. */
#ifndef CMD_READY_H
#define CMD_READY_H

#include "cmd/command.h"
#include "core/endpoint.h"

/* clang-format off */
#define READY_PARAMETER \
	{ .name = "ready-fd", .type = VALUE_NUMBER, .minimum = 0, .maximum = INT32_MAX, .argument = "FD", .help = "write the spec that reaches us there once we listen" }
/* clang-format on */

/* One connectable spec a line, then the end; nothing where nobody asked. */
int ready_tell(const struct arguments *arguments, const struct endpoint *endpoints, size_t count,
	       struct error *err);

#endif
