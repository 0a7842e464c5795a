/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hints for the errors of linux/if_alg.h, and words where errno has the wrong ones. */
#include "family/alg_explain.h"

#include "base/uapi.h"
#include "family/alg.h"

#include <errno.h>
#include <string.h>

#define KERNEL_DRIVER_ONLY UINT64_C(0x1000) /* CRYPTO_ALG_KERN_DRIVER_ONLY of the kernel */
#define SPLICE_OR_SEND "splice(input, operation, SPLICE_F_MORE), or send(operation, input, MSG_MORE)\n"

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
	else if (err->code == ENOPROTOOPT && alg_kind(target) == ALG_RNG)
		error_hint(err, "only kernels with CONFIG_CRYPTO_USER_API_RNG_CAVP take %s", name);
	else if (err->code == ENOPROTOOPT || err->code == EOPNOTSUPP)
		error_hint(err, "%s takes no %s", target->fields[ALG_NAME].text, name);
}

static void add_key_calls(const struct target *target, struct buf *out)
{
	int64_t tag = target_number(target, "authsize", 0);

	if (target_setting(target, "key") != NULL || target_setting(target, "seed") != NULL ||
	    alg_kind(target) == ALG_RNG)
		buf_add_string(out, "setsockopt(fd, SOL_ALG, ALG_SET_KEY, …)\n");
	if (target_setting(target, "keyring") != NULL)
		buf_print(out, "setsockopt(fd, SOL_ALG, ALG_SET_KEY_BY_KEY_SERIAL, %s, 4)\n",
			  target_text(target, "keyring", ""));
	if (target_setting(target, "entropy") != NULL)
		buf_add_string(out, "setsockopt(fd, SOL_ALG, ALG_SET_DRBG_ENTROPY, …)\n");
	if (tag > 0)
		buf_print(out, "setsockopt(fd, SOL_ALG, ALG_SET_AEAD_AUTHSIZE, NULL, %u)\n",
			  (unsigned int)tag);
}

static void add_cipher_calls(const struct target *target, struct buf *out)
{
	bool is_encryption = target_number(target, "op", ALG_OP_ENCRYPT) == ALG_OP_ENCRYPT;

	buf_print(out, "sendmsg(operation, {ALG_SET_OP %s",
		  is_encryption ? "ALG_OP_ENCRYPT" : "ALG_OP_DECRYPT");
	if (target_setting(target, "iv") != NULL)
		buf_add_string(out, ", ALG_SET_IV");
	if (alg_kind(target) == ALG_AEAD)
		buf_add_string(out, ", ALG_SET_AEAD_ASSOCLEN");
	buf_add_string(out, "}, MSG_MORE)\n");
	if (alg_streams(target, target->fields[ALG_NAME].text))
		buf_add_string(out, SPLICE_OR_SEND "send(operation, padding, 0)\n");
	else
		buf_add_string(out, "send(operation, input, 0)\n");
	buf_add_string(out, "recv(operation, output)\n");
}

void alg_add_calls(const struct target *target, struct buf *out)
{
	add_key_calls(target, out);
	buf_add_string(out, "operation = accept4(fd, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK)\n");
	if (alg_kind(target) == ALG_HASH)
		buf_add_string(out, SPLICE_OR_SEND "send(operation, \"\", 0, 0)\nrecv(operation, digest)\n");
	else if (alg_kind(target) == ALG_RNG)
		buf_add_string(out, "recv(operation, output)\n");
	else
		add_cipher_calls(target, out);
}

static void unknown(const struct target *target, struct error *err)
{
	const char *name = target->fields[ALG_NAME].text;
	char nearest[128];

	alg_algorithm_nearest(type_of(target), name, nearest, sizeof(nearest));
	if (nearest[0] != '\0' && strcmp(nearest, name) == 0)
		error_hint(err, "no driver of %s is as feat and mask ask for", name);
	else if (nearest[0] != '\0')
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
	if (alg_has_padding(target))
		error_hint(err, "what padding=pkcs7 made has one at least: a part of it is missing");
	else
		error_hint(err, "padding=pkcs7 adds what is missing when it encrypts and takes it off again");
}

static void invalid(const struct target *target, struct error *err)
{
	uint64_t features = target->fields[ALG_FEAT].number | target->fields[ALG_MASK].number;

	if ((features & ~KERNEL_DRIVER_ONLY) != 0)
		error_hint(err, "the only feature that may be asked for is 0x%x: no driver that programs could do without the kernel",
			   (unsigned int)KERNEL_DRIVER_ONLY);
	else if (alg_kind(target) == ALG_SKCIPHER)
		error_hint(err, "the input has less than a block, or no whole number of them");
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
		invalid(target, err);
		break;
	case ENOBUFS:
		error_hint(err, "net.core.wmem_max of sysctl(8) limits what the kernel takes at once");
		break;
	default:
		break;
	}
}
