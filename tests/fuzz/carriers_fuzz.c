/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What carries CAN frames over other lines: any bytes of socketcand, slcan and cannelloni are frames, notices or an error. The first byte chooses. */
#include "require.h"

#include "base/cleanup.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"

#include <fcntl.h>
#include <linux/can.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGES_MAXIMUM 100000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void bind_target(struct target *target, const char *text)
{
	struct error err = { 0 };
	struct spec spec;

	require(spec_parse(&spec, text, family_vocabulary(), &err) == 0, err.text);
	require(target_bind(target, &spec, &err) == 0, err.text);
	target->wants_input = target->wants_output = true;
}

/* Ends with the bytes: each message is a frame, each notice and error has words. */
static void drain(struct endpoint *endpoint)
{
	struct message_room room = { 0 };
	int got = 1;

	for (size_t i = 0; got == 1 || got == ENDPOINT_NOTICE; i++) {
		struct message message = { 0 };
		struct error err = { 0 };

		got = endpoint_receive(endpoint, &room, &message, &err);
		require(i < MESSAGES_MAXIMUM, "no end");
		require(got != 1 || message.length == CAN_MTU || message.length == CANFD_MTU,
			"a message that is no frame");
		require(got == 1 || got == 0 || got == ENDPOINT_END || err.text[0] != '\0',
			"nothing told");
		if (got == 1)
			require(((const struct canfd_frame *)message.data)->len <=
					(message.length == CAN_MTU ? CAN_MAX_DLEN : CANFD_MAX_DLEN),
				"a frame that is too long");
	}
}

static int file_of(const uint8_t *data, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	require(fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size, "no input");
	return fd;
}

static void fuzz_stream(const char *text, const uint8_t *data, size_t size)
{
	struct endpoint endpoint = ENDPOINT_CLOSED;
	struct error err = { 0 };
	struct target target;

	bind_target(&target, text);
	endpoint.target = &target;
	endpoint.in = file_of(data, size);
	endpoint.out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	require(target.family->ready(&target, &endpoint, &err) == 0, "not ready");
	drain(&endpoint);
	endpoint_close(&endpoint);
	target_release(&target);
}

static void fuzz_client(const uint8_t *data, size_t size)
{
	fuzz_stream("socketcand:localhost:29536,bus=can0", data, size);
}

static void fuzz_server(const uint8_t *data, size_t size)
{
	fuzz_stream("socketcand-listen:localhost:29536,bus=can0", data, size);
}

static void fuzz_serial(const uint8_t *data, size_t size)
{
	cleanup_close int fd = file_of(data, size);
	struct endpoint endpoint = ENDPOINT_CLOSED;
	struct error err = { 0 };
	struct target target;
	char spec[64];

	snprintf(spec, sizeof(spec), "slcan:/proc/self/fd/%d,channel=no", fd);
	bind_target(&target, spec);
	require(target.family->open(&target, NULL, &endpoint, &err) == 0, err.text);
	drain(&endpoint);
	endpoint_close(&endpoint);
	target_release(&target);
}

static void fuzz_datagram(const uint8_t *data, size_t size)
{
	struct endpoint endpoint = ENDPOINT_CLOSED;
	struct error err = { 0 };
	struct target target;
	int pair[2];

	require(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) == 0, "no socket pair");
	bind_target(&target, "cannelloni:localhost:20000");
	endpoint.target = &target;
	endpoint.in = endpoint.out = pair[0];
	require(target.family->ready(&target, &endpoint, &err) == 0, "not ready");
	require(send(pair[1], data, size, 0) == (ssize_t)size, "not sent");
	drain(&endpoint);
	endpoint_close(&endpoint);
	close(pair[1]);
	target_release(&target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const targets[])(const uint8_t *, size_t) = { fuzz_client, fuzz_server,
								    fuzz_serial, fuzz_datagram };

	if (size > 0)
		targets[data[0] % (sizeof(targets) / sizeof(targets[0]))](data + 1, size - 1);
	return 0;
}
