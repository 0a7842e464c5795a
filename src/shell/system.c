/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sh(1) -c for a line; its keys and signals are those of the terminal that we have. */
#include "shell/system.h"

#include "base/cleanup.h"
#include "family/launch.h"
#include "shell/tally.h"
#include "shell/task.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio_ext.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

/* Between the results of tests nothing else may stand. */
static int output_of(const struct shell *shell)
{
	return shell->tally != NULL && shell->tally->count > 0 ? STDERR_FILENO : fileno(shell->host->out);
}

/* in: its standard input, -1: our terminal, or nothing. Where we have no terminal it is ours to end. */
static int start(const struct shell *shell, struct outlet *outlet, int in, struct error *err)
{
	char *arguments[] = { (char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
			      (char *)(uintptr_t)outlet->command, NULL };
	cleanup_close int nothing = in < 0 && !isatty(STDIN_FILENO) ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1;
	const struct launch launch = {
		.arguments = arguments,
		.environment = environ,
		.descriptors = { in >= 0 ? in : nothing, output_of(shell), -1 },
		.own_group = !launch_is_interactive(),
	};

	outlet->pidfd = launch_start(&launch, &outlet->pid, err);
	return outlet->pidfd < 0 ? -1 : 0;
}

/* The keys of the terminal are the command's too: it ends by an interrupt, or it does not. */
static int wait_for(struct shell *shell, const struct outlet *outlet, struct error *err)
{
	nanoseconds until = shell->settings.talks ? DEADLINE_NEVER : deadline_now() + shell_scaled(shell, shell->timeout);
	struct pollfd gone = { .fd = outlet->pidfd, .events = POLLIN };
	int waited;

	do
		waited = shell_wait(shell, outlet->pidfd, EPOLLIN, until, err);
	while (waited > 0 && !shell->is_woken);
	if (waited > 0)
		return 0;
	if (waited == 0)
		error_set(err, ERROR_TIMEOUT, "%s: it has not ended in time", outlet->command);
	if (!launch_is_interactive())
		kill(-outlet->pid, SIGTERM);
	else if (shell->interrupted != SIGINT)
		kill(outlet->pid, SIGTERM);
	kill(outlet->pid, SIGCONT);
	while (poll(&gone, 1, -1) < 0 && errno == EINTR)
		;
	return -1;
}

/* Its end, and the failure that it may be. */
static int conclude(struct shell *shell, struct outlet *outlet, struct error *err)
{
	int result = wait_for(shell, outlet, err), status;
	siginfo_t info = { 0 };

	waitid(P_PIDFD, (id_t)outlet->pidfd, &info, WEXITED);
	close(outlet->pidfd);
	status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
	if (result < 0 || status == 0)
		return result;
	shell->exit_status = status;
	return error_set(err, ERROR_FAILED, "%s: it ended with status %d", outlet->command, status);
}

int system_run(struct shell *shell, const char *command, struct error *err)
{
	struct outlet outlet = { .command = command };

	fflush(shell->host->out);
	return start(shell, &outlet, -1, err) < 0 ? -1 : conclude(shell, &outlet, err);
}

int outlet_open(struct shell *shell, struct outlet *outlet, const char *command, struct error *err)
{
	int out = fileno(shell->host->out), result = -1;
	int ends[2];

	*outlet = (struct outlet){ .command = command };
	/* What prints is one for all of them. */
	if (task_is_running(shell))
		return error_usage(err, "what a task's lines print goes into no command");
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_system(err, "pipe");
	fflush(shell->host->out);
	outlet->before = fcntl(out, F_DUPFD_CLOEXEC, 3);
	if (outlet->before < 0)
		error_system(err, "standard output");
	else if ((result = start(shell, outlet, ends[0], err)) < 0)
		close(outlet->before);
	else
		dup2(ends[1], out);
	close(ends[0]);
	close(ends[1]);
	return result;
}

int outlet_close(struct shell *shell, struct outlet *outlet, int result, struct error *err)
{
	struct error ended = { 0 };

	/* What the command did not want to read goes nowhere else. */
	if (fflush(shell->host->out) != 0)
		__fpurge(shell->host->out);
	clearerr(shell->host->out);
	dup2(outlet->before, fileno(shell->host->out));
	close(outlet->before);
	if (conclude(shell, outlet, &ended) == 0 || result < 0)
		return result;
	*err = ended;
	return -1;
}
