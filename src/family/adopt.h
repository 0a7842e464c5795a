/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that somebody else opened, for the families that stand for one; socket(7), fcntl(2). */
#ifndef FAMILY_ADOPT_H
#define FAMILY_ADOPT_H

#include "core/family.h"
#include "core/target.h"

/* Rows for what a socket can turn out to be, and the levels of options that it may have. */
extern const struct family_type adopt_types[];
extern const int adopt_levels[];

/*
 * Fills in the target's type and protocol by looking at fd, which need not be
 * open. Where no role was asked for, a socket that listens is listened on and
 * any other is joined. label is what errors call it: "fd:3".
 */
int adopt_check(struct target *target, int fd, const char *label, struct error *err);
/* Add for explain the calls of adopt_keep() and of adopt_open(); fd need not be open, descriptor is what they call it: "fd", "3". */
void adopt_add_keep_calls(const struct target *target, int fd, struct buf *out);
void adopt_add_calls(const struct target *target, int fd, const char *descriptor, struct buf *out);
/* Programs that we start, maybe before it is opened, get what is meant for them and not what is ours. */
void adopt_keep(const struct target *target, int fd);
/* An endpoint around a duplicate of fd, which stays the caller's. */
int adopt_open(const struct target *target, int fd, const char *label, struct endpoint *endpoint,
	       struct error *err);

#endif
