/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs that a command starts with descriptors of its choice, and waits for; waitid(2), sd_listen_fds(3). */
#include "cmd/programs.h"

#include "base/buf.h"
#include "base/memory.h"
#include "cmd/interrupt.h"
#include "family/client_environment.h"
#include "family/launch.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAMS_MAXIMUM 8

static const char process_variable[] = "LISTEN_PID=";

static char *names_variable(const struct program_descriptors *descriptors)
{
	struct buf text = { 0 };

	buf_add_string(&text, "LISTEN_FDNAMES=");
	for (size_t i = 0; i < descriptors->count; i++)
		buf_print(&text, "%s%s", i > 0 ? ":" : "",
			  descriptors->names != NULL ? descriptors->names[i] : "unknown");
	return buf_steal(&text);
}

/* Adds the variables of the protocol; the process's id is filled in where it is known, by the child. */
static char **add_variables(char **environment, const struct program_descriptors *descriptors,
			    char **process_id)
{
	char *process = memory_new(sizeof(process_variable) + LAUNCH_PROCESS_ID_SIZE);
	size_t count = 0;

	while (environment[count] != NULL)
		count++;
	memcpy(process, process_variable, sizeof(process_variable));
	*process_id = process + strlen(process_variable);
	environment = memory_resize(environment, count + 4, sizeof(*environment));
	environment[count++] = memory_print("LISTEN_FDS=%zu", descriptors->count);
	environment[count++] = names_variable(descriptors);
	environment[count++] = process;
	environment[count] = NULL;
	return environment;
}

int program_start(struct program *program, char *const *arguments,
		  const struct program_descriptors *descriptors, struct error *err)
{
	char **environment = client_environment(NULL);
	struct launch launch = { .arguments = arguments,
				 .descriptors = { descriptors->standard[0],
						  descriptors->standard[1], -1 },
				 .passed = descriptors->passed,
				 .passed_count = descriptors->count,
				 .own_group = !launch_is_interactive() };
	int process = 0;

	if (descriptors->count > 0)
		environment = add_variables(environment, descriptors, &launch.process_id);
	launch.environment = environment;
	*program = (struct program){ .own_group = launch.own_group };
	program->pidfd = launch_start(&launch, &process, err);
	program->process = process;
	client_environment_free(environment);
	return program->pidfd < 0 ? -1 : 0;
}

static void reap(struct program *program)
{
	siginfo_t info = { 0 };

	if (waitid(P_PIDFD, (id_t)program->pidfd, &info, WEXITED | WNOHANG) < 0 || info.si_pid == 0)
		return;
	program->status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
	close(program->pidfd);
	program->pidfd = -1;
}

static void hand_on(const struct program *programs, size_t count, int number)
{
	for (size_t i = 0; i < count; i++)
		if (programs[i].pidfd >= 0)
			kill(programs[i].own_group ? -programs[i].process : programs[i].process, number);
}

/* 1 while one still runs. */
static int wait_some(struct program *programs, size_t count, const struct interrupt *interrupt,
		     nanoseconds deadline, struct error *err)
{
	struct pollfd polls[PROGRAMS_MAXIMUM + 1] = { { .fd = interrupt->fd, .events = POLLIN } };
	bool runs = false;

	for (size_t i = 0; i < count; i++) {
		polls[i + 1] = (struct pollfd){ .fd = programs[i].pidfd, .events = POLLIN };
		runs |= programs[i].pidfd >= 0;
	}
	if (!runs)
		return 0;
	if (poll(polls, (nfds_t)count + 1, deadline_poll_timeout(deadline)) < 0 && errno != EINTR)
		return error_system(err, "poll");
	for (size_t i = 0; i < count; i++)
		if (polls[i + 1].revents != 0)
			reap(&programs[i]);
	return 1;
}

int programs_wait(struct program *programs, size_t count, nanoseconds deadline,
		  struct context *context, struct error *err)
{
	struct interrupt interrupt;
	bool by_terminal = false, timed_out = false;
	int running = interrupt_open(&interrupt, err) < 0 ? -1 : 1;

	while (running > 0) {
		int number;

		running = wait_some(programs, count, &interrupt, deadline, err);
		number = interrupt_take(&interrupt, &by_terminal);
		if (number != 0)
			context->died_by = number;
		if (number != 0 && !(by_terminal && !programs->own_group))
			hand_on(programs, count, number);
		if (running > 0 && !timed_out && deadline_now() >= deadline) {
			timed_out = true;
			hand_on(programs, count, SIGTERM);
			deadline = DEADLINE_NEVER;
		}
	}
	interrupt_close(&interrupt);
	if (running == 0 && timed_out)
		return error_set(err, ERROR_TIMEOUT, "the time of --timeout is over");
	return running;
}
