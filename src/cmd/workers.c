/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that starts workers, and starts one anew where it dies; fork(2), waitid(2).
 *
 * It holds all sockets as long as it lives: what waits to be accepted by a worker
 * that died is there for the one that takes its place.
 */
#include "cmd/workers.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/limits.h"
#include "cmd/ready.h"
#include "cmd/signals.h"
#include "cmd/watch.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What dies at once is not started more often than that. */
#define START_INTERVAL NANOSECONDS_PER_SECOND

struct worker {
	struct workers *workers;
	struct listener listener; /* sockets of its own; none: it accepts from those of the first */
	struct loop_watch watch;  /* of pidfd */
	struct loop_timer again;
	pid_t pid;
	int pidfd; /* -1: it does not run */
	bool is_over; /* and will not again */
	nanoseconds started;
};

struct workers {
	struct join *join;
	struct loop *loop;
	struct signals signals;
	struct watch told; /* by us, not by the workers */
	struct worker *each;
	size_t count;
	size_t left; /* that run, or will again */
	struct workers_common *common;
	struct limits limits; /* of all together */
	bool is_ending;	      /* none is started any more */
	int status;
	int died_by;
	struct worker *self; /* NULL: we are none of them */
};

static size_t number_of(const struct worker *worker)
{
	return (size_t)(worker - worker->workers->each) + 1;
}

static void tell(struct worker *worker, enum event_kind kind, const struct error *err)
{
	struct event event = { .kind = kind, .target = &worker->workers->join->left, .error = err };

	observer_tell(worker->workers->told.chain, &event);
}

static void start_worker(struct worker *worker);

static void start_again(struct loop_timer *timer)
{
	struct worker *worker = container_of(timer, struct worker, again);

	if (worker->workers->self == NULL)
		start_worker(worker);
}

/* Of itself only by --deadline; what was wrong from the beginning is wrong for another as well. */
static bool has_died(const struct worker *worker, const siginfo_t *info)
{
	static const struct error usage = { .kind = ERROR_USAGE };

	if (info->si_code != CLD_EXITED)
		return true;
	return info->si_status != 0 && info->si_status != error_status(&usage) &&
	       deadline_now() < worker->workers->common->ends;
}

/* Another takes its place. */
static void replace(struct worker *worker, const siginfo_t *info)
{
	cleanup_buf struct buf how = { 0 };
	struct error words = { 0 };

	if (info->si_code == CLD_EXITED)
		buf_print(&how, "with status %d", info->si_status);
	else
		buf_print(&how, "by signal %d (%s)", info->si_status, strsignal(info->si_status));
	error_set(&words, ERROR_FAILED,
		  "worker %zu, process %d, died with its connections, %s; another takes its place",
		  number_of(worker), (int)worker->pid, buf_text(&how));
	tell(worker, EVENT_NOTICE, &words);
	loop_set_timer(worker->workers->loop, &worker->again, worker->started + START_INTERVAL);
}

static void end_with(struct worker *worker, const siginfo_t *info)
{
	struct workers *workers = worker->workers;

	worker->is_over = true;
	workers->left--;
	if (info->si_code == CLD_EXITED && workers->status == 0)
		workers->status = info->si_status;
	if (workers->left == 0)
		loop_stop(workers->loop);
}

static void worker_over(struct loop_watch *watch, uint32_t events)
{
	struct worker *worker = container_of(watch, struct worker, watch);
	struct workers *workers = worker->workers;
	siginfo_t info = { .si_code = CLD_EXITED };

	(void)events;
	waitid(P_PIDFD, (id_t)worker->pidfd, &info, WEXITED);
	loop_unwatch(workers->loop, &worker->watch);
	close(worker->pidfd);
	worker->pidfd = -1;
	if (!workers->is_ending && has_died(worker, &info))
		replace(worker, &info);
	else
		end_with(worker, &info);
}

/* With us they have nobody who would start them again or hold their sockets. */
static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		raise(SIGTERM);
}

static int watch_worker(struct worker *worker, struct error *err)
{
	cleanup_close int pidfd = (int)syscall(SYS_pidfd_open, worker->pid, 0U);

	if (pidfd < 0)
		return error_system(err, "pidfd_open");
	if (loop_watch_level(worker->workers->loop, &worker->watch, pidfd, EPOLLIN, err) < 0)
		return -1;
	worker->pidfd = steal_fd(&pidfd);
	return 0;
}

