/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which options are secrets, and what may be shown of a text that somebody typed. */
#ifndef CORE_SECRET_H
#define CORE_SECRET_H

#include "core/family.h"

/* Whether an option of the family must not be shown; value is looked at for sockopt=LEVEL:NAME:VALUE. */
bool secret_is(const struct family *family, const char *name, const char *value);

/*
 * A copy of text, which is what was typed or says what is wrong there: secrets
 * are stars, as many as they have bytes, so that columns stay. What was typed
 * need be no spec that can be cut: NAME=VALUE is looked for anywhere in it, where
 * NAME is a secret of any family or nearly spelt like one.
 */
char *secret_hide(const char *text, const struct error_place *place);

#endif
