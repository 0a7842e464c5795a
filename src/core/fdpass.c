/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that travel over a UNIX socket; SCM_RIGHTS of unix(7). */
#include "core/fdpass.h"

#include "base/cleanup.h"
#include "core/control.h"
#include "core/message.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define DATA_MAXIMUM (256U * 1024)

int fdpass_wait(int fd, short events, nanoseconds deadline, int stop_fd, struct error *err)
{
	struct pollfd polls[2] = { { .fd = fd, .events = events },
				   { .fd = stop_fd, .events = POLLIN } };

	for (;;) {
		int ready = poll(polls, 2, deadline_poll_timeout(deadline));

		if (ready < 0 && errno != EINTR)
			return error_system(err, "poll");
		if (ready > 0 && polls[1].revents != 0)
			return error_code(err, EINTR, "wait");
		if (ready > 0)
			return 0;
		if (ready == 0 && deadline_now() >= deadline)
			return error_set(err, ERROR_TIMEOUT, "nothing happened in time");
	}
}

/* As much as goes: the number of bytes, -1 with the error. */
static ssize_t send_some(int socket, const struct msghdr *header, nanoseconds deadline, int stop_fd,
			 struct error *err)
{
	for (;;) {
		ssize_t sent = sendmsg(socket, header, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent >= 0)
			return sent;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			break;
		if (fdpass_wait(socket, POLLOUT, deadline, stop_fd, err) < 0)
			return -1;
	}
	error_system(err, "send");
	if (err->code == ETOOMANYREFS)
		error_hint(err, "too many descriptors are on their way already: their receivers are slow");
	if (err->code == EINVAL || err->code == EOPNOTSUPP)
		error_hint(err, "descriptors pass over UNIX sockets only, and never their own socket");
	return -1;
}

int fdpass_send(int socket, const int *fds, size_t count, const void *data, size_t length,
		nanoseconds deadline, int stop_fd, struct error *err)
{
	cleanup_buf struct buf control = { 0 };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data, .iov_len = length };
	struct msghdr header = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (count > 0)
		control_add_bytes(&control, SOL_SOCKET, SCM_RIGHTS, fds, count * sizeof(*fds));
	header.msg_control = control.data;
	header.msg_controllen = control.length;
	do {
		ssize_t sent = send_some(socket, &header, deadline, stop_fd, err);

		if (sent < 0)
			return -1;
		iov.iov_base = (char *)iov.iov_base + sent;
		iov.iov_len -= (size_t)sent;
		header.msg_control = NULL;
		header.msg_controllen = 0;
	} while (iov.iov_len > 0);
	return 0;
}

static void take_rights(struct fdpass *received, size_t *count, const struct control *control)
{
	const size_t given = control->length / sizeof(int);

	for (size_t i = 0; i < given; i++) {
		int fd;

		memcpy(&fd, (const char *)control->data + i * sizeof(int), sizeof(fd));
		if (received->count < FDPASS_MAXIMUM)
			received->fds[received->count++] = fd;
		else
			close(fd);
		(*count)++;
	}
}

/* Whatever else may bring a descriptor is closed. */
static size_t take_control(struct fdpass *received, const struct message *message)
{
	struct control control;
	size_t offset = 0, count = 0;

	while (control_next(message->control, message->control_length, &offset, &control)) {
		if (control.level != SOL_SOCKET)
			continue;
		if (control.type == SCM_RIGHTS)
			take_rights(received, &count, &control);
		if (control.type == SCM_CREDENTIALS && control.length >= sizeof(received->sender)) {
			memcpy(&received->sender, control.data, sizeof(received->sender));
			received->has_sender = true;
		}
	}
	return count;
}

static int take(struct fdpass *received, const struct message *message, size_t maximum,
		struct error *err)
{
	size_t count;

	if (message->length == 0 && message->control_length == 0)
		return 0;
	count = take_control(received, message);
	buf_add(&received->data, message->data, message->length);
	if (count <= maximum)
		return 1;
	fdpass_release(received);
	return error_set(err, ERROR_FAILED, "%zu descriptors came, and at most %zu are wanted: all were closed",
			 count, maximum);
}

/* Room for all that can come: descriptors too many are counted rather than lost. */
int fdpass_receive(int socket, size_t maximum, struct fdpass *received, nanoseconds deadline,
		   int stop_fd, struct error *err)
{
	struct message_room room = { 0 };
	struct message message = { 0 };
	int got = 0;

	*received = (struct fdpass){ 0 };
	message_room_init(&room, DATA_MAXIMUM,
			  CMSG_SPACE(FDPASS_MAXIMUM * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred)) + 1024);
	while (got == 0) {
		got = fdpass_wait(socket, POLLIN, deadline, stop_fd, err);
		if (got == 0)
			got = message_receive(socket, &room, &message, err);
	}
	if (got > 0)
		got = take(received, &message, maximum, err);
	message_room_release(&room);
	if (got < 0 && err->kind == ERROR_INCOMPLETE)
		error_hint(err, "what came was closed; the limit of open files may be too low: ulimit -n");
	return got;
}

void fdpass_release(struct fdpass *received)
{
	for (size_t i = 0; i < received->count; i++)
		if (received->fds[i] >= 0)
			close(received->fds[i]);
	received->count = 0;
	buf_release(&received->data);
}

void fdpass_make_blocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}
