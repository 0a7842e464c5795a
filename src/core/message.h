/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One message: its bytes and what came with them; recvmsg(2), sendmsg(2), cmsg(3). */
#ifndef CORE_MESSAGE_H
#define CORE_MESSAGE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/name.h"
#include "core/address.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define MESSAGE_MAXIMUM (1U << 20) /* bytes: more than any datagram that Linux passes */
#define MESSAGE_CONTROL_MAXIMUM 4096U /* bytes of ancillary data */

enum message_direction { MESSAGE_IN, MESSAGE_OUT };

/* data and control are borrowed from whoever filled the message in. */
struct message {
	const char *data;
	size_t length;
	struct address peer;   /* who sent it, or who is to get it; length 0 unknown */
	struct timespec time;  /* CLOCK_REALTIME, when it came; tv_sec 0 unknown */
	int flags;	       /* MSG_ flags that came with it, or to send it with */
	const void *control;   /* ancillary data as the kernel lays it out */
	size_t control_length;
	/* With what one that is passed on had come: its family may say the same when it sends it. */
	const void *arrival;
	size_t arrival_length;
	/* What an answer is sent with so that it comes from the address that was asked; else length 0. */
	const void *answer_control;
	size_t answer_length;
	enum message_direction direction;
	uint16_t segment; /* of datagrams that came as one: bytes of each but the last. 0: it is one; else see batch.h */
	unsigned int interface; /* index where it came in, 0 unknown */
	uint32_t dropped; /* how many its socket had lost by then, where that is counted */
};

/* The MSG_ flags by name; one bit a row. */
extern const struct name message_flags[];

/* How many datagrams it is. */
static inline size_t message_count(const struct message *message)
{
	return message->segment == 0 ? 1 : (message->length + message->segment - 1) / message->segment;
}
/* The first of its datagrams, which may be all of it. */
struct message message_first(const struct message *message);
/* Takes that off where there are others; where not, it stays as it is: whoever sent it counts it. */
bool message_drop_first(struct message *message);

/* Where messages are received into; memory is kept for the next one. */
struct message_room {
	char *data;
	size_t size;
	char *control;
	size_t control_size;
	bool refuses_cloexec; /* the socket's family does not know MSG_CMSG_CLOEXEC: CAN's protocols, Phonet */
};

void message_room_init(struct message_room *room, size_t size, size_t control_size);
void message_room_release(struct message_room *room);

struct msghdr;

/*
 * What recvmsg(2) says in a header about length bytes; *message borrows from what the header
 * points to. -1 where the message or its ancillary data was cut, whose descriptors are closed.
 */
int message_of_header(const struct msghdr *header, size_t length, struct message *message,
		      struct error *err);
/* The same where what was cut is told by its flags alone; descriptors that came stay open. */
void message_of_cut_header(const struct msghdr *header, size_t length, struct message *message);

/*
 * Receives one message with MSG_DONTWAIT. 1 on success, 0 when nothing is
 * there (EAGAIN), -1 with the error; a message longer than the room, or
 * truncated control data (whose descriptors are closed), is an error too.
 * *message borrows from *room until the next call.
 */
int message_receive(int fd, struct message_room *room, struct message *message, struct error *err);
/*
 * Sends one whole message, MSG_DONTWAIT | MSG_NOSIGNAL. 1 sent, 0 no room now, -1 error.
 * Of its flags those are passed on that make sense when sending; MSG_CONFIRM
 * and MSG_DONTROUTE only where direction is MESSAGE_OUT: CAN marks received frames with them.
 */
int message_send(int fd, const struct message *message, struct error *err);
/* One sendmsg(2) with these flags, which are MSG_DONTWAIT and MSG_NOSIGNAL at least: what it gives, with errno. */
ssize_t message_put(int fd, const struct message *message, int flags);

#endif
