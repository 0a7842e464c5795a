/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening as a state machine: look-up, then attempts that race; connect(2), RFC 8305. */
#include "core/opening.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/lookup.h"
#include "core/socket.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ATTEMPT_DELAY (250 * NANOSECONDS_PER_MILLISECOND)
#define SHORT_DELAY (5 * NANOSECONDS_PER_MILLISECOND)
#define GREETING_LIMIT (3 * NANOSECONDS_PER_SECOND)

struct attempt {
	int fd; /* -1: over */
	size_t address;
	bool queue_full; /* a UNIX listener's backlog: no event tells when it has room */
};

struct opening {
	const struct target *target;
	const struct endpoint *client;
	enum opening_state state;
	struct endpoint endpoint;
	struct error err;
	struct lookup *lookup;
	struct address_list list;
	size_t next; /* index of the address to be tried next */
	struct attempt *attempts;
	size_t attempt_count;
	size_t running;
	struct buf failures;	   /* what each address that failed said */
	struct error last_failure;
	int epoll_fd;		   /* of all attempts, once there are several; -1 */
	nanoseconds total_deadline;
	nanoseconds deadline;	   /* of this try */
	nanoseconds next_attempt;  /* when the next address is due */
	nanoseconds greeting_until; /* when the family is told that it waits for long */
	int greeting;		   /* what the family's greet() said: 0 nothing to wait for */
	nanoseconds retry_at;	   /* DEADLINE_NEVER: a try is under way */
	uint64_t retries, tries; /* still to be made; made in vain */
	struct backoff backoff;
	nanoseconds started, try_started, looked_up;
	bool has_news; /* of a try in vain */
};

static void attempt_over(struct opening *opening, struct attempt *attempt)
{
	if (attempt->fd < 0)
		return;
	close(attempt->fd);
	attempt->fd = -1;
	opening->running--;
}

static void abandon_attempts(struct opening *opening)
{
	for (size_t i = 0; i < opening->attempt_count; i++)
		attempt_over(opening, &opening->attempts[i]);
	opening->attempt_count = 0;
	if (opening->epoll_fd >= 0)
		close(opening->epoll_fd);
	opening->epoll_fd = -1;
}

/* No address is left: tries again later, or tells all failures. */
static void fail_try(struct opening *opening)
{
	struct error *err = &opening->err;

	abandon_attempts(opening);
	if (opening->retries > 0 && err->kind != ERROR_USAGE) {
		if (opening->retries != UINT64_MAX)
			opening->retries--;
		opening->tries++;
		opening->has_news = true;
		opening->retry_at = deadline_now() + backoff_step(&opening->backoff);
		if (opening->retry_at < opening->total_deadline)
			return;
	}
	opening->state = OPENING_FAILED;
	socket_explain(opening->target, err);
}

/* What must pass between both ends before the first byte. */
static void greet(struct opening *opening)
{
	const struct target *target = opening->target;
	bool is_late = deadline_now() >= opening->greeting_until;
	int greeted = 0;

	if (target->family->greet != NULL && target->role == ROLE_CONNECT)
		greeted = target->family->greet(target, &opening->endpoint, is_late, &opening->err);
	opening->greeting = greeted > 0 ? greeted : 0;
	if (is_late)
		opening->greeting_until = DEADLINE_NEVER;
	if (greeted == 0)
		opening->state = OPENING_DONE;
	if (greeted >= 0)
		return;
	endpoint_close(&opening->endpoint);
	fail_try(opening);
}

static void succeed(struct opening *opening, int fd)
{
	cleanup_close int socket = fd;

	abandon_attempts(opening);
	opening->greeting_until = deadline_after(GREETING_LIMIT);
	if (target_apply(opening->target, PHASE_CONNECTED, socket, &opening->err) < 0 ||
	    socket_endpoint(opening->target, &socket, &opening->endpoint, &opening->err) < 0)
		opening->state = OPENING_FAILED;
	else
		greet(opening);
}

