/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of a test that fails, for whoever was not there: all events, and a recording of each endpoint. */
#ifndef SHELL_EVIDENCE_H
#define SHELL_EVIDENCE_H

#include "shell/state.h"

struct evidence;

/* Below the folder, which is made: SCRIPT for the lines in front of the tests, SCRIPT-1 ... NULL with the error. */
struct evidence *evidence_new(const char *folder, const char *script, struct error *err);
/* Drops what was collected, unless it failed; all recordings are closed by then. NULL is fine. */
void evidence_free(struct evidence *evidence);

/* These do nothing where a shell has none. */

/* Ends what was collected so far and begins anew, for the lines that follow. */
void evidence_begin(struct shell *shell);
/* Records an endpoint that was opened. */
void evidence_add(struct shell *shell, struct channel *channel);
/* What there is stays, with the failure's report; the diagnosis says where. */
void evidence_keep(struct shell *shell, const struct error *err);

#endif
