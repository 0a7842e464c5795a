/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls on paths and pipes as explain shows them, for families that make no socket: as strace(1) has them. */
#ifndef FAMILY_PLAIN_CALLS_H
#define FAMILY_PLAIN_CALLS_H

#include "base/buf.h"
#include "core/target.h"

#include <sys/types.h>

/* A line each; the remark stands behind it, NULL: none. */

/* openat(2); mode counts with O_CREAT. */
void plain_add_open(const char *path, int flags, mode_t mode, const char *remark, struct buf *out);
/* What path_own() does to a path that was created. */
void plain_add_own(const struct target *target, const char *path, struct buf *out);
/* What descriptor_grow() does. */
void plain_add_grow(const char *descriptor, const char *remark, struct buf *out);
/* What descriptor_take() and descriptor_grow() do; descriptor is a number, or "fd": it is known only then. */
void plain_add_take(const char *descriptor, int access, struct buf *out);
/* write(2) of so many bytes. */
void plain_add_write(const char *bytes, size_t length, struct buf *out);
/* A text in quotes, safe for the eye. */
void plain_add_text(const char *text, struct buf *out);

#endif
