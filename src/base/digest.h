/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksums of bytes as they come, by name; evp(7) of OpenSSL. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/buf.h"
#include "base/error.h"
#include "base/name.h"

#include <stddef.h>

struct digest;

/* What there is by name; ends with a NULL name. */
extern const struct name digest_algorithms[];

/* One of those names. NULL and ERROR_UNAVAILABLE where the library is not there or does not know it. */
struct digest *digest_new(const char *algorithm, struct error *err);
void digest_add(struct digest *digest, const void *bytes, size_t length);
/* Adds the checksum of all as hex; the digest can only be freed then. */
void digest_finish(struct digest *digest, struct buf *out);
void digest_free(struct digest *digest);

#endif
