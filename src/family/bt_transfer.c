/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How bytes and packets of Bluetooth connections come in, go out and end; net/bluetooth/af_bluetooth.c of the kernel. */
#include "family/bt.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define RETRY_DELAY (5 * NANOSECONDS_PER_MILLISECOND)
#define LINGER (200 * NANOSECONDS_PER_MILLISECOND)

/* Whether all that will come is there to be read: bt_sock_poll() says so of what is closed. */
static bool is_closed(int fd)
{
	struct pollfd poll_fd = { .fd = fd };

	return poll(&poll_fd, 1, 0) == 1 && (poll_fd.revents & POLLHUP) != 0;
}

/* Packets that came while the receive buffer was full: basic L2CAP knows no flow control. */
static uint32_t count_lost(int fd)
{
	uint32_t counts[SK_MEMINFO_VARS] = { 0 };
	socklen_t length = sizeof(counts);

	return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, counts, &length) < 0 ? 0 : counts[SK_MEMINFO_DROPS];
}

/* A reset is told once, and what came before it follows. */
static ssize_t read_past_reset(int fd, void *bytes, size_t size)
{
	ssize_t got = recv(fd, bytes, size, MSG_DONTWAIT);

	return got < 0 && errno == ECONNRESET ? recv(fd, bytes, size, MSG_DONTWAIT) : got;
}

ssize_t bt_stream_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	ssize_t got = read_past_reset(endpoint->in, bytes, size);

	if (got < 0 && errno == EAGAIN) {
		if (!is_closed(endpoint->in)) {
			errno = EAGAIN;
			return -1;
		}
		got = read_past_reset(endpoint->in, bytes, size);
	}
	if (got > 0 || (got < 0 && errno != EAGAIN))
		return got;
	errno = ENOBUFS;
	return count_lost(endpoint->in) > 0 ? -1 : 0;
}

void bt_write_failed(int fd)
{
	if (errno == ENOTCONN)
		errno = is_closed(fd) ? EPIPE : EAGAIN;
}

/* A packet at a time where the protocol has packets: what does not fit into one is refused. */
ssize_t bt_stream_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	size_t maximum = endpoint->message_maximum > 0 ? endpoint->message_maximum : length;
	ssize_t put = send(endpoint->out, bytes, length < maximum ? length : maximum,
			   MSG_DONTWAIT | MSG_NOSIGNAL);

	if (put < 0)
		bt_write_failed(endpoint->out);
	return put;
}

int bt_packet_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	int put = message_send(endpoint->out, message, err);

	if (put >= 0 || err->code != ENOTCONN || is_closed(endpoint->out))
		return put;
	*err = (struct error){ 0 };
	return 0;
}

static int end_of_packets(const struct endpoint *endpoint, struct error *err)
{
	uint32_t lost = count_lost(endpoint->in);

	if (lost == 0)
		return ENDPOINT_END;
	error_code(err, ENOBUFS, "%u packets were lost", lost);
	return -1;
}

static int receive_past_reset(int fd, struct message_room *room, struct message *message,
			      struct error *err)
{
	int got = message_receive(fd, room, message, err);

	if (got >= 0 || err->code != ECONNRESET)
		return got;
	*err = (struct error){ 0 };
	return message_receive(fd, room, message, err);
}

static bool is_nothing(int got, const struct message *message)
{
	return got == 0 || (got > 0 && message->length == 0);
}

/* Of what is closed the kernel tells the end once, as an error or as nothing, before it gives out what came earlier. */
int bt_packet_receive(struct endpoint *endpoint, struct message_room *room,
		      struct message *message, struct error *err)
{
	int got = receive_past_reset(endpoint->in, room, message, err);

	if (endpoint->end == END_NONE || !is_nothing(got, message) || !is_closed(endpoint->in))
		return got;
	for (int i = 0; i < 2 && is_nothing(got, message); i++)
		got = receive_past_reset(endpoint->in, room, message, err);
	return is_nothing(got, message) ? end_of_packets(endpoint, err) : got;
}

/* SIOCOUTQ tells of these sockets how much room is left. */
int64_t bt_pending(struct endpoint *endpoint, struct error *err)
{
	int size, room;
	socklen_t length = sizeof(size);

	(void)err;
	if (getsockopt(endpoint->out, SOL_SOCKET, SO_SNDBUF, &size, &length) < 0 ||
	    ioctl(endpoint->out, SIOCOUTQ, &room) < 0)
		return -1;
	return size > room ? size - room : 0;
}

void bt_accept_deferred(const struct target *target, int fd)
{
	char byte;

	for (size_t i = 0; target->role != ROLE_CONNECT && i < target->sockopt_count; i++)
		if (target->sockopts[i].level == SOL_BLUETOOTH && target->sockopts[i].number == BT_DEFER_SETUP &&
		    !bt_is_listener(fd))
			recv(fd, &byte, sizeof(byte), MSG_DONTWAIT | MSG_PEEK);
}

static int try_again(struct endpoint *endpoint, nanoseconds delay)
{
	endpoint->try_at = deadline_now() + delay;
	errno = EAGAIN;
	return -1;
}

/*
 * Closing drops what a mode with credits or acknowledgements has not sent yet.
 * And if the peer's program has not called accept(2) by then, its kernel
 * forgets the connection with all that came: it is given a moment.
 */
int bt_finish(struct endpoint *endpoint)
{
	struct pollfd poll_fd = { .fd = endpoint->out };
	struct error err;

	if (poll(&poll_fd, 1, 0) == 1)
		return 0;
	if (bt_pending(endpoint, &err) > 0)
		return try_again(endpoint, RETRY_DELAY);
	if (!endpoint->lingered) {
		endpoint->lingered = true;
		return try_again(endpoint, LINGER);
	}
	errno = EAGAIN;
	return endpoint->try_at > 0 ? -1 : 0;
}
