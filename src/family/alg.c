/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's cryptography: digests, ciphers and random numbers; linux/if_alg.h. */
#include "family/alg.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/uapi.h"
#include "family/alg_explain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#define KEY_FLAGS UINT32_MAX

static const struct shape_field fields[] = {
	{ .name = "type", .help = "hash, skcipher, aead or rng" },
	{ .name = "name", .help = "as in /proc/crypto: sha256, hmac(sha256) or hmac/sha256, cbc/aes", .kind = FIELD_ALGORITHM },
	{ .name = "feat", .help = "features that the driver must have", .type = FIELD_NUMBER, .optional = true, .has_default = true, .maximum = KEY_FLAGS },
	{ .name = "mask", .help = "which of the features count", .type = FIELD_NUMBER, .optional = true, .has_default = true, .maximum = KEY_FLAGS },
	{ .name = NULL },
};

/* In the order of enum alg_kind. */
static const struct shape_variant variants[] = {
	{ "hash", NULL, fields },     { "skcipher", "cipher", fields }, { "aead", NULL, fields },
	{ "rng", NULL, fields },      { "akcipher", NULL, fields },	{ "kpp", NULL, fields },
	{ NULL, NULL, NULL },
};

static const struct name operations[] = {
	{ "encrypt", ALG_OP_ENCRYPT, NULL },
	{ "decrypt", ALG_OP_DECRYPT, NULL },
	{ NULL, 0, NULL },
};

static const struct name paddings[] = {
	{ "none", 0, "the input has whole blocks" },
	{ "pkcs7", 1, "up to a block is added, and taken off again" },
	{ NULL, 0, NULL },
};

static const struct parameter parameters[] = {
	{ .name = "aad", .type = VALUE_BYTES, .help = "associated data of an aead; additional data of an rng" },
	{ .name = "assoclen", .type = VALUE_NUMBER, .minimum = 0, .maximum = ALG_REQUEST_MAXIMUM, .help = "so many bytes of associated data stand before the input" },
	{ .name = "authsize", .type = VALUE_NUMBER, .minimum = 1, .maximum = 256, .help = "bytes of the tag (the algorithm's longest)" },
	{ .name = "entropy", .type = VALUE_SECRET, .help = "entropy for a test of an rng" },
	{ .name = "iv", .type = VALUE_BYTES, .help = "initialization vector or nonce" },
	{ .name = "key", .type = VALUE_SECRET, .help = "the key" },
	{ .name = "keyring", .type = VALUE_TEXT, .argument = "SERIAL|TYPE:DESCRIPTION", .help = "the key is one of the kernel's keyrings (Linux 6.2)" },
	{ .name = "op", .type = VALUE_CHOICE, .names = operations, .help = "what a cipher does" },
	{ .name = "padding", .type = VALUE_CHOICE, .names = paddings, .help = "what becomes of a last block that is not whole" },
	{ .name = "seed", .type = VALUE_SECRET, .help = "seed of an rng; without one the kernel's own" },
	{ .name = "tag", .type = VALUE_FILE, .help = "file of an aead's tag, which else stands behind the ciphertext" },
	{ .name = NULL },
};

/* Which types an option makes sense with. */
static const struct {
	const char *name;
	unsigned int kinds;
} uses[] = {
	{ "aad", 1U << ALG_AEAD | 1U << ALG_RNG },
	{ "assoclen", 1U << ALG_AEAD },
	{ "authsize", 1U << ALG_AEAD },
	{ "entropy", 1U << ALG_RNG },
	{ "iv", 1U << ALG_SKCIPHER | 1U << ALG_AEAD },
	{ "key", 1U << ALG_HASH | 1U << ALG_SKCIPHER | 1U << ALG_AEAD },
	{ "keyring", 1U << ALG_HASH | 1U << ALG_SKCIPHER | 1U << ALG_AEAD },
	{ "op", 1U << ALG_SKCIPHER | 1U << ALG_AEAD },
	{ "padding", 1U << ALG_SKCIPHER },
	{ "seed", 1U << ALG_RNG },
	{ "tag", 1U << ALG_AEAD },
};

static const struct family_type types[] = {
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_NONE },
	{ .name = NULL },
};

static const int levels[] = { SOL_ALG, SOL_SOCKET, -1 };

enum alg_kind alg_kind(const struct target *target)
{
	const char *word = target->fields[ALG_TYPE].text;
	int kind = ALG_HASH;

	if (name_equal(word, "cipher"))
		return ALG_SKCIPHER;
	while (variants[kind].word != NULL && !name_equal(variants[kind].word, word))
		kind++;
	return (enum alg_kind)kind;
}

