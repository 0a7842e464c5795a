/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ciphers that take all of their input as one request, at its end; linux/if_alg.h.
 * The associated data of an aead stand before it, and before the result.
 */
#include "base/memory.h"
#include "base/uapi.h"
#include "family/alg.h"
#include "family/alg_tag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct alg_whole {
	bool is_aead, encrypts;
	bool is_over;	 /* nothing follows what is in output */
	bool has_failed; /* input was lost: there is no result */
	size_t associated; /* bytes of associated data */
	size_t tag;	   /* bytes of the tag */
	struct alg_tag tag_file;
	struct buf input, output;
	size_t output_at;
};

static ssize_t whole_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	struct alg_whole *whole = endpoint->state;

	if (length > ALG_REQUEST_MAXIMUM - whole->input.length - whole->tag) {
		whole->has_failed = true;
		errno = EMSGSIZE;
		return -1;
	}
	buf_add(&whole->input, bytes, length);
	return (ssize_t)length;
}

static ssize_t whole_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	struct alg_whole *whole = endpoint->state;
	size_t length = whole->output.length - whole->output_at;

	if (length == 0 && whole->is_over)
		return 0;
	if (length == 0) {
		errno = EAGAIN;
		return -1;
	}
	if (length > size)
		length = size;
	memcpy(bytes, whole->output.data + whole->output_at, length);
	whole->output_at += length;
	return (ssize_t)length;
}

static int send_all(int fd, const struct buf *input)
{
	ssize_t sent = send(fd, buf_text(input), input->length, MSG_NOSIGNAL);

	if (sent < 0 || (size_t)sent == input->length)
		return sent < 0 ? -1 : 0;
	errno = ENOBUFS;
	return -1;
}

/* The result, which has length bytes; one of none is asked for as well, or the kernel would do nothing. */
static int receive_all(int fd, struct buf *output, size_t length)
{
	char *room = buf_reserve(output, length + 1);
	ssize_t got = recv(fd, room, length > 0 ? length : 1, 0);

	if (got >= 0 && (size_t)got == length) {
		buf_commit(output, length);
		return 0;
	}
	memory_wipe(room, length);
	if (got >= 0)
		errno = EIO;
	return -1;
}

static int transact(struct alg_whole *whole, int fd)
{
	size_t length = whole->input.length;

	if (send_all(fd, &whole->input) < 0)
		return -1;
	length = whole->encrypts ? length + whole->tag : length - whole->tag;
	if (receive_all(fd, &whole->output, length) < 0)
		return -1;
	whole->output_at = whole->associated;
	return whole->encrypts ? alg_tag_split(&whole->tag_file, whole->tag, &whole->output) : 0;
}

static int check_input(const struct alg_whole *whole)
{
	if (whole->has_failed)
		errno = EPIPE;
	else if (whole->input.length < whole->associated)
		errno = ENODATA;
	else if (!whole->encrypts && whole->input.length < whole->associated + whole->tag)
		errno = EBADMSG;
	else
		return 0;
	return -1;
}

static int whole_finish(struct endpoint *endpoint)
{
	struct alg_whole *whole = endpoint->state;

	whole->is_over = true;
	if (!whole->encrypts)
		alg_tag_append(&whole->tag_file, &whole->input);
	if (check_input(whole) < 0)
		return -1;
	/* A tag is made of nothing, too. */
	if (!whole->is_aead && whole->input.length == 0)
		return 0;
	if (transact(whole, endpoint->out) == 0)
		return 0;
	whole->output_at = whole->output.length;
	return -1;
}

static void release_buffer(struct buf *buf)
{
	if (buf->capacity > 0)
		memory_wipe(buf->data, buf->capacity);
	buf_release(buf);
}

static void whole_release(struct endpoint *endpoint)
{
	struct alg_whole *whole = endpoint->state;

	if (whole == NULL)
		return;
	release_buffer(&whole->input);
	release_buffer(&whole->output);
	alg_tag_release(&whole->tag_file);
	free(whole);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .read = whole_read,
					 .write = whole_write,
					 .finish = whole_finish,
					 .release = whole_release };

/* Those of aad= are the first of the input; assoclen= says that they will be. */
static int take_associated(const struct target *target, struct alg_whole *whole, struct error *err)
{
	struct value value;

	if (alg_value(target, "aad", &value, err) < 0)
		return -1;
	whole->associated = (size_t)target_number(target, "assoclen", (int64_t)value.length);
	buf_add(&whole->input, value.bytes, value.length);
	value_release(&value);
	if (whole->input.length + whole->tag > ALG_REQUEST_MAXIMUM)
		return error_usage(err, "aad: longer than %zu KiB", ALG_REQUEST_MAXIMUM >> 10);
	return 0;
}

int alg_whole_start(const struct target *target, const struct alg_algorithm *algorithm,
		    struct endpoint *endpoint, struct error *err)
{
	struct alg_whole *whole = memory_new(sizeof(*whole));

	whole->tag_file.fd = -1;
	whole->is_aead = alg_kind(target) == ALG_AEAD;
	whole->encrypts = target_number(target, "op", ALG_OP_ENCRYPT) == ALG_OP_ENCRYPT;
	if (whole->is_aead)
		whole->tag = (size_t)target_number(target, "authsize", algorithm->tag);
	endpoint->state = whole;
	endpoint->ops = &ops;
	if (take_associated(target, whole, err) < 0 ||
	    alg_begin(target, algorithm, whole->associated, endpoint->out, err) < 0)
		return -1;
	return alg_tag_open(&whole->tag_file, target_text(target, "tag", NULL), whole->encrypts,
			    whole->tag, err);
}
