/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed since the last message of its kind: bytes that count, in a stream of those that stay. */
#ifndef SHELL_CHANGES_H
#define SHELL_CHANGES_H

#include "base/buf.h"
#include "base/deadline.h"

#include <stdbool.h>

struct changes;

struct changes *changes_new(void);
/* NULL is fine. */
void changes_free(struct changes *changes);
/*
 * Adds the text of a message, how long after the last of its kind it came, and marks what
 * differs from that one: in colour, or with carets on a line of their own behind the indent.
 */
void changes_print(struct changes *changes, const char *kind, const char *text, size_t indent,
		   bool colored, struct buf *out);

#endif
