/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tag of an authenticated cipher in a file of its own. */
#ifndef FAMILY_ALG_TAG_H
#define FAMILY_ALG_TAG_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>

/* fd -1: there is no such file, the tag stands behind the ciphertext. */
struct alg_tag {
	int fd;
	struct buf read; /* the tag that was read */
};

/*
 * path NULL: no file. Where one is made it is new or empty; else it is read
 * and has length bytes. alg_tag_release() is due after a failure as well.
 */
int alg_tag_open(struct alg_tag *tag, const char *path, bool makes, size_t length,
		 struct error *err);
/* Puts the tag that was read behind the ciphertext. -1 never, so far. */
int alg_tag_append(const struct alg_tag *tag, struct buf *ciphertext);
/* Moves the last length bytes into the file; -1 and errno. */
int alg_tag_split(const struct alg_tag *tag, size_t length, struct buf *ciphertext);
void alg_tag_release(struct alg_tag *tag);

#endif
