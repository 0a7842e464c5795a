/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How datagrams of QRTR come in, and when they are delivered; net/qrtr/af_qrtr.c. */
#include "family/qrtr.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* TIOCOUTQ is what the send buffer has room for, where others tell what is in it. */
static int64_t qrtr_pending(struct endpoint *endpoint, struct error *err)
{
	int size = 0, room = 0;
	socklen_t length = sizeof(size);

	(void)err;
	if (getsockopt(endpoint->out, SOL_SOCKET, SO_SNDBUF, &size, &length) < 0 ||
	    ioctl(endpoint->out, TIOCOUTQ, &room) < 0)
		return -1;
	return size > room ? size - room : 0;
}

static bool is_control(const struct message *message)
{
	const struct sockaddr_qrtr *qrtr = (const void *)&message->peer.storage;

	return message->peer.length >= sizeof(*qrtr) && qrtr->sq_port == QRTR_PORT_CTRL;
}

/* A port with a service is told of every client that goes: that is no message of one. */
static int service_receive(struct endpoint *endpoint, struct message_room *room,
			   struct message *message, struct error *err)
{
	int got;

	do
		got = message_receive(endpoint->in, room, message, err);
	while (got > 0 && is_control(message));
	return got;
}

static int list_receive(struct endpoint *endpoint, struct message_room *room,
			struct message *message, struct error *err)
{
	int got = message_receive(endpoint->in, room, message, err);
	struct qrtr_ctrl_pkt packet;

	if (got <= 0 || !is_control(message) || message->length < sizeof(packet))
		return got;
	memcpy(&packet, message->data, sizeof(packet));
	return qrtr_is_end(&packet) ? ENDPOINT_END : got;
}

const struct endpoint_ops qrtr_ops = { .pending = qrtr_pending };
const struct endpoint_ops qrtr_service_ops = { .pending = qrtr_pending, .receive = service_receive };
const struct endpoint_ops qrtr_list_ops = { .pending = qrtr_pending, .receive = list_receive };
