/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The least that a dynamic C program has to do to connect standard input and output to 127.0.0.1, port argv[1]. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int copy(int from, int to)
{
	char room[4096];
	ssize_t got;

	while ((got = read(from, room, sizeof(room))) > 0)
		if (write(to, room, (size_t)got) != got)
			return 1;
	return got < 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)atoi(argc > 1 ? argv[1] : "0")),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    copy(STDIN_FILENO, fd) != 0)
		return 1;
	shutdown(fd, SHUT_WR);
	return copy(fd, STDOUT_FILENO);
}
