/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sources and sinks of the bench share. Who listens says its address in its first line; results are words of the last. */
#ifndef DRIVE_H
#define DRIVE_H

#include <stddef.h>

#define BLOCK ((size_t)1 << 20) /* bytes of a write or a receive of bulk data */

/* The monotonic clock, which all processes share, in seconds. */
double now(void);

/* Ends the program with what failed where it did. */
int checked(int result, const char *what);

/* An address is tcp:PORT or udp:PORT of 127.0.0.1, unix:PATH or unixgram:PATH. Port 0 is the kernel's choice. */
int socket_connected(const char *address);
int socket_bound(const char *address); /* listens, where it is a stream, and prints its address */
int is_tcp(const char *address);
int is_udp(const char *address);

void send_all(int fd, const void *bytes, size_t size);
void receive_all(int fd, void *bytes, size_t size);

/* Sorts values, and answers the one below which so much of them is. */
double quantile(double *values, size_t count, double part);

/* The verbs: argv without the verb; an exit status. */
int drive_source(char **argv);
int drive_sink(char **argv);
int drive_echo(char **argv);
int drive_ping(char **argv);
int drive_churn(char **argv);
int drive_hold(char **argv);
int drive_spray(char **argv);
int drive_count(char **argv);
int drive_packets(char **argv);
int drive_start(char **argv);

#endif
