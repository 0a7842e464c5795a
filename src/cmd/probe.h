/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One try to find out whether anybody is at a target: opens it, asks where an answer is wanted, closes it. */
#ifndef CMD_PROBE_H
#define CMD_PROBE_H

#include "base/pattern.h"
#include "cmd/request.h"
#include "core/opening.h"
#include "relay/loop.h"

enum probe_result {
	PROBE_RUNS,
	PROBE_OPEN,   /* it could be opened, and answered where that is wanted */
	PROBE_CLOSED, /* somebody said that nobody is there; the error tells */
	PROBE_SILENT, /* nobody said anything in time; the error tells */
	PROBE_FAILED, /* we could not even ask: the error tells */
};

/* What all probes of a command share; borrowed by them. */
struct prober {
	struct loop *loop;
	const struct request *request;
	nanoseconds limit; /* how long a try may take; 0: no limit */
	struct message_room room;
};

struct probe {
	struct prober *prober;
	const struct target *target;
	void (*over)(struct probe *probe); /* called from the loop; it may be started again then */
	enum probe_result result;
	struct error err;
	nanoseconds started, ended;
	/* the rest is its own */
	struct opening *opening;
	struct endpoint endpoint;
	struct loop_watch watch;
	struct loop_timer timer;
	struct loop_task task;
	struct pattern_window window;
	nanoseconds deadline;
	size_t sent; /* messages of the request */
	bool wants_answer;
};

void prober_init(struct prober *prober, struct loop *loop, const struct request *request,
		 nanoseconds limit);
void prober_release(struct prober *prober);

/* target is borrowed. Nothing happens before probe_start(). */
void probe_init(struct probe *probe, struct prober *prober, const struct target *target,
		void (*over)(struct probe *));
void probe_start(struct probe *probe);
/* Ends it, whatever it does; over is not called any more. */
void probe_stop(struct probe *probe);

#endif
