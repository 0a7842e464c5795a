/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals as events of the loop; signalfd(2), sigprocmask(2). */
#include "cmd/signals.h"

#include "base/memory.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void on_signal(struct loop_watch *watch, uint32_t events)
{
	struct signals *signals = container_of(watch, struct signals, watch);
	/* Where one cannot be read, it is taken for one that ends. */
	struct signalfd_siginfo info = { .ssi_signo = SIGTERM };

	(void)events;
	if (read(signals->fd, &info, sizeof(info)) < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (info.ssi_signo != SIGUSR1)
		signals->end(signals, (int)info.ssi_signo);
	else if (signals->show != NULL)
		signals->show(signals);
}

int signals_watch(struct signals *signals, struct loop *loop, struct error *err)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action;
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	/* What our caller ignores, as nohup(1) does, stays ignored. */
	for (size_t i = 0; i < array_length(ends); i++)
		if (sigaction(ends[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&mask, ends[i]);
	signals->watch.ready = on_signal;
	signals->fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals->fd < 0)
		return error_system(err, "signalfd");
	signals->loop = loop;
	sigprocmask(SIG_BLOCK, &mask, &signals->old_mask);
	return loop_watch_level(loop, &signals->watch, signals->fd, EPOLLIN, err);
}

void signals_release(struct signals *signals)
{
	if (signals->fd < 0)
		return;
	loop_unwatch(signals->loop, &signals->watch);
	close(signals->fd);
	signals->fd = -1;
	sigprocmask(SIG_SETMASK, &signals->old_mask, NULL);
}
