/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the errors of the kernel's cryptography mean, and what to do. */
#ifndef FAMILY_ALG_EXPLAIN_H
#define FAMILY_ALG_EXPLAIN_H

#include "core/target.h"

/* The slot .add_calls. */
void alg_add_calls(const struct target *target, struct buf *out);
/* The slot .explain_error. */
void alg_explain_error(const struct target *target, struct error *err);
/* Adds a hint to an error of setting a key or a seed of that length. */
void alg_explain_secret(const struct target *target, const char *name, size_t length,
			struct error *err);

#endif
