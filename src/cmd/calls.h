/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system calls that opening a target makes, as text. */
#ifndef CMD_CALLS_H
#define CMD_CALLS_H

#include "base/buf.h"
#include "core/target.h"

/*
 * Adds the calls for one address, a line each, in the order in which they will be
 * made. What a family sets for its own needs is not among them. Names of bind=
 * are looked up only where may_block is true.
 */
void calls_print(const struct target *target, const struct address *address, bool may_block,
		 struct buf *out);

#endif
