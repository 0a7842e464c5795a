/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program that is handed sockets which listen already, as by a service manager; sd_listen_fds(3). */
#ifndef CMD_ACTIVATE_H
#define CMD_ACTIVATE_H

#include "cmd/command.h"
#include "core/target.h"

/* When the program of --activate starts. */
enum activate_when { ACTIVATE_NOW, ACTIVATE_FIRST };
extern const struct name activate_times[];

/* Binds and listens at once, runs the program as asked, and waits: its exit status, or -1. */
int activate_run(const struct target *target, struct context *context,
		 const struct arguments *arguments, struct error *err);

#endif
