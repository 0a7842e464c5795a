/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending: `send`, as `ask` and other verbs do it, and what is typed. */
#ifndef SHELL_TRANSFER_H
#define SHELL_TRANSFER_H

#include "shell/state.h"

/* The slots of `send`, in the order of its table. */
enum send_slot { SEND_ENDPOINT, SEND_DATA, SEND_TO, SEND_FLAGS, SEND_FDS, SEND_CMSG, SEND_PACE, SEND_SPLIT };

/* What the verb runs. */
int transfer_run_send(struct shell *shell, const struct step *step, struct error *err);

/* Sends all of the bytes, or one message, to the peer or to who wrote last; the answer's time counts from then on. */
int transfer_send(struct shell *shell, const struct step *step, struct channel *channel,
		  const struct buf *data, nanoseconds until, struct error *err);
/*
 * The same for what somebody types, which is kept in no report: it may be a password. codec is the
 * name of the one that reads it, whose errors are ERROR_USAGE; NULL: it is sent as it is. Takes as long
 * as it takes.
 */
int transfer_type(struct shell *shell, const struct step *step, struct channel *channel,
		  const char *codec, const struct buf *data, struct error *err);

#endif
