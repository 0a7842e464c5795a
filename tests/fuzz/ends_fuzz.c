/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both ends of a pair of sockets translate (crlf=, telnet): what one writes, however it is split, the other reads; and any bytes give the same in pieces as whole. */
#include "require.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "core/endpoint.h"
#include "relay/translation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TURNS_MAXIMUM 100000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A plain end of a pair with small buffers, and what crlf= and telnet say by the bits of manner. */
static void wrap(struct endpoint *endpoint, struct target *target, int fd, uint8_t manner)
{
	static const enum target_crlf crlfs[] = { TARGET_CRLF_NONE, TARGET_CRLF_SEND,
						  TARGET_CRLF_BOTH, TARGET_CRLF_BOTH };

	*target = (struct target){ .common.crlf = crlfs[manner & 3], .common.telnet = manner & 4 };
	*endpoint = ENDPOINT_CLOSED;
	endpoint->target = target;
	endpoint->in = endpoint->out = fd;
	endpoint->is_socket = true;
	endpoint->end = END_HALF;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){ 4096 }, sizeof(int));
	translation_wrap(endpoint);
}

static void make_pair(int pair[2])
{
	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0,
		"no pair of sockets");
}

/* 1 something came, 0 nothing now, -1 the end. */
static int read_piece(struct endpoint *endpoint, size_t most, struct buf *out)
{
	char bytes[256];
	ssize_t got = endpoint_read(endpoint, bytes, most);

	require(got >= 0 || errno == EAGAIN, "reading fails");
	require(got <= (ssize_t)most, "more was read than there is room for");
	if (got > 0)
		buf_add(out, bytes, (size_t)got);
	return got > 0 ? 1 : got == 0 ? -1 : 0;
}

/* How many bytes of the rest go into a call. */
static size_t piece_of(const uint8_t *steps, size_t turn, size_t left)
{
	size_t piece = steps[turn % 2] + 1U;

	return piece < left ? piece : left;
}

/* What any peer sends, read by one end in such pieces. */
static void read_all(const uint8_t *data, size_t size, const uint8_t *steps, uint8_t manner,
		     struct buf *out)
{
	struct endpoint endpoint;
	struct target target;
	int pair[2], more = 1;
	size_t at = 0;

	make_pair(pair);
	wrap(&endpoint, &target, pair[0], manner);
	for (size_t turn = 0; more >= 0; turn++) {
		size_t piece = piece_of(steps, turn, size - at);
		char replies[256];

		require(turn < TURNS_MAXIMUM, "no end");
		if (at < size && send(pair[1], data + at, piece, MSG_NOSIGNAL) == (ssize_t)piece)
			at += piece;
		if (at == size)
			shutdown(pair[1], SHUT_WR);
		more = read_piece(&endpoint, steps[1] + 1U, out);
		while (recv(pair[1], replies, sizeof(replies), 0) > 0)
			continue;
	}
	endpoint_close(&endpoint);
	close(pair[1]);
}

static void check_reader(const uint8_t *data, size_t size, const uint8_t *steps, uint8_t manner)
{
	static const uint8_t whole[] = { 255, 255 };
	cleanup_buf struct buf once = { 0 }, pieces = { 0 };

	read_all(data, size, whole, manner, &once);
	read_all(data, size, steps, manner, &pieces);
	require(once.length == pieces.length &&
			(once.length == 0 || memcmp(once.data, pieces.data, once.length) == 0),
		"pieces are read otherwise");
}

/* A CR before a LF is what crlf= stands for, and one before a NUL what telnet does: neither is told from it. */
static bool is_kept(const uint8_t *data, size_t size)
{
	return memchr(data, '\r', size) == NULL;
}

/* What one end writes the other reads. */
static void check_both(const uint8_t *data, size_t size, const uint8_t *steps, uint8_t manner)
{
	struct endpoint writer, reader;
	struct target targets[2];
	cleanup_buf struct buf got = { 0 };
	int pair[2], more = 1;
	size_t at = 0;

	make_pair(pair);
	wrap(&writer, &targets[0], pair[0], manner);
	wrap(&reader, &targets[1], pair[1], manner);
	for (size_t turn = 0; more >= 0; turn++) {
		ssize_t put = at < size ? endpoint_write(&writer, data + at,
							 piece_of(steps, turn, size - at))
					: 0;

		require(turn < TURNS_MAXIMUM, "no end");
		require(put >= 0 || errno == EAGAIN, "writing fails");
		at += put > 0 ? (size_t)put : 0;
		if (at == size)
			require(endpoint_finish(&writer) == 0 || errno == EAGAIN,
				"no end can be shown");
		more = read_piece(&reader, steps[1] + 1U, &got);
	}
	require(got.length == size && (size == 0 || memcmp(got.data, data, size) == 0),
		"something else is read");
	endpoint_close(&writer);
	endpoint_close(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3)
		return 0;
	check_reader(data + 3, size - 3, data + 1, data[0]);
	if (is_kept(data + 3, size - 3) && (data[0] & 3) != 1)
		check_both(data + 3, size - 3, data + 1, data[0]);
	return 0;
}
