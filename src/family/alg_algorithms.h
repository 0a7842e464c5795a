/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The algorithms that the kernel has loaded: /proc/crypto, see proc(5). */
#ifndef FAMILY_ALG_ALGORITHMS_H
#define FAMILY_ALG_ALGORITHMS_H

#include "base/buf.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Sizes are bytes, 0 where the kernel names none. */
struct alg_algorithm {
	char name[128];
	char driver[128];
	char type[16]; /* "hash", "skcipher", "aead", "rng": the types of AF_ALG; "" where none has it */
	bool internal; /* a part of others, not for use */
	uint32_t priority;
	uint32_t block, iv, chunk;
	uint32_t key_minimum, key_maximum;
	uint32_t digest; /* of a hash */
	uint32_t tag;	 /* the longest of an aead */
	uint32_t seed;
};

/* Reads the next one of the file: 1, or 0 at its end. */
int alg_algorithm_next(FILE *file, struct alg_algorithm *algorithm);
/*
 * The usable algorithm of that type and name, or driver's name, that the kernel
 * prefers; zeroed where there is none. Templates stand there once a socket uses them.
 */
void alg_algorithm_find(const char *type, const char *name, struct alg_algorithm *algorithm);
/* The name of that type that was meant, of those in use by now; "" where none is near. */
void alg_algorithm_nearest(const char *type, const char *wanted, char *nearest, size_t size);
/* The slot .list: the usable ones, by type. */
void alg_list(struct buf *lines, struct json *json);

#endif
