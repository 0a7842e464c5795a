/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ciphers of the kernel as an endpoint: what is written is collected, what is read
 * is what the kernel made of it; linux/if_alg.h.
 *
 * Only ecb, cbc and ctr go on where the last request ended, and so take input of
 * any size in pieces. All others get one request at the end of input.
 */
#include "base/memory.h"
#include "base/uapi.h"
#include "family/alg.h"
#include "family/alg_request.h"
#include "family/alg_tag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define CIPHER_PIECE ((size_t)128 << 10)
#define CIPHER_BUFFER 212992 /* of the socket; the kernel doubles it */

struct alg_cipher {
	struct alg_request request;
	struct value iv, associated;
	bool pads;
	bool streams;
	bool is_over;	 /* nothing follows what is in output */
	bool is_blocked; /* the writer waits for the reader */
	bool has_failed; /* input was lost: what is not read yet never will be */
	size_t block;	 /* the whole input has a multiple of so many bytes, */
	size_t unit;	 /* each piece but the last of so many */
	size_t tag;	 /* bytes of an aead's tag */
	struct alg_tag tag_file;
	struct buf input, output;
	size_t output_at;
};

static bool encrypts(const struct alg_cipher *cipher)
{
	return cipher->request.operation == ALG_OP_ENCRYPT;
}

/* Gives the first length bytes of the input to the kernel. */
static int process(struct alg_cipher *cipher, int fd, size_t length, bool more)
{
	struct alg_request *request = &cipher->request;

	request->more = more;
	request->data = buf_text(&cipher->input);
	request->length = length;
	request->result_length = length;
	if (cipher->tag > 0 && encrypts(cipher))
		request->result_length += cipher->tag;
	else if (cipher->tag > 0)
		request->result_length -= cipher->tag;
	if (alg_request(fd, request, &cipher->output) < 0)
		return -1;
	request->begins = false;
	memory_wipe(cipher->input.data, length);
	buf_consume(&cipher->input, length);
	return 0;
}

/* Whole blocks go to the kernel; a last one that may be padding is held back. */
static int process_blocks(struct endpoint *endpoint)
{
	struct alg_cipher *cipher = endpoint->state;
	size_t held = cipher->pads && !encrypts(cipher) ? 1 : 0;
	size_t length = cipher->input.length;

	if (length <= held)
		return 0;
	length = (length - held) / cipher->unit * cipher->unit;
	if (length == 0)
		return 0;
	endpoint->try_at = deadline_now();
	return process(cipher, endpoint->out, length, true);
}

static ssize_t collect(struct alg_cipher *cipher, const void *bytes, size_t length)
{
	size_t used = cipher->input.length + cipher->request.associated_length;

	if (length > ALG_REQUEST_MAXIMUM - used - cipher->tag) {
		errno = EMSGSIZE;
		return -1;
	}
	buf_add(&cipher->input, bytes, length);
	return (ssize_t)length;
}

/* A piece at a time, and none while the last one was not read. */
static ssize_t stream(struct endpoint *endpoint, struct alg_cipher *cipher, const void *bytes,
		      size_t length)
{
	size_t taken = length < CIPHER_PIECE ? length : CIPHER_PIECE;

	cipher->is_blocked = cipher->output.length > 0;
	if (cipher->is_blocked) {
		errno = EAGAIN;
		return -1;
	}
	buf_add(&cipher->input, bytes, taken);
	return process_blocks(endpoint) < 0 ? -1 : (ssize_t)taken;
}

static ssize_t cipher_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	struct alg_cipher *cipher = endpoint->state;
	ssize_t put = cipher->streams ? stream(endpoint, cipher, bytes, length) :
					collect(cipher, bytes, length);

	cipher->has_failed |= put < 0 && !cipher->is_blocked;
	return put;
}

static ssize_t cipher_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	struct alg_cipher *cipher = endpoint->state;
	size_t length = cipher->output.length - cipher->output_at;

	if (length == 0 && cipher->is_over)
		return 0;
	if (length == 0) {
		errno = EAGAIN;
		return -1;
	}
	if (length > size)
		length = size;
	memcpy(bytes, cipher->output.data + cipher->output_at, length);
	cipher->output_at += length;
	if (cipher->output_at < cipher->output.length)
		return (ssize_t)length;
	memory_wipe(cipher->output.data, cipher->output.length);
	buf_clear(&cipher->output);
	cipher->output_at = 0;
	if (cipher->is_blocked)
		endpoint->try_at = deadline_now();
	return (ssize_t)length;
}

