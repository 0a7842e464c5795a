/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timers of --timeout and --accept-timeout. */
#include "cmd/limits.h"

#include "base/memory.h"

static void on_timeout(struct loop_timer *timer)
{
	struct limits *limits = container_of(timer, struct limits, timeout);
	struct error err = { 0 };

	error_set(&err, ERROR_TIMEOUT, "the time of --timeout is over");
	limits->over(limits, &err);
}

static void on_accept_timeout(struct loop_timer *timer)
{
	struct limits *limits = container_of(timer, struct limits, accept);
	struct error err = { 0 };

	if (limits->is_served(limits))
		return;
	error_set(&err, ERROR_TIMEOUT, "nobody connected in the time of --accept-timeout");
	limits->over(limits, &err);
}

void limits_start(struct limits *limits, struct loop *loop, const struct target *target,
		  const struct arguments *arguments)
{
	nanoseconds timeout = arguments_number(arguments, "timeout", 0);
	nanoseconds accept = target->role == ROLE_LISTEN ? target->common.accept_timeout : 0;

	limits->timeout.expired = on_timeout;
	limits->accept.expired = on_accept_timeout;
	if (timeout > 0)
		loop_set_timer(loop, &limits->timeout, deadline_after(timeout));
	if (accept > 0)
		loop_set_timer(loop, &limits->accept, deadline_after(accept));
}
