/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A server that sends back what comes, to any number of connections; and who waits for a byte to return. */
#include "drive.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS	256
#define ROOM	65536
#define WARMING 200 /* round trips that do not count */

static void accept_all(int listener, int epoll)
{
	int fd, on = 1;

	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		checked(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll");
	}
}

static void echo_once(int fd)
{
	static char room[ROOM];
	ssize_t got = recv(fd, room, sizeof(room), 0);

	if (got > 0 && send(fd, room, (size_t)got, MSG_NOSIGNAL) == got)
		return;
	close(fd);
}

static void serve(int fd, int listener, int epoll)
{
	if (fd == listener)
		accept_all(listener, epoll);
	else
		echo_once(fd);
}

static void echo_datagrams(int fd)
{
	struct sockaddr_in peer;
	char room[2048];

	for (;;) {
		socklen_t length = sizeof(peer);
		int got = checked((int)recvfrom(fd, room, sizeof(room), 0, (void *)&peer, &length),
				  "recvfrom");

		sendto(fd, room, (size_t)got, 0, (const void *)&peer, length);
	}
}

int drive_echo(char **argv)
{
	int listener = socket_bound(argv[0]),
	    epoll = checked(epoll_create1(EPOLL_CLOEXEC), "epoll");
	struct epoll_event events[EVENTS], first = { .events = EPOLLIN, .data.fd = listener };

	if (is_udp(argv[0]))
		echo_datagrams(listener);
	fcntl(listener, F_SETFL, O_NONBLOCK);
	checked(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &first), "epoll");
	for (;;)
		for (int i = checked(epoll_wait(epoll, events, EVENTS, -1), "epoll_wait"); i > 0;
		     i--)
			serve(events[i - 1].data.fd, listener, epoll);
}

int drive_ping(char **argv)
{
	size_t count = (size_t)atoi(argv[1]);
	double *times = calloc(count, sizeof(*times));
	int fd = socket_connected(argv[0]);
	char byte = 'x';

	for (size_t i = 0; i < count + WARMING; i++) {
		double start = now();

		send_all(fd, &byte, 1);
		receive_all(fd, &byte, 1);
		if (i >= WARMING)
			times[i - WARMING] = (now() - start) * 1e6;
	}
	printf("%.3f %.3f\n", quantile(times, count, 0.5), quantile(times, count, 0.99));
	return 0;
}
