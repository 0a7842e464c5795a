/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program as an endpoint: over two pipes, or on a terminal of its own; execve(2). */
#include "base/memory.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"
#include "family/client_environment.h"
#include "family/launch.h"
#include "family/plain_calls.h"
#include "family/ptmx.h"
#include "family/terminal.h"
#include "family/words.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef WITH_EXEC
#define WITH_EXEC 1
#endif

enum { EXEC_COMMAND };

static const struct shape_field fields[] = {
	{ .name = "command", .help = "a program and its arguments, quoted as in sh", .kind = FIELD_COMMAND },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	{ .name = "kill-after", .type = VALUE_DURATION, .help = "SIGTERM so long after its connection has ended, SIGKILL as long again after that" },
	{ .name = "pty", .type = VALUE_FLAG, .help = "give it a terminal of its own" },
	{ .name = "stderr", .type = VALUE_FLAG, .help = "what it writes to standard error comes with its output" },
	TERMINAL_PARAMETERS,
	{ .name = NULL },
};

/* The program while it is an endpoint. */
struct exec_state {
	struct ptmx_state terminal; /* first: the slots of ptmx.h look here */
	int pid;
	bool own_group;
};

static int exec_check(struct target *target, struct error *err)
{
	const struct target_field *command = &target->fields[EXEC_COMMAND];
	char **words;

	if (!WITH_EXEC) {
		error_set(err, ERROR_UNAVAILABLE, "exec: this build starts no programs");
		return target_error_field(target, EXEC_COMMAND, err);
	}
	if (target->program != NULL)
		return 0;
	words = words_split(command->text, err);
	if (words == NULL || strlen(command->text) != command->length) {
		error_context(err, "exec");
		words_free(words);
		return target_error_field(target, EXEC_COMMAND, err);
	}
	words_free(words);
	return 0;
}

static int exec_foresee(const struct target *target, struct error *err)
{
	char **words;
	int found;

	if (target->program != NULL)
		return launch_find(target->program[0], err);
	words = words_split(target->fields[EXEC_COMMAND].text, err);
	if (words == NULL)
		return -1;
	found = launch_find(words[0], err);
	words_free(words);
	return found;
}

static void exec_signal(const struct endpoint *endpoint, int number)
{
	const struct exec_state *state = endpoint->state;

	kill(state->own_group ? -state->pid : state->pid, number);
}

/* A program that is left alone before its input was ended would wait for more for ever. */
static void stop_child(const struct endpoint *endpoint)
{
	siginfo_t info = { 0 };

	if (waitid(P_PIDFD, (id_t)endpoint->pidfd, &info, WEXITED | WNOHANG) < 0 ||
	    info.si_pid != 0 || endpoint->finished)
		return;
	exec_signal(endpoint, SIGTERM);
}

static void exec_release(struct endpoint *endpoint)
{
	struct exec_state *state = endpoint->state;

	if (state != NULL && endpoint->pidfd >= 0)
		stop_child(endpoint);
	free(state);
	endpoint->state = NULL;
}

static const struct endpoint_ops pipe_ops = { .signal = exec_signal, .release = exec_release };
static const struct endpoint_ops terminal_ops = {
	.read = ptmx_read,
	.write = ptmx_write,
	.finish = ptmx_finish,
	.signal = exec_signal,
	.release = exec_release,
};

/* A pipe of which our end alone does not block. */
static int open_pipe(int *ours, int *theirs, bool we_write, struct error *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_system(err, "pipe");
	*ours = ends[we_write];
	*theirs = ends[!we_write];
	if (fcntl(*ours, F_SETFL, O_NONBLOCK) < 0)
		return error_system(err, "pipe");
	return 0;
}

/* What nobody writes to reads /dev/null; what nobody reads goes where our own output goes. */
static int open_pipes(const struct target *target, struct endpoint *made, int theirs[3],
		      struct error *err)
{
	if (target->wants_output && open_pipe(&made->out, &theirs[0], true, err) < 0)
		return -1;
	if (target->wants_input && open_pipe(&made->in, &theirs[1], false, err) < 0)
		return -1;
	if (theirs[0] < 0)
		theirs[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return theirs[0] < 0 ? error_system(err, "/dev/null") : 0;
}

static int open_terminal(const struct target *target, struct endpoint *made, int theirs[3],
			 struct error *err)
{
	made->in = made->out = ptmx_open(target, false, err);
	if (made->in < 0)
		return -1;
	made->ops = &terminal_ops;
	theirs[0] = theirs[1] = ptmx_open_slave(made->in, err);
	return theirs[0] < 0 ? -1 : 0;
}

static int start(const struct target *target, const struct endpoint *client, const int theirs[3],
		 struct endpoint *made, struct error *err)
{
	struct exec_state *state = made->state;
	char **words = target->program == NULL ?
			       words_split(target->fields[EXEC_COMMAND].text, err) :
			       NULL;
	char **environment = client_environment(client);
	struct launch launch = {
		.arguments = target->program != NULL ? target->program : words,
		.environment = environment,
		.descriptors = { theirs[0], theirs[1],
				 target_flag(target, "stderr") ? theirs[1] : -1 },
		.own_terminal = target_flag(target, "pty"),
		.own_group = !launch_is_interactive(),
	};

