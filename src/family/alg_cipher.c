/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ciphers of the kernel as an endpoint: what is written is its input, what is read
 * is what the kernel made of it; linux/if_alg.h.
 *
 * Only ecb, cbc and ctr go on where the last piece ended, and so take input of any
 * size. All others would go wrong without an error: they get one request.
 */
#include "base/memory.h"
#include "family/alg.h"

#include <string.h>
#include <sys/socket.h>

#define CIPHER_BUFFER 212992 /* of the socket; the kernel doubles it */

bool alg_streams(const struct target *target, const char *name)
{
	static const char *const modes[] = { "ecb(", "cbc(", "ctr(" };

	if (alg_kind(target) != ALG_SKCIPHER)
		return false;
	for (size_t i = 0; i < array_length(modes); i++)
		if (strncmp(name, modes[i], strlen(modes[i])) == 0)
			return true;
	return false;
}

bool alg_has_padding(const struct target *target)
{
	return target_number(target, "padding", 0) != 0;
}

static int check_padding(const struct target *target, const struct alg_algorithm *algorithm,
			 bool is_stream, struct error *err)
{
	if (!alg_has_padding(target) ||
	    (is_stream && algorithm->block > 1 && algorithm->block <= ALG_PADDING_MAXIMUM))
		return 0;
	error_usage(err, "padding: %s takes input of any length", target->fields[ALG_NAME].text);
	return target_error_setting(target, target_setting(target, "padding"), err);
}

int alg_cipher_start(const struct target *target, const struct alg_algorithm *algorithm,
		     struct endpoint *endpoint, struct error *err)
{
	static const int size = CIPHER_BUFFER;
	bool is_stream = alg_streams(target, algorithm->name);

	if (check_padding(target, algorithm, is_stream, err) < 0)
		return -1;
	endpoint->ready_in = READY_ON_DEMAND;
	setsockopt(endpoint->in, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	setsockopt(endpoint->in, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return is_stream ? alg_stream_start(target, algorithm, endpoint, err) :
			   alg_whole_start(target, algorithm, endpoint, err);
}
