/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source and sink of UDP datagrams for the bench: counts them, and says how many came in which time. */
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 64
#define SEGMENTS_MAXIMUM 65000 /* bytes of datagrams that are sent as one */
#define QUIET 300000	       /* microseconds after which the sink takes it for the end */
#define ROOM (8 << 20)	       /* bytes of the sink's receive buffer */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct sockaddr_in address_of(const char *port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons((uint16_t)atoi(port)),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* Sends datagrams of size bytes for so many seconds; with segments, many in one call. */
static int source(const char *port, size_t size, double seconds, int segments)
{
	static char bytes[SEGMENTS_MAXIMUM];
	struct sockaddr_in address = address_of(port);
	size_t together = segments ? SEGMENTS_MAXIMUM / size : 1;
	double end = now() + seconds;
	uint64_t sent = 0;
	int fd = socket(AF_INET, SOCK_DGRAM, 0), segment = (int)size;

	if (together > BATCH)
		together = BATCH;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return 1;
	if (segments && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment)) < 0)
		return 1;
	while (now() < end)
		for (int i = 0; i < BATCH; i++)
			sent += send(fd, bytes, size * together, 0) > 0 ? together : 0;
	printf("%llu\n", (unsigned long long)sent);
	return 0;
}

struct sink {
	char (*rooms)[1 << 16];
	struct iovec iovs[BATCH];
	struct mmsghdr headers[BATCH];
};

/* Says its port, then what came from the first datagram to the last. */
static int sink(size_t size, int segments)
{
	static struct sink sink;
	struct sockaddr_in address = address_of("0");
	socklen_t length = sizeof(address);
	struct timeval quiet = { .tv_usec = QUIET };
	uint64_t bytes = 0;
	double first = 0, last = 0;
	int fd = socket(AF_INET, SOCK_DGRAM, 0), room = ROOM, got;

	sink.rooms = calloc(BATCH, sizeof(*sink.rooms));
	for (int i = 0; i < BATCH; i++) {
		sink.iovs[i] = (struct iovec){ sink.rooms[i], sizeof(*sink.rooms) };
		sink.headers[i].msg_hdr = (struct msghdr){ .msg_iov = &sink.iovs[i], .msg_iovlen = 1 };
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(fd, IPPROTO_UDP, UDP_GRO, &segments, sizeof(segments));
	if (bind(fd, (struct sockaddr *)&address, length) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		return 1;
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);
	for (;;) {
		got = recvmmsg(fd, sink.headers, BATCH, MSG_WAITFORONE, NULL);
		if (got < 0)
			break;
		last = now();
		if (first == 0) {
			first = last;
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof(quiet));
		}
		for (int i = 0; i < got; i++)
			bytes += sink.headers[i].msg_len;
	}
	printf("%llu %.6f\n", (unsigned long long)(bytes / size), last - first);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "source") == 0)
		return source(argv[2], (size_t)atoi(argv[3]), atof(argv[4]), atoi(argv[5]));
	if (argc == 4 && strcmp(argv[1], "sink") == 0)
		return sink((size_t)atoi(argv[2]), atoi(argv[3]));
	fprintf(stderr, "usage: datagrams source PORT SIZE SECONDS SEGMENTS | sink SIZE SEGMENTS\n");
	return 2;
}
