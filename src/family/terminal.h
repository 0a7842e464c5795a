/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of terminals and serial lines as options of a spec, and putting them back; termios(3). */
#ifndef FAMILY_TERMINAL_H
#define FAMILY_TERMINAL_H

#include "core/target.h"

#include <termios.h>

/* Rows for a family's table of parameters. */
/* clang-format off */
#define TERMINAL_PARAMETERS \
	{ .name = "raw", .aliases = "rawer cfmakeraw", .type = VALUE_FLAG, .help = "terminal: every byte passes as it is" }, \
	{ .name = "echo", .type = VALUE_FLAG, .help = "terminal: show what is typed" }, \
	{ .name = "icanon", .type = VALUE_FLAG, .help = "terminal: give input line by line" }, \
	{ .name = "isig", .type = VALUE_FLAG, .help = "terminal: Ctrl-C and the like are signals" }, \
	{ .name = "opost", .type = VALUE_FLAG, .help = "terminal: change output, as \\n to \\r\\n" }, \
	{ .name = "onlcr", .type = VALUE_FLAG, .help = "terminal: \\n goes out as \\r\\n" }, \
	{ .name = "icrnl", .type = VALUE_FLAG, .help = "terminal: \\r comes in as \\n" }, \
	{ .name = "ixon", .type = VALUE_FLAG, .help = "terminal: Ctrl-S and Ctrl-Q stop and go" }, \
	{ .name = "crtscts", .type = VALUE_FLAG, .help = "serial line: hardware flow control" }, \
	{ .name = "clocal", .type = VALUE_FLAG, .help = "serial line: no modem lines" }, \
	{ .name = "parenb", .type = VALUE_FLAG, .help = "serial line: parity" }, \
	{ .name = "parodd", .type = VALUE_FLAG, .help = "serial line: odd parity" }, \
	{ .name = "cstopb", .type = VALUE_FLAG, .help = "serial line: two stop bits" }, \
	{ .name = "cs", .type = VALUE_NUMBER, .minimum = 5, .maximum = 8, .argument = "BITS", .help = "serial line: bits of a character" }, \
	{ .name = "speed", .aliases = "baud ispeed ospeed", .type = VALUE_NUMBER, .minimum = 50, .maximum = 4000000, .argument = "BAUD", .help = "serial line: bits in a second" }
/* clang-format on */

/* A terminal as it was; fd -1: nothing was changed. The descriptor is borrowed. */
struct terminal {
	int fd;
	struct termios before;
};

/*
 * Applies what the target says to a terminal; raw is what holds where it does not say
 * raw=. Other descriptors are left alone.
 */
int terminal_set(struct terminal *terminal, const struct target *target, int fd, bool raw,
		 struct error *err);
/* Adds for explain what it does, where it does something. */
void terminal_add_calls(const struct target *target, bool raw, struct buf *out);
/* Puts the terminal back as it was before terminal_set(). */
void terminal_restore(struct terminal *terminal);

#endif
