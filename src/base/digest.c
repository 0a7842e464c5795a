/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksums by OpenSSL's libcrypto; the only file that knows its header. */
#include "base/digest.h"

#include "base/library.h"
#include "base/memory.h"

#include <stdlib.h>

const struct name digest_algorithms[] = {
	{ "blake2b512", 0, "as b2sum" },
	{ "md5", 1, "as md5sum: against mishaps only" },
	{ "sha1", 2, "as sha1sum: against mishaps only" },
	{ "sha256", 3, "as sha256sum" },
	{ "sha384", 4, "as sha384sum" },
	{ "sha3-256", 5, NULL },
	{ "sha512", 6, "as sha512sum" },
	{ NULL, 0, NULL },
};

#if WITH_OPENSSL
#include <openssl/evp.h>

struct crypto {
	__typeof__(&EVP_get_digestbyname) EVP_get_digestbyname;
	__typeof__(&EVP_MD_CTX_new) EVP_MD_CTX_new;
	__typeof__(&EVP_MD_CTX_free) EVP_MD_CTX_free;
	__typeof__(&EVP_DigestInit_ex) EVP_DigestInit_ex;
	__typeof__(&EVP_DigestUpdate) EVP_DigestUpdate;
	__typeof__(&EVP_DigestFinal_ex) EVP_DigestFinal_ex;
};

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(struct crypto, EVP_get_digestbyname),
	LIBRARY_SYMBOL(struct crypto, EVP_MD_CTX_new),
	LIBRARY_SYMBOL(struct crypto, EVP_MD_CTX_free),
	LIBRARY_SYMBOL(struct crypto, EVP_DigestInit_ex),
	LIBRARY_SYMBOL(struct crypto, EVP_DigestUpdate),
	LIBRARY_SYMBOL(struct crypto, EVP_DigestFinal_ex),
	{ NULL, 0 },
};

static const struct library library = {
	.sonames = "libcrypto.so.3",
	.package = "libssl3",
	.purpose = "a checksum",
	.symbols = symbols,
};

struct digest {
	struct crypto library;
	EVP_MD_CTX *context;
};

static int begin(struct digest *digest, const char *algorithm, struct error *err)
{
	const struct crypto *crypto = &digest->library;
	const EVP_MD *kind;

	if (library_load(&library, &digest->library, err) < 0)
		return -1;
	kind = crypto->EVP_get_digestbyname(algorithm);
	digest->context = crypto->EVP_MD_CTX_new();
	if (kind != NULL && crypto->EVP_DigestInit_ex(digest->context, kind, NULL) == 1)
		return 0;
	/* A host may be set up to have only what some authority approves of. */
	return error_set(err, ERROR_UNAVAILABLE, "this host's libcrypto makes no %s", algorithm);
}

struct digest *digest_new(const char *algorithm, struct error *err)
{
	struct digest *digest = memory_new(sizeof(*digest));

	if (begin(digest, algorithm, err) == 0)
		return digest;
	digest_free(digest);
	return NULL;
}

void digest_add(struct digest *digest, const void *bytes, size_t length)
{
	digest->library.EVP_DigestUpdate(digest->context, bytes, length);
}

void digest_finish(struct digest *digest, struct buf *out)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int length = 0;

	digest->library.EVP_DigestFinal_ex(digest->context, bytes, &length);
	for (unsigned int i = 0; i < length; i++)
		buf_print(out, "%02x", bytes[i]);
}

void digest_free(struct digest *digest)
{
	if (digest == NULL)
		return;
	if (digest->context != NULL)
		digest->library.EVP_MD_CTX_free(digest->context);
	free(digest);
}
#endif
