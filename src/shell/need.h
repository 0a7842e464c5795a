/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a test needs and this machine may not have. */
#ifndef SHELL_NEED_H
#define SHELL_NEED_H

#include "shell/state.h"

/*
 * words, NULL behind the last: families, "root", "cmd NAME", "interface NAME", "spec SPEC", "kernel
 * N.M". 1 all is here; 0 with what is missing in why; -1 a usage error without its place.
 */
int need_check(struct shell *shell, char *const *words, struct buf *why, struct error *err);

#endif
