/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading a library and resolving its functions by a table. */
#include "base/library.h"

#include "base/cleanup.h"
#include "base/memory.h"

#include <dlfcn.h>
#include <string.h>

static void *open_first(const char *sonames)
{
	cleanup_free char *list = memory_string(sonames);
	char *rest = NULL;

	for (char *name = strtok_r(list, " ", &rest); name != NULL;
	     name = strtok_r(NULL, " ", &rest)) {
		void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

		if (handle != NULL)
			return handle;
	}
	return NULL;
}

int library_load(const struct library *library, void *functions, struct error *err)
{
	void *handle = open_first(library->sonames);

	if (handle == NULL) {
		error_set(err, ERROR_UNAVAILABLE, "%s needs the library %s, which is not installed",
			  library->purpose, library->sonames);
		return error_hint(err, "install the package %s", library->package);
	}
	for (const struct library_symbol *symbol = library->symbols; symbol->name; symbol++) {
		void *function = dlsym(handle, symbol->name);

		if (function == NULL) {
			dlclose(handle);
			return error_set(err, ERROR_UNAVAILABLE,
					 "%s: the library %s is too old: it lacks %s",
					 library->purpose, library->sonames, symbol->name);
		}
		memcpy((char *)functions + symbol->offset, &function, sizeof(function));
	}
	dlclose(handle);
	return 0;
}
