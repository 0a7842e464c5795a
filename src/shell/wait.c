/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting: the loop turns until a descriptor is ready, time is over, or a signal came; signalfd(2). */
#include "base/memory.h"
#include "shell/task.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

#define SHORT_WAIT (10 * NANOSECONDS_PER_MILLISECOND)

static void on_signal(struct loop_watch *watch, uint32_t events)
{
	struct shell *shell = container_of(watch, struct shell, signal_watch);
	struct signalfd_siginfo info;

	(void)events;
	if (read(shell->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		shell->interrupted = (int)info.ssi_signo;
	loop_stop(shell->loop);
}

int shell_wait_start(struct shell *shell, struct error *err)
{
	sigset_t mask;

	shell->signal_watch.fd = shell->signal_fd = -1;
	shell->loop = loop_new(err);
	if (shell->loop == NULL)
		return -1;
	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	shell->signal_fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	if (shell->signal_fd < 0)
		return error_system(err, "signalfd");
	sigprocmask(SIG_BLOCK, &mask, &shell->old_mask);
	shell->signal_watch.ready = on_signal;
	return loop_watch_level(shell->loop, &shell->signal_watch, shell->signal_fd, EPOLLIN, err);
}

void shell_wait_stop(struct shell *shell)
{
	if (shell->signal_fd >= 0) {
		loop_unwatch(shell->loop, &shell->signal_watch);
		close(shell->signal_fd);
		sigprocmask(SIG_SETMASK, &shell->old_mask, NULL);
	}
	if (shell->loop != NULL)
		loop_free(shell->loop);
}

/* One wait: of the main flow, or of a task. */
struct waiting {
	struct loop_watch watch; /* the descriptor that is waited for */
	struct loop_timer timer;
	struct loop *loop;
	bool is_woken;
};

static void on_ready(struct loop_watch *watch, uint32_t events)
{
	struct waiting *waiting = container_of(watch, struct waiting, watch);

	(void)events;
	waiting->is_woken = true;
	loop_stop(waiting->loop);
}

static void on_time(struct loop_timer *timer)
{
	loop_stop(container_of(timer, struct waiting, timer)->loop);
}

/* Programs' output is read all the while, so that they are never held up. */
static void watch_channels(struct shell *shell)
{
	for (size_t i = 0; i < shell->channel_count; i++)
		if (shell->channels[i]->process != NULL || shell->channels[i]->came != NULL)
			channel_watch(shell->channels[i], shell->loop);
}

static int judge(struct shell *shell, nanoseconds until, struct error *err)
{
	if (shell->interrupted != 0)
		return error_set(err, ERROR_FAILED, "interrupted");
	if (task_is_cancelled(shell))
		return error_set(err, ERROR_FAILED, "its test is over");
	if (shell->limit != DEADLINE_NEVER && deadline_now() >= shell->limit)
		return error_set(err, ERROR_TIMEOUT, "the time for the whole script is over");
	if (!task_is_running(shell) && task_find_failed(shell, err) < 0)
		return -1;
	return !shell->is_woken && deadline_now() >= until ? 0 : 1;
}

/* A task lets the main flow turn the loop, which lets each task look at what happened. */
static int turn(struct shell *shell, struct error *err)
{
	int result = 0;

	if (task_is_running(shell)) {
		task_yield(shell);
		return 0;
	}
	if (shell->interrupted == 0 && !task_is_stirred(shell))
		result = loop_run(shell->loop, err);
	task_run_all(shell);
	return result;
}

int shell_wait(struct shell *shell, int fd, uint32_t events, nanoseconds until, struct error *err)
{
	cleanup_close int own = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : -1;
	struct waiting waiting = { .watch = { .fd = -1, .ready = on_ready },
				   .timer.expired = on_time,
				   .loop = shell->loop };
	int result;

	watch_channels(shell);
	shell->is_woken = false;
	/* What epoll refuses is always ready. */
	if (own >= 0 && loop_watch_level(shell->loop, &waiting.watch, own, events, NULL) < 0) {
		shell->is_woken = true;
		return 1;
	}
	loop_set_timer(shell->loop, &waiting.timer, deadline_earlier(until, shell->limit));
	result = turn(shell, err);
	loop_set_timer(shell->loop, &waiting.timer, DEADLINE_NEVER);
	if (own >= 0)
		loop_unwatch(shell->loop, &waiting.watch);
	shell->is_woken = waiting.is_woken;
	return result < 0 ? -1 : judge(shell, until, err);
}

int shell_pass_time(struct shell *shell, nanoseconds until, struct error *err)
{
	while (deadline_now() < until)
		if (shell_wait(shell, -1, 0, until, err) < 0)
			return -1;
	return 0;
}

int shell_wait_input(struct shell *shell, struct channel *channel, nanoseconds until,
		     struct error *err)
{
	const struct endpoint *endpoint = &channel->endpoint;
	nanoseconds first = until;
	int fd = channel->listening >= 0 ? channel->listening : endpoint->in;
	int woken;

	if (endpoint->try_at != 0)
		first = deadline_earlier(until, endpoint->try_at);
	/* No event tells of it. */
	if (channel->listening < 0 && endpoint->ready_in == READY_ON_DEMAND)
		first = deadline_earlier(first, deadline_now() + SHORT_WAIT);
	if (channel->watch.fd >= 0)
		fd = -1;
	woken = shell_wait(shell, fd, EPOLLIN, first, err);
	return woken == 0 && first < until ? 1 : woken;
}

int shell_wait_output(struct shell *shell, struct channel *channel, nanoseconds until,
		      struct error *err)
{
	const struct endpoint *endpoint = &channel->endpoint;
	nanoseconds first = until;
	int woken;

	if (endpoint->try_at != 0)
		first = deadline_earlier(until, endpoint->try_at);
	woken = shell_wait(shell, endpoint->out, EPOLLOUT, first, err);
	return woken == 0 && first < until ? 1 : woken;
}

nanoseconds shell_scaled(const struct shell *shell, nanoseconds duration)
{
	nanoseconds scale = (nanoseconds)shell->scale;

	/* in two parts, so that no product is too large */
	return duration / 1000 * scale + duration % 1000 * scale / 1000;
}

/* Of the line, of the endpoint that it is about, or of all lines. */
static nanoseconds patience(const struct shell *shell, const struct step *step)
{
	const struct slot *first = step->verb->slots;
	const struct channel *channel = NULL;

	if (step->most > 0)
		return step->most;
	if (first != NULL && first->name != NULL && first->kind == SLOT_ENDPOINT)
		channel = shell_find(shell, step->fillings[0].name);
	return channel != NULL && channel->patience >= 0 ? channel->patience : shell->timeout;
}

nanoseconds shell_deadline(const struct shell *shell, const struct step *step)
{
	nanoseconds duration = patience(shell, step);
	nanoseconds until = duration == DEADLINE_NEVER ? DEADLINE_NEVER :
							 deadline_now() + shell_scaled(shell, duration);

	return shell->group_until != 0 ? deadline_earlier(until, shell->group_until) : until;
}

int shell_timed_out(const struct shell *shell, const struct step *step, const char *what,
		    struct error *err)
{
	nanoseconds limit = patience(shell, step);
	double seconds = (double)limit / NANOSECONDS_PER_SECOND;

	if (limit == 0)
		return error_code(err, EAGAIN, "%s", what);
	error_set(err, ERROR_TIMEOUT, "%s: not in %g s%s", what, seconds,
		  limit != shell->timeout || step->most > 0 ? "" : ", the time a line has by default");
	if (shell->scale != 1000)
		error_context(err, "with times multiplied by %g", (double)shell->scale / 1000);
	return -1;
}
