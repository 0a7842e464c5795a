/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a named pipe without blocking, also before anybody writes to it; fifo(7). */
#ifndef FAMILY_FIFO_H
#define FAMILY_FIFO_H

#include "core/endpoint.h"

/*
 * For the slot .read: as read(2), but the end of a pipe that nobody has opened
 * for writing yet is EAGAIN.
 */
ssize_t fifo_read(struct endpoint *endpoint, void *bytes, size_t size);
/* open(2) failed: adds what ENXIO means for a pipe without a reader. Returns -1. */
int fifo_explain(const char *path, struct error *err);

#endif
