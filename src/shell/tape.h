/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What passes an endpoint, kept in a capture file: the recorder of --record, with nothing at its other side. */
#ifndef SHELL_TAPE_H
#define SHELL_TAPE_H

#include "core/endpoint.h"
#include "core/observer.h"

struct tape;
struct shell_host;

/* Of an endpoint and its target, which outlive it; NULL with the error. */
struct tape *tape_new(struct shell_host *host, const struct endpoint *endpoint,
		      const struct target *target, const char *path, struct error *err);
/* FORWARD came, BACKWARD was sent. NULL is fine: nothing is recorded. */
void tape_pass(struct tape *tape, enum direction direction, const struct message *message);
/* Frees it in any case; -1 where something could not be written. NULL is fine. */
int tape_close(struct tape *tape, struct error *err);

#endif
