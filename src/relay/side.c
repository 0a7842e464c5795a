/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Watching the descriptors of one end; epoll(7), waitid(2), SO_LINGER of socket(7). */
#include "relay/side.h"

#include "base/memory.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY_AGAIN (10 * NANOSECONDS_PER_MILLISECOND)

void side_init(struct side *side, bool is_right)
{
	*side = (struct side){ .endpoint = ENDPOINT_CLOSED,
			       .in_watch.fd = -1,
			       .more = side->more,
			       .is_right = is_right };
}

void side_release(struct side *side)
{
	free(side->more);
	side->more = NULL;
}

static struct side_more *more_of(struct side *side)
{
	if (side->more == NULL)
		side->more = memory_new(sizeof(*side->more));
	*side->more = (struct side_more){ .side = side, .out_watch.fd = -1, .child_watch.fd = -1 };
	return side->more;
}

/* What epoll refuses is always ready. */
static int watch(struct loop *loop, struct loop_watch *watched, int fd, uint32_t events,
		 enum readiness *readiness, struct error *err)
{
	if (fd < 0 || *readiness == READY_ALWAYS)
		return 0;
	if (loop_watch(loop, watched, fd, events, err) == 0)
		return 0;
	if (errno != EPERM)
		return -1;
	*readiness = READY_ALWAYS;
	return 0;
}

static int watch_in(struct side *side, struct loop *loop, uint32_t events, struct error *err)
{
	enum readiness readiness = side->endpoint.ready_in;
	int watched = watch(loop, &side->in_watch, side->endpoint.in, events, &readiness, err);

	side->endpoint.ready_in = readiness;
	return watched;
}

static int watch_out(struct side *side, struct loop *loop, struct error *err)
{
	enum readiness readiness = side->endpoint.ready_out;
	int watched = watch(loop, &side->more->out_watch, side->endpoint.out, EPOLLOUT, &readiness, err);

	side->endpoint.ready_out = readiness;
	return watched;
}

int side_attach(struct side *side, struct endpoint *endpoint, struct loop *loop,
		void (*in_ready)(struct loop_watch *, uint32_t),
		void (*out_ready)(struct loop_watch *, uint32_t),
		void (*child_ready)(struct loop_watch *, uint32_t), struct error *err)
{
	struct endpoint *own = &side->endpoint;
	bool is_same = endpoint->in == endpoint->out;
	uint32_t events = EPOLLIN | EPOLLRDHUP | (is_same ? (uint32_t)EPOLLOUT : 0) |
			  (endpoint->empties ? (uint32_t)EPOLLPRI : 0);

	endpoint_move(own, endpoint);
	side->in_watch.ready = in_ready;
	side->readable = own->ready_in != READY_ON_DEMAND;
	side->writable = true;
	side->is_strange = false;
	if (watch_in(side, loop, events, err) < 0)
		return -1;
	if (is_same && own->ready_in == READY_ALWAYS)
		own->ready_out = READY_ALWAYS;
	if (is_same && own->pidfd < 0)
		return 0;
	more_of(side)->out_watch.ready = out_ready;
	side->more->child_watch.ready = child_ready;
	if (!is_same && watch_out(side, loop, err) < 0)
		return -1;
	return own->pidfd < 0 ? 0 : loop_watch(loop, &side->more->child_watch, own->pidfd, EPOLLIN, err);
}

void side_note_in(struct side *side, uint32_t events)
{
	bool is_same = side->endpoint.in == side->endpoint.out;

	if (side->endpoint.ready_in == READY_EPOLL && (events & (uint32_t)~EPOLLOUT) != 0)
		side->readable = true;
	side->is_strange |= (events & (uint32_t)~(EPOLLIN | EPOLLOUT)) != 0;
	if (is_same && (events & EPOLLOUT) != 0)
		side->writable = true;
	if (is_same && side->endpoint.is_socket && (events & (EPOLLHUP | EPOLLERR)) != 0)
		side->broken = side->endpoint.end == END_HALF || side->endpoint.end == END_WHOLE;
}

void side_note_out(struct side *side, uint32_t events)
{
	side->writable = true;
	side->broken |= (events & (EPOLLERR | EPOLLHUP)) != 0;
}

static void wait_for(struct endpoint *endpoint, int fd, uint8_t readiness, short events)
{
	if (fd >= 0 && readiness != READY_ON_DEMAND && endpoint->try_at == 0 &&
	    endpoint_sees(endpoint, events))
		endpoint->try_at = deadline_now() + TRY_AGAIN;
}

void side_is_dry(struct side *side)
{
	side->readable = false;
	wait_for(&side->endpoint, side->endpoint.in, side->endpoint.ready_in, POLLIN);
}

void side_is_full(struct side *side)
{
	side->writable = false;
	wait_for(&side->endpoint, side->endpoint.out, side->endpoint.ready_out, POLLOUT);
}

int side_finish(struct side *side, struct loop *loop)
{
	struct endpoint *own = &side->endpoint;

	/* One of its own is closed by it; where others have it open too, epoll would still tell of it, to who is gone. */
	if (side->more != NULL && own->out != own->in)
		loop_unwatch(loop, &side->more->out_watch);
	return endpoint_finish(own);
}

void side_hang_up(struct side *side, struct loop *loop)
{
	struct endpoint *own = &side->endpoint;
	struct pollfd poll_fd = { .fd = own->in, .events = POLLIN };

	/* It has closed its end already; a terminal's hangup would now kill it on its way out. */
	if (own->in >= 0 && poll(&poll_fd, 1, 0) == 1 && (poll_fd.revents & POLLHUP) != 0)
		return;
	loop_unwatch(loop, &side->in_watch);
	if (side->more != NULL)
		loop_unwatch(loop, &side->more->out_watch);
	if (own->in >= 0)
		close(own->in);
	if (own->out >= 0 && own->out != own->in)
		close(own->out);
	own->in = own->out = -1;
}

void side_reap(struct side *side, struct loop *loop)
{
	siginfo_t info = { 0 };

	int waited;

	do
		waited = waitid(P_PIDFD, (id_t)side->endpoint.pidfd, &info, WEXITED | WNOHANG);
	while (waited < 0 && errno == EINTR);
	if (waited < 0 || info.si_pid == 0)
		return;
	side->child_exited = true;
	side->child_status = (uint8_t)(info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status);
	loop_unwatch(loop, &side->more->child_watch);
}

void side_close(struct side *side, struct loop *loop, bool reset)
{
	static const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	loop_unwatch(loop, &side->in_watch);
	if (side->more != NULL) {
		loop_unwatch(loop, &side->more->out_watch);
		loop_unwatch(loop, &side->more->child_watch);
	}
	if (reset && side->endpoint.is_socket && !side->endpoint.shared)
		setsockopt(side->endpoint.out, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	endpoint_close(&side->endpoint);
}
