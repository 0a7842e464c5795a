/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What matching patterns says in a build without PCRE2. */
#include "base/pattern.h"

#if !WITH_PCRE2
struct pattern *pattern_new(const char *text, struct error *err)
{
	(void)text;
	error_set(err, ERROR_UNAVAILABLE, "this build matches no patterns");
	error_hint(err, "build with WITH_PCRE2=yes");
	return NULL;
}

void pattern_free(struct pattern *pattern)
{
	(void)pattern;
}

int pattern_find(const struct pattern *pattern, struct pattern_window *window, const void *bytes,
		 size_t length, struct error *err)
{
	(void)pattern;
	(void)window;
	(void)bytes;
	(void)length;
	return error_set(err, ERROR_UNAVAILABLE, "this build matches no patterns");
}
#endif
