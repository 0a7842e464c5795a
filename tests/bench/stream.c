/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source and sink of bulk data: blocks of 1 MiB; the sink throws away what comes, or looks at it. */
#include "drive.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int drive_source(char **argv)
{
	char *block = calloc(1, BLOCK);
	int fd = strcmp(argv[0], "-") == 0 ? STDOUT_FILENO : socket_connected(argv[0]);
	uint64_t sent = 0, limit = strtoull(argv[2], NULL, 10);
	double start = now(), end = start + atof(argv[1]);

	while (sent < limit && now() < end) {
		uint64_t left = limit - sent;

		sent += (uint64_t)checked((int)write(fd, block, left < BLOCK ? left : BLOCK),
					  "write");
	}
	if (fd == STDOUT_FILENO) {
		close(fd);
	} else {
		shutdown(fd, SHUT_WR);
		while (read(fd, block, BLOCK) > 0)
			;
	}
	fprintf(stderr, "%llu %.9f\n", (unsigned long long)sent, start);
	return 0;
}

int drive_sink(char **argv)
{
	char *block = calloc(1, BLOCK);
	int drops = strcmp(argv[1], "drop") == 0 && is_tcp(argv[0]), fd = STDIN_FILENO, got;
	uint64_t received = 0;

	if (strcmp(argv[0], "-") != 0) {
		int listener = socket_bound(argv[0]);

		fd = checked(accept(listener, NULL, NULL), "accept");
		close(listener);
	}
	do {
		got = checked(
			(int)(drops ? recv(fd, block, BLOCK, MSG_TRUNC) : read(fd, block, BLOCK)),
			"receive");
		received += (uint64_t)got;
	} while (got > 0);
	printf("%llu %.9f\n", (unsigned long long)received, now());
	return 0;
}
