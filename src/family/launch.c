/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A child that shares our memory until it is another program; clone(2), pidfd_open(2). */
#include "family/launch.h"

#include "base/cleanup.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE (256 * 1024) /* execvpe(3) builds paths of PATH_MAX on it */

struct child {
	const struct launch *launch;
	volatile int code; /* errno of what failed, 0: nothing */
};

/*
 * Handlers of ours must not run in the child, whose memory is ours; SIGPIPE, which we ignore,
 * ends most programs as it should.
 */
static void reset_signals(void)
{
	struct sigaction action;
	sigset_t none;

	for (int number = 1; number < NSIG; number++) {
		if (sigaction(number, NULL, &action) < 0 || action.sa_handler == SIG_DFL)
			continue;
		if (action.sa_handler == SIG_IGN && number != SIGPIPE)
			continue;
		memset(&action, 0, sizeof(action));
		action.sa_handler = SIG_DFL;
		sigaction(number, &action, NULL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* All go above the numbers that are wanted first, so that none is overwritten before its turn. */
static int place_descriptors(const struct launch *launch)
{
	int moved[3 + LAUNCH_PASSED_MAXIMUM];
	int count = 3 + (int)launch->passed_count;

	for (int i = 0; i < count; i++) {
		moved[i] = i < 3 ? launch->descriptors[i] : launch->passed[i - 3];
		if (moved[i] < 0)
			continue;
		moved[i] = fcntl(moved[i], F_DUPFD_CLOEXEC, count);
		if (moved[i] < 0)
			return -1;
	}
	for (int i = 0; i < count; i++)
		if (moved[i] >= 0 && dup2(moved[i], i) < 0)
			return -1;
	return 0;
}

static int become(const struct launch *launch)
{
	if (launch->own_terminal && setsid() < 0)
		return -1;
	if (launch->own_group && !launch->own_terminal && setpgid(0, 0) < 0)
		return -1;
	if (place_descriptors(launch) < 0)
		return -1;
	if (launch->own_terminal && ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0)
		return -1;
	return 0;
}

static int run_child(void *argument)
{
	struct child *child = argument;
	const struct launch *launch = child->launch;

	reset_signals();
	if (launch->process_id != NULL)
		snprintf(launch->process_id, LAUNCH_PROCESS_ID_SIZE, "%d", (int)getpid());
	if (become(launch) == 0)
		execvpe(launch->arguments[0], launch->arguments, launch->environment);
	child->code = errno;
	_exit(127);
}

static int not_started(const char *name, int code, struct error *err)
{
	error_code(err, code, "%s", name);
	if (code == ENOENT && strchr(name, '/') == NULL)
		error_hint(err, "no folder of PATH has a program of that name");
	else if (code == EACCES)
		error_hint(err, "it is no program, or its file lacks the execute permission");
	else if (code == ENOEXEC)
		error_hint(err, "a script begins with a line such as #!/bin/sh");
	return -1;
}

static int start(const struct launch *launch, void *stack, int *pid, struct error *err)
{
	struct child child = { .launch = launch };
	sigset_t all, before;
	int pidfd = -1, code;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	*pid = clone(run_child, (char *)stack + STACK_SIZE,
		     CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &child, &pidfd);
	code = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (*pid < 0)
		return error_code(err, code, "start %s", launch->arguments[0]);
	if (child.code == 0)
		return pidfd;
	close(pidfd);
	while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
		;
	return not_started(launch->arguments[0], child.code, err);
}

int launch_start(const struct launch *launch, int *pid, struct error *err)
{
	void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	int pidfd;

	if (stack == MAP_FAILED)
		return error_system(err, "start %s", launch->arguments[0]);
	pidfd = start(launch, stack, pid, err);
	munmap(stack, STACK_SIZE);
	return pidfd;
}

/* 0, or the errno of execve(2). */
static int try_file(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return errno;
	if (!S_ISREG(status.st_mode))
		return EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? errno : 0;
}

/* As execvpe(3) does it: what may not be run is passed over, and told if nothing else is there. */
static int try_path(const char *name)
{
	const char *path = getenv("PATH");
	char *copy cleanup_free = memory_string(path != NULL ? path : "/bin:/usr/bin");
	char *rest = copy, *folder;
	int worst = ENOENT;

	while ((folder = strsep(&rest, ":")) != NULL) {
		char *file cleanup_free = memory_print("%s%s%s", folder, *folder != '\0' ? "/" : "", name);
		int code = try_file(file);

		if (code == 0)
			return 0;
		if (code == EACCES)
			worst = EACCES;
	}
	return worst;
}

int launch_find(const char *name, struct error *err)
{
	int code = strchr(name, '/') != NULL ? try_file(name) : *name != '\0' ? try_path(name) : ENOENT;

	return code == 0 ? 0 : not_started(name, code, err);
}

bool launch_is_interactive(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (tcgetpgrp(fd) == getpgrp())
			return true;
	return false;
}
