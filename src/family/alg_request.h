/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request to a cipher of the kernel: control messages and data in, the result out. */
#ifndef FAMILY_ALG_REQUEST_H
#define FAMILY_ALG_REQUEST_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Everything is borrowed. */
struct alg_request {
	bool begins;	  /* operation, iv and assoclen go with it */
	bool more;	  /* and further ones go on where it ends */
	uint32_t operation; /* ALG_OP_ENCRYPT, ALG_OP_DECRYPT */
	const void *iv;
	size_t iv_length;
	const void *associated; /* before the data; comes back and is dropped */
	size_t associated_length;
	bool has_associated; /* the algorithm is one that takes them: the length is told, also 0 */
	const void *data;
	size_t length;
	size_t result_length; /* bytes that the result has */
};

/* Does it, and adds the result to out. -1 and errno; then nothing was added. */
int alg_request(int fd, const struct alg_request *request, struct buf *out);

#endif
