/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event loop: epoll_wait(2), a heap of timers, two queues of tasks. */
#include "relay/loop.h"

#include "base/cleanup.h"
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS_PER_TURN 256

struct task_queue {
	struct loop_task *first, *last;
};

/* Together, so that what is compared is not looked for all over the memory. */
struct timer_entry {
	nanoseconds at;
	struct loop_timer *timer;
};

struct loop {
	int epoll_fd;
	bool is_stopped;
	nanoseconds now;
	struct timer_entry *timers; /* a binary heap; position 0 is not used */
	uint32_t timer_count, timer_room;
	struct task_queue tasks, last_tasks;
	char *buffer;
};

static void queue_init(struct task_queue *queue)
{
	queue->first = queue->last = NULL;
}

static void queue_add(struct task_queue *queue, struct loop_task *task)
{
	if (loop_is_queued(task))
		return;
	task->next = task;
	if (queue->first == NULL)
		queue->first = task;
	else
		queue->last->next = task;
	queue->last = task;
}

/* Runs what is queued now; what is queued meanwhile waits for the next turn. */
static void queue_run(struct task_queue *queue)
{
	struct loop_task *task = queue->first;

	queue_init(queue);
	while (task != NULL) {
		struct loop_task *next = task->next != task ? task->next : NULL;

		task->next = NULL;
		task->run(task);
		task = next;
	}
}

struct loop *loop_new(struct error *err)
{
	struct loop *loop;
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0) {
		error_system(err, "epoll_create1");
		return NULL;
	}
	loop = memory_new(sizeof(*loop));
	loop->epoll_fd = fd;
	loop->now = deadline_now();
	queue_init(&loop->tasks);
	queue_init(&loop->last_tasks);
	return loop;
}

void loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	queue_run(&loop->last_tasks);
	close(loop->epoll_fd);
	free(loop->timers);
	free(loop->buffer);
	free(loop);
}

int loop_watch(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events,
	       struct error *err)
{
	return loop_watch_level(loop, watch, fd, events | EPOLLET, err);
}

int loop_watch_level(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events,
		     struct error *err)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
		return error_system(err, "epoll_ctl");
	watch->fd = fd;
	return 0;
}

void loop_unwatch(struct loop *loop, struct loop_watch *watch)
{
	if (watch->fd >= 0)
		epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
	watch->fd = -1;
}

static void place_timer(struct loop *loop, struct timer_entry entry, uint32_t position)
{
	loop->timers[position] = entry;
	entry.timer->position = position;
}

static void rise(struct loop *loop, uint32_t at)
{
	const struct timer_entry risen = loop->timers[at];

	for (; at > 1 && loop->timers[at / 2].at > risen.at; at /= 2)
		place_timer(loop, loop->timers[at / 2], at);
	place_timer(loop, risen, at);
}

static void sink(struct loop *loop, uint32_t at)
{
	const struct timer_entry sunk = loop->timers[at];

	while (2 * at <= loop->timer_count) {
		uint32_t child = 2 * at;

		if (child < loop->timer_count && loop->timers[child + 1].at < loop->timers[child].at)
			child++;
		if (loop->timers[child].at >= sunk.at)
			break;
		place_timer(loop, loop->timers[child], at);
		at = child;
	}
	place_timer(loop, sunk, at);
}

static void remove_timer(struct loop *loop, struct loop_timer *timer)
{
	const struct timer_entry moved = loop->timers[loop->timer_count--];
	uint32_t position = timer->position;

	if (moved.timer != timer) {
		place_timer(loop, moved, position);
		rise(loop, position);
		sink(loop, moved.timer->position);
	}
	timer->position = 0;
}

static void add_timer(struct loop *loop, struct loop_timer *timer)
{
	if (loop->timer_count + 2 > loop->timer_room) {
		loop->timer_room = loop->timer_room > 0 ? 2 * loop->timer_room : 16;
		loop->timers = memory_resize(loop->timers, loop->timer_room, sizeof(*loop->timers));
	}
	timer->position = ++loop->timer_count;
}

void loop_set_timer(struct loop *loop, struct loop_timer *timer, nanoseconds at)
{
	if (at == DEADLINE_NEVER) {
		if (timer->position > 0)
			remove_timer(loop, timer);
		return;
	}
	if (timer->position == 0)
		add_timer(loop, timer);
	loop->timers[timer->position] = (struct timer_entry){ .at = at, .timer = timer };
	rise(loop, timer->position);
	sink(loop, timer->position);
}

void loop_queue(struct loop *loop, struct loop_task *task)
{
	queue_add(&loop->tasks, task);
}

void loop_queue_last(struct loop *loop, struct loop_task *task)
{
	queue_add(&loop->last_tasks, task);
}

char *loop_buffer(struct loop *loop)
{
	if (loop->buffer == NULL)
		loop->buffer = memory_resize(NULL, LOOP_BUFFER_SIZE, 1);
	return loop->buffer;
}

nanoseconds loop_now(const struct loop *loop)
{
	return loop->now;
}

static int wait_time(const struct loop *loop)
{
	if (loop->tasks.first != NULL || loop->last_tasks.first != NULL)
		return 0;
	return loop->timer_count > 0 ? deadline_poll_timeout(loop->timers[1].at) : -1;
}

static void expire_timers(struct loop *loop)
{
	while (loop->timer_count > 0 && loop->timers[1].at <= loop->now) {
		struct loop_timer *timer = loop->timers[1].timer;

		remove_timer(loop, timer);
		timer->expired(timer);
	}
}

static int turn(struct loop *loop, struct error *err)
{
	struct epoll_event events[EVENTS_PER_TURN];
	int count = epoll_wait(loop->epoll_fd, events, EVENTS_PER_TURN, wait_time(loop));

	if (count < 0 && errno != EINTR)
		return error_system(err, "epoll_wait");
	loop->now = deadline_now();
	for (int i = 0; i < count; i++) {
		struct loop_watch *watch = events[i].data.ptr;

		if (watch->fd >= 0)
			watch->ready(watch, events[i].events);
	}
	expire_timers(loop);
	queue_run(&loop->tasks);
	queue_run(&loop->last_tasks);
	return 0;
}

int loop_run(struct loop *loop, struct error *err)
{
	loop->is_stopped = false;
	while (!loop->is_stopped)
		if (turn(loop, err) < 0)
			return -1;
	return 0;
}

void loop_stop(struct loop *loop)
{
	loop->is_stopped = true;
}