/* RFC 5652: as many bytes as are missing, at least one, each with their number. */
static void pad(struct alg_cipher *cipher)
{
	size_t missing = cipher->block - cipher->input.length % cipher->block;

	for (size_t i = 0; i < missing; i++)
		buf_add_char(&cipher->input, (char)missing);
}

/* Looks at every byte of the last block whatever it holds. */
static int unpad(struct alg_cipher *cipher)
{
	struct buf *output = &cipher->output;
	const unsigned char *end = (const unsigned char *)output->data + output->length;
	size_t count = output->length > 0 ? end[-1] : 0;
	bool is_wrong = count == 0 || count > cipher->block || count > output->length;

	for (size_t i = 1; !is_wrong && i <= count; i++)
		is_wrong = end[-(ptrdiff_t)i] != count;
	if (is_wrong) {
		errno = EBADMSG;
		return -1;
	}
	output->length -= count;
	return 0;
}

static int finish_stream(struct endpoint *endpoint, struct alg_cipher *cipher)
{
	size_t length;

	if (cipher->pads && encrypts(cipher))
		pad(cipher);
	length = cipher->input.length;
	if (cipher->pads && length == 0) {
		errno = EILSEQ;
		return -1;
	}
	if (length == 0)
		return 0;
	return process(cipher, endpoint->out, length, false);
}

static int finish_request(struct endpoint *endpoint, struct alg_cipher *cipher)
{
	if (!cipher->request.has_associated && cipher->input.length == 0)
		return 0;
	if (!encrypts(cipher) && alg_tag_append(&cipher->tag_file, &cipher->input) < 0)
		return -1;
	if (!encrypts(cipher) && cipher->input.length < cipher->tag) {
		errno = EBADMSG;
		return -1;
	}
	if (process(cipher, endpoint->out, cipher->input.length, false) < 0)
		return -1;
	return encrypts(cipher) ? alg_tag_split(&cipher->tag_file, cipher->tag, &cipher->output) : 0;
}

/* The associated data that stand before the input, as assoclen= says. */
static int take_associated(struct alg_cipher *cipher)
{
	size_t length = cipher->request.associated_length;

	if (!cipher->request.has_associated || cipher->request.associated != NULL || length == 0)
		return 0;
	if (cipher->input.length < length) {
		errno = ENODATA;
		return -1;
	}
	cipher->associated.bytes = memory_copy(cipher->input.data, length);
	cipher->associated.length = length;
	cipher->request.associated = cipher->associated.bytes;
	buf_consume(&cipher->input, length);
	return 0;
}

/* What fails here has no result at all, or none behind what was read before. */
static int finish(struct endpoint *endpoint, struct alg_cipher *cipher)
{
	bool completes = cipher->pads && encrypts(cipher);

	if (take_associated(cipher) < 0)
		return -1;
	if (cipher->streams && !completes && cipher->input.length % cipher->block != 0) {
		errno = EILSEQ;
		return -1;
	}
	return cipher->streams ? finish_stream(endpoint, cipher) : finish_request(endpoint, cipher);
}

static int cipher_finish(struct endpoint *endpoint)
{
	struct alg_cipher *cipher = endpoint->state;
	size_t before = cipher->output.length;
	int done = -1;

	if (cipher->has_failed)
		errno = EPIPE;
	else
		done = finish(endpoint, cipher);
	if (done == 0 && cipher->pads && !encrypts(cipher))
		done = unpad(cipher);
	if (done < 0)
		cipher->output.length = before;
	cipher->is_over = true;
	return done;
}