static int check_use(const struct target *target, const char *name, unsigned int kinds,
		     struct error *err)
{
	const struct setting *setting = target_setting(target, name);

	if (setting == NULL || (kinds & 1U << alg_kind(target)) != 0)
		return 0;
	error_usage(err, "%s: alg:%s has no such option", name, variants[alg_kind(target)].word);
	return target_error_setting(target, setting, err);
}

static int check_name(const struct target *target, struct error *err)
{
	const struct sockaddr_alg *limits = NULL;
	const struct target_field *name = &target->fields[ALG_NAME];

	if (!name->given || strlen(name->text) != name->length)
		error_usage(err, "alg: name: the name of an algorithm expected");
	else if (name->length >= sizeof(limits->salg_name))
		error_usage(err, "alg: name: longer than %zu bytes", sizeof(limits->salg_name) - 1);
	else
		return 0;
	return target_error_field(target, ALG_NAME, err);
}

static int check_kind(const struct target *target, struct error *err)
{
	enum alg_kind kind = alg_kind(target);

	if (kind <= ALG_RNG)
		return 0;
	error_set(err, ERROR_UNAVAILABLE, "alg: no kernel offers %s to programs", variants[kind].word);
	error_hint(err, "keyctl(2) does operations with public keys");
	return target_error_field(target, ALG_TYPE, err);
}

static int check_cipher(const struct target *target, struct error *err)
{
	const struct setting *length = target_setting(target, "assoclen");
	const struct setting *ring = target_setting(target, "keyring");
	enum alg_kind kind = alg_kind(target);

	if ((kind == ALG_SKCIPHER || kind == ALG_AEAD) && target_setting(target, "op") == NULL) {
		error_usage(err, "alg:%s: what is to be done?", variants[kind].word);
		return error_hint(err, "op=encrypt or op=decrypt");
	}
	if (ring != NULL && target_setting(target, "key") != NULL) {
		error_usage(err, "keyring: there is a key= already");
		return target_error_setting(target, ring, err);
	}
	if (length == NULL || target_setting(target, "aad") == NULL)
		return 0;
	error_usage(err, "assoclen: the associated data are those of aad=");
	return target_error_setting(target, length, err);
}

