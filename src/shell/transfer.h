/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending as `ask` does it, for other verbs that ask. */
#ifndef SHELL_TRANSFER_H
#define SHELL_TRANSFER_H

#include "shell/state.h"

/* Sends all of the bytes, or one message, to the peer or to who wrote last; the answer's time counts from then on. */
int transfer_send(struct shell *shell, const struct step *step, struct channel *channel,
		  const struct buf *data, nanoseconds until, struct error *err);

#endif
