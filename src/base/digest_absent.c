/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What making checksums says in a build without OpenSSL. */
#include "base/digest.h"

#if !WITH_OPENSSL
struct digest *digest_new(const char *algorithm, struct error *err)
{
	(void)algorithm;
	error_set(err, ERROR_UNAVAILABLE, "this build makes no checksums");
	error_hint(err, "build with WITH_OPENSSL=yes");
	return NULL;
}

void digest_add(struct digest *digest, const void *bytes, size_t length)
{
	(void)digest;
	(void)bytes;
	(void)length;
}

void digest_finish(struct digest *digest, struct buf *out)
{
	(void)digest;
	(void)out;
}

void digest_free(struct digest *digest)
{
	(void)digest;
}
#endif
