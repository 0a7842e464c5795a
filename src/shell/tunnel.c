/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnels on the loop: pieces wait in lanes until they may pass. */
#include "shell/tunnel.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "core/control.h"
#include "core/opening.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define LANE_ROOM (256U << 10) /* bytes that wait in one lane */
#define PIECE 16384U
#define RETRY NANOSECONDS_PER_MILLISECOND
#define OPEN_LIMIT (5 * NANOSECONDS_PER_SECOND)

struct piece {
	struct piece *next;
	nanoseconds due;
	struct buf bytes;
};

struct lane {
	struct leg *leg;
	enum lane_side side;
	struct endpoint *from, *to;
	struct loop_watch watch;
	struct piece *first, **last;
	size_t waiting; /* bytes */
	bool has_ended, is_finished;
};

/* One connection through it. */
struct leg {
	struct leg *next;
	struct tunnel *tunnel;
	struct endpoint client, server;
	struct address peer; /* the client, where the listener serves it without a connection */
	struct lane lanes[2];
};

struct tunnel {
	struct shell *shell;
	struct channel *channel;
	struct anchor *server;
	struct leg *legs;
	struct loop_watch watch;
	struct loop_timer timer;
	struct message_room room;
	int64_t allowed[2];
	uint64_t passed[2], seen;
	nanoseconds delay;
	unsigned int drop_percent, drop_sum;
	int64_t flip_at;
};

static void deliver_all(struct tunnel *tunnel);

static void free_lane(struct lane *lane, struct loop *loop)
{
	loop_unwatch(loop, &lane->watch);
	while (lane->first != NULL) {
		struct piece *piece = lane->first;

		lane->first = piece->next;
		buf_release(&piece->bytes);
		free(piece);
	}
}

static void free_leg(struct leg *leg)
{
	struct loop *loop = leg->tunnel->shell->loop;

	free_lane(&leg->lanes[LANE_FORWARD], loop);
	free_lane(&leg->lanes[LANE_BACKWARD], loop);
	endpoint_close(&leg->client);
	endpoint_close(&leg->server);
	free(leg);
}

/* Damages the one byte that was asked for. */
static void flip(struct tunnel *tunnel, struct piece *piece)
{
	int64_t at = tunnel->flip_at - (int64_t)tunnel->seen;

	tunnel->seen += piece->bytes.length;
	if (tunnel->flip_at >= 0 && at >= 0 && (uint64_t)at < piece->bytes.length)
		piece->bytes.data[at] = (char)~piece->bytes.data[at];
}

static void add_piece(struct lane *lane, const void *bytes, size_t length)
{
	struct tunnel *tunnel = lane->leg->tunnel;
	struct piece *piece = memory_new(sizeof(*piece));

	buf_add(&piece->bytes, bytes, length);
	piece->due = deadline_now() + shell_scaled(tunnel->shell, tunnel->delay);
	if (lane->side == LANE_FORWARD)
		flip(tunnel, piece);
	*lane->last = piece;
	lane->last = &piece->next;
	lane->waiting += length;
}

/* Losses are spread evenly, so that a test sees the same each time. */
static bool is_lost(struct tunnel *tunnel)
{
	tunnel->drop_sum += tunnel->drop_percent;
	if (tunnel->drop_sum < 100)
		return false;
	tunnel->drop_sum -= 100;
	return true;
}

/* Where nothing connects, what became of one datagram is no end: the next may find somebody. */
static bool is_end(const struct lane *lane, const struct error *err)
{
	return lane->from->end != END_NONE ||
	       (err->kind != ERROR_REFUSED && err->kind != ERROR_UNREACHABLE && err->kind != ERROR_RESET);
}

static void read_message(struct lane *lane)
{
	struct tunnel *tunnel = lane->leg->tunnel;
	struct message message = { 0 };
	struct error err = { 0 };
	int got = endpoint_receive(lane->from, &tunnel->room, &message, &err);

	if (lane->side == LANE_FORWARD && got == 1)
		lane->leg->peer = message.peer;
	if (got == 1)
		control_close_descriptors(message.control, message.control_length);
	if (got == 1 && !is_lost(tunnel))
		add_piece(lane, message.data, message.length);
	if ((got < 0 && is_end(lane, &err)) || got == ENDPOINT_END)
		lane->has_ended = true;
}

static void read_bytes(struct lane *lane)
{
	char bytes[PIECE];
	ssize_t got = endpoint_read(lane->from, bytes, sizeof(bytes));

	if (got > 0)
		add_piece(lane, bytes, (size_t)got);
	else if (got == 0 || errno != EAGAIN)
		lane->has_ended = true;
}