/* One that is not watched must not stay. */
static void end_unwatched(const struct worker *worker)
{
	if (worker->pid <= 0)
		return;
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, 0);
}

/* One that cannot be started is tried again, as one that died. */
static void start_worker(struct worker *worker)
{
	struct workers *workers = worker->workers;
	pid_t parent = getpid();
	struct error err = { 0 };

	worker->started = deadline_now();
	worker->pid = fork();
	if (worker->pid == 0) {
		die_with(parent);
		workers->self = worker;
		loop_stop(workers->loop);
		return;
	}
	if (worker->pid > 0 && watch_worker(worker, &err) == 0)
		return;
	if (worker->pid < 0)
		error_system(&err, "fork");
	end_unwatched(worker);
	tell(worker, EVENT_ERROR, &err);
	loop_set_timer(workers->loop, &worker->again, worker->started + START_INTERVAL);
}

static void signal_all(const struct workers *workers, int number)
{
	for (size_t i = 0; i < workers->count; i++)
		if (workers->each[i].pidfd >= 0)
			kill(workers->each[i].pid, number);
}

static void start_no_more(struct workers *workers)
{
	workers->is_ending = true;
	for (size_t i = 0; i < workers->count; i++) {
		if (workers->each[i].pidfd < 0 && !workers->each[i].is_over)
			workers->left--;
		loop_set_timer(workers->loop, &workers->each[i].again, DEADLINE_NEVER);
	}
	if (workers->left == 0)
		loop_stop(workers->loop);
}

static void on_signal(struct signals *signals, int number)
{
	struct workers *workers = container_of(signals, struct workers, signals);

	signal_all(workers, number);
	if (workers->is_ending)
		return;
	workers->died_by = number;
	start_no_more(workers);
}

static bool is_served(const struct limits *limits)
{
	return atomic_load(&container_of(limits, struct workers, limits)->common->served);
}

/* Told once, for all. */
static void limit_over(struct limits *limits, const struct error *err)
{
	struct workers *workers = container_of(limits, struct workers, limits);
	struct event event = { .kind = EVENT_ERROR, .error = err };

	if (workers->is_ending)
		return;
	observer_tell(workers->told.chain, &event);
	workers->status = error_status(err);
	signal_all(workers, SIGTERM);
	start_no_more(workers);
}

static void show_statistics(struct signals *signals)
{
	signal_all(container_of(signals, struct workers, signals), SIGUSR1);
}

static int check(const struct join *join, const struct context *context,
		 const struct arguments *arguments, struct error *err)
{
	static const char *const others[] = { "once",	  "hub",      "handover",
					      "record",	  "tee",      "tee-back",
					      "checksum", "progress", "max-per-source" };
	uint64_t count = (uint64_t)arguments_number(arguments, "workers", 1);

	if (join->left.role != ROLE_LISTEN || join->right.role == ROLE_LISTEN)
		return error_usage(err, "--workers: one spec must listen, and only one");
	if (context->interactive)
		return error_usage(err, "--workers: not in the shell");
	for (size_t i = 0; i < array_length(others); i++)
		if (arguments_setting(arguments, others[i]) != NULL)
			return error_usage(err, "--workers and --%s exclude each other: workers know nothing of each other",
					   others[i]);
	if (join->left.common.max_per_source > 0)
		return error_usage(err, "--workers: they do not count together, as max-per-source= needs it");
	if (join->left.common.max_children > 0 && join->left.common.max_children < count)
		return error_usage(err, "--workers: more than the connections that may be there at once");
	if (join->left.type != NULL && join->left.type->no_listen && !join->left.type->shares_port)
		return error_usage(err, "--workers: datagrams of this family all come to one socket");
	return 0;
}

/* Where one address may have several sockets each worker has its own. */
static int open_sockets(struct workers *workers, struct error *err)
{
	struct target *target = &workers->join->left;
	struct listener *first = &workers->each[0].listener;
	int opened;

	target->divides_port = target->type != NULL && target->type->shares_port;
	opened = listener_open(first, target, err);
	for (size_t i = 1; i < workers->count && opened == 0 && target->divides_port; i++)
		opened = listener_open_again(&workers->each[i].listener, target, first, err);
	return opened == 0 ? 0 : target_error(target, err);
}

