/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receiving and sending one message with its ancillary data; recvmsg(2), sendmsg(2). */
#include "core/message.h"

#include "base/memory.h"
#include "core/control.h"

#include <errno.h>
#include <linux/can.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

const struct name message_flags[] = {
	{ "oob", MSG_OOB, "out-of-band data" },
	{ "peek", MSG_PEEK, "look at what arrived and leave it there" },
	{ "dontroute", MSG_DONTROUTE, "no gateway; on CAN: sent by this host" },
	{ "ctrunc", MSG_CTRUNC, "ancillary data was cut" },
	{ "trunc", MSG_TRUNC, "the message was cut" },
	{ "dontwait", MSG_DONTWAIT, "do not wait" },
	{ "eor", MSG_EOR, "the end of a record" },
	{ "waitall", MSG_WAITALL, "wait until all is there" },
	{ "confirm", MSG_CONFIRM, "the way to the peer works; on CAN: our own frame" },
	{ "errqueue", MSG_ERRQUEUE, "from the error queue" },
	{ "nosignal", MSG_NOSIGNAL, "no SIGPIPE" },
	{ "more", MSG_MORE, "more follows" },
	{ "waitforone", MSG_WAITFORONE, "wait for the first message only" },
	{ "batch", 0x40000, "more messages follow at once" },
	{ "notification", 0x8000, "an event of SCTP" },
	{ "zerocopy", 0x4000000, "send without copying" },
	{ "fastopen", MSG_FASTOPEN, "data in the SYN" },
	{ "cmsg-cloexec", MSG_CMSG_CLOEXEC, "close-on-exec for descriptors that come along" },
	{ NULL, 0, NULL },
};

struct message message_first(const struct message *message)
{
	struct message first = *message;

	if (first.segment > 0 && first.length > first.segment)
		first.length = first.segment;
	first.segment = 0;
	return first;
}

bool message_drop_first(struct message *message)
{
	size_t length = message_first(message).length;

	if (length == message->length)
		return false;
	message->data += length;
	message->length -= length;
	return true;
}

void message_room_init(struct message_room *room, size_t size, size_t control_size)
{
	room->data = memory_new(size);
	room->size = size;
	room->control = control_size > 0 ? memory_new(control_size) : NULL;
	room->control_size = control_size;
}

void message_room_release(struct message_room *room)
{
	free(room->data);
	free(room->control);
	*room = (struct message_room){ 0 };
}

static bool read_timespec(const struct message *message, int type, size_t offset,
			  struct timespec *time)
{
	const char *found = control_find(message->control, message->control_length, SOL_SOCKET,
					 type, offset + sizeof(*time));

	if (found == NULL)
		return false;
	memcpy(time, found + offset, sizeof(*time));
	return time->tv_sec != 0;
}

/* Both timestamps that a socket can be asked for look alike where time_t has 64 bits. */
static void find_time(struct message *message)
{
	static const struct {
		int type;
		size_t offset;
		bool microseconds;
	} sources[] = {
		{ SO_TIMESTAMPNS, 0, false },
		{ SO_TIMESTAMPING, 0, false },
		{ SO_TIMESTAMP, 0, true },
		{ SO_TIMESTAMPING, 2 * sizeof(struct timespec), false },
	};

	for (size_t i = 0; message->control_length > 0 && i < array_length(sources); i++) {
		if (!read_timespec(message, sources[i].type, sources[i].offset, &message->time))
			continue;
		if (sources[i].microseconds)
			message->time.tv_nsec *= 1000;
		return;
	}
	clock_gettime(CLOCK_REALTIME, &message->time);
}

static unsigned int interface_of_control(const struct message *message)
{
	struct in_pktinfo four;
	struct in6_pktinfo six;
	const void *found;

	if (message->control_length == 0)
		return 0;
	found = control_find(message->control, message->control_length, IPPROTO_IP, IP_PKTINFO,
			     sizeof(four));
	if (found != NULL) {
		memcpy(&four, found, sizeof(four));
		return (unsigned int)four.ipi_ifindex;
	}
	found = control_find(message->control, message->control_length, IPPROTO_IPV6, IPV6_PKTINFO,
			     sizeof(six));
	if (found == NULL)
		return 0;
	memcpy(&six, found, sizeof(six));
	return six.ipi6_ifindex;
}

/* The socket counts once SO_RXQ_OVFL is set, and says so once something was lost. */
static void find_dropped(struct message *message)
{
	const void *found = NULL;

	message->dropped = 0;
	if (message->control_length > 0)
		found = control_find(message->control, message->control_length, SOL_SOCKET,
				     SO_RXQ_OVFL, sizeof(message->dropped));
	if (found != NULL)
		memcpy(&message->dropped, found, sizeof(message->dropped));
}

/* What the address says beyond who sent it. */
static void find_origin(struct message *message)
{
	const struct address *peer = &message->peer;
	const void *storage = &peer->storage;
	const struct sockaddr_ll *packet = storage;
	const struct sockaddr_can *can = storage;

	if (peer->length >= sizeof(sa_family_t) && peer->any.sa_family == AF_CAN) {
		message->interface = (unsigned int)can->can_ifindex;
		if (message->flags & MSG_CONFIRM)
			message->direction = MESSAGE_OUT;
	} else if (peer->length >= sizeof(sa_family_t) && peer->any.sa_family == AF_PACKET) {
		message->interface = (unsigned int)packet->sll_ifindex;
		if (packet->sll_pkttype == PACKET_OUTGOING)
			message->direction = MESSAGE_OUT;
	} else {
		message->interface = interface_of_control(message);
	}
}

