/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that come with datagrams of a batch are closed once each, by whoever has to. */
#include "core/batch.h"
#include "core/control.h"

#include "unit.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM_BYTES 16

static void send_one(int to, size_t length)
{
	char bytes[2 * ROOM_BYTES] = { 0 };
	struct iovec iov = { .iov_base = bytes, .iov_len = length };
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)),
				  .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS } };
	struct msghdr header = { .msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control) };
	static const int standard_input = STDIN_FILENO;

	memcpy(CMSG_DATA(&control.header), &standard_input, sizeof(standard_input));
	if (sendmsg(to, &header, 0) < 0)
		abort();
}

/* The descriptor that would be given next. */
static int next_descriptor(void)
{
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);

	close(fd);
	return fd;
}

/* What is shown is ours to close. */
static void take_shown(struct batch *batch)
{
	while (!batch_is_empty(batch)) {
		const struct message *message = &batch->messages[batch->first++];

		control_close_descriptors(message->control, message->control_length);
	}
}

/* One that fits, one that is cut, and one that fits. */
static struct batch *begin(int pair[2], struct error *err)
{
	struct batch *batch = batch_new();

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
		abort();
	send_one(pair[1], ROOM_BYTES);
	send_one(pair[1], 2 * ROOM_BYTES);
	send_one(pair[1], ROOM_BYTES);
	if (batch_receive(batch, pair[0], ROOM_BYTES, err) != 1)
		abort();
	return batch;
}

static void cut_are_closed_once(struct unit *unit)
{
	struct error err;
	int pair[2], mine[2];
	struct batch *batch = begin(pair, &err);

	unit_check_int(unit, (int)batch->count, 1);
	take_shown(batch);
	/* these get the numbers of the first one's and of the cut one's */
	for (int i = 0; i < 2; i++)
		mine[i] = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	unit_check_int(unit, batch_receive(batch, pair[0], ROOM_BYTES, &err), -1);
	for (int i = 0; i < 2; i++)
		unit_check_int(unit, close(mine[i]), 0);
	unit_check_int(unit, batch_receive(batch, pair[0], ROOM_BYTES, &err), 1);
	unit_check_int(unit, (int)batch->count, 1);
	take_shown(batch);
	unit_check_int(unit, batch_is_drained(batch), true);
	batch_free(batch);
	close(pair[0]);
	close(pair[1]);
}

static void unseen_are_closed(struct unit *unit)
{
	int before = next_descriptor(), pair[2];
	struct error err;
	struct batch *batch = begin(pair, &err);

	take_shown(batch);
	batch_free(batch);
	close(pair[0]);
	close(pair[1]);
	unit_check_int(unit, next_descriptor(), before);
	/* all of them: the next two would be others' */
	for (int i = 0; i < 3; i++)
		unit_check_int(unit, fcntl(before + 2 + i, F_GETFD), -1);
}

int main(void)
{
	struct unit unit = { 0 };

	unit_run(&unit, "batch: descriptors of a datagram that was cut are closed once", cut_are_closed_once);
	unit_run(&unit, "batch: those of datagrams that nobody saw are closed with it", unseen_are_closed);
	return unit_end(&unit);
}