static int alg_check(struct target *target, struct error *err)
{
	if (check_kind(target, err) < 0 || check_name(target, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
		if (check_use(target, uses[i].name, uses[i].kinds, err) < 0)
			return -1;
	if (alg_kind(target) == ALG_HASH)
		target->format = target->text_format = "hex";
	return check_cipher(target, err);
}

static int alg_resolve(const struct target *target, enum address_end end, bool may_block,
		       struct address_list *list, struct error *err)
{
	struct sockaddr_alg address = { .salg_family = AF_ALG,
					.salg_feat = (uint32_t)target->fields[ALG_FEAT].number,
					.salg_mask = (uint32_t)target->fields[ALG_MASK].number };
	const char *type = variants[alg_kind(target)].word;

	(void)may_block;
	(void)err;
	if (end == ADDRESS_LOCAL)
		return 0;
	memcpy(address.salg_type, type, strlen(type));
	memcpy(address.salg_name, target->fields[ALG_NAME].text, target->fields[ALG_NAME].length);
	address_list_add(list, &address, sizeof(address));
	return 0;
}

static void alg_print_address(const struct target *target, const struct address *address,
			      struct buf *out)
{
	const struct sockaddr_alg *alg = (const void *)&address->storage;

	(void)target;
	buf_print(out, "%.*s:%.*s", (int)sizeof(alg->salg_type), alg->salg_type,
		  (int)sizeof(alg->salg_name), alg->salg_name);
	if (alg->salg_feat != 0 || alg->salg_mask != 0)
		buf_print(out, ":0x%x:0x%x", alg->salg_feat, alg->salg_mask);
}

static void alg_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_alg *alg = (const void *)&address->storage;

	json_string(json, "type", (const char *)alg->salg_type);
	json_string(json, "name", (const char *)alg->salg_name);
	json_unsigned(json, "feat", alg->salg_feat);
	json_unsigned(json, "mask", alg->salg_mask);
}

int alg_value(const struct target *target, const char *name, struct value *value, struct error *err)
{
	const struct setting *setting = target_setting(target, name);

	*value = (struct value){ 0 };
	if (setting == NULL)
		return 0;
	*value = (struct value){ .bytes = memory_copy(setting->value.bytes, setting->value.length),
				 .length = setting->value.length,
				 .secret = setting->value.secret };
	if (value_load(setting->parameter, value, err) == 0)
		return 0;
	value_release(value);
	error_context(err, "%s", name);
	return target_error_setting(target, setting, err);
}

ssize_t alg_splice(int pipe, int fd, size_t length)
{
	return splice(pipe, NULL, fd, NULL, length,
		      SPLICE_F_MOVE | SPLICE_F_MORE | SPLICE_F_NONBLOCK);
}

bool alg_is_failure(int code)
{
	return code != EINTR && code != EAGAIN;
}

/* A secret option as an option of the socket. */
static int set_secret(const struct target *target, const char *name, int fd, int option,
		      struct error *err)
{
	struct value value;
	int set = 0;

	if (target_setting(target, name) == NULL)
		return 0;
	if (alg_value(target, name, &value, err) < 0)
		return -1;
	if (setsockopt(fd, SOL_ALG, option, value.bytes, (socklen_t)value.length) < 0) {
		set = error_system(err, "%s", name);
		alg_explain_secret(target, name, value.length, err);
	}
	value_release(&value);
	return set;
}

static int set_tag_length(const struct target *target, int fd, struct error *err)
{
	int64_t length = target_number(target, "authsize", 0);

	if (length == 0 || setsockopt(fd, SOL_ALG, ALG_SET_AEAD_AUTHSIZE, NULL, (socklen_t)length) == 0)
		return 0;
	error_system(err, "authsize");
	return target_error_setting(target, target_setting(target, "authsize"), err);
}

/* A generator is not asked before it is seeded: from the kernel's own where none is given. */
static int seed(const struct target *target, const struct alg_algorithm *algorithm, int fd,
		struct error *err)
{
	size_t length = algorithm->seed;
	cleanup_free char *bytes = memory_array(length + 1, 1);
	int set;

	if (set_secret(target, "entropy", fd, ALG_SET_DRBG_ENTROPY, err) < 0)
		return -1;
	if (target_setting(target, "seed") != NULL)
		return set_secret(target, "seed", fd, ALG_SET_KEY, err);
	if (length > 0 && getrandom(bytes, length, 0) != (ssize_t)length)
		return error_system(err, "getrandom");
	set = setsockopt(fd, SOL_ALG, ALG_SET_KEY, bytes, (socklen_t)length);
	memory_wipe(bytes, length);
	return set < 0 ? error_system(err, "seed") : 0;
}

static int configure(const struct target *target, const struct alg_algorithm *algorithm, int fd,
		     struct error *err)
{
	if (alg_kind(target) == ALG_RNG)
		return seed(target, algorithm, fd, err);
	if (set_secret(target, "key", fd, ALG_SET_KEY, err) < 0 || alg_set_key_of_ring(target, fd, err) < 0)
		return -1;
	return set_tag_length(target, fd, err);
}

/* Digests and ciphers take input and answer; with one of both nothing would ever come. */
static int check_ways(const struct target *target, struct error *err)
{
	if (alg_kind(target) == ALG_RNG) {
		if (target->wants_input)
			return 0;
		error_usage(err, "a generator takes no input");
		return error_hint(err, "anysock recv prints what it gives");
	}
	if (target->wants_input && target->wants_output)
		return 0;
	error_usage(err, target->wants_output ? "what it answers would be lost" :
						"there is no input to it");
	return error_hint(err, "use connect, or send --replies 1");
}

/* The socket that was bound stands for the algorithm; the one that accept(2) gives does the work. */
static int accept_operation(struct endpoint *endpoint, struct error *err)
{
	int fd = accept4(endpoint->in, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return error_system(err, "accept");
	close(endpoint->in);
	endpoint->in = endpoint->out = fd;
	return 0;
}

static int alg_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	enum alg_kind kind = alg_kind(target);
	struct alg_algorithm algorithm;

	alg_algorithm_find(variants[kind].word, target->fields[ALG_NAME].text, &algorithm);
	if (check_ways(target, err) < 0 ||
	    configure(target, &algorithm, endpoint->in, err) < 0 ||
	    accept_operation(endpoint, err) < 0)
		return -1;
	if (kind == ALG_HASH)
		return alg_hash_start(target, endpoint, err);
	if (kind == ALG_RNG)
		return alg_rng_start(target, endpoint, err);
	return alg_cipher_start(target, &algorithm, endpoint, err);
}

const struct family alg_family = {
	.shape = { .name = "alg", .known_as = NAMES("crypto"), .roles = ROLE_BIT(ROLE_CONNECT), .variants = variants },
	.summary = "the kernel's cryptography: digests, ciphers, random numbers",
	.domain = AF_ALG,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_BIND,
	.module = "af_alg",
	.check = alg_check,
	.resolve = alg_resolve,
	.print_address = alg_print_address,
	.describe_address = alg_describe_address,
	.ready = alg_ready,
	.explain_error = alg_explain_error,
	.add_calls = alg_add_calls,
	.list = alg_list,
};
