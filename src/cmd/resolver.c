/* SPDX-License-Identifier: GPL-2.0-or-later */
/* getaddrinfo(3) cannot be interrupted: it runs on a thread that can be left behind; pthread_create(3). */
#include "cmd/resolver.h"

#include "base/memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

/* Shared by two threads; the last one frees it. */
struct question {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	char *host, *service;
	struct addrinfo hints, *list;
	int code, system_error;
	bool is_answered, is_abandoned;
};

static struct question *question_new(const char *host, const char *service,
				     const struct addrinfo *hints)
{
	struct question *question = memory_new(sizeof(*question));
	pthread_condattr_t attributes;

	question->host = host != NULL ? memory_string(host) : NULL;
	question->service = service != NULL ? memory_string(service) : NULL;
	question->hints = *hints;
	pthread_mutex_init(&question->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&question->answered, &attributes);
	pthread_condattr_destroy(&attributes);
	return question;
}

static void question_free(struct question *question)
{
	pthread_mutex_destroy(&question->lock);
	pthread_cond_destroy(&question->answered);
	free(question->host);
	free(question->service);
	free(question);
}

static void *answer(void *data)
{
	struct question *question = data;
	struct addrinfo *list = NULL;
	int code = getaddrinfo(question->host, question->service, &question->hints, &list);
	int system_error = errno;
	bool is_abandoned;

	pthread_mutex_lock(&question->lock);
	question->code = code;
	question->system_error = system_error;
	question->list = list;
	question->is_answered = true;
	is_abandoned = question->is_abandoned;
	pthread_cond_signal(&question->answered);
	pthread_mutex_unlock(&question->lock);
	if (!is_abandoned)
		return NULL;
	if (code == 0)
		freeaddrinfo(list);
	question_free(question);
	return NULL;
}

/* Whether the answer came in time. */
static bool wait_for(struct question *question, nanoseconds timeout)
{
	nanoseconds deadline = deadline_after(timeout);
	struct timespec until = { .tv_sec = deadline / NANOSECONDS_PER_SECOND,
				  .tv_nsec = (long)(deadline % NANOSECONDS_PER_SECOND) };
	int status = 0;

	pthread_mutex_lock(&question->lock);
	while (!question->is_answered && status == 0)
		status = timeout == 0 ?
				 pthread_cond_wait(&question->answered, &question->lock) :
				 pthread_cond_timedwait(&question->answered, &question->lock, &until);
	question->is_abandoned = !question->is_answered;
	pthread_mutex_unlock(&question->lock);
	return !question->is_abandoned;
}

int resolver_ask(const char *host, const char *service, const struct addrinfo *hints,
		 nanoseconds timeout, struct addrinfo **list)
{
	struct question *question;
	pthread_t thread;
	int code;

	if (timeout == 0)
		return getaddrinfo(host, service, hints, list);
	question = question_new(host, service, hints);
	if (pthread_create(&thread, NULL, answer, question) != 0) {
		question_free(question);
		return getaddrinfo(host, service, hints, list);
	}
	if (!wait_for(question, timeout)) {
		pthread_detach(thread);
		return RESOLVER_TIMEOUT;
	}
	pthread_join(thread, NULL);
	code = question->code;
	errno = question->system_error;
	*list = question->list;
	question_free(question);
	return code;
}
