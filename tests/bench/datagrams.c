/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source and sink of datagrams: counts them, and says how many came in which time. */
#include "drive.h"

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH	       64
#define JOINED_MAXIMUM 65000	 /* bytes of datagrams that are sent as one */
#define QUIET	       300000	 /* microseconds after which the sink takes it for the end */
#define ROOM	       (8 << 20) /* bytes of the sink's receive buffer */

int drive_spray(char **argv)
{
	static char bytes[JOINED_MAXIMUM];
	size_t size = (size_t)atoi(argv[1]), joins = (size_t)atoi(argv[3]),
	       together = joins ? JOINED_MAXIMUM / size : 1;
	double end = now() + atof(argv[2]);
	int fd = socket_connected(argv[0]), segment = (int)size;
	uint64_t sent = 0;

	if (together > BATCH)
		together = BATCH;
	if (joins)
		checked(setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment)),
			"UDP_SEGMENT");
	while (now() < end)
		for (int i = 0; i < BATCH; i++)
			sent += send(fd, bytes, size * together, MSG_NOSIGNAL) > 0 ? together : 0;
	printf("%llu\n", (unsigned long long)sent);
	return 0;
}

int drive_packets(char **argv)
{
	/* to everybody, of an EtherType for experiments: nobody answers */
	char frame[2048] = "\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01\x88\xb5";
	struct sockaddr_ll way = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(argv[0]) };
	size_t size = (size_t)atoi(argv[1]);
	double end = now() + atof(argv[2]);
	int fd = checked(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), "packet");
	uint64_t sent = 0;

	checked(bind(fd, (struct sockaddr *)&way, sizeof(way)), argv[0]);
	while (now() < end)
		for (int i = 0; i < BATCH; i++)
			sent += send(fd, frame, size, 0) > 0;
	printf("%llu\n", (unsigned long long)sent);
	return 0;
}

struct rooms {
	char (*bytes)[1 << 16];
	struct iovec iovs[BATCH];
	struct mmsghdr headers[BATCH];
};

static void make_rooms(struct rooms *rooms)
{
	rooms->bytes = calloc(BATCH, sizeof(*rooms->bytes));
	for (int i = 0; i < BATCH; i++) {
		rooms->iovs[i] = (struct iovec){ rooms->bytes[i], sizeof(*rooms->bytes) };
		rooms->headers[i].msg_hdr =
			(struct msghdr){ .msg_iov = &rooms->iovs[i], .msg_iovlen = 1 };
	}
}

/* Standard input ends when the source has. */
static int has_source_ended(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&input, 1, 0) > 0;
}

int drive_count(char **argv)
{
	static struct rooms rooms;
	struct timeval quiet = { .tv_usec = QUIET };
	int fd = socket_bound(argv[0]), room = ROOM, joins = atoi(argv[2]), got;
	double first = 0, last = 0;
	uint64_t bytes = 0;

	make_rooms(&rooms);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (joins)
		checked(setsockopt(fd, IPPROTO_UDP, UDP_GRO, &joins, sizeof(joins)), "UDP_GRO");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof(quiet));
	while ((got = recvmmsg(fd, rooms.headers, BATCH, MSG_WAITFORONE, NULL)) > 0 ||
	       !has_source_ended()) {
		last = got > 0 ? now() : last;
		first = first > 0 ? first : last;
		for (int i = 0; i < got; i++)
			bytes += rooms.headers[i].msg_len;
	}
	printf("%llu %.6f\n", (unsigned long long)(bytes / (uint64_t)atoi(argv[1])), last - first);
	return 0;
}
