/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bench's sources and sinks in one program: small, so that what is measured is between them. */
#include "drive.h"

#include <stdio.h>
#include <string.h>

struct verb {
	const char *name;
	int arguments;
	int (*run)(char **argv);
	const char *help;
};

static const struct verb verbs[] = {
	{ "source", 3, drive_source,
	  "ADDRESS|- SECONDS BYTES   writes for so long, or until so many; prints bytes, start" },
	{ "sink", 2, drive_sink,
	  "ADDRESS|- drop|copy       takes one connection to its end; prints bytes, end" },
	{ "echo", 1, drive_echo, "ADDRESS                   sends back what comes, for ever" },
	{ "ping", 2, drive_ping,
	  "ADDRESS COUNT             a byte there and back; prints the middle and 99 % in "
	  "microseconds" },
	{ "churn", 3, drive_churn,
	  "ADDRESS SECONDS N         N at a time connect, get a byte back, close; prints done, "
	  "lost, seconds" },
	{ "hold", 2, drive_hold,
	  "ADDRESS N                 N stay open; prints seconds, lost; after a line, seconds of a "
	  "round" },
	{ "spray", 4, drive_spray, "ADDRESS SIZE SECONDS JOIN datagrams; prints how many" },
	{ "count", 3, drive_count,
	  "ADDRESS SIZE JOIN         takes them until none comes; prints how many, seconds" },
	{ "packets", 3, drive_packets,
	  "INTERFACE SIZE SECONDS    frames of Ethernet; prints how many" },
	{ "start", -1, drive_start,
	  "COUNT FILE COMMAND...     runs it so often; prints milliseconds, KiB, processor "
	  "milliseconds" },
};

static int usage(void)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		fprintf(stderr, "drive %-7s %s\n", verbs[i].name, verbs[i].help);
	return 2;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		if (verbs[i].arguments < 0 ? argc < 5 : argc != verbs[i].arguments + 2)
			return usage();
		return verbs[i].run(argv + 2);
	}
	return usage();
}
