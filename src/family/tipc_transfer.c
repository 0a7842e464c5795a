/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How bytes and messages of TIPC come in, and how connections of it end; recvmsg(2), TIPC_ERRINFO of linux/tipc.h. */
#include "family/tipc.h"

#include "core/control.h"
#include "core/endpoint.h"

#include <errno.h>
#include <sys/socket.h>

/* Why a message came back, its first kilobyte and where it was sent to. */
#define CONTROL_MAXIMUM (CMSG_SPACE(8) + CMSG_SPACE(1024) + CMSG_SPACE(12))

/*
 * Whether a connection is at its end: 1 in good order, -1 broken, 0 not. A
 * socket that is closed without shutdown(2), as most are, tells what also an
 * abort does; that something was lost is known from bytes of ours that come back.
 */
static int end_of(const void *control, size_t length)
{
	const uint32_t *info = control_find(control, length, SOL_TIPC, TIPC_ERRINFO, 2 * sizeof(*info));

	if (info == NULL || info[0] == TIPC_OK)
		return 0;
	return info[0] == TIPC_CONN_SHUTDOWN || info[1] == 0 ? 1 : -1;
}

/* With room for control data the kernel reports the end there alone. */
static int packet_receive(struct endpoint *endpoint, struct message_room *room,
			  struct message *message, struct error *err)
{
	int got = message_receive(endpoint->in, room, message, err);
	int end = 0;

	if (got > 0 && endpoint->end != END_NONE)
		end = end_of(message->control, message->control_length);
	if (end == 0)
		return got;
	return end > 0 ? ENDPOINT_END : error_code(err, ECONNRESET, "receive");
}

static ssize_t stream_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	struct iovec iov = { .iov_base = bytes, .iov_len = size };
	_Alignas(struct cmsghdr) char control[CONTROL_MAXIMUM];
	struct msghdr header = { .msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control) };
	ssize_t got = recvmsg(endpoint->in, &header, MSG_DONTWAIT);

	if (got != 0 || end_of(control, header.msg_controllen) >= 0)
		return got;
	errno = ECONNRESET;
	return -1;
}

/* The peer is to see the end of a connection, not that it broke. */
static void connection_release(struct endpoint *endpoint)
{
	shutdown(endpoint->in, SHUT_RDWR);
}

const struct endpoint_ops tipc_stream_ops = { .read = stream_read, .release = connection_release };
const struct endpoint_ops tipc_seqpacket_ops = { .receive = packet_receive,
						   .release = connection_release };
const struct endpoint_ops tipc_datagram_ops = { .receive = packet_receive };