static void cipher_release(struct endpoint *endpoint)
{
	struct alg_cipher *cipher = endpoint->state;

	if (cipher == NULL)
		return;
	if (cipher->input.capacity > 0)
		memory_wipe(cipher->input.data, cipher->input.capacity);
	if (cipher->output.capacity > 0)
		memory_wipe(cipher->output.data, cipher->output.capacity);
	buf_release(&cipher->input);
	buf_release(&cipher->output);
	value_release(&cipher->iv);
	value_release(&cipher->associated);
	alg_tag_release(&cipher->tag_file);
	free(cipher);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .read = cipher_read,
					 .write = cipher_write,
					 .finish = cipher_finish,
					 .release = cipher_release };

/* Whether a request goes on where the last one ended: the others would go wrong without an error. */
static bool goes_on(const char *name)
{
	static const char *const modes[] = { "ecb(", "cbc(", "ctr(" };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strncmp(name, modes[i], strlen(modes[i])) == 0)
			return true;
	return false;
}

static int check_iv(const struct target *target, const struct alg_cipher *cipher,
		    const struct alg_algorithm *algorithm, struct error *err)
{
	const struct setting *setting = target_setting(target, "iv");

	if (algorithm->name[0] == '\0' || cipher->iv.length == algorithm->iv)
		return 0;
	if (algorithm->iv == 0)
		error_usage(err, "iv: %s has none", algorithm->name);
	else
		error_usage(err, "iv: %s has one of %u bytes, not %zu", algorithm->name,
			    algorithm->iv, cipher->iv.length);
	if (setting != NULL)
		return target_error_setting(target, setting, err);
	return error_hint(err, "iv=hex:... or iv=@FILE");
}

static int set_up_padding(const struct target *target, struct alg_cipher *cipher, struct error *err)
{
	cipher->pads = target_number(target, "padding", 0) != 0;
	if (!cipher->pads || (cipher->streams && cipher->block > 1))
		return 0;
	error_usage(err, "padding: %s takes input of any length", target->fields[ALG_NAME].text);
	return target_error_setting(target, target_setting(target, "padding"), err);
}

static void set_up_request(const struct target *target, struct alg_cipher *cipher)
{
	struct alg_request *request = &cipher->request;
	int64_t length = target_number(target, "assoclen", (int64_t)cipher->associated.length);

	request->begins = true;
	request->operation = (uint32_t)target_number(target, "op", ALG_OP_ENCRYPT);
	request->iv = cipher->iv.bytes;
	request->iv_length = cipher->iv.length;
	request->has_associated = alg_kind(target) == ALG_AEAD;
	request->associated = cipher->associated.bytes;
	request->associated_length = (size_t)length;
}

static int set_up(const struct target *target, const struct alg_algorithm *algorithm,
		  struct alg_cipher *cipher, struct error *err)
{
	cipher->block = algorithm->block > 0 ? algorithm->block : 1;
	cipher->unit = algorithm->chunk > cipher->block ? algorithm->chunk : cipher->block;
	cipher->streams = alg_kind(target) == ALG_SKCIPHER && goes_on(algorithm->name);
	if (alg_value(target, "iv", &cipher->iv, err) < 0 ||
	    alg_value(target, "aad", &cipher->associated, err) < 0)
		return -1;
	set_up_request(target, cipher);
	if (check_iv(target, cipher, algorithm, err) < 0 ||
	    set_up_padding(target, cipher, err) < 0)
		return -1;
	if (alg_kind(target) == ALG_AEAD)
		cipher->tag = (size_t)target_number(target, "authsize", algorithm->tag);
	if (cipher->associated.length + cipher->tag > ALG_REQUEST_MAXIMUM)
		return error_usage(err, "aad: longer than %zu KiB", ALG_REQUEST_MAXIMUM >> 10);
	return alg_tag_open(&cipher->tag_file, target_text(target, "tag", NULL), encrypts(cipher),
			    cipher->tag, err);
}

int alg_cipher_start(const struct target *target, const struct alg_algorithm *algorithm,
		     struct endpoint *endpoint, struct error *err)
{
	static const int size = CIPHER_BUFFER;
	struct alg_cipher *cipher = memory_new(sizeof(*cipher));

	cipher->tag_file.fd = -1;
	endpoint->state = cipher;
	endpoint->ops = &ops;
	endpoint->ready_in = READY_ON_DEMAND;
	setsockopt(endpoint->in, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	setsockopt(endpoint->in, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return set_up(target, algorithm, cipher, err);
}