static void on_input(struct loop_watch *watch, uint32_t events)
{
	struct lane *lane = container_of(watch, struct lane, watch);

	(void)events;
	if (lane->from->messages)
		read_message(lane);
	else
		read_bytes(lane);
	if (lane->has_ended || lane->waiting >= LANE_ROOM)
		loop_unwatch(lane->leg->tunnel->shell->loop, watch);
	deliver_all(lane->leg->tunnel);
}

static ssize_t write_piece(struct lane *lane, const struct piece *piece, size_t length)
{
	struct message message = { .data = piece->bytes.data, .length = length };
	int sent;

	if (!lane->to->messages)
		return endpoint_write(lane->to, piece->bytes.data, length);
	if (lane->side == LANE_BACKWARD)
		message.peer = lane->leg->peer;
	sent = endpoint_send(lane->to, &message, NULL);
	errno = sent == 0 ? EAGAIN : EPIPE;
	return sent == 1 ? (ssize_t)length : -1;
}

static void take_piece(struct lane *lane, size_t length)
{
	struct piece *piece = lane->first;

	lane->waiting -= length;
	buf_consume(&piece->bytes, length);
	if (piece->bytes.length > 0)
		return;
	lane->first = piece->next;
	if (lane->first == NULL)
		lane->last = &lane->first;
	buf_release(&piece->bytes);
	free(piece);
}

/* Writes what may pass; gives when to come again. */
static nanoseconds deliver(struct lane *lane)
{
	struct tunnel *tunnel = lane->leg->tunnel;
	int64_t *allowed = &tunnel->allowed[lane->side];

	while (lane->first != NULL && *allowed != 0) {
		size_t length = lane->first->bytes.length;
		size_t count = lane->to->messages ? 1 : length;
		ssize_t put;

		if (lane->first->due > deadline_now())
			return lane->first->due;
		if (!lane->to->messages && *allowed > 0 && (uint64_t)*allowed < length)
			count = length = (size_t)*allowed;
		put = write_piece(lane, lane->first, length);
		if (put < 0 && errno == EAGAIN)
			return deadline_now() + RETRY;
		/* To one that is gone everything passes. */
		if (put >= 0 && !lane->to->messages)
			count = length = (size_t)put;
		take_piece(lane, length);
		*allowed -= *allowed > 0 ? (int64_t)count : 0;
		tunnel->passed[lane->side] += count;
	}
	if (lane->has_ended && lane->first == NULL && !lane->is_finished && *allowed != 0) {
		endpoint_finish(lane->to);
		lane->is_finished = true;
	}
	return DEADLINE_NEVER;
}

static void watch_lane(struct lane *lane)
{
	if (lane->watch.fd < 0 && !lane->has_ended && lane->waiting < LANE_ROOM)
		loop_watch_level(lane->leg->tunnel->shell->loop, &lane->watch, lane->from->in, EPOLLIN,
				 NULL);
}

static void deliver_all(struct tunnel *tunnel)
{
	nanoseconds next = DEADLINE_NEVER;

	for (struct leg *leg = tunnel->legs; leg != NULL; leg = leg->next)
		for (size_t i = 0; i < 2; i++) {
			next = deadline_earlier(next, deliver(&leg->lanes[i]));
			watch_lane(&leg->lanes[i]);
		}
	loop_set_timer(tunnel->shell->loop, &tunnel->timer, next);
	/* Whoever waits for it to pass looks again. */
	loop_stop(tunnel->shell->loop);
}

static void on_time(struct loop_timer *timer)
{
	deliver_all(container_of(timer, struct tunnel, timer));
}

static void set_lane(struct leg *leg, enum lane_side side, struct endpoint *from, struct endpoint *to)
{
	struct lane *lane = &leg->lanes[side];

	*lane = (struct lane){ .leg = leg, .side = side, .from = from, .to = to };
	lane->last = &lane->first;
	lane->watch = (struct loop_watch){ .fd = -1, .ready = on_input };
	watch_lane(lane);
}

static int open_server(struct tunnel *tunnel, struct leg *leg, struct error *err)
{
	return endpoint_open(&leg->server, &tunnel->server->target, NULL, deadline_now() + OPEN_LIMIT,
			     tunnel->shell->signal_fd, err);
}

