/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of families, finding one by name, and asking the kernel for it; socket(2). */
#include "core/family.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/name.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#define FAMILY(x) extern const struct family x##_family;
#include "family/families.def"
#undef FAMILY

const struct family *const families[] = {
#define FAMILY(x) &x##_family,
#include "family/families.def"
#undef FAMILY
};
const size_t family_count = array_length(families);

static const struct shape *const shapes[] = {
#define FAMILY(x) &x##_family.shape,
#include "family/families.def"
#undef FAMILY
};

static const struct vocabulary vocabulary = { shapes, array_length(shapes) };

const struct vocabulary *family_vocabulary(void)
{
	return &vocabulary;
}

static bool is_called(const struct family *family, const char *name)
{
	if (name_equal(name, family->shape.name))
		return true;
	for (const struct shape_alias *alias = family->shape.aliases; alias && alias->name; alias++)
		if (name_equal(name, alias->name))
			return true;
	return false;
}

const struct family *family_find(const char *name)
{
	for (size_t i = 0; i < family_count; i++) {
		const struct family *family = families[i];

		if (is_called(family, name))
			return family;
	}
	return NULL;
}

const struct family *family_of_spec(const char *spec)
{
	cleanup_free char *word = memory_copy(spec, strcspn(spec, ":,"));
	const struct family *family = family_find(word);
	char *role = strrchr(word, '-');

	if (family != NULL || role == NULL)
		return family;
	*role = '\0';
	return family_find(word);
}

const struct family *family_of_shape(const struct shape *shape)
{
	return (const struct family *)(const void *)((const char *)shape -
						     offsetof(struct family, shape));
}

/* Whether a line of modules.dep is about it; "-" and "_" are the same there too. */
static bool is_module(const char *line, const char *module)
{
	size_t end = strcspn(line, ":");
	const char *base = memrchr(line, '/', end);

	base = base != NULL ? base + 1 : line;
	return name_equal_length(base, strcspn(base, "."), module);
}

/* Whether the running kernel's modules have it: 1 yes, 0 no, -1 nobody knows. */
static int has_module(const char *module)
{
	cleanup_free char *path = NULL, *line = NULL;
	struct utsname kernel;
	size_t room = 0;
	FILE *list;
	int found = 0;

	uname(&kernel);
	path = memory_print("/lib/modules/%s/modules.dep", kernel.release);
	list = fopen(path, "re");
	if (list == NULL)
		return -1;
	while (!found && getline(&line, &room, list) > 0)
		found = is_module(line, module);
	fclose(list);
	return found;
}

static void hint_missing(const struct family *family, const struct family_type *type, int code,
			 struct error *err)
{
	bool forbidden = code == EPERM || code == EACCES;
	const char *module = type->module != NULL ? type->module : family->module;

	if (forbidden && type->forbidden != NULL)
		error_hint(err, "%s", type->forbidden);
	else if (forbidden && family->capability != NULL)
		error_hint(err, "it needs %s: run it as root", family->capability);
	else if (!forbidden && module != NULL && has_module(module) == 0)
		error_hint(err, "this kernel was built without it: it has no module %s", module);
	else if (!forbidden && module != NULL)
		error_hint(err, "try: modprobe %s", module);
}

int family_probe(const struct family *family, const struct family_type *type, struct error *err)
{
	int domain = family->domain == AF_UNSPEC ? AF_INET : family->domain;
	int protocol6 = family->protocol6 != 0 ? family->protocol6 : family->protocol;
	cleanup_close int fd = -1;
	int code;

	if (type == NULL)
		type = family->types;
	if (family->domain < 0 || type == NULL)
		return 0;
	fd = socket(domain, type->type | SOCK_CLOEXEC, family->protocol);
	code = errno;
	if (fd < 0 && family->domain == AF_UNSPEC)
		fd = socket(AF_INET6, type->type | SOCK_CLOEXEC, protocol6);
	if (fd >= 0)
		return 0;
	error_set(err, ERROR_UNAVAILABLE, "%s %s sockets: %s", family->shape.name, type->name,
		  error_words(code));
	if (err != NULL)
		err->code = code;
	hint_missing(family, type, code, err);
	return -1;
}
