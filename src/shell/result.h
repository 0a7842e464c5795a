/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a line can end as: "= refused", "= EADDRINUSE", "= status 3". */
#ifndef SHELL_RESULT_H
#define SHELL_RESULT_H

#include "base/error.h"

#include <stdbool.h>

/* Whether it is the name of a result. */
bool result_is_known(const char *name);
/* Whether a line that ended so (err NULL: well) has that result; digits are an exit status. */
bool result_matches(const char *name, const struct error *err, int exit_status);

#endif
