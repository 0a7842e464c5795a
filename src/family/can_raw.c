/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames in and out of a raw CAN socket; linux/can/raw.h, netdevice(7). */
#include "family/can_raw.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "core/batch.h"
#include "core/socket.h"
#include "family/can.h"
#include "family/can_watch.h"
#include "option/interface.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ECHO_WINDOW 64	   /* own frames that may be on their way at once */
#define FULL_WAIT NANOSECONDS_PER_MILLISECOND
#define GONE_WAIT (200 * NANOSECONDS_PER_MILLISECOND)
#define SIEVE_SIZE 64

/* Of several interfaces: which indexes are meant. Names last longer than indexes do. */
struct sieve {
	struct can_interface names[CAN_INTERFACES_MAXIMUM];
	int count; /* 0: all pass */
	struct {
		int index;
		bool passes;
	} known[SIEVE_SIZE];
	size_t known_count;
};

struct can_raw {
	struct sieve sieve;
	struct can_watch watch;
	nanoseconds gap, last_sent; /* between frames of ours; 0: none */
	int index; /* of the one interface; 0: several or any */
	bool echoes, shows_own;
	bool is_gone; /* the interface was removed: it may come back */
	bool is_down;
	uint32_t unconfirmed; /* own frames not seen yet */
	uint32_t dropped, told_dropped;
	nanoseconds patience;
	nanoseconds stuck;    /* since when the bus takes nothing; 0: it does */
	nanoseconds progress; /* when a frame was sent or seen last */
};

bool can_raw_echoes(const struct target *target)
{
	return !target->wants_input && target->wants_output &&
	       target_number(target, "loopback", 1) != 0;
}

/* Interfaces have further names than their own: these are asked for. */
static bool is_called(struct can_interface called, const char *name, int index)
{
	cleanup_free char *copy = memory_copy(called.name, called.length);

	return strcmp(copy, name) == 0 || interface_index(copy) == (unsigned int)index;
}

static bool has_name(const struct sieve *sieve, const char *name, int index)
{
	for (int i = 0; i < sieve->count; i++)
		if (is_called(sieve->names[i], name, index))
			return true;
	return false;
}

static bool passes(struct sieve *sieve, int index)
{
	char name[IF_NAMESIZE] = "";

	if (sieve->count < 2)
		return true;
	for (size_t i = 0; i < sieve->known_count; i++)
		if (sieve->known[i].index == index)
			return sieve->known[i].passes;
	if (sieve->known_count == SIEVE_SIZE)
		sieve->known_count = 0;
	if_indextoname((unsigned int)index, name);
	sieve->known[sieve->known_count].index = index;
	sieve->known[sieve->known_count].passes = has_name(sieve, name, index);
	return sieve->known[sieve->known_count++].passes;
}

static int notice(struct error *err, const char *name, const char *words)
{
	error_set(err, ERROR_NONE, "%s: %s", name, words);
	return ENDPOINT_NOTICE;
}

/* An interface that was removed and made again has a new index; it took the filters away with it. */
static bool come_back(struct endpoint *endpoint, struct can_raw *state)
{
	struct sockaddr_can can;

	if (can_address(endpoint->target, &can, NULL) < 0 ||
	    can_is_up(endpoint->in, can.can_ifindex) < 1 ||
	    socket_settle(endpoint->target, AF_CAN, endpoint->in, NULL) < 0 ||
	    bind(endpoint->in, (const void *)&can, sizeof(can)) < 0) {
		endpoint->try_at = deadline_now() + GONE_WAIT;
		return false;
	}
	state->index = can.can_ifindex;
	state->is_gone = false;
	endpoint->try_at = 0;
	return true;
}

static const char *name_of_interface(const struct endpoint *endpoint)
{
	return endpoint->target->fields[0].text;
}

/* Down and removed interfaces are told once, as an error of receiving. */
static int note_loss(struct endpoint *endpoint, struct can_raw *state, struct error *err)
{
	if (err->code == ENETDOWN) {
		state->is_down = true;
		return notice(err, name_of_interface(endpoint), "is down: going on once it is up");
	}
	if (err->code != ENODEV)
		return -1;
	state->is_gone = true;
	endpoint->try_at = deadline_now() + GONE_WAIT;
	return notice(err, name_of_interface(endpoint), "was removed: going on once it is back");
}

static int tell_drops(struct endpoint *endpoint, struct can_raw *state, struct error *err)
{
	uint32_t count = state->dropped - state->told_dropped;

	if (count == 0)
		return 0;
	state->told_dropped = state->dropped;
	error_set(err, ERROR_NONE, "%s: %u frames were dropped: they came faster than they were read",
		  name_of_interface(endpoint)[0] ? name_of_interface(endpoint) : "any", count);
	return ENDPOINT_NOTICE;
}

