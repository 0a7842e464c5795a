/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock sendfd: opens specs and passes their descriptors over a UNIX socket; SCM_RIGHTS of unix(7). */
#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/command.h"
#include "cmd/fd_socket.h"
#include "cmd/ready.h"
#include "core/fdpass.h"

#include <sys/stat.h>
#include <unistd.h>

static const struct parameter options[] = {
	{ .name = "message", .letter = 'm', .type = VALUE_BYTES, .flags = PARAMETER_COMMON, .help = "data to go with them; one NUL byte where it is not given" },
	READY_PARAMETER,
	{ .name = NULL },
};

static const struct argument words[] = { { "SOCKET", ARGUMENT_SPEC, false, false },
					 { "SPEC", ARGUMENT_SPEC, false, true },
					 { .name = NULL } };

static const char *const examples[] = {
	"anysock sendfd unix:/run/app.sock tcp-listen:8080 file:/var/log/app.log,wronly,append",
	"anysock sendfd unix-listen:./hand.sock pidfd:4711:5",
	NULL,
};

/* What is passed: the descriptors belong to the subjects. */
struct sendfd {
	struct subject *subjects;
	size_t subject_count;
	int fds[FDPASS_MAXIMUM];
	size_t count;
};

static int add_descriptor(struct sendfd *sendfd, int fd, struct error *err)
{
	if (sendfd->count == FDPASS_MAXIMUM)
		return error_usage(err, "one message carries at most %d descriptors", FDPASS_MAXIMUM);
	sendfd->fds[sendfd->count++] = fd;
	return 0;
}

static bool is_pipe(int fd)
{
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

/* A descriptor of our own making; of a pipe both ends. */
static int add_endpoint(struct sendfd *sendfd, const struct endpoint *endpoint, struct error *err)
{
	int first = endpoint->in >= 0 ? endpoint->in : endpoint->out;

	if (endpoint->pidfd >= 0)
		return error_set(err, ERROR_USAGE, "a program ends with us: its pipes cannot be passed");
	fdpass_make_blocking(first);
	if (add_descriptor(sendfd, first, err) < 0)
		return -1;
	if (endpoint->out == first || !is_pipe(endpoint->out))
		return 0;
	fdpass_make_blocking(endpoint->out);
	return add_descriptor(sendfd, endpoint->out, err);
}

static int add_subject(struct sendfd *sendfd, const struct subject *subject, struct error *err)
{
	const struct listener *listener = &subject->listener;

	if (subject->endpoint.in >= 0 || subject->endpoint.out >= 0)
		return add_endpoint(sendfd, &subject->endpoint, err);
	if (listener->count == 0)
		return add_descriptor(sendfd, subject->fd, err);
	for (size_t i = 0; i < listener->count; i++)
		if (add_endpoint(sendfd, &listener->endpoints[i], err) < 0)
			return -1;
	return 0;
}

static int open_all(struct sendfd *sendfd, const struct arguments *arguments, struct error *err)
{
	sendfd->subjects = memory_array(arguments->word_count, sizeof(*sendfd->subjects));
	for (size_t i = 1; i < arguments->word_count; i++) {
		struct subject *subject = &sendfd->subjects[i - 1];

		if (subject_open(subject, arguments->words[i], arguments, err) < 0)
			return -1;
		sendfd->subject_count++;
		if (add_subject(sendfd, subject, err) < 0)
			return error_context(err, "%s", arguments->words[i]);
	}
	return 0;
}

static void close_all(struct sendfd *sendfd, bool passed_on)
{
	for (size_t i = 0; i < sendfd->subject_count; i++) {
		struct subject *subject = &sendfd->subjects[i];

		subject->endpoint.passed_on = passed_on;
		for (size_t j = 0; j < subject->listener.count; j++)
			subject->listener.endpoints[j].passed_on = passed_on;
		subject_close(subject);
	}
	free(sendfd->subjects);
}

static int pass(const struct sendfd *sendfd, const struct fd_socket *fd_socket,
		const struct arguments *arguments, struct error *err)
{
	const struct setting *message = arguments_setting(arguments, "message");
	struct value data = { .bytes = (char *)(uintptr_t) "", .length = 1 };

	if (message != NULL)
		data = message->value;
	if (data.length == 0)
		return error_usage(err, "--message: descriptors travel with one byte at least");
	if (fdpass_send(fd_socket->fd, sendfd->fds, sendfd->count, data.bytes, data.length,
			fd_socket->deadline, fd_socket->interrupt.fd, err) < 0)
		return -1;
	return fd_socket_wait_taken(fd_socket, err);
}

static int load_message(const struct arguments *arguments, struct error *err)
{
	for (size_t i = 0; i < arguments->setting_count; i++) {
		struct setting *setting = &arguments->settings[i];

		if (setting->parameter == options &&
		    value_load(setting->parameter, &setting->value, err) < 0)
			return error_context(err, "--message");
	}
	return 0;
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct sendfd sendfd = { 0 };
	struct fd_socket fd_socket = FD_SOCKET_CLOSED;
	int status = -1;

	if (load_message(arguments, err) == 0 && open_all(&sendfd, arguments, err) == 0 &&
	    fd_socket_open(&fd_socket, arguments, err) == 0)
		status = pass(&sendfd, &fd_socket, arguments, err);
	close_all(&sendfd, status == 0);
	fd_socket_close(&fd_socket, context);
	return context->died_by != 0 ? 1 : status;
}

const struct command sendfd_command = {
	.name = "sendfd",
	.summary = "open specs and pass their descriptors over a UNIX socket",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
