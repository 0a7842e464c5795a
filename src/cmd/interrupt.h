/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals that end a command, as a descriptor that poll(2) waits for; signalfd(2). */
#ifndef CMD_INTERRUPT_H
#define CMD_INTERRUPT_H

#include "base/error.h"

#include <signal.h>
#include <stdbool.h>

struct interrupt {
	int fd;
	sigset_t before;
};

/* From now on SIGINT, SIGTERM and SIGHUP wait in fd; interrupt_close() is due, also on failure. */
int interrupt_open(struct interrupt *interrupt, struct error *err);
/* The signal that came, 0 for none; *by_terminal: its keys sent it to the whole foreground. */
int interrupt_take(const struct interrupt *interrupt, bool *by_terminal);
void interrupt_close(struct interrupt *interrupt);

#endif