/* The last failure decides the kind; with several addresses each one's is told. */
static void fail_all(struct opening *opening)
{
	opening->err = opening->last_failure;
	if (opening->list.count > 1)
		snprintf(opening->err.text, sizeof(opening->err.text), "connect: %s",
			 buf_text(&opening->failures));
	fail_try(opening);
}

static void note_failure(struct opening *opening, size_t address, const struct error *err)
{
	struct buf *all = &opening->failures;

	buf_print(all, "%s", all->length > 0 ? "; " : "");
	if (opening->target->family->print_address != NULL)
		opening->target->family->print_address(opening->target,
						       &opening->list.items[address], all);
	buf_print(all, ": %s", strncmp(err->text, "connect: ", 9) == 0 ? err->text + 9 : err->text);
	opening->last_failure = *err;
}

/* Whether a connect(2) that was under way has worked. */
static int finish_connect(int fd, struct error *err)
{
	int code = 0;
	socklen_t length = sizeof(code);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) < 0)
		code = errno;
	return code != 0 ? error_code(err, code, "connect") : 0;
}

/* 0: connected; 1: under way; -1: failed. What is ready and no more has nothing else to say. */
static int check_connect(int fd, struct error *err)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };

	if (poll(&poll_fd, 1, 0) == 0)
		return 1;
	return poll_fd.revents == POLLOUT ? 0 : finish_connect(fd, err);
}

/* As check_connect(). */
static int begin_connect(const struct opening *opening, struct attempt *attempt, struct error *err)
{
	const struct address_list *list = &opening->list;

	attempt->queue_full = false;
	if (socket_connect(opening->target, attempt->fd, list, attempt->address) == 0 ||
	    errno == EISCONN)
		return finish_connect(attempt->fd, err);
	if (errno == EAGAIN && list->items[attempt->address].any.sa_family == AF_UNIX) {
		attempt->queue_full = true;
		return 1;
	}
	if (errno != EINPROGRESS && errno != EALREADY)
		return error_system(err, "connect");
	/* On loopback the handshake is often over by now: that saves a turn of the loop. */
	return check_connect(attempt->fd, err);
}

static bool is_bound_only(const struct target *target)
{
	return target->role == ROLE_BIND || target->step == STEP_BIND;
}

/* Makes the socket and binds or begins to connect it: 0 ready, 1 under way, -1 failed. */
static int begin_attempt(struct opening *opening, struct attempt *attempt, struct error *err)
{
	const struct target *target = opening->target;
	const struct address *address = &opening->list.items[attempt->address];

	attempt->fd = socket_create(target, address, err);
	if (attempt->fd < 0)
		return -1;
	opening->running++;
	if (is_bound_only(target)) {
		if (socket_bind(target, attempt->fd, address, err) < 0)
			return -1;
		return target_apply(target, PHASE_CONNECT, attempt->fd, err);
	}
	if (socket_bind_local(target, attempt->fd, address, err) < 0 ||
	    target_apply(target, PHASE_CONNECT, attempt->fd, err) < 0)
		return -1;
	if (target->step == STEP_NONE)
		return 0;
	return begin_connect(opening, attempt, err);
}

/* Several attempts are waited for through one epoll descriptor. */
static void watch_attempts(struct opening *opening)
{
	struct epoll_event event = { .events = EPOLLOUT };

	if (opening->attempt_count < 2)
		return;
	if (opening->epoll_fd < 0)
		opening->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < opening->attempt_count; i++)
		if (opening->attempts[i].fd >= 0)
			epoll_ctl(opening->epoll_fd, EPOLL_CTL_ADD, opening->attempts[i].fd, &event);
}

static bool is_connecting(const struct opening *opening)
{
	return opening->state == OPENING_WAITS && opening->greeting == 0 &&
	       opening->retry_at == DEADLINE_NEVER;
}

