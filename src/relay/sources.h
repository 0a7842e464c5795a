/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many sessions each source of clients, as a host or a user, has now. */
#ifndef RELAY_SOURCES_H
#define RELAY_SOURCES_H

#include <stdint.h>
#include <stddef.h>

struct sources;
struct source;

/* Each may have so many at once. */
struct sources *sources_new(uint64_t maximum);
void sources_free(struct sources *sources);
/* One more of the source that those bytes tell from others; NULL where it has as many as it may. */
struct source *sources_enter(struct sources *sources, const void *bytes, size_t length);
/* One less. NULL is fine. */
void sources_leave(struct sources *sources, struct source *source);

#endif
