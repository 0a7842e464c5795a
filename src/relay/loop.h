/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One thread that waits for descriptors and deadlines; epoll(7), edge-triggered. */
#ifndef RELAY_LOOP_H
#define RELAY_LOOP_H

#include "base/deadline.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All three are members of what they belong to; the loop borrows them. */
struct loop_watch {
	int fd; /* -1: not watched */
	void (*ready)(struct loop_watch *watch, uint32_t events); /* EPOLL… bits */
};

struct loop_timer {
	uint32_t position; /* 0: not set */
	void (*expired)(struct loop_timer *timer);
};

/* Something to be done in the next turn, once. */
struct loop_task {
	struct loop_task *next; /* the last of a queue has itself; NULL: not queued */
	void (*run)(struct loop_task *task);
};

struct loop;

struct loop *loop_new(struct error *err);
void loop_free(struct loop *loop);

/* Watches fd edge-triggered for the EPOLL… events. -1 and EPERM for what epoll refuses. */
int loop_watch(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events,
	       struct error *err);
/* The same level-triggered: told in each turn until the reason is gone. */
int loop_watch_level(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events,
		     struct error *err);
/* Stops; must precede the closing of the descriptor. Harmless when not watched. */
void loop_unwatch(struct loop *loop, struct loop_watch *watch);
/* Sets or moves a timer; DEADLINE_NEVER takes it away. */
void loop_set_timer(struct loop *loop, struct loop_timer *timer, nanoseconds at);
void loop_queue(struct loop *loop, struct loop_task *task);
static inline bool loop_is_queued(const struct loop_task *task)
{
	return task->next != NULL;
}
/* Queues a task for the end of the turn, when no event of it can refer to what the task frees. */
void loop_queue_last(struct loop *loop, struct loop_task *task);

/* Memory that everything on the loop may use within one call. */
#define LOOP_BUFFER_SIZE (256U << 10)
char *loop_buffer(struct loop *loop);
/* Time at the begin of the turn. */
nanoseconds loop_now(const struct loop *loop);

/* Turns until loop_stop(); -1 when epoll_wait(2) fails. */
int loop_run(struct loop *loop, struct error *err);
void loop_stop(struct loop *loop);

#endif
