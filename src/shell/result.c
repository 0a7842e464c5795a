/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results by name: kinds of errors, and symbols of errno(3) and getaddrinfo(3). */
#include "shell/result.h"

#include "base/code.h"
#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static bool is_kind(const char *name, enum error_kind *kind)
{
	for (*kind = ERROR_FAILED; *kind <= ERROR_TIMEOUT; ++*kind)
		if (strcmp(name, error_kind_name(*kind)) == 0)
			return true;
	return false;
}

bool result_is_known(const char *name)
{
	enum error_kind kind;

	return strcmp(name, "ok") == 0 || is_kind(name, &kind) || code_find(name) != 0;
}

bool result_matches(const char *name, const struct error *err, int exit_status)
{
	enum error_kind kind;
	uint64_t status;

	if (number_unsigned(name, 0, 255, &status, NULL) == 0)
		return err == NULL ? status == 0 :
				     (int)status == (exit_status != 0 ? exit_status : error_status(err));
	if (strcmp(name, "ok") == 0)
		return err == NULL;
	if (err == NULL)
		return false;
	/* Any failure is one. */
	if (strcmp(name, "failed") == 0)
		return true;
	return is_kind(name, &kind) ? err->kind == kind : err->code == code_find(name);
}
