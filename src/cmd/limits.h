/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long a transfer may take, and how long a listener waits for its first client, on a loop. */
#ifndef CMD_LIMITS_H
#define CMD_LIMITS_H

#include "cmd/command.h"
#include "core/target.h"
#include "relay/loop.h"

/* A member of what it belongs to; over and is_served are set before. */
struct limits {
	struct loop_timer timeout, accept;
	void (*over)(struct limits *limits, const struct error *err); /* one of them has passed */
	bool (*is_served)(const struct limits *limits); /* whether there was a client */
};

/* Those of --timeout and, where it listens, of --accept-timeout, from now on. */
void limits_start(struct limits *limits, struct loop *loop, const struct target *target,
		  const struct arguments *arguments);

#endif
