/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The many specs that one with lists and ranges stands for: tcp:host:22+80+8000-8100, unix:/run. */
#ifndef CMD_SCOPE_H
#define CMD_SCOPE_H

#include "base/error.h"
#include "spec/shape.h"

#include <stdint.h>

#define SCOPE_MAXIMUM (1U << 20)

/* A field that has several values. */
struct axis {
	size_t column, length; /* where it stands in the word */
	uint64_t *values;
	size_t count;
	bool hex;
	int width; /* digits of the first hex number, as typed: eight say that an identifier is extended */
};

struct scope {
	const char *word; /* borrowed */
	struct axis axes[SHAPE_FIELDS_MAX];
	size_t axis_count;
	char **sockets; /* specs of the UNIX sockets of a folder; NULL: the word is no folder */
	size_t count;
};

/*
 * Reads what word stands for; word must outlive it. Numbers joined by "+" and
 * "-" in a field that is not quoted are a list, with every value of another
 * field; lists of hex fields, which name the two ends of one channel, go in step.
 * A folder stands for the UNIX sockets in it. scope_release() is due in any case.
 */
int scope_read(struct scope *scope, const char *word, struct error *err);
void scope_release(struct scope *scope);
/* The spec with that index, below count; owned by the caller. */
char *scope_spec(const struct scope *scope, size_t index);

#endif
