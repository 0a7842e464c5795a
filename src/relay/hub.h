/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where everything that one end says goes to all others, each through a bounded queue. */
#ifndef RELAY_HUB_H
#define RELAY_HUB_H

#include "core/endpoint.h"
#include "relay/session.h"

struct hub;

#define HUB_QUEUE_MAXIMUM (1U << 20) /* bytes that wait for one member; then who speaks waits */
#define HUB_PATIENCE (5 * NANOSECONDS_PER_SECOND) /* for a member that takes nothing of a full queue */

/* echo: who speaks hears it too. model, borrowed: whose messages, or bytes, it carries. */
struct hub *hub_new(const struct target *model, bool echo);
/* A new member; it leaves when it is closed. */
void hub_join(struct hub *hub, struct endpoint *endpoint);
/* Whose side a member is, so that it is run when there is something for it; the member may be gone already. */
void hub_belongs(struct session *session, struct side *side);
/* Members that are left hear nothing more. */
void hub_free(struct hub *hub);

#endif
