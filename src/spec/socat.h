/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of socat(1) that would mean something else here, words that others have for it, and how they are written here. */
#ifndef SPEC_SOCAT_H
#define SPEC_SOCAT_H

#include "base/error.h"

/*
 * 0 where the spec, whose name is the first length bytes of text, is none of
 * them; else -1 with a usage error and the rewritten spec in the hint.
 */
int socat_refuse(const char *text, size_t length, struct error *err);

#endif
