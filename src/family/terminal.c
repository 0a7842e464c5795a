/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Applying options to a terminal; tcsetattr(3), cfsetspeed(3). */
#include "family/terminal.h"

#include "base/memory.h"

#include <stddef.h>
#include <unistd.h>

static const struct {
	const char *name;
	size_t field;
	tcflag_t flag;
} flags[] = {
	{ "echo", offsetof(struct termios, c_lflag), ECHO },
	{ "icanon", offsetof(struct termios, c_lflag), ICANON },
	{ "isig", offsetof(struct termios, c_lflag), ISIG },
	{ "opost", offsetof(struct termios, c_oflag), OPOST },
	{ "onlcr", offsetof(struct termios, c_oflag), ONLCR },
	{ "icrnl", offsetof(struct termios, c_iflag), ICRNL },
	{ "ixon", offsetof(struct termios, c_iflag), IXON },
	{ "crtscts", offsetof(struct termios, c_cflag), CRTSCTS },
	{ "clocal", offsetof(struct termios, c_cflag), CLOCAL },
	{ "parenb", offsetof(struct termios, c_cflag), PARENB },
	{ "parodd", offsetof(struct termios, c_cflag), PARODD },
	{ "cstopb", offsetof(struct termios, c_cflag), CSTOPB },
};

static const struct {
	int64_t baud;
	speed_t speed;
} speeds[] = {
	{ 50, B50 },	       { 75, B75 },	      { 110, B110 },	     { 134, B134 },
	{ 150, B150 },	       { 200, B200 },	      { 300, B300 },	     { 600, B600 },
	{ 1200, B1200 },       { 1800, B1800 },	      { 2400, B2400 },	     { 4800, B4800 },
	{ 9600, B9600 },       { 19200, B19200 },     { 38400, B38400 },     { 57600, B57600 },
	{ 115200, B115200 },   { 230400, B230400 },   { 460800, B460800 },   { 500000, B500000 },
	{ 576000, B576000 },   { 921600, B921600 },   { 1000000, B1000000 }, { 1152000, B1152000 },
	{ 1500000, B1500000 }, { 2000000, B2000000 }, { 2500000, B2500000 }, { 3000000, B3000000 },
	{ 3500000, B3500000 }, { 4000000, B4000000 },
};

static int set_speed(const struct target *target, struct termios *termios, struct error *err)
{
	const struct setting *setting = target_setting(target, "speed");

	if (setting == NULL)
		return 0;
	for (size_t i = 0; i < array_length(speeds); i++)
		if (speeds[i].baud == setting->value.number) {
			cfsetspeed(termios, speeds[i].speed);
			return 0;
		}
	error_usage(err, "speed: no terminal has %lld baud", (long long)setting->value.number);
	error_hint(err, "as 9600, 19200, 38400, 57600, 115200, 230400, 921600");
	return target_error_setting(target, setting, err);
}

static void set_flags(const struct target *target, struct termios *termios)
{
	for (size_t i = 0; i < array_length(flags); i++) {
		const struct setting *setting = target_setting(target, flags[i].name);
		tcflag_t *field = (tcflag_t *)(void *)((char *)termios + flags[i].field);

		if (setting != NULL && setting->value.number != 0)
			*field |= flags[i].flag;
		else if (setting != NULL)
			*field &= ~flags[i].flag;
	}
}

static void set_character_size(const struct target *target, struct termios *termios)
{
	static const tcflag_t sizes[] = { CS5, CS6, CS7, CS8 };
	int64_t bits = target_number(target, "cs", 0);

	if (bits != 0)
		termios->c_cflag = (termios->c_cflag & ~(tcflag_t)CSIZE) | sizes[bits - 5];
}

static bool says_something(const struct target *target)
{
	for (size_t i = 0; i < array_length(flags); i++)
		if (target_setting(target, flags[i].name) != NULL)
			return true;
	return target_setting(target, "cs") != NULL || target_setting(target, "speed") != NULL;
}

int terminal_set(struct terminal *terminal, const struct target *target, int fd, bool raw,
		 struct error *err)
{
	bool is_raw = target_number(target, "raw", raw) != 0;
	struct termios termios;

	terminal->fd = -1;
	if ((!is_raw && !says_something(target)) || fd < 0 || tcgetattr(fd, &termios) < 0)
		return 0;
	terminal->before = termios;
	if (is_raw)
		cfmakeraw(&termios);
	set_flags(target, &termios);
	set_character_size(target, &termios);
	if (set_speed(target, &termios, err) < 0)
		return -1;
	if (tcsetattr(fd, TCSANOW, &termios) < 0)
		return error_system(err, "terminal settings");
	terminal->fd = fd;
	return 0;
}

void terminal_add_calls(const struct target *target, bool raw, struct buf *out)
{
	static const char *const numbers[] = { "cs", "speed" };
	bool is_raw = target_number(target, "raw", raw) != 0;

	if (!is_raw && !says_something(target))
		return;
	buf_print(out, "ioctl(fd, TCSETS, %s", is_raw ? "raw" : "as it is");
	for (size_t i = 0; i < array_length(flags); i++)
		if (target_setting(target, flags[i].name) != NULL)
			buf_print(out, " %s%s", target_flag(target, flags[i].name) ? "" : "-", flags[i].name);
	for (size_t i = 0; i < array_length(numbers); i++)
		if (target_setting(target, numbers[i]) != NULL)
			buf_print(out, " %s=%lld", numbers[i], (long long)target_number(target, numbers[i], 0));
	buf_add_string(out, ")    where it is a terminal\n");
}

void terminal_restore(struct terminal *terminal)
{
	if (terminal->fd >= 0)
		tcsetattr(terminal->fd, TCSANOW, &terminal->before);
	terminal->fd = -1;
}
