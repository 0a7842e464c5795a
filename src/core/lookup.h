/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking a target's addresses up on a thread of its own, so that nothing waits; getaddrinfo(3). */
#ifndef CORE_LOOKUP_H
#define CORE_LOOKUP_H

#include "core/target.h"

struct lookup;

/* Starts; it is a holder of its own of what the target points to, which may be released meanwhile. */
struct lookup *lookup_start(const struct target *target, struct error *err);
/* Becomes readable (poll(2)) once the answer is there. Owned by the look-up. */
int lookup_fd(const struct lookup *lookup);
/* 1 and nothing else while it still waits; 0 with the list given away; -1 with the error. */
int lookup_result(struct lookup *lookup, struct address_list *list, struct error *err);
/* Frees, also while it still waits: the thread then frees the rest. */
void lookup_free(struct lookup *lookup);

#endif