/* Joins a client, which is given away, to a new connection to the server; NULL: the listener itself. */
static int add_leg(struct tunnel *tunnel, struct endpoint *client, struct error *err)
{
	struct leg *leg = memory_new(sizeof(*leg));
	struct endpoint *near = &leg->client;

	leg->tunnel = tunnel;
	leg->client = leg->server = ENDPOINT_CLOSED;
	leg->lanes[0].watch.fd = leg->lanes[1].watch.fd = -1;
	if (client != NULL)
		endpoint_move(&leg->client, client);
	else
		near = &tunnel->channel->endpoint;
	if (open_server(tunnel, leg, err) < 0) {
		free_leg(leg);
		return -1;
	}
	leg->next = tunnel->legs;
	tunnel->legs = leg;
	set_lane(leg, LANE_FORWARD, near, &leg->server);
	set_lane(leg, LANE_BACKWARD, &leg->server, near);
	return 0;
}

static void on_client(struct loop_watch *watch, uint32_t events)
{
	struct tunnel *tunnel = container_of(watch, struct tunnel, watch);
	struct listener *listener = &tunnel->channel->listener;
	struct endpoint client = ENDPOINT_CLOSED;
	struct error err = { 0 };

	(void)events;
	for (size_t i = 0; i < listener->count; i++)
		if (socket_accept(&listener->endpoints[i], &client, &err) == ACCEPT_DONE &&
		    add_leg(tunnel, &client, &err) < 0)
			journal_add(&tunnel->shell->journal, "%s: %s", tunnel->channel->name, err.text);
}

static void reset(const struct endpoint *endpoint)
{
	struct linger none = { .l_onoff = 1 };

	if (endpoint->is_socket)
		setsockopt(endpoint->in, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
}

static void end_legs(struct tunnel *tunnel, bool with_reset)
{
	while (tunnel->legs != NULL) {
		struct leg *leg = tunnel->legs;

		tunnel->legs = leg->next;
		if (with_reset) {
			reset(&leg->client);
			reset(&leg->server);
		}
		free_leg(leg);
	}
}

static void release(struct channel *channel)
{
	struct tunnel *tunnel = channel->tunnel;

	end_legs(tunnel, false);
	loop_unwatch(tunnel->shell->loop, &tunnel->watch);
	loop_set_timer(tunnel->shell->loop, &tunnel->timer, DEADLINE_NEVER);
	message_room_release(&tunnel->room);
	anchor_free(tunnel->server);
	free(tunnel);
}

static int start(struct tunnel *tunnel, struct error *err)
{
	struct channel *channel = tunnel->channel;
	int bound = tunnel->shell->host->bind(tunnel->shell->host, &tunnel->server->target,
					      tunnel->server->word, false, err);

	if (bound < 0) {
		tunnel->server->target.family = NULL;
		err->place.text = NULL;
		return -1;
	}
	if (channel->listening >= 0)
		return loop_watch_level(tunnel->shell->loop, &tunnel->watch, channel->listening, EPOLLIN,
					err);
	return add_leg(tunnel, NULL, err);
}

struct tunnel *tunnel_new(struct shell *shell, struct channel *channel, char *word, bool is_paused,
			  struct error *err)
{
	struct tunnel *tunnel = memory_new(sizeof(*tunnel));
	int64_t allowed = is_paused ? 0 : -1;

	*tunnel = (struct tunnel){
		.shell = shell,
		.channel = channel,
		.server = anchor_new(word),
		.watch = { .fd = -1, .ready = on_client },
		.timer.expired = on_time,
		.allowed = { allowed, allowed },
		.flip_at = -1,
	};
	message_room_init(&tunnel->room, MESSAGE_MAXIMUM, MESSAGE_CONTROL_MAXIMUM);
	channel->tunnel = tunnel;
	channel->release = release;
	return start(tunnel, err) < 0 ? NULL : tunnel;
}

void tunnel_allow(struct tunnel *tunnel, enum lane_side side, int64_t count)
{
	tunnel->allowed[side] = count;
	deliver_all(tunnel);
}

uint64_t tunnel_passed(const struct tunnel *tunnel, enum lane_side side)
{
	return tunnel->passed[side];
}

void tunnel_delay(struct tunnel *tunnel, nanoseconds duration)
{
	tunnel->delay = duration;
}

void tunnel_drop(struct tunnel *tunnel, unsigned int percent)
{
	tunnel->drop_percent = percent;
}

void tunnel_flip(struct tunnel *tunnel, uint64_t at)
{
	tunnel->flip_at = (int64_t)at;
}

int tunnel_cut(struct tunnel *tunnel, bool with_reset, struct error *err)
{
	end_legs(tunnel, with_reset);
	/* Datagrams come from nobody who would connect anew. */
	return tunnel->channel->listening >= 0 ? 0 : add_leg(tunnel, NULL, err);
}
