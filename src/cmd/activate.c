/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program that is handed sockets which listen already, as by a service manager; sd_listen_fds(3). */
#include "cmd/activate.h"

#include "base/memory.h"
#include "cmd/interrupt.h"
#include "cmd/programs.h"
#include "cmd/ready.h"
#include "core/fdpass.h"
#include "core/socket.h"
#include "report/notify.h"
#include "report/report.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

const struct name activate_times[] = {
	{ "now", ACTIVATE_NOW, "as soon as we listen" },
	{ "first", ACTIVATE_FIRST, "once somebody connects or sends" },
	{ NULL, 0, NULL },
};

static int tell(const struct listener *listener, struct notify *notify,
		const struct arguments *arguments, struct error *err)
{
	struct report_settings settings = { .stream = stderr,
					    .quiet = arguments_flag(arguments, "quiet"),
					    .json = arguments_flag(arguments, "json") };
	struct report *report = report_new(&settings);
	struct observer *chain = notify_observer(notify, report_observer(report));

	for (size_t i = 0; i < listener->count; i++) {
		struct event event = { .kind = EVENT_LISTENING, .subject = &listener->endpoints[i] };

		observer_tell(chain, &event);
	}
	report_free(report);
	notify_ready(notify);
	return ready_tell(arguments, listener->endpoints, listener->count, err);
}

/* 1: somebody is there; 0: a signal came; -1: an error. */
static int wait_first(const struct listener *listener, const struct interrupt *interrupt,
		      struct context *context, struct error *err)
{
	struct pollfd *polls = memory_array(listener->count + 1, sizeof(*polls));
	bool by_terminal;
	int ready = 0;

	for (size_t i = 0; i < listener->count; i++)
		polls[i] = (struct pollfd){ .fd = listener->endpoints[i].in, .events = POLLIN };
	polls[listener->count] = (struct pollfd){ .fd = interrupt->fd, .events = POLLIN };
	while (ready == 0) {
		ready = poll(polls, (nfds_t)listener->count + 1, -1);
		if (ready < 0 && errno == EINTR)
			ready = 0;
		else if (ready < 0)
			error_system(err, "poll");
	}
	if (ready > 0)
		context->died_by = interrupt_take(interrupt, &by_terminal);
	free(polls);
	return ready > 0 ? context->died_by == 0 : -1;
}

static int run_program(const struct listener *listener, struct context *context,
		       const struct arguments *arguments, struct error *err)
{
	int fds[FDPASS_MAXIMUM];
	const struct program_descriptors descriptors = { .standard = { -1, -1 },
							 .passed = fds,
							 .count = listener->count };
	struct program program;

	for (size_t i = 0; i < listener->count; i++) {
		fds[i] = listener->endpoints[i].in;
		fdpass_make_blocking(fds[i]);
	}
	if (program_start(&program, arguments->program, &descriptors, err) < 0)
		return -1;
	if (programs_wait(&program, 1, DEADLINE_NEVER, context, err) < 0)
		return -1;
	return program.status;
}

static int serve(const struct listener *listener, const struct interrupt *interrupt,
		 struct context *context, const struct arguments *arguments, struct error *err)
{
	int ready = 1;

	if (listener->count > FDPASS_MAXIMUM)
		return error_usage(err, "at most %d sockets are handed over", FDPASS_MAXIMUM);
	if (arguments_number(arguments, "activate", ACTIVATE_NOW) == ACTIVATE_FIRST)
		ready = wait_first(listener, interrupt, context, err);
	return ready > 0 ? run_program(listener, context, arguments, err) : ready;
}

int activate_run(const struct target *target, struct context *context,
		 const struct arguments *arguments, struct error *err)
{
	struct interrupt interrupt = { .fd = -1 };
	struct listener listener;
	struct notify *notify;
	int status;

	if (target->role != ROLE_LISTEN)
		return error_usage(err, "--activate: what listens is handed over, and this is connected");
	if (listener_open(&listener, target, err) < 0)
		return -1;
	/* Before anybody is told: from then on a signal finds us ready to clean up. */
	status = interrupt_open(&interrupt, err);
	notify = notify_new();
	if (status == 0)
		status = tell(&listener, notify, arguments, err);
	if (status == 0)
		status = serve(&listener, &interrupt, context, arguments, err);
	notify_free(notify);
	listener_close(&listener);
	interrupt_close(&interrupt);
	return status;
}