static int check_whole(const struct msghdr *header, struct error *err)
{
	if (header->msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		control_close_descriptors(header->msg_control, header->msg_controllen);
	if (header->msg_flags & MSG_TRUNC)
		return error_set(err, ERROR_INCOMPLETE,
				 "a message was longer than the %zu bytes there is room for",
				 header->msg_iov->iov_len);
	if (header->msg_flags & MSG_CTRUNC)
		return error_set(err, ERROR_INCOMPLETE,
				 "ancillary data was longer than there is room for");
	return 0;
}

static void find_peer(const struct msghdr *header, struct message *message)
{
	struct address *peer = &message->peer;

	peer->length = header->msg_namelen < sizeof(peer->storage) ? header->msg_namelen :
								     (socklen_t)sizeof(peer->storage);
	if (header->msg_name != &peer->storage)
		memcpy(&peer->storage, header->msg_name, peer->length);
}

void message_of_cut_header(const struct msghdr *header, size_t length, struct message *message)
{
	message->data = header->msg_iov->iov_base;
	message->length = length;
	message->flags = header->msg_flags & ~MSG_CMSG_CLOEXEC;
	message->control = header->msg_control;
	message->control_length = header->msg_controllen;
	message->direction = MESSAGE_IN;
	find_peer(header, message);
	find_time(message);
	find_origin(message);
	find_dropped(message);
}

int message_of_header(const struct msghdr *header, size_t length, struct message *message,
		      struct error *err)
{
	if (check_whole(header, err) < 0)
		return -1;
	message_of_cut_header(header, length, message);
	return 0;
}

/* The flag is refused by sockets that never bring descriptors: found out once for each room. */
static ssize_t receive_bytes(int fd, struct msghdr *header, struct message_room *room)
{
	int flags = MSG_DONTWAIT | (room->refuses_cloexec ? 0 : MSG_CMSG_CLOEXEC);
	ssize_t length;

	do
		length = recvmsg(fd, header, flags);
	while (length < 0 && errno == EINTR);
	if (length >= 0 || (errno != EINVAL && errno != EOPNOTSUPP) || room->refuses_cloexec)
		return length;
	room->refuses_cloexec = true;
	return receive_bytes(fd, header, room);
}

int message_receive(int fd, struct message_room *room, struct message *message, struct error *err)
{
	struct iovec iov = { .iov_base = room->data, .iov_len = room->size };
	struct msghdr header = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t length;

	message->peer.length = 0;
	header.msg_name = &message->peer.storage;
	header.msg_namelen = sizeof(message->peer.storage);
	header.msg_control = room->control;
	header.msg_controllen = room->control_size;
	length = receive_bytes(fd, &header, room);
	if (length < 0)
		return errno == EAGAIN ? 0 : error_system(err, "receive");
	return message_of_header(&header, (size_t)length, message, err) < 0 ? -1 : 1;
}

/* What came with a received message is not always what may be said when it is passed on. */
static int flags_to_send(const struct message *message)
{
	int allowed = MSG_EOR | MSG_OOB | MSG_MORE | MSG_FASTOPEN | 0x4000000 /* MSG_ZEROCOPY */;

	if (message->direction == MESSAGE_OUT)
		allowed |= MSG_CONFIRM | MSG_DONTROUTE;
	return (message->flags & allowed) | MSG_DONTWAIT | MSG_NOSIGNAL;
}

static ssize_t send_bytes(int fd, const struct msghdr *header, int flags)
{
	ssize_t sent;

	do
		sent = sendmsg(fd, header, flags);
	while (sent < 0 && errno == EINTR);
	/* QRTR and RDS, which know no SIGPIPE, refuse the flag against it. */
	if (sent < 0 && (errno == EINVAL || errno == EOPNOTSUPP) &&
	    flags == (MSG_DONTWAIT | MSG_NOSIGNAL))
		return sendmsg(fd, header, MSG_DONTWAIT);
	return sent;
}

ssize_t message_put(int fd, const struct message *message, int flags)
{
	struct iovec iov = { .iov_base = (void *)(uintptr_t)message->data,
			     .iov_len = message->length };
	struct msghdr header = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (message->peer.length > 0) {
		header.msg_name = (void *)(uintptr_t)&message->peer.storage;
		header.msg_namelen = message->peer.length;
	}
	if (message->control_length > 0) {
		header.msg_control = (void *)(uintptr_t)message->control;
		header.msg_controllen = message->control_length;
	}
	return send_bytes(fd, &header, flags);
}

int message_send(int fd, const struct message *message, struct error *err)
{
	ssize_t sent = message_put(fd, message, flags_to_send(message));

	if (sent < 0)
		return errno == EAGAIN ? 0 : error_system(err, "send");
	if ((size_t)sent < message->length)
		return error_set(err, ERROR_INCOMPLETE,
				 "only %zd of a message's %zu bytes were sent", sent,
				 message->length);
	return 1;
}
