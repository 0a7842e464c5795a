/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Libraries that are loaded when they are first needed; dlopen(3). */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include "base/error.h"

#include <stddef.h>

/* A function's name and where its pointer belongs in the struct; tables end with a NULL name. */
struct library_symbol {
	const char *name;
	size_t offset;
};

/* LIBRARY_SYMBOL(struct jansson, json_loadb): the member is called as the function. */
#define LIBRARY_SYMBOL(type, function)              \
	{                                           \
#function, offsetof(type, function) \
	}

struct library {
	const char *sonames; /* "libjansson.so.4", tried in turn, separated by blanks */
	const char *package; /* "libjansson4", for the hint */
	const char *purpose; /* "reading JSON", for the message */
	const struct library_symbol *symbols;
};

/*
 * Loads the library and fills the struct of function pointers at functions.
 * -1 with ERROR_UNAVAILABLE and a hint that names the package. It stays loaded
 * until the program ends; a second call only looks the symbols up again.
 */
int library_load(const struct library *library, void *functions, struct error *err);

#endif