	state->own_group = launch.own_group || launch.own_terminal;
	if (launch.arguments != NULL)
		made->pidfd = launch_start(&launch, &state->pid, err);
	client_environment_free(environment);
	words_free(words);
	return made->pidfd < 0 ? -1 : 0;
}

static void close_theirs(const int theirs[3])
{
	if (theirs[0] >= 0)
		close(theirs[0]);
	if (theirs[1] >= 0 && theirs[1] != theirs[0])
		close(theirs[1]);
}

static int exec_open(const struct target *target, const struct endpoint *client,
		     struct endpoint *endpoint, struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;
	int theirs[3] = { -1, -1, -1 };
	int opened;

	made.target = target;
	made.end = END_HALF;
	made.ops = &pipe_ops;
	made.state = memory_new(sizeof(struct exec_state));
	opened = target_flag(target, "pty") ? open_terminal(target, &made, theirs, err) :
					      open_pipes(target, &made, theirs, err);
	if (opened == 0)
		opened = start(target, client, theirs, &made, err);
	close_theirs(theirs);
	if (opened < 0) {
		endpoint_close(&made);
		return -1;
	}
	endpoint_classify(&made);
	made.terminal = false;
	endpoint_move(endpoint, &made);
	return 0;
}

static void add_pipe_calls(const char *ends, const char *ours, struct buf *out)
{
	buf_print(out, "pipe2([%s], O_CLOEXEC)\nfcntl(%s, F_SETFL, O_NONBLOCK)\n", ends, ours);
}

/* What becomes the program's input and output. */
static void add_descriptor_calls(const struct target *target, struct buf *out)
{
	if (target_flag(target, "pty")) {
		ptmx_add_open_calls(target, false, out);
		buf_add_string(out, "ioctl(fd, TIOCGPTPEER, O_RDWR|O_NOCTTY|O_CLOEXEC)\n");
		return;
	}
	if (target->wants_output)
		add_pipe_calls("its input, ours", "ours", out);
	if (target->wants_input)
		add_pipe_calls("ours, its output", "ours", out);
	if (!target->wants_output)
		plain_add_open("/dev/null", O_RDONLY | O_CLOEXEC, 0, "its input", out);
}

/* What the child does before it is the program. */
static void add_child_calls(const struct target *target, struct buf *out)
{
	bool has_terminal = target_flag(target, "pty");
	bool gives_output = has_terminal || target->wants_input;
	bool gives[3] = { true, gives_output, gives_output && target_flag(target, "stderr") };

	if (has_terminal)
		buf_add_string(out, "child: setsid()\n");
	else if (!launch_is_interactive())
		buf_add_string(out, "child: setpgid(0, 0)\n");
	for (int i = 0; i < 3; i++)
		if (gives[i])
			buf_print(out, "child: dup2(%s, %d)\n", has_terminal ? "terminal" : i == 0 ? "its input" : "its output", i);
	if (has_terminal)
		buf_add_string(out, "child: ioctl(0, TIOCSCTTY, 0)\n");
}

static void add_execve(char *const *words, struct buf *out)
{
	buf_add_string(out, "child: execve(");
	plain_add_text(words[0], out);
	buf_add_string(out, ", [");
	for (size_t i = 0; words[i] != NULL; i++) {
		buf_add_string(out, i > 0 ? ", " : "");
		plain_add_text(words[i], out);
	}
	buf_print(out, "])%s\n", strchr(words[0], '/') == NULL ? "    in the folders of PATH" : "");
}

static void exec_add_open_calls(const struct target *target, struct buf *out)
{
	char **words = words_split(target->fields[EXEC_COMMAND].text, NULL);

	if (words != NULL && words[0] != NULL) {
		add_descriptor_calls(target, out);
		buf_add_string(out, "clone(CLONE_VM|CLONE_PIDFD|CLONE_VFORK|SIGCHLD)\n");
		add_child_calls(target, out);
		add_execve(words, out);
	}
	words_free(words);
}

static int exec_probe(struct error *err)
{
	if (WITH_EXEC)
		return 0;
	return error_set(err, ERROR_UNAVAILABLE, "this build starts no programs");
}

const struct family exec_family = {
	.shape = { .name = "exec", .known_as = NAMES("program", "system"), .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "a program's standard input and output",
	.domain = -1,
	.parameters = parameters,
	.step = STEP_NONE,
	.check = exec_check,
	.foresee = exec_foresee,
	.open = exec_open,
	.add_open_calls = exec_add_open_calls,
	.probe = exec_probe,
};
