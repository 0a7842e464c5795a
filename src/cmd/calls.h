/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system calls that opening a target makes, as text. */
#ifndef CMD_CALLS_H
#define CMD_CALLS_H

#include "base/buf.h"
#include "core/target.h"

struct calls {
	const struct target *target;
	const struct address_list *addresses; /* all that it stands for */
	size_t place;			      /* of the one that is opened */
	bool may_block;			      /* names of bind= are looked up */
	struct buf *out;
};

/*
 * Adds the calls for one address, a line each, in the order in which they will be
 * made: those that change the socket, not those that only ask it.
 */
void calls_print(const struct calls *calls);

#endif
