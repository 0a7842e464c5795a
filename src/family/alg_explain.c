/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hints for the errors of linux/if_alg.h, and words where errno has the wrong ones. */
#include "family/alg_explain.h"

#include "family/alg.h"

#include <errno.h>

static const char *type_of(const struct target *target)
{
	static const char words[][10] = { "hash", "skcipher", "aead", "rng", "akcipher", "kpp" };

	return words[alg_kind(target)];
}

void alg_explain_secret(const struct target *target, const char *name, size_t length,
			struct error *err)
{
	struct alg_algorithm algorithm;

	alg_algorithm_find(type_of(target), target->fields[ALG_NAME].text, &algorithm);
	if (err->code == EINVAL && algorithm.key_maximum > 0)
		error_hint(err, "%s takes a key of %u to %u bytes, this one has %zu",
			   target->fields[ALG_NAME].text, algorithm.key_minimum,
			   algorithm.key_maximum, length);
	else if (err->code == EINVAL)
		error_hint(err, "%s does not take a %s of %zu bytes", target->fields[ALG_NAME].text,
			   name, length);
	else if (err->code == ENOPROTOOPT || err->code == EOPNOTSUPP)
		error_hint(err, "%s takes no %s", target->fields[ALG_NAME].text, name);
}

static void unknown(const struct target *target, struct error *err)
{
	const char *name = target->fields[ALG_NAME].text;
	char nearest[128];

	alg_algorithm_nearest(type_of(target), name, nearest, sizeof(nearest));
	if (nearest[0] != '\0')
		error_hint(err, "the kernel has no %s \"%s\"; did you mean \"%s\"?",
			   type_of(target), name, nearest);
	else
		error_hint(err, "the kernel has no %s \"%s\"; /proc/crypto lists those that are in use",
			   type_of(target), name);
}

/* The tag or the padding did not fit. */
static void not_authentic(const struct target *target, struct error *err)
{
	if (alg_kind(target) == ALG_AEAD) {
		error_set(err, ERROR_FAILED, "authentication failed: nothing of the plaintext is written");
		error_hint(err, "another key, iv, associated data or tag, or the data was changed");
	} else {
		error_set(err, ERROR_FAILED, "the padding is wrong");
		error_hint(err, "another key or iv, or it was not made with padding=pkcs7");
	}
}

static void ragged(const struct target *target, struct error *err)
{
	struct alg_algorithm algorithm;

	alg_algorithm_find(type_of(target), target->fields[ALG_NAME].text, &algorithm);
	error_set(err, ERROR_FAILED, "the input has no whole number of blocks of %u bytes",
		  algorithm.block);
	error_hint(err, "padding=pkcs7 adds what is missing when it encrypts and takes it off again");
}

void alg_explain_error(const struct target *target, struct error *err)
{
	switch (err->code) {
	case ENOENT:
		if (alg_kind(target) <= ALG_RNG)
			unknown(target, err);
		break;
	case ENOKEY:
		error_hint(err, "%s needs a key: key=@FILE, key=hex:... or key=env:NAME",
			   target->fields[ALG_NAME].text);
		break;
	case EBADMSG:
		not_authentic(target, err);
		break;
	case EILSEQ:
		ragged(target, err);
		break;
	case ENODATA:
		error_hint(err, "the input is shorter than assoclen= says");
		break;
	case EMSGSIZE:
		error_hint(err, "%s takes one request of at most %zu KiB, not pieces",
			   target->fields[ALG_NAME].text, ALG_REQUEST_MAXIMUM >> 10);
		break;
	case EINVAL:
		if (alg_kind(target) == ALG_SKCIPHER)
			error_hint(err, "the input has less than a block, or no whole number of them");
		break;
	case ENOBUFS:
		error_hint(err, "net.core.wmem_max of sysctl(8) limits what the kernel takes at once");
		break;
	default:
		break;
	}
}
