/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another network namespace for a few calls, and back; setns(2), network_namespaces(7). */
#ifndef CORE_NETNS_H
#define CORE_NETNS_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Enters the namespace (a name of ip-netns(8), or a path; NULL: stays). *home is
 * then what netns_leave() needs: its own descriptor, -1 where nothing is to be done.
 */
int netns_enter(const char *name, int *home, struct error *err);
/* Goes back and closes home. */
int netns_leave(int home, struct error *err);
/* Add for explain the calls of both, a line each. */
void netns_add_enter(const char *name, struct buf *out);
void netns_add_leave(const char *name, struct buf *out);
/* The index of an interface there, by any of its names; *index is 0 where none is called so. */
int netns_find_interface(const char *netns, const char *name, int *index, struct error *err);

#endif
