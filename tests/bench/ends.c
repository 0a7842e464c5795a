/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ends of what the bench measures: addresses, sockets, the clock. */
#include "drive.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#define BACKLOG 4096

struct end {
	const char *scheme;
	int domain, type;
};

static const struct end ends[] = {
	{ "tcp:", AF_INET, SOCK_STREAM },
	{ "udp:", AF_INET, SOCK_DGRAM },
	{ "unix:", AF_UNIX, SOCK_STREAM },
	{ "unixgram:", AF_UNIX, SOCK_DGRAM },
};

union name {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_un un;
};

double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int checked(int result, const char *what)
{
	if (result < 0) {
		fprintf(stderr, "drive: %s: %s\n", what, strerror(errno));
		exit(1);
	}
	return result;
}

static const struct end *end_of(const char *address)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (strncmp(address, ends[i].scheme, strlen(ends[i].scheme)) == 0)
			return &ends[i];
	fprintf(stderr, "drive: no such address: %s\n", address);
	exit(2);
}

static socklen_t name_of(const struct end *end, const char *address, union name *name)
{
	const char *rest = address + strlen(end->scheme);

	if (end->domain == AF_INET) {
		name->in = (struct sockaddr_in){ .sin_family = AF_INET,
						 .sin_port = htons((uint16_t)atoi(rest)),
						 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		return sizeof(name->in);
	}
	name->un = (struct sockaddr_un){ .sun_family = AF_UNIX };
	strncpy(name->un.sun_path, rest, sizeof(name->un.sun_path) - 1);
	return sizeof(name->un);
}

int is_tcp(const char *address)
{
	return strncmp(address, "tcp:", 4) == 0;
}

int is_udp(const char *address)
{
	return strncmp(address, "udp:", 4) == 0;
}

int socket_connected(const char *address)
{
	const struct end *end = end_of(address);
	union name name;
	socklen_t length = name_of(end, address, &name);
	int fd = checked(socket(end->domain, end->type | SOCK_CLOEXEC, 0), "socket"), on = 1;

	checked(connect(fd, &name.any, length), address);
	if (is_tcp(address))
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void print_name(const struct end *end, const char *address, int fd)
{
	union name name;
	socklen_t length = sizeof(name);

	checked(getsockname(fd, &name.any, &length), "getsockname");
	if (end->domain == AF_INET)
		printf("%s%d\n", end->scheme, ntohs(name.in.sin_port));
	else
		printf("%s\n", address);
	fflush(stdout);
}

int socket_bound(const char *address)
{
	const struct end *end = end_of(address);
	union name name;
	socklen_t length = name_of(end, address, &name);
	int fd = checked(socket(end->domain, end->type | SOCK_CLOEXEC, 0), "socket"), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	checked(bind(fd, &name.any, length), address);
	if (end->type == SOCK_STREAM)
		checked(listen(fd, BACKLOG), "listen");
	print_name(end, address, fd);
	return fd;
}

void send_all(int fd, const void *bytes, size_t size)
{
	for (size_t done = 0; done < size;)
		done += (size_t)checked(
			(int)send(fd, (const char *)bytes + done, size - done, MSG_NOSIGNAL),
			"send");
}

void receive_all(int fd, void *bytes, size_t size)
{
	for (size_t done = 0; done < size;) {
		int got = checked((int)recv(fd, (char *)bytes + done, size - done, 0), "recv");

		if (got == 0) {
			fprintf(stderr, "drive: the connection ended early\n");
			exit(1);
		}
		done += (size_t)got;
	}
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

double quantile(double *values, size_t count, double part)
{
	qsort(values, count, sizeof(*values), compare);
	return values[(size_t)((double)(count - 1) * part)];
}
