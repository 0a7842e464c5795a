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

struct pattern *pattern_new_flagged(const char *text, const char *flags, struct error *err)
{
	(void)flags;
	return pattern_new(text, err);
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

int pattern_look(const struct pattern *pattern, const void *bytes, size_t length, size_t from,
		 unsigned int how, struct pattern_match *found, struct error *err)
{
	(void)from;
	(void)how;
	*found = (struct pattern_match){ 0 };
	return pattern_find(pattern, NULL, bytes, length, err);
}

size_t pattern_lookbehind(const struct pattern *pattern)
{
	(void)pattern;
	return 1;
}

const char *pattern_group_name(const struct pattern *pattern, size_t group)
{
	(void)pattern;
	(void)group;
	return NULL;
}
#endif
