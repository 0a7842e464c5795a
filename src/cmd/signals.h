/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The signals that end a command, or ask it for its counts, on a loop; signalfd(2). */
#ifndef CMD_SIGNALS_H
#define CMD_SIGNALS_H

#include "relay/loop.h"

#include <signal.h>

/* A member of what it belongs to. */
struct signals {
	struct loop_watch watch;
	struct loop *loop;
	sigset_t old_mask;
	int fd; /* readable when one came */
	void (*end)(struct signals *signals, int number); /* SIGINT, SIGTERM, SIGHUP */
	void (*show)(struct signals *signals); /* SIGUSR1; NULL: it does nothing */
};

#define SIGNALS_NONE ((struct signals){ .watch.fd = -1, .fd = -1 })

/* Blocks them and watches for them; end and show are set before. */
int signals_watch(struct signals *signals, struct loop *loop, struct error *err);
/* What was blocked no longer is; harmless where nothing was. */
void signals_release(struct signals *signals);

#endif
