/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Digests: input of any size, then the digest once; linux/if_alg.h. */
#include "base/memory.h"
#include "family/alg.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

struct alg_hash {
	bool is_told;	/* the digest was read: what the socket says next is of nothing */
	bool has_failed; /* input was lost: there is no digest */
};

static ssize_t hash_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	struct alg_hash *hash = endpoint->state;
	ssize_t put = send(endpoint->out, bytes, length, MSG_MORE | MSG_NOSIGNAL);

	hash->has_failed |= put < 0 && alg_is_failure(errno);
	return put;
}

/* The pages of the pipe are hashed where they are. */
static ssize_t hash_splice(struct endpoint *endpoint, int pipe, size_t length)
{
	struct alg_hash *hash = endpoint->state;
	ssize_t put = alg_splice(pipe, endpoint->out, length);

	hash->has_failed |= put < 0 && alg_is_failure(errno) && errno != EINVAL;
	return put;
}

/* Sending without MSG_MORE is what ends the input, also one of no bytes. */
static int hash_finish(struct endpoint *endpoint)
{
	const struct alg_hash *hash = endpoint->state;

	if (!hash->has_failed)
		return send(endpoint->out, "", 0, MSG_NOSIGNAL) < 0 ? -1 : 0;
	errno = EPIPE;
	return -1;
}

/* Before the end the kernel would give the digest of what came so far. */
static ssize_t hash_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	struct alg_hash *hash = endpoint->state;

	if (hash->is_told)
		return 0;
	if (!endpoint->finished) {
		errno = EAGAIN;
		return -1;
	}
	hash->is_told = true;
	return recv(endpoint->in, bytes, size, 0);
}

static void hash_release(struct endpoint *endpoint)
{
	free(endpoint->state);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .read = hash_read,
					 .write = hash_write,
					 .splice = hash_splice,
					 .finish = hash_finish,
					 .release = hash_release };

int alg_hash_start(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	(void)target;
	(void)err;
	endpoint->state = memory_new(sizeof(struct alg_hash));
	endpoint->ops = &ops;
	endpoint->ready_in = endpoint->ready_out = READY_ON_DEMAND;
	return 0;
}
