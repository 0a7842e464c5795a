/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that every family has, on what they would do nothing for: refused, not ignored. */
#include "core/target_parts.h"

#include "base/memory.h"

#include <string.h>

enum need {
	NEEDS_LISTENER,
	NEEDS_NAMESPACE,
	NEEDS_OWNER,
	NEEDS_PATH,
	NEEDS_SOCKET,
	NEEDS_STREAM,
	NEEDS_TYPES,
};

static const struct {
	const char *name;
	enum need need;
} needs[] = {
	{ "accept-timeout", NEEDS_LISTENER }, { "backlog", NEEDS_LISTENER },
	{ "bind", NEEDS_SOCKET },	      { "crlf", NEEDS_STREAM },
	{ "frame", NEEDS_STREAM },	      { "group", NEEDS_OWNER },
	{ "interface", NEEDS_SOCKET },	      { "keep", NEEDS_LISTENER },
	{ "max-children", NEEDS_LISTENER },   { "max-per-source", NEEDS_LISTENER },
	{ "mode", NEEDS_PATH },		      { "netns", NEEDS_NAMESPACE },
	{ "protocol", NEEDS_SOCKET },	      { "telnet", NEEDS_STREAM },
	{ "type", NEEDS_TYPES },	      { "unlink-early", NEEDS_PATH },
	{ "user", NEEDS_OWNER },
};

static const char *const words[] = {
	[NEEDS_LISTENER] = "what listens",
	[NEEDS_NAMESPACE] = "sockets and interfaces that are made",
	[NEEDS_OWNER] = "paths and interfaces that are made",
	[NEEDS_PATH] = "paths that are made",
	[NEEDS_SOCKET] = "sockets that are made",
	[NEEDS_STREAM] = "streams",
	[NEEDS_TYPES] = "sockets",
};

/* Whether opening it calls socket(2): what is inherited or no socket has an open() of its own. */
static bool makes_socket(const struct family *family)
{
	return family->types != NULL && (family->domain >= 0 || family->open == NULL);
}

static bool has(const struct target *target, enum need need)
{
	const struct family *family = target->family;

	switch (need) {
	case NEEDS_LISTENER:
		/* What was inherited may listen, whatever is said of it. */
		return target->role == ROLE_LISTEN || family->descriptor != NULL;
	case NEEDS_NAMESPACE: return (family->obeys & OBEYS_NETNS) || makes_socket(family);
	case NEEDS_OWNER: return family->obeys & OBEYS_OWNER;
	case NEEDS_PATH: return family->obeys & OBEYS_PATH;
	case NEEDS_SOCKET: return makes_socket(family);
	case NEEDS_STREAM: return target->type == NULL || !target->type->messages;
	case NEEDS_TYPES: return family->types != NULL;
	}
	return true;
}

int target_check_fit(const struct target *target, struct error *err)
{
	for (size_t i = 0; i < array_length(needs); i++) {
		const struct setting *setting = target_setting(target, needs[i].name);

		/* A family's own option of that name is its own affair. */
		if (setting == NULL || has(target, needs[i].need) ||
		    setting->parameter != parameter_find(target_common_parameters, needs[i].name))
			continue;
		error_usage(err, "%s is for %s", needs[i].name, words[needs[i].need]);
		return target_error_setting(target, setting, err);
	}
	return 0;
}
