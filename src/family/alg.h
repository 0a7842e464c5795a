/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the kernel's cryptography share; linux/if_alg.h. */
#ifndef FAMILY_ALG_H
#define FAMILY_ALG_H

#include "core/endpoint.h"
#include "core/family.h"
#include "family/alg_algorithms.h"

/* Bytes that one request holds where an algorithm cannot go on with the next piece. */
#define ALG_REQUEST_MAXIMUM ((size_t)400 << 10)

/* The longest block that padding=pkcs7 fills: a byte tells how much of it. */
#define ALG_PADDING_MAXIMUM 255

enum { ALG_TYPE, ALG_NAME, ALG_FEAT, ALG_MASK };

enum alg_kind { ALG_HASH, ALG_SKCIPHER, ALG_AEAD, ALG_RNG, ALG_AKCIPHER, ALG_KPP };
enum alg_kind alg_kind(const struct target *target);

/*
 * A copy of what an option of kind bytes or secret names, files read; empty where
 * it was not given. For value_release().
 */
int alg_value(const struct target *target, const char *name, struct value *value,
	      struct error *err);

/* Sets the key that keyring= names; nothing where it is not given. */
int alg_set_key_of_ring(const struct target *target, int fd, struct error *err);

/* Sends what a cipher begins with: operation, iv, and how many associated data come first. */
int alg_begin(const struct target *target, const struct alg_algorithm *algorithm,
	      size_t associated_length, int fd, struct error *err);

/* Gives the kernel pages of a pipe, more to come; as splice(2). */
ssize_t alg_splice(int pipe, int fd, size_t length);
/* Whether input was lost when writing said so, rather than told to come again. */
bool alg_is_failure(int code);

/* Whether a cipher of that name, as the kernel has it, goes on where its last piece ended. */
bool alg_streams(const struct target *target, const char *name);
/* Whether padding=pkcs7 is asked for. */
bool alg_has_padding(const struct target *target);

/*
 * Each gives an endpoint around a socket that accept(2) gave its state and ops.
 * algorithm is what the kernel says of it; zeroed where it says nothing.
 */
int alg_hash_start(const struct target *target, struct endpoint *endpoint, struct error *err);
int alg_cipher_start(const struct target *target, const struct alg_algorithm *algorithm,
		     struct endpoint *endpoint, struct error *err);
int alg_rng_start(const struct target *target, struct endpoint *endpoint, struct error *err);
/* The two ways of alg_cipher_start(): in pieces, and as one request at the end of input. */
int alg_stream_start(const struct target *target, const struct alg_algorithm *algorithm,
		     struct endpoint *endpoint, struct error *err);
int alg_whole_start(const struct target *target, const struct alg_algorithm *algorithm,
		    struct endpoint *endpoint, struct error *err);

#endif