static void start_limits(struct workers *workers, const struct arguments *arguments)
{
	workers->common->ends = deadline_after(arguments_number(arguments, "deadline", 0));
	workers->limits.over = limit_over;
	workers->limits.is_served = is_served;
	limits_start(&workers->limits, workers->loop, &workers->join->left, arguments);
}

static int share(struct workers *workers, struct error *err)
{
	void *memory = mmap(NULL, sizeof(*workers->common), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return error_system(err, "memory");
	workers->common = memory;
	return 0;
}

static int begin(struct workers *workers, struct context *context, const struct arguments *arguments,
		 struct error *err)
{
	const struct listener *first = &workers->each[0].listener;

	workers->loop = loop_new(err);
	if (workers->loop == NULL || share(workers, err) < 0 || open_sockets(workers, err) < 0 ||
	    watch_begin(&workers->told, workers->join, context, arguments, err) < 0 ||
	    signals_watch(&workers->signals, workers->loop, err) < 0 ||
	    ready_tell(arguments, first->endpoints, first->count, err) < 0)
		return -1;
	notify_ready(workers->told.notify);
	workers->join->was_told = true;
	start_limits(workers, arguments);
	for (size_t i = 0; i < workers->count && workers->self == NULL; i++)
		start_worker(&workers->each[i]);
	return workers->self == NULL ? loop_run(workers->loop, err) : 0;
}

/* What is ours to serve moves on; the parent takes away what the sockets left in the file system. */
static void take_sockets(struct workers *workers)
{
	struct join *join = workers->join;
	struct worker *self = workers->self;
	struct listener *own = self->listener.count > 0 ? &self->listener : &workers->each[0].listener;
	uint64_t maximum = join->left.common.max_children;

	join->given = memory_new(sizeof(*join->given));
	for (size_t i = 0; i < own->count; i++) {
		join->given->fds[join->given->count++] = own->endpoints[i].in;
		own->endpoints[i].in = own->endpoints[i].out = -1;
	}
	join->common = workers->common;
	join->server.given = join->given;
	join->server.is_lent = true;
	join->server.is_quiet = number_of(self) > 1;
	if (maximum > 0)
		join->left.common.max_children = maximum / workers->count +
						 (number_of(self) <= maximum % workers->count);
}

static void release(struct workers *workers)
{
	for (size_t i = 0; i < workers->count; i++) {
		struct worker *worker = &workers->each[i];

		if (worker->pidfd >= 0)
			close(worker->pidfd);
		for (size_t j = 0; j < worker->listener.count; j++)
			worker->listener.endpoints[j].passed_on = workers->self != NULL;
		listener_close(&worker->listener);
	}
	/* The epoll instance is the parent's too: nothing is taken out of it. */
	if (workers->self != NULL)
		workers->signals.watch.fd = -1;
	if (workers->loop != NULL)
		signals_release(&workers->signals);
	loop_free(workers->loop);
	if (workers->self == NULL && workers->common != NULL)
		munmap(workers->common, sizeof(*workers->common));
	watch_end(&workers->told, NULL);
	free(workers->each);
}

int workers_start(struct join *join, struct context *context, const struct arguments *arguments,
		  int *status, struct error *err)
{
	struct workers workers = { .join = join,
				   .signals = SIGNALS_NONE,
				   .count = (size_t)arguments_number(arguments, "workers", 1) };
	int begun;

	if (check(join, context, arguments, err) < 0)
		return -1;
	workers.left = workers.count;
	workers.signals.end = on_signal;
	workers.signals.show = show_statistics;
	workers.each = memory_array(workers.count, sizeof(*workers.each));
	for (size_t i = 0; i < workers.count; i++)
		workers.each[i] = (struct worker){ .workers = &workers,
						   .watch = { .fd = -1, .ready = worker_over },
						   .again.expired = start_again,
						   .pidfd = -1 };
	begun = begin(&workers, context, arguments, err);
	if (workers.self != NULL)
		take_sockets(&workers);
	release(&workers);
	context->died_by = workers.died_by;
	*status = workers.status;
	return begun < 0 ? -1 : workers.self == NULL;
}