/* Starts the attempts that are due: the next one, and at once another when it fails. */
static void start_attempts(struct opening *opening)
{
	while (opening->next < opening->list.count && is_connecting(opening)) {
		struct attempt *attempt = &opening->attempts[opening->attempt_count++];
		struct error err = { 0 };
		int begun;

		*attempt = (struct attempt){ .fd = -1, .address = opening->next++ };
		begun = begin_attempt(opening, attempt, &err);
		if (begun == 0) {
			opening->running--;
			succeed(opening, steal_fd(&attempt->fd));
		} else if (begun > 0) {
			opening->next_attempt = deadline_now() + ATTEMPT_DELAY;
			watch_attempts(opening);
			return;
		} else {
			note_failure(opening, attempt->address, &err);
			attempt_over(opening, attempt);
		}
	}
	opening->next_attempt = DEADLINE_NEVER;
	if (opening->running == 0 && is_connecting(opening))
		fail_all(opening);
}

/* The list of addresses is there. */
static void start_racing(struct opening *opening)
{
	opening->next = 0;
	opening->looked_up = deadline_now();
	free(opening->attempts);
	opening->attempts = memory_array(opening->list.count, sizeof(*opening->attempts));
	buf_clear(&opening->failures);
	start_attempts(opening);
}

static void look_up(struct opening *opening)
{
	const struct family *family = opening->target->family;
	int found = family->resolve(opening->target, ADDRESS_PEER, false, &opening->list,
				    &opening->err);

	if (found == 0) {
		start_racing(opening);
		return;
	}
	if (found > 0)
		opening->lookup = lookup_start(opening->target, &opening->err);
	if (opening->lookup == NULL)
		fail_try(opening);
}

static void start_try(struct opening *opening)
{
	const struct target *target = opening->target;

	opening->retry_at = DEADLINE_NEVER;
	opening->try_started = deadline_now();
	opening->err = (struct error){ 0 };
	opening->deadline = deadline_earlier(opening->total_deadline,
					     deadline_after(target->common.connect_timeout));
	address_list_release(&opening->list);
	if (target->family->open == NULL) {
		look_up(opening);
		return;
	}
	if (target->family->open(target, opening->client, &opening->endpoint, &opening->err) == 0)
		opening->state = OPENING_DONE;
	else
		fail_try(opening);
}

struct opening *opening_start(const struct target *target, const struct endpoint *client,
			      nanoseconds deadline)
{
	struct opening *opening = memory_new(sizeof(*opening));

	opening->target = target;
	opening->client = client;
	opening->endpoint = ENDPOINT_CLOSED;
	opening->epoll_fd = -1;
	opening->total_deadline = deadline;
	opening->next_attempt = DEADLINE_NEVER;
	opening->started = deadline_now();
	opening->retries = target->common.retries;
	opening->backoff = target_backoff(target);
	start_try(opening);
	return opening;
}

static void step_lookup(struct opening *opening)
{
	int found = lookup_result(opening->lookup, &opening->list, &opening->err);

	if (found > 0)
		return;
	lookup_free(opening->lookup);
	opening->lookup = NULL;
	if (found == 0)
		start_racing(opening);
	else
		fail_try(opening);
}

/* 0 connected, 1 still under way, -1 failed. */
static int check_attempt(struct opening *opening, struct attempt *attempt, struct error *err)
{
	return attempt->queue_full ? begin_connect(opening, attempt, err) :
				     check_connect(attempt->fd, err);
}

static void step_attempts(struct opening *opening)
{
	bool failed = false;

	for (size_t i = 0; i < opening->attempt_count; i++) {
		struct attempt *attempt = &opening->attempts[i];
		struct error err = { 0 };
		int checked = attempt->fd >= 0 ? check_attempt(opening, attempt, &err) : 1;

		if (checked == 0) {
			opening->running--;
			succeed(opening, steal_fd(&attempt->fd));
			return;
		}
		if (checked < 0) {
			note_failure(opening, attempt->address, &err);
			attempt_over(opening, attempt);
			failed = true;
		}
	}
	if (failed || opening->next_attempt <= deadline_now())
		start_attempts(opening);
}

