/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random number generators of the kernel: bytes without end; linux/if_alg.h. */
#include "family/alg.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define RNG_PIECE ((size_t)128) /* bytes that the kernel makes at once */
#define RNG_TURN ((size_t)16 << 10)

static ssize_t rng_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	char *at = bytes;
	size_t done = 0, wanted = size < RNG_TURN ? size : RNG_TURN;

	while (done < wanted) {
		size_t piece = wanted - done < RNG_PIECE ? wanted - done : RNG_PIECE;
		ssize_t got = recv(endpoint->in, at + done, piece, MSG_DONTWAIT);

		if (got > 0)
			done += (size_t)got;
		if (got <= 0)
			return done > 0 ? (ssize_t)done : got;
	}
	return (ssize_t)done;
}

static const struct endpoint_ops ops = { .read = rng_read };

/* Additional data goes to the generator before the first byte; only kernels made for tests take it. */
static int add_data(const struct target *target, int fd, struct error *err)
{
	struct value data;
	int sent = 0;

	if (alg_value(target, "aad", &data, err) < 0)
		return -1;
	if (data.length > 0 && send(fd, data.bytes, data.length, MSG_NOSIGNAL) < 0) {
		sent = error_system(err, "aad");
		error_hint(err, "only kernels with CONFIG_CRYPTO_USER_API_RNG_CAVP take additional data");
	}
	value_release(&data);
	return sent;
}

int alg_rng_start(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	if (add_data(target, endpoint->in, err) < 0)
		return -1;
	endpoint->ops = &ops;
	endpoint->out = -1;
	endpoint->ready_in = READY_ALWAYS;
	return 0;
}
