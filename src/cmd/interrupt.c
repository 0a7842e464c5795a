/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals that end a command, as a descriptor that poll(2) waits for; signalfd(2). */
#include "cmd/interrupt.h"

#include <sys/signalfd.h>
#include <unistd.h>

int interrupt_open(struct interrupt *interrupt, struct error *err)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, &interrupt->before);
	interrupt->fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	return interrupt->fd < 0 ? error_system(err, "signalfd") : 0;
}

int interrupt_take(const struct interrupt *interrupt, bool *by_terminal)
{
	struct signalfd_siginfo info;

	if (read(interrupt->fd, &info, sizeof(info)) != sizeof(info))
		return 0;
	*by_terminal = info.ssi_code == SI_KERNEL;
	return (int)info.ssi_signo;
}

void interrupt_close(struct interrupt *interrupt)
{
	if (interrupt->fd >= 0)
		close(interrupt->fd);
	interrupt->fd = -1;
	sigprocmask(SIG_SETMASK, &interrupt->before, NULL);
}