/* Whether a frame that came is one for the reader; own echoes are counted. */
static bool is_wanted(struct can_raw *state, const struct message *message)
{
	if (message->dropped != 0)
		state->dropped = message->dropped;
	state->is_down = false;
	if (message->flags & MSG_CONFIRM) {
		if (state->unconfirmed > 0)
			state->unconfirmed--;
		state->progress = deadline_now();
		return state->shows_own;
	}
	return passes(&state->sieve, (int)message->interface);
}

static int can_receive(struct endpoint *endpoint, struct message_room *room,
		       struct message *message, struct error *err)
{
	struct can_raw *state = endpoint->state;
	int got;

	if (state->is_gone && come_back(endpoint, state))
		return notice(err, name_of_interface(endpoint), "is back");
	if (can_watch_kept(&state->watch, message))
		return 1;
	do
		got = message_receive(endpoint->in, room, message, err);
	while (got == 1 && !is_wanted(state, message));
	if (got < 0)
		return note_loss(endpoint, state, err);
	if (got == 1)
		return can_watch_message(&state->watch, name_of_interface(endpoint), message, err);
	got = tell_drops(endpoint, state, err);
	return got != 0 ? got :
			  can_watch_silence(&state->watch, endpoint, name_of_interface(endpoint),
					    err);
}

static void leave_out_unwanted(struct can_raw *state, struct batch *batch)
{
	size_t kept = 0;

	for (size_t i = 0; i < batch->count; i++)
		if (is_wanted(state, &batch->messages[i]))
			batch->messages[kept++] = batch->messages[i];
	batch->count = kept;
}

/* From bus to bus: a system call for each frame is what a relay would fall behind with. */
static int can_receive_many(struct endpoint *endpoint, struct batch *batch, struct error *err)
{
	struct can_raw *state = endpoint->state;
	int got;

	if (state->is_gone && come_back(endpoint, state))
		return notice(err, name_of_interface(endpoint), "is back");
	do {
		got = batch_receive(batch, endpoint->in, BATCH_DATAGRAM, err);
		leave_out_unwanted(state, batch);
	} while (got == 1 && batch_is_empty(batch));
	if (got < 0)
		return note_loss(endpoint, state, err);
	return got == 1 ? 1 : tell_drops(endpoint, state, err);
}

/* Takes echoes off the queue where nobody else reads it. */
static void drain(struct endpoint *endpoint, struct can_raw *state)
{
	char data[sizeof(struct canxl_frame)], control[256];
	struct message_room room = { .data = data,
				     .size = sizeof(data),
				     .control = control,
				     .control_size = sizeof(control) };
	struct message message;
	struct error err;
	int got;

	do {
		got = message_receive(endpoint->in, &room, &message, &err);
		if (got == 1)
			is_wanted(state, &message);
	} while (got == 1);
	/* Among what was dropped may have been all echoes: nobody can tell. */
	if (state->dropped != state->told_dropped)
		state->unconfirmed = 0;
	state->told_dropped = state->dropped;
}

/* The bus takes nothing: again soon, or an error once it was waited for long enough. */
static int wait_for_room(struct endpoint *endpoint, struct can_raw *state, nanoseconds pause,
			 struct error *err)
{
	nanoseconds now = deadline_now();

	if (state->stuck == 0)
		state->stuck = now;
	if (now - state->stuck < state->patience) {
		endpoint->try_at = now + pause;
		return 0;
	}
	endpoint->try_at = 0;
	error_code(err, err->code != 0 ? err->code : ENOBUFS, "the bus took no frame for %.3g s",
		   (double)state->patience / NANOSECONDS_PER_SECOND);
	can_explain_error(endpoint->target, err);
	return -1;
}

static int refuse_size(const struct endpoint *endpoint, const struct message *message,
		       struct error *err)
{
	const char *name = name_of_interface(endpoint);

	error_set(err, ERROR_FAILED, "%s did not take a frame of %zu bytes", name, message->length);
	if (message->length == CANFD_MTU)
		return error_hint(err, "as root, for CAN FD: ip link set %s down; ip link set %s mtu 72 "
				       "up", name, name);
	if (message->length > CANFD_MTU)
		return error_hint(err, "CAN XL needs Linux 6.2 or later, and: ip link set %s mtu 2060",
				  name);
	return error_hint(err, "--format says what is read: candump for 123#DEADBEEF, raw for "
			       "struct can_frame");
}

