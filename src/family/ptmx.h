/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The controlling side of a pseudoterminal as an endpoint; pty(7), ioctl_tty(2). */
#ifndef FAMILY_PTMX_H
#define FAMILY_PTMX_H

#include "core/endpoint.h"

/*
 * Opens a pseudoterminal and applies the target's terminal options, raw being
 * the default, and our own window size. Returns the master, non-blocking,
 * close-on-exec and owned by the caller; -1 with the error.
 */
int ptmx_open(const struct target *target, bool raw, struct error *err);
/* Adds for explain the calls of that. */
void ptmx_add_open_calls(const struct target *target, bool raw, struct buf *out);
/*
 * A descriptor of the other side, likewise owned, blocking. Until the first one is
 * opened the master reports no end.
 */
int ptmx_open_slave(int master, struct error *err);

/* What ptmx_finish() needs to know; embed it at the front of endpoint->state. */
struct ptmx_state {
	bool mid_line; /* the last byte written was not the end of a line */
	bool sent_eof;
};

/* Slots of struct endpoint_ops for a master; endpoint->state begins with a struct ptmx_state. */
ssize_t ptmx_read(struct endpoint *endpoint, void *bytes, size_t size);
ssize_t ptmx_write(struct endpoint *endpoint, const void *bytes, size_t length);
/* Types the end-of-file character, which only a terminal that gives lines understands. */
int ptmx_finish(struct endpoint *endpoint);

#endif
