/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ciphers that go on where the last piece ended: input of any size. The kernel
 * collects it, with a beginning of a block as well, and what is read is made
 * where the reader wants it: nothing is copied here; linux/if_alg.h.
 */
#include "base/memory.h"
#include "base/uapi.h"
#include "family/alg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct alg_stream {
	size_t block; /* the whole input has a multiple of so many bytes, */
	size_t unit;  /* what is read before its end another of so many */
	bool pads, unpads;
	bool is_over;	 /* no input follows */
	bool is_blocked; /* the writer waits for the reader */
	bool has_failed; /* input was lost: its end is none */
	uint64_t taken;	 /* bytes of input */
	size_t inside;	 /* those that the kernel still has */
	size_t rest_at, rest_length;
	unsigned char rest[]; /* a unit that was not, or must not be, read at once */
};

static ssize_t took(struct endpoint *endpoint, ssize_t put, bool is_failure)
{
	struct alg_stream *stream = endpoint->state;

	stream->is_blocked = put < 0 && errno == EAGAIN;
	stream->has_failed |= put < 0 && is_failure;
	if (put <= 0)
		return put;
	stream->taken += (uint64_t)put;
	stream->inside += (size_t)put;
	endpoint->try_at = deadline_now();
	return put;
}

static ssize_t stream_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	ssize_t put = send(endpoint->out, bytes, length, MSG_MORE | MSG_NOSIGNAL);

	return took(endpoint, put, alg_is_failure(errno));
}

/* The pages of the pipe are the cipher's input where they are. */
static ssize_t stream_splice(struct endpoint *endpoint, int pipe, size_t length)
{
	ssize_t put = alg_splice(pipe, endpoint->out, length);

	return took(endpoint, put, alg_is_failure(errno) && errno != EINVAL);
}

/* Bytes that can be read now, apart from a last block whose padding must be looked at. */
static size_t readable(const struct alg_stream *stream)
{
	size_t held = stream->unpads && stream->inside >= stream->block ? stream->block : 0;
	size_t length = stream->inside - held;

	if (stream->is_over && !stream->has_failed)
		return length;
	return length / stream->unit * stream->unit;
}

static ssize_t receive(struct endpoint *endpoint, void *bytes, size_t length)
{
	struct alg_stream *stream = endpoint->state;
	ssize_t got = recv(endpoint->in, bytes, length, 0);

	if (got > 0)
		stream->inside -= (size_t)got;
	if (got > 0 && stream->is_blocked)
		endpoint->try_at = deadline_now();
	if (got != 0)
		return got;
	errno = EIO;
	return -1;
}

static ssize_t read_rest(struct alg_stream *stream, void *bytes, size_t size)
{
	size_t length = stream->rest_length < size ? stream->rest_length : size;

	memcpy(bytes, stream->rest + stream->rest_at, length);
	stream->rest_at += length;
	stream->rest_length -= length;
	return (ssize_t)length;
}

/* RFC 5652: as many bytes as were missing, at least one, each with their number. */
static int unpad(struct alg_stream *stream)
{
	size_t count = stream->rest[stream->block - 1];
	bool is_wrong = count == 0 || count > stream->block;

	for (size_t i = stream->block - (is_wrong ? 0 : count); i < stream->block; i++)
		is_wrong |= stream->rest[i] != count;
	if (is_wrong) {
		errno = EBADMSG;
		return -1;
	}
	stream->rest_length = stream->block - count;
	return 0;
}

/* Readers want less than a unit at times, and the padding must not reach them. */
static ssize_t read_unit(struct endpoint *endpoint, size_t length, void *bytes, size_t size)
{
	struct alg_stream *stream = endpoint->state;
	ssize_t got = receive(endpoint, stream->rest, length);
	bool is_last = stream->unpads && stream->inside == 0;

	if (got < 0)
		return -1;
	stream->rest_at = 0;
	stream->rest_length = (size_t)got;
	if (is_last && unpad(stream) < 0)
		return -1;
	return read_rest(stream, bytes, size);
}

static ssize_t stream_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	struct alg_stream *stream = endpoint->state;
	size_t length = readable(stream);

	if (stream->rest_length > 0)
		return read_rest(stream, bytes, size);
	if (length >= stream->unit && size >= stream->unit)
		return receive(endpoint, bytes, length < size ? length : size);
	if (length > 0)
		return read_unit(endpoint, length < stream->unit ? length : stream->unit, bytes, size);
	if (stream->is_over && !stream->has_failed && stream->inside > 0)
		return read_unit(endpoint, stream->block, bytes, size);
	if (stream->is_over)
		return 0;
	errno = EAGAIN;
	return -1;
}

/* What is missing to the last block, which is a whole one where nothing is. */
static size_t missing(const struct alg_stream *stream)
{
	return stream->pads ? stream->block - (size_t)(stream->taken % stream->block) : 0;
}

static int check_end(const struct alg_stream *stream)
{
	bool is_ragged = !stream->pads && stream->taken % stream->block != 0;

	if (stream->has_failed)
		errno = EPIPE;
	else if (is_ragged || (stream->unpads && stream->taken == 0))
		errno = EILSEQ;
	else
		return 0;
	return -1;
}

static int stream_finish(struct endpoint *endpoint)
{
	struct alg_stream *stream = endpoint->state;
	size_t length = missing(stream);
	unsigned char padding[ALG_PADDING_MAXIMUM];

	if (check_end(stream) < 0) {
		stream->has_failed = stream->is_over = true;
		return -1;
	}
	memset(padding, (int)length, sizeof(padding));
	if (stream->taken + length > 0 && send(endpoint->out, padding, length, MSG_NOSIGNAL) < 0) {
		stream->is_blocked = errno == EAGAIN;
		stream->has_failed = stream->is_over = !stream->is_blocked;
		return -1;
	}
	stream->inside += length;
	stream->is_over = true;
	return 0;
}

static void stream_release(struct endpoint *endpoint)
{
	struct alg_stream *stream = endpoint->state;

	if (stream == NULL)
		return;
	memory_wipe(stream->rest, stream->unit);
	free(stream);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .read = stream_read,
					 .write = stream_write,
					 .splice = stream_splice,
					 .finish = stream_finish,
					 .release = stream_release };

int alg_stream_start(const struct target *target, const struct alg_algorithm *algorithm,
		     struct endpoint *endpoint, struct error *err)
{
	size_t block = algorithm->block > 0 ? algorithm->block : 1;
	size_t unit = algorithm->chunk > block ? algorithm->chunk : block;
	bool encrypts = target_number(target, "op", ALG_OP_ENCRYPT) == ALG_OP_ENCRYPT;
	struct alg_stream *stream = memory_new(sizeof(*stream) + unit);

	stream->block = block;
	stream->unit = unit;
	stream->pads = encrypts && alg_has_padding(target);
	stream->unpads = !encrypts && alg_has_padding(target);
	endpoint->state = stream;
	endpoint->ops = &ops;
	return alg_begin(target, algorithm, 0, endpoint->out, err);
}