static int send_failed(struct endpoint *endpoint, struct can_raw *state,
		       const struct message *message, struct error *err)
{
	switch (err->code) {
	case ENOBUFS:
		return wait_for_room(endpoint, state, FULL_WAIT, err);
	case ENETDOWN:
		return wait_for_room(endpoint, state, GONE_WAIT / 4, err);
	case ENXIO:
	case ENODEV:
		state->is_gone = state->index > 0;
		return wait_for_room(endpoint, state, GONE_WAIT, err);
	case EINVAL:
	case EMSGSIZE:
		return refuse_size(endpoint, message, err);
	default:
		return -1;
	}
}

/* A bus has one way out; of several interfaces the message says which. */
static int address_frame(const struct endpoint *endpoint, const struct can_raw *state,
			 const struct message *message, struct message *own, struct error *err)
{
	struct sockaddr_can can = { .can_family = AF_CAN,
				    .can_ifindex = (int)message->interface };

	*own = (struct message){ .data = message->data, .length = message->length };
	if (state->index > 0 || state->is_gone)
		return 0;
	if (message->interface == 0 || !passes((struct sieve *)(uintptr_t)&state->sieve,
					       (int)message->interface)) {
		error_set(err, ERROR_FAILED, "a frame for no interface of %s",
			  name_of_interface(endpoint)[0] ? name_of_interface(endpoint) : "any");
		return error_hint(err, "say which, as in: vcan0 123#DEADBEEF");
	}
	own->peer.length = sizeof(can);
	memcpy(&own->peer.storage, &can, sizeof(can));
	return 0;
}

/* So many own frames are on their way that the next one waits until some were seen. */
static bool is_window_full(struct endpoint *endpoint, struct can_raw *state)
{
	if (!state->echoes || state->unconfirmed < ECHO_WINDOW)
		return false;
	drain(endpoint, state);
	return state->unconfirmed >= ECHO_WINDOW;
}

static bool is_too_soon(struct endpoint *endpoint, const struct can_raw *state)
{
	nanoseconds due = state->last_sent + state->gap;

	if (state->gap == 0 || state->last_sent == 0 || deadline_now() >= due)
		return false;
	endpoint->try_at = due;
	return true;
}

static int can_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct can_raw *state = endpoint->state;
	struct message own;
	int sent;

	if (is_too_soon(endpoint, state))
		return 0;
	if (address_frame(endpoint, state, message, &own, err) < 0)
		return -1;
	if (state->is_gone && !come_back(endpoint, state))
		return wait_for_room(endpoint, state, GONE_WAIT, err);
	if (is_window_full(endpoint, state))
		return wait_for_room(endpoint, state, FULL_WAIT, err);
	sent = message_send(endpoint->out, &own, err);
	if (sent < 0)
		return send_failed(endpoint, state, message, err);
	if (sent == 0)
		return wait_for_room(endpoint, state, state->patience, err);
	state->stuck = endpoint->try_at = 0;
	if (state->gap > 0)
		state->last_sent = deadline_now();
	state->unconfirmed += state->echoes;
	if (state->echoes)
		state->progress = deadline_now();
	return 1;
}

static int64_t can_pending(struct endpoint *endpoint, struct error *err)
{
	struct can_raw *state = endpoint->state;

	if (!state->echoes)
		return -1;
	drain(endpoint, state);
	if (state->unconfirmed == 0 || deadline_now() - state->progress < state->patience)
		return state->unconfirmed;
	error_code(err, ENOBUFS, "%u frames were handed over and not seen on the bus",
		   state->unconfirmed);
	can_explain_error(endpoint->target, err);
	return ENDPOINT_LOST;
}

static void can_release(struct endpoint *endpoint)
{
	free(endpoint->state);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .receive = can_receive,
					 .receive_many = can_receive_many,
					 .send = can_send,
					 .pending = can_pending,
					 .release = can_release };

/* Who counts frames has to tell of one before the next comes. */
static const struct endpoint_ops watching_ops = { .receive = can_receive,
						  .send = can_send,
						  .pending = can_pending,
						  .release = can_release };

int can_raw_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	struct can_raw *state = memory_new(sizeof(*state));
	struct sockaddr_can can = { 0 };
	socklen_t length = sizeof(can);

	can_watch_init(&state->watch, target, err);
	state->gap = target_number(target, "gap", 0);
	state->sieve.count = can_interfaces(target, state->sieve.names, NULL);
	if (getsockname(endpoint->in, (void *)&can, &length) == 0)
		state->index = can.can_ifindex;
	state->echoes = can_raw_echoes(target);
	state->shows_own = target_flag(target, "own-messages");
	state->patience = target_number(target, "send-timeout", CAN_SEND_TIMEOUT);
	endpoint->several_interfaces = state->index == 0;
	endpoint->state = state;
	endpoint->ops = state->watch.counts || state->watch.measures ? &watching_ops : &ops;
	return 0;
}
