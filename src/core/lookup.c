/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A look-up on a thread; pthread_create(3), eventfd(2). */
#include "core/lookup.h"

#include "base/memory.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Shared by two: the last to let go frees it. */
struct lookup {
	pthread_t thread;
	struct target target;
	struct address_list list;
	struct error err;
	int result;
	int event_fd;
	atomic_bool is_done;
	atomic_int holders;
};

static void let_go(struct lookup *lookup)
{
	if (atomic_fetch_sub(&lookup->holders, 1) > 1)
		return;
	address_list_release(&lookup->list);
	target_release(&lookup->target);
	close(lookup->event_fd);
	free(lookup);
}

static void *run(void *argument)
{
	struct lookup *lookup = argument;
	const uint64_t one = 1;
	ssize_t told;

	lookup->result = lookup->target.family->resolve(&lookup->target, ADDRESS_PEER, true,
							&lookup->list, &lookup->err);
	atomic_store(&lookup->is_done, true);
	/* Nobody else wakes who waits. */
	do
		told = write(lookup->event_fd, &one, sizeof(one));
	while (told < 0 && (errno == EINTR || errno == EAGAIN));
	let_go(lookup);
	return NULL;
}

/* Signals belong to the main thread, which reads them from a signalfd. */
static int start_thread(struct lookup *lookup)
{
	sigset_t all, before;
	int code;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	code = pthread_create(&lookup->thread, NULL, run, lookup);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return code;
}

struct lookup *lookup_start(const struct target *target, struct error *err)
{
	struct lookup *lookup = memory_new(sizeof(*lookup));
	int code;

	lookup->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (lookup->event_fd < 0) {
		error_system(err, "eventfd");
		free(lookup);
		return NULL;
	}
	target_share(&lookup->target, target);
	atomic_init(&lookup->holders, 2);
	code = start_thread(lookup);
	if (code == 0)
		return lookup;
	error_code(err, code, "look-up thread");
	atomic_store(&lookup->holders, 1);
	let_go(lookup);
	return NULL;
}

int lookup_fd(const struct lookup *lookup)
{
	return lookup->event_fd;
}

int lookup_result(struct lookup *lookup, struct address_list *list, struct error *err)
{
	if (!atomic_load(&lookup->is_done))
		return 1;
	if (lookup->result < 0) {
		*err = lookup->err;
		return -1;
	}
	*list = lookup->list;
	lookup->list = (struct address_list){ 0 };
	return 0;
}

void lookup_free(struct lookup *lookup)
{
	if (lookup == NULL)
		return;
	/* One that has its answer is at its end; one that has none may take minutes. */
	if (atomic_load(&lookup->is_done))
		pthread_join(lookup->thread, NULL);
	else
		pthread_detach(lookup->thread);
	let_go(lookup);
}
