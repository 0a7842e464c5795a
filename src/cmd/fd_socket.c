/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The UNIX socket that sendfd and recvfd pass descriptors over; unix(7). */
#include "cmd/fd_socket.h"

#include "cmd/ready.h"
#include "core/fdpass.h"
#include "report/report.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define WAIT_LONGEST 50 /* milliseconds */

static int tell_listening(const struct endpoint *listener, const struct arguments *arguments,
			  struct error *err)
{
	struct report_settings settings = { .stream = stderr,
					    .quiet = arguments_flag(arguments, "quiet"),
					    .json = arguments_flag(arguments, "json") };
	struct event event = { .kind = EVENT_LISTENING, .subject = listener };
	struct report *report = report_new(&settings);

	observer_tell(report_observer(report), &event);
	report_free(report);
	return ready_tell(arguments, listener, 1, err);
}

/* 1: nobody who may be served is there yet; those who may not are told about and left. */
static int accept_now(struct fd_socket *fd_socket, const struct endpoint *listener,
		      const char *word, struct error *err)
{
	struct error lost = { 0 };

	switch (socket_accept(listener, &fd_socket->accepted, &lost)) {
	case ACCEPT_DONE:
		fd_socket->fd = fd_socket->accepted.in;
		return 0;
	case ACCEPT_FULL:
		return error_system(err, "accept");
	case ACCEPT_ERROR:
		*err = lost;
		return -1;
	case ACCEPT_REFUSED:
		report_error(stderr, report_is_colored(stderr, REPORT_COLOR_AUTO), word, &lost);
		return 1;
	case ACCEPT_NONE:
	case ACCEPT_LOST:
		break;
	}
	return 1;
}

static int accept_one(struct fd_socket *fd_socket, const struct arguments *arguments,
		      struct error *err)
{
	const struct subject *subject = &fd_socket->subject;
	const struct endpoint *listener = subject->listener.count > 0 ? subject->listener.endpoints :
									&subject->endpoint;
	nanoseconds limit = subject->target.common.accept_timeout;
	nanoseconds deadline = deadline_earlier(fd_socket->deadline, deadline_after(limit));
	int accepted = 1;

	if (tell_listening(listener, arguments, err) < 0)
		return -1;
	while (accepted > 0) {
		if (fdpass_wait(subject->fd, POLLIN, deadline, fd_socket->interrupt.fd, err) < 0)
			return -1;
		accepted = accept_now(fd_socket, listener, arguments->words[0], err);
	}
	return accepted;
}

static int check_kind(const struct subject *subject, const char *word, struct error *err)
{
	if (subject->is_socket && subject->domain == AF_UNIX)
		return 0;
	error_usage(err, "descriptors pass over UNIX sockets only");
	error_hint(err, "unix:PATH connects, unix-listen:PATH waits for a connection");
	return error_place(err, word, 0, strcspn(word, ":,"));
}

int fd_socket_open(struct fd_socket *fd_socket, const struct arguments *arguments,
		   struct error *err)
{
	static const int on = 1;
	const char *word = arguments->words[0];
	struct subject *subject = &fd_socket->subject;

	*fd_socket = FD_SOCKET_CLOSED;
	fd_socket->deadline = deadline_after(arguments_number(arguments, "timeout", 0));
	if (subject_open(subject, word, arguments, err) < 0)
		return -1;
	if (interrupt_open(&fd_socket->interrupt, err) < 0 || check_kind(subject, word, err) < 0)
		return -1;
	fd_socket->fd = subject->fd;
	if (subject->target.role == ROLE_LISTEN && subject->type != SOCK_DGRAM)
		return accept_one(fd_socket, arguments, err);
	/* Of a datagram nothing else tells who sent it. */
	if (subject->type == SOCK_DGRAM)
		setsockopt(fd_socket->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	return 0;
}

/* A peer that closes with something unread leaves an error behind: so much for it. */
static bool was_refused(int fd)
{
	int code = 0;
	socklen_t length = sizeof(code);

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) == 0 && code == ECONNRESET;
}

/* No event tells it: looks again and again, less often each time. */
int fd_socket_wait_taken(const struct fd_socket *fd_socket, struct error *err)
{
	struct pollfd stop = { .fd = fd_socket->interrupt.fd, .events = POLLIN };
	int pending = 0, pause = 1;

	if (fd_socket->subject.type == SOCK_DGRAM)
		return 0;
	while (ioctl(fd_socket->fd, SIOCOUTQ, &pending) == 0 && pending > 0) {
		if (poll(&stop, 1, pause) > 0)
			return error_code(err, EINTR, "wait");
		if (deadline_now() >= fd_socket->deadline)
			return error_set(err, ERROR_TIMEOUT, "nobody took them in time");
		pause = pause < WAIT_LONGEST ? 2 * pause : WAIT_LONGEST;
	}
	if (was_refused(fd_socket->fd))
		return error_set(err, ERROR_INCOMPLETE, "the peer ended and did not take them");
	return 0;
}

void fd_socket_close(struct fd_socket *fd_socket, struct context *context)
{
	bool by_terminal;


	endpoint_close(&fd_socket->accepted);
	subject_close(&fd_socket->subject);
	if (fd_socket->interrupt.fd < 0)
		return;
	if (context->died_by == 0)
		context->died_by = interrupt_take(&fd_socket->interrupt, &by_terminal);
	interrupt_close(&fd_socket->interrupt);
}
