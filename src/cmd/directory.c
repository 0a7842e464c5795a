/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receiving the list of a family's own name service, to its end. */
#include "cmd/directory.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/join.h"
#include "cmd/open.h"

#include <string.h>

const char *directory_of(const char *word)
{
	size_t length = strcspn(word, ":,");
	cleanup_free char *name = memory_copy(word, length);
	const struct family *family = family_find(name);
	const char *rest = word + length;

	if (family == NULL || family->directory == NULL)
		return NULL;
	/* A family that is nothing but a directory may be asked for a part of it. */
	if (strcmp(family->directory, family->shape.name) == 0)
		return word;
	return strcmp(rest, "") == 0 || strcmp(rest, ":") == 0 ? family->directory : NULL;
}

static int open_both(struct join *join, const char *spec, const struct arguments *arguments,
		     struct error *err)
{
	static const struct wish source = { .no_output = true }, console = { .no_input = true };

	join->is_console = true;
	join->session.backward = false;
	if (open_target(&join->left, spec, &source, arguments, err) < 0)
		return -1;
	return open_target(&join->right, "-", &console, arguments, err);
}

int directory_run(struct context *context, const struct arguments *arguments, const char *spec,
		  struct error *err)
{
	struct join join;
	int status = -1;

	join_init(&join);
	if (arguments_flag(arguments, "json")) {
		join.session.output = codec_find("json");
		join.session.format_given = true;
	}
	if (open_both(&join, spec, arguments, err) == 0)
		status = join_run(&join, context, arguments, err);
	join_release(&join);
	return status;
}
