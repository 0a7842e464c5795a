/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moving bytes in and out of an endpoint without blocking, and ending it; shutdown(2). */
#include "core/endpoint.h"

#include "base/buf.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

void endpoint_move(struct endpoint *to, struct endpoint *from)
{
	*to = *from;
	*from = ENDPOINT_CLOSED;
}

void endpoint_close(struct endpoint *endpoint)
{
	if (endpoint->ops != NULL && endpoint->ops->release != NULL)
		endpoint->ops->release(endpoint);
	if (endpoint->in >= 0)
		close(endpoint->in);
	if (endpoint->out >= 0 && endpoint->out != endpoint->in)
		close(endpoint->out);
	if (endpoint->pidfd >= 0)
		close(endpoint->pidfd);
	if (endpoint->parent != NULL) {
		endpoint_close(endpoint->parent);
		free(endpoint->parent);
	}
	*endpoint = ENDPOINT_CLOSED;
}

/* A descriptor shared with our parent cannot be made non-blocking: ask before each call. */
static bool would_block(const struct endpoint *endpoint, int fd, short events, uint8_t readiness)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };
	int ready;

	if (!endpoint->shared || readiness != READY_EPOLL)
		return false;
	do
		ready = poll(&poll_fd, 1, 0);
	while (ready < 0 && errno == EINTR);
	return ready <= 0;
}

static ssize_t plain_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	if (endpoint->is_socket)
		return recv(endpoint->in, bytes, size, MSG_DONTWAIT);
	if (would_block(endpoint, endpoint->in, POLLIN, endpoint->ready_in)) {
		errno = EAGAIN;
		return -1;
	}
	return read(endpoint->in, bytes, size);
}

/* A blocking pipe takes at most PIPE_BUF bytes after poll(2) without a wait. */
static ssize_t shared_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	const size_t without_wait = 4096;

	if (would_block(endpoint, endpoint->out, POLLOUT, endpoint->ready_out)) {
		errno = EAGAIN;
		return -1;
	}
	if (endpoint->ready_out == READY_EPOLL && length > without_wait)
		length = without_wait;
	return write(endpoint->out, bytes, length);
}

static ssize_t plain_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	if (endpoint->is_socket)
		return send(endpoint->out, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (endpoint->shared)
		return shared_write(endpoint, bytes, length);
	return write(endpoint->out, bytes, length);
}

ssize_t endpoint_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	ssize_t got;

	do
		got = endpoint->ops != NULL && endpoint->ops->read != NULL ?
			      endpoint->ops->read(endpoint, bytes, size) :
			      plain_read(endpoint, bytes, size);
	while (got < 0 && errno == EINTR);
	return got;
}

ssize_t endpoint_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	ssize_t put;

	do
		put = endpoint->ops != NULL && endpoint->ops->write != NULL ?
			      endpoint->ops->write(endpoint, bytes, length) :
			      plain_write(endpoint, bytes, length);
	while (put < 0 && errno == EINTR);
	return put;
}

int endpoint_receive(struct endpoint *endpoint, struct message_room *room,
		     struct message *message, struct error *err)
{
	if (endpoint->ops != NULL && endpoint->ops->receive != NULL)
		return endpoint->ops->receive(endpoint, room, message, err);
	return message_receive(endpoint->in, room, message, err);
}

int endpoint_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	if (endpoint->ops != NULL && endpoint->ops->send != NULL)
		return endpoint->ops->send(endpoint, message, err);
	return message_send(endpoint->out, message, err);
}

int endpoint_send_many(struct endpoint *endpoint, struct message *messages, size_t count,
		       struct error *err)
{
	size_t sent = 0;

	if (endpoint_takes_joined(endpoint))
		return endpoint->ops->send_many(endpoint, messages, count, err);
	/* What is refused after others were sent is tried again, and told then. */
	while (sent < count) {
		struct error later;
		int result;

		error_clear(&later);
		result = endpoint_send(endpoint, &messages[sent], sent == 0 ? err : &later);

		if (result <= 0)
			return sent > 0 ? (int)sent : result;
		sent++;
	}
	return (int)sent;
}

/* A connection that is gone needs no end; whether it is, the call is asked twice. */
static int shut_down(int fd)
{
	for (int i = 0; i < 2; i++)
		if (shutdown(fd, SHUT_WR) == 0)
			return 0;
	return errno == ENOTCONN ? 0 : -1;
}

/* The end of a plain descriptor: half of a socket is shut down, a pipe is closed. */
static int plain_finish(struct endpoint *endpoint)
{
	if (endpoint->is_socket) {
		if (endpoint->end != END_HALF)
			return 0;
		return shut_down(endpoint->out);
	}
	if (endpoint->out != endpoint->in) {
		int closed = close(endpoint->out);

		endpoint->out = -1;
		return closed < 0 && errno != EINTR ? -1 : 0;
	}
	return 0;
}

int endpoint_finish(struct endpoint *endpoint)
{
	int done;

	if (endpoint->finished || endpoint->out < 0)
		return 0;
	done = endpoint->ops != NULL && endpoint->ops->finish != NULL ?
		       endpoint->ops->finish(endpoint) :
		       plain_finish(endpoint);
	if (done == 0)
		endpoint->finished = true;
	return done;
}

