/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening pseudoterminals and showing an end on them; posix_openpt(3), TIOCGPTPEER of ioctl_tty(2). */
#include "family/ptmx.h"

#include "base/cleanup.h"
#include "family/plain_calls.h"
#include "family/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static void copy_window_size(int master)
{
	struct winsize size;

	for (int fd = 0; fd < 3; fd++)
		if (ioctl(fd, TIOCGWINSZ, &size) == 0) {
			ioctl(master, TIOCSWINSZ, &size);
			return;
		}
}

int ptmx_open(const struct target *target, bool raw, struct error *err)
{
	cleanup_close int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	struct terminal terminal;

	if (master < 0 || unlockpt(master) < 0) {
		error_system(err, "pseudoterminal");
		return error_hint(err, "is /dev/pts mounted?");
	}
	/* The settings are those of the pair: they can be made from this side. */
	if (terminal_set(&terminal, target, master, raw, err) < 0)
		return -1;
	copy_window_size(master);
	return steal_fd(&master);
}

void ptmx_add_open_calls(const struct target *target, bool raw, struct buf *out)
{
	plain_add_open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK, 0, NULL, out);
	buf_add_string(out, "ioctl(fd, TIOCSPTLCK, [0])\n");
	terminal_add_calls(target, raw, out);
	buf_add_string(out, "ioctl(fd, TIOCSWINSZ, ours)    where we have a terminal\n");
}

int ptmx_open_slave(int master, struct error *err)
{
	int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);

	return slave < 0 ? error_system(err, "pseudoterminal") : slave;
}

/* Once the last program has closed it, reading fails with EIO: that is the end. */
ssize_t ptmx_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	ssize_t got = read(endpoint->in, bytes, size);

	return got < 0 && errno == EIO ? 0 : got;
}

ssize_t ptmx_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	struct ptmx_state *state = endpoint->state;
	ssize_t put = write(endpoint->out, bytes, length);

	if (put > 0)
		state->mid_line = ((const char *)bytes)[put - 1] != '\n';
	return put;
}

/* Behind part of a line the first one only hands that part over. */
int ptmx_finish(struct endpoint *endpoint)
{
	struct ptmx_state *state = endpoint->state;
	struct termios termios;

	if (state->sent_eof || tcgetattr(endpoint->out, &termios) < 0 ||
	    !(termios.c_lflag & ICANON))
		return 0;
	for (; state->mid_line; state->mid_line = false)
		if (write(endpoint->out, &termios.c_cc[VEOF], 1) != 1)
			return errno == EIO ? 0 : -1;
	if (write(endpoint->out, &termios.c_cc[VEOF], 1) != 1)
		return errno == EIO ? 0 : -1;
	state->sent_eof = true;
	return 0;
}