static void time_out(struct opening *opening)
{
	error_set(&opening->err, ERROR_TIMEOUT, opening->lookup != NULL ? "look-up: timed out" :
								       "connect: timed out");
	lookup_free(opening->lookup);
	opening->lookup = NULL;
	opening->greeting = 0;
	endpoint_close(&opening->endpoint);
	fail_try(opening);
}

enum opening_state opening_step(struct opening *opening)
{
	nanoseconds now = deadline_now();

	if (opening->state != OPENING_WAITS)
		return opening->state;
	if (opening->retry_at != DEADLINE_NEVER) {
		if (now >= opening->retry_at)
			start_try(opening);
	} else if (now >= opening->deadline) {
		time_out(opening);
	} else if (opening->lookup != NULL) {
		step_lookup(opening);
	} else if (opening->greeting > 0) {
		greet(opening);
	} else {
		step_attempts(opening);
	}
	return opening->state;
}

enum opening_state opening_state(const struct opening *opening)
{
	return opening->state;
}

static const struct attempt *only_attempt(const struct opening *opening)
{
	for (size_t i = 0; i < opening->attempt_count; i++)
		if (opening->attempts[i].fd >= 0)
			return &opening->attempts[i];
	return NULL;
}

int opening_fd(const struct opening *opening)
{
	const struct attempt *attempt;

	if (opening->lookup != NULL)
		return lookup_fd(opening->lookup);
	if (opening->greeting > 0)
		return opening->greeting == 1 ? opening->endpoint.in : -1;
	if (opening->epoll_fd >= 0)
		return opening->epoll_fd;
	attempt = only_attempt(opening);
	return attempt != NULL && !attempt->queue_full ? attempt->fd : -1;
}

short opening_events(const struct opening *opening)
{
	return opening->lookup || opening->greeting || opening->epoll_fd >= 0 ? POLLIN : POLLOUT;
}

nanoseconds opening_deadline(const struct opening *opening)
{
	nanoseconds at = opening->greeting > 0 ? opening->greeting_until : opening->next_attempt;

	if (opening->retry_at != DEADLINE_NEVER)
		return opening->retry_at;
	if (opening->greeting > 1)
		return deadline_now() + SHORT_DELAY;
	at = deadline_earlier(opening->deadline, at);
	for (size_t i = 0; i < opening->attempt_count; i++)
		if (opening->attempts[i].fd >= 0 && opening->attempts[i].queue_full)
			return deadline_earlier(at, deadline_now() + SHORT_DELAY);
	return at;
}

void opening_take(struct opening *opening, struct endpoint *endpoint)
{
	endpoint_move(endpoint, &opening->endpoint);
	endpoint_let_inherit(endpoint);
}

const struct error *opening_error(const struct opening *opening)
{
	return &opening->err;
}

nanoseconds opening_duration(const struct opening *opening, nanoseconds *lookup)
{
	*lookup = opening->looked_up > 0 ? opening->looked_up - opening->try_started : 0;
	return deadline_now() - opening->started;
}

bool opening_tells_retry(struct opening *opening, struct error *err, uint64_t *tries)
{
	if (!opening->has_news)
		return false;
	opening->has_news = false;
	*err = opening->err;
	*tries = opening->tries;
	return true;
}

void opening_free(struct opening *opening)
{
	if (opening == NULL)
		return;
	abandon_attempts(opening);
	lookup_free(opening->lookup);
	address_list_release(&opening->list);
	endpoint_close(&opening->endpoint);
	buf_release(&opening->failures);
	free(opening->attempts);
	free(opening);
}