int64_t endpoint_pending(struct endpoint *endpoint, struct error *err)
{
	int queued;

	if (endpoint->ops != NULL && endpoint->ops->pending != NULL)
		return endpoint->ops->pending(endpoint, err);
	if (!endpoint->is_socket || endpoint->out < 0 || ioctl(endpoint->out, SIOCOUTQ, &queued) < 0)
		return -1;
	return queued;
}

bool endpoint_sees(const struct endpoint *endpoint, short events)
{
	struct pollfd poll_fd = { .fd = events == POLLIN ? endpoint->in : endpoint->out,
				  .events = events };
	/* The end is read as well, and a broken pipe told by writing. */
	short enough = events | POLLHUP | (events == POLLOUT ? POLLERR : 0);
	int seen;

	do
		seen = poll(&poll_fd, 1, 0);
	while (seen < 0 && errno == EINTR);
	return seen < 0 || (poll_fd.revents & enough) != 0;
}

bool endpoint_has_input(const struct endpoint *endpoint)
{
	const struct endpoint_ops *ops = endpoint->ops;

	return endpoint->in >= 0 || (ops != NULL && (ops->read != NULL || ops->receive != NULL));
}

bool endpoint_has_output(const struct endpoint *endpoint)
{
	const struct endpoint_ops *ops = endpoint->ops;

	return endpoint->out >= 0 || (ops != NULL && (ops->write != NULL || ops->send != NULL));
}

bool endpoint_takes_joined(const struct endpoint *endpoint)
{
	return endpoint->ops != NULL && endpoint->ops->send_many != NULL;
}

bool endpoint_is_plain_in(const struct endpoint *endpoint)
{
	return endpoint->in >= 0 && !endpoint->messages &&
	       (endpoint->ops == NULL || endpoint->ops->read == NULL);
}

bool endpoint_is_plain_out(const struct endpoint *endpoint)
{
	return endpoint->out >= 0 && !endpoint->messages &&
	       (endpoint->ops == NULL || endpoint->ops->write == NULL);
}

bool endpoint_takes_pipe(const struct endpoint *endpoint)
{
	return endpoint_is_plain_out(endpoint) ||
	       (endpoint->out >= 0 && endpoint->ops != NULL && endpoint->ops->splice != NULL);
}

ssize_t endpoint_splice(struct endpoint *endpoint, int pipe, size_t length)
{
	ssize_t moved;

	do
		moved = endpoint->ops != NULL && endpoint->ops->splice != NULL ?
				endpoint->ops->splice(endpoint, pipe, length) :
				splice(pipe, NULL, endpoint->out, NULL, length,
				       SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	while (moved < 0 && errno == EINTR);
	return moved;
}

/* epoll_ctl(2) refuses regular files and devices without a poll method: EPERM. */
static enum readiness readiness_of(int fd)
{
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return READY_EPOLL;
	if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode))
		return READY_ALWAYS;
	if (S_ISCHR(status.st_mode) && major(status.st_rdev) == 1)
		return READY_ALWAYS;
	return READY_EPOLL;
}

void endpoint_let_inherit(const struct endpoint *endpoint)
{
	if (!endpoint->target->common.inherit)
		return;
	if (endpoint->in >= 0)
		fcntl(endpoint->in, F_SETFD, 0);
	if (endpoint->out >= 0)
		fcntl(endpoint->out, F_SETFD, 0);
}

void endpoint_classify(struct endpoint *endpoint)
{
	endpoint->ready_in = readiness_of(endpoint->in);
	endpoint->ready_out = readiness_of(endpoint->out);
	endpoint->terminal = endpoint->in >= 0 && isatty(endpoint->in);
}

void endpoint_addresses(const struct endpoint *endpoint, struct address *local,
			struct address *peer)
{
	local->length = peer->length = 0;
	if (endpoint->ops != NULL && endpoint->ops->addresses != NULL) {
		endpoint->ops->addresses(endpoint, local, peer);
	} else if (endpoint->is_socket) {
		address_of_socket(endpoint->in, local);
		address_of_peer(endpoint->in, peer);
	}
}

void endpoint_print_peer(const struct endpoint *endpoint, struct buf *out)
{
	struct address local, peer;

	endpoint_addresses(endpoint, &local, &peer);
	if (peer.length > sizeof(sa_family_t))
		target_print_address(endpoint->target, &peer, out);
	else
		target_print(endpoint->target, out);
}

void endpoint_print_local(const struct endpoint *endpoint, struct buf *out)
{
	const struct target *target = endpoint->target;
	struct address local = { 0 };

	if (endpoint->is_socket)
		address_of_socket(endpoint->in, &local);
	if (local.length > 0 && target->family->reached_at != NULL && target->role != ROLE_CONNECT)
		target->family->reached_at(target, &local);
	if (local.length > 0)
		target_print_address(endpoint->target, &local, out);
	else
		target_print(endpoint->target, out);
}

void endpoint_print_note(const struct endpoint *endpoint, struct buf *out)
{
	if (endpoint != NULL && endpoint->is_socket && endpoint->target->family->note != NULL)
		endpoint->target->family->note(endpoint, out);
}
