/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Started programs: a process group of their own with a pidfd each; pidfd_open(2), waitid(2). */
#include "shell/process.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "family/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MILLISECONDS 500
#define READY_MAXIMUM 4096

/* ours and theirs: input, output, errors, ready */
struct ends {
	int ours[4];
	int theirs[4];
};

static void close_all(int *fds)
{
	for (size_t i = 0; i < 4; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int make_pipes(struct ends *ends, struct error *err)
{
	memset(ends, -1, sizeof(*ends));
	for (size_t i = 0; i < 4; i++) {
		int pipe_fds[2];

		if (pipe2(pipe_fds, O_CLOEXEC) < 0)
			return error_system(err, "pipe");
		ends->ours[i] = pipe_fds[i == 0 ? 1 : 0];
		ends->theirs[i] = pipe_fds[i == 0 ? 0 : 1];
		fcntl(ends->ours[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

static int launch(struct process *process, char *const *argv, const struct ends *ends,
		  struct error *err)
{
	struct launch launch = {
		.arguments = argv,
		.environment = environ,
		.descriptors = { ends->theirs[0], ends->theirs[1], ends->theirs[2] },
		.passed = &ends->theirs[3],
		.passed_count = 1,
		.own_group = true,
	};

	process->pidfd = launch_start(&launch, &process->pid, err);
	return process->pidfd < 0 ? -1 : 0;
}

/* The channel of one of its ends. */
static int add_channel(struct shell *shell, struct process *process, const char *suffix, int *fd,
		       struct error *err)
{
	char *name cleanup_free = memory_print("%s%s", process->name, suffix);

	if (descriptor_channel(shell, name, *fd, err) < 0)
		return -1;
	*fd = -1;
	shell_find(shell, name)->process = process;
	return 0;
}

static void add_process(struct shell *shell, struct process *process)
{
	shell->processes = memory_resize(shell->processes, shell->process_count + 1,
					 sizeof(*shell->processes));
	shell->processes[shell->process_count++] = process;
}

int process_start(struct shell *shell, const char *name, char *const *argv, struct error *err)
{
	static const char *const suffixes[] = { "", ".out", ".err" };
	struct process *process = memory_new(sizeof(*process));
	struct ends ends;
	int result;

	*process = (struct process){ .name = memory_string(name), .pidfd = -1, .ready_fd = -1, .status = -1 };
	result = make_pipes(&ends, err);
	if (result == 0)
		result = launch(process, argv, &ends, err);
	close_all(ends.theirs);
	if (result == 0) {
		add_process(shell, process);
		process->ready_fd = steal_fd(&ends.ours[3]);
	}
	for (size_t i = 0; result == 0 && i < 3; i++)
		result = add_channel(shell, process, suffixes[i], &ends.ours[i], err);
	close_all(ends.ours);
	if (result == 0)
		return 0;
	if (process->pidfd < 0) {
		free(process->name);
		free(process);
	}
	return -1;
}

struct process *process_find(const struct shell *shell, const char *name)
{
	for (size_t i = 0; i < shell->process_count; i++)
		if (strcmp(shell->processes[i]->name, name) == 0)
			return shell->processes[i];
	return NULL;
}

static void reap(struct process *process)
{
	siginfo_t info = { 0 };

	if (process->pidfd < 0 ||
	    waitid(P_PIDFD, (id_t)process->pidfd, &info, WEXITED | WNOHANG) < 0 || info.si_pid == 0)
		return;
	process->status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
	close(process->pidfd);
	process->pidfd = -1;
}

int process_wait(struct shell *shell, struct process *process, nanoseconds until, struct error *err)
{
	for (;;) {
		int waited;

		reap(process);
		if (process->pidfd < 0)
			return 0;
		waited = shell_wait(shell, process->pidfd, EPOLLIN, until, err);
		if (waited < 0)
			return -1;
		if (waited == 0)
			return error_set(err, ERROR_TIMEOUT, "%s has not ended in time", process->name);
	}
}

int process_signal(struct process *process, int number, struct error *err)
{
	reap(process);
	if (process->pidfd < 0)
		return error_set(err, ERROR_FAILED, "%s has ended, with status %d", process->name,
				 process->status);
	return kill(-process->pid, number) < 0 ? error_system(err, "%s: kill", process->name) : 0;
}

void process_free(struct shell *shell, struct process *process)
{
	struct pollfd gone = { .events = POLLIN };

	(void)shell;
	reap(process);
	/* Its whole group: what it started goes as well. */
	kill(-process->pid, SIGTERM);
	kill(-process->pid, SIGCONT);
	if (process->pidfd >= 0) {
		gone.fd = process->pidfd;
		poll(&gone, 1, GRACE_MILLISECONDS);
	}
	kill(-process->pid, SIGKILL);
	if (process->pidfd >= 0) {
		poll(&gone, 1, -1);
		reap(process);
	}
	if (process->ready_fd >= 0)
		close(process->ready_fd);
	buf_release(&process->ready);
	free(process->name);
	free(process);
}

/* The first line that it writes to descriptor 3, waited for. */
static int read_ready(struct shell *shell, struct process *process, struct error *err)
{
	nanoseconds until = deadline_now() + shell_scaled(shell, shell->timeout);

	while (process->ready.length == 0 || strchr(buf_text(&process->ready), '\n') == NULL) {
		char *room = buf_reserve(&process->ready, READY_MAXIMUM);
		ssize_t got = read(process->ready_fd, room, READY_MAXIMUM);
		int waited;

		if (got > 0) {
			buf_commit(&process->ready, (size_t)got);
			continue;
		}
		if (got == 0)
			return error_set(err, ERROR_FAILED,
					 "%s did not say that it is ready on descriptor 3", process->name);
		waited = shell_wait(shell, process->ready_fd, EPOLLIN, until, err);
		if (waited < 0)
			return -1;
		if (waited == 0)
			return error_set(err, ERROR_TIMEOUT,
					 "%s did not say in time that it is ready on descriptor 3",
					 process->name);
	}
	return 0;
}

int process_attribute(struct shell *shell, struct channel *channel, const char *name,
		      struct buf *out, struct error *err)
{
	struct process *process = channel->process;

	if (strcmp(name, "pid") == 0)
		return buf_print(out, "%d", process->pid) == 0;
	if (strcmp(name, "status") == 0) {
		reap(process);
		return process->status >= 0 ? buf_print(out, "%d", process->status) == 0 : 0;
	}
	if (strcmp(name, "ready") != 0)
		return 0;
	if (read_ready(shell, process, err) < 0)
		return -1;
	buf_add(out, buf_text(&process->ready), strcspn(buf_text(&process->ready), "\n"));
	return 1;
}
