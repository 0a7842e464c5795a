/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients of many connections: that come and go, or that stay. */
#include "drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS	 256
#define OPENING	 32   /* connections, or datagrams, that are not answered yet */
#define PIECE	 1024 /* bytes of a round for each connection */
#define ROUNDS	 9
#define PATIENCE 20000 /* milliseconds in which something has to come */

static int watched_connection(const char *address, int epoll)
{
	int fd = socket_connected(address);
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	checked(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll");
	send_all(fd, "x", 1);
	return fd;
}

static int give_up(const char *why)
{
	fprintf(stderr, "drive: %s\n", why);
	exit(1);
}

/* Waits until something is readable; ends the program when nothing comes. */
static int wait_readable(int epoll, struct epoll_event *events)
{
	int count = checked(epoll_wait(epoll, events, EVENTS, PATIENCE), "epoll_wait");

	if (count == 0)
		give_up("an answer did not come");
	return count;
}

static int takes_answer(int fd)
{
	char byte;

	return recv(fd, &byte, 1, 0) == 1;
}

int drive_churn(char **argv)
{
	int epoll = checked(epoll_create1(EPOLL_CLOEXEC), "epoll"), open = 0, most = atoi(argv[2]);
	unsigned long counts[2] = { 0, 0 };
	struct epoll_event events[EVENTS];
	double start = now(), end = start + atof(argv[1]);

	do {
		for (; open < most && now() < end; open++)
			watched_connection(argv[0], epoll);
		for (int i = open ? wait_readable(epoll, events) : 0; i > 0; i--, open--) {
			counts[!takes_answer(events[i - 1].data.fd)]++;
			close(events[i - 1].data.fd);
		}
	} while (open > 0 || now() < end);
	printf("%lu %lu %.6f\n", counts[0], counts[1], now() - start);
	return 0;
}

/* Opens all, few at a time, so that no backlog runs over; ends the program when one gets no answer. */
static void open_all(const char *address, int epoll, int *fds, int count)
{
	struct epoll_event events[EVENTS];
	int opened = 0, answered = 0;

	while (answered < count) {
		for (; opened < count && opened - answered < OPENING; opened++)
			fds[opened] = watched_connection(address, epoll);
		for (int i = wait_readable(epoll, events); i > 0; i--)
			answered += takes_answer(events[i - 1].data.fd)
					    ? 1
					    : give_up("a connection ended early");
	}
}

/* Each sends a piece, so many before others get theirs back: seconds. */
static double round_of(int epoll, const int *fds, int count, int window)
{
	static char piece[PIECE];
	struct epoll_event events[EVENTS];
	size_t got = 0, all = (size_t)count * PIECE;
	double start = now();

	for (int sent = 0; got < all;) {
		for (; sent < count && (size_t)sent < got / PIECE + (size_t)window; sent++)
			send_all(fds[sent], piece, sizeof(piece));
		for (int i = wait_readable(epoll, events); i > 0; i--)
			got += (size_t)checked(
				(int)recv(events[i - 1].data.fd, piece, sizeof(piece), 0), "recv");
	}
	return now() - start;
}

int drive_hold(char **argv)
{
	int count = atoi(argv[1]), *fds = calloc((size_t)count, sizeof(*fds));
	int epoll = checked(epoll_create1(EPOLL_CLOEXEC), "epoll");
	double start = now(), rounds[ROUNDS];
	char line[8];

	open_all(argv[0], epoll, fds, count);
	printf("%.6f\n", now() - start);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return 0;
	for (int i = 0; i < ROUNDS; i++)
		rounds[i] = round_of(epoll, fds, count, is_udp(argv[0]) ? OPENING : count);
	printf("%.6f\n", quantile(rounds, ROUNDS, 0.5));
	fflush(stdout);
	return fgets(line, sizeof(line), stdin) != NULL; /* they stay until it has been looked at */
}
