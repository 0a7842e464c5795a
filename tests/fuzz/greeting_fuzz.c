/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a peer greets us with, in pieces of any length: a hypervisor's OK, of which the line is taken and no byte more; a predecessor's sockets. */
#include "base/memory.h"
#include "cmd/handover.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"
#include "family/vm_mux.h"
#include "require.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SPEC "tcp-listen:127.0.0.1:9"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_pair(int pair[2])
{
	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0, "no pair");
}

/* How many bytes wait, which are taken; they have to be the last of data. */
static size_t count_left(int fd, const uint8_t *data, size_t size)
{
	uint8_t bytes[4096];
	size_t count = 0;
	ssize_t got;

	while ((got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
		require(count + (size_t)got <= size && memcmp(data + count, bytes, (size_t)got) == 0, "other bytes are left");
		count += (size_t)got;
	}
	return count;
}

/* A piece of the data at a time, and the end of it; what greeting the stream says. *at is how much was sent. */
static int greet(const struct target *target, int pair[2], const uint8_t *data, size_t size, size_t piece,
		 size_t *at, struct error *err)
{
	struct endpoint endpoint = ENDPOINT_CLOSED;
	int greeted;

	endpoint.in = endpoint.out = pair[0];
	for (*at = 0;;) {
		size_t length = size - *at < piece ? size - *at : piece;

		if (length > 0 && send(pair[1], data + *at, length, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)length)
			return -1;
		*at += length;
		if (*at == size)
			shutdown(pair[1], SHUT_WR);
		greeted = vm_mux_greet(target, &endpoint, false, err);
		if (greeted <= 0 || *at == size)
			return greeted;
	}
}

static void check_mux(const struct target *target, const uint8_t *data, size_t size, size_t piece)
{
	const uint8_t *end = memchr(data, '\n', size);
	bool is_ok = end != NULL && end - data < 64 && size >= 3 && memcmp(data, "OK ", 3) == 0;
	struct error err = { 0 };
	size_t at, line = is_ok ? (size_t)(end - data) + 1 : 0;
	int pair[2], greeted;

	make_pair(pair);
	greeted = greet(target, pair, data, size, piece, &at, &err);
	require((greeted == 0) == is_ok, "another answer than there is");
	require(greeted >= 0 || err.text[0] != '\0', "an error without words");
	if (is_ok)
		require(count_left(pair[0], data + line, at - line) == at - line, "more than the line was taken");
	close(pair[0]);
	close(pair[1]);
}

/* As many descriptors as were sent come, and what may be taken over is what was asked for. */
static void check_handover(const uint8_t *data, size_t size, size_t count)
{
	static const char greeting[] = "anysock handover 1\n" SPEC;
	bool is_ours = count >= 2 && size == strlen(greeting) && memcmp(data, greeting, size) == 0;
	struct fdpass got = { 0 };
	struct error err = { 0 };
	int pair[2], fds[3], received;

	make_pair(pair);
	for (size_t i = 0; i < array_length(fds); i++)
		fds[i] = pair[1];
	require(fdpass_send(pair[1], fds, count, data, size, deadline_now(), -1, &err) == 0, err.text);
	received = fdpass_receive(pair[0], 2, &got, deadline_now(), -1, &err);
	require(received == (count > 2 ? -1 : 1), "another number of descriptors");
	if (received > 0) {
		int ok = handover_check(&got, SPEC, &err);

		require(got.count == count, "other descriptors");
		require((ok == 0) == is_ours || memchr(data, 0, size) != NULL, "what is ours is not taken, or other");
		require(ok == 0 || err.text[0] != '\0', "an error without words");
	}
	fdpass_release(&got);
	close(pair[0]);
	close(pair[1]);
}

static const struct target *mux_target(void)
{
	static struct target target;
	struct spec spec;
	struct error err = { 0 };

	if (target.family != NULL)
		return &target;
	require(spec_parse(&spec, "unix:/x,vsock-mux=5", family_vocabulary(), &err) == 0, err.text);
	require(target_bind(&target, &spec, &err) == 0, err.text);
	return &target;
}

/* The first byte says who greets, the second in which pieces, or with how many descriptors. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3 || size > 4096)
		return 0;
	if (data[0] % 2 == 0)
		check_mux(mux_target(), data + 2, size - 2, 1U + data[1] % 80);
	else
		check_handover(data + 2, size - 2, data[1] % 4U);
	return 0;
}
