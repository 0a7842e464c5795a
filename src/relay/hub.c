/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members with a queue each; what waits for several is kept once. */
#include "relay/hub.h"

#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TRY_AGAIN (2 * NANOSECONDS_PER_MILLISECOND)

/* What was said, until the last who is to hear it has. */
struct piece {
	unsigned int holders;
	struct message message; /* its data is data */
	char data[];
};

struct waiting {
	struct waiting *next;
	struct piece *piece;
	size_t taken; /* bytes of it, of a stream */
};

struct member {
	struct hub *hub; /* NULL: it is gone */
	struct member *next, **previous;
	struct session *session; /* NULL: not known yet */
	struct side *side;
	struct waiting *first, **last;
	size_t queued;
	nanoseconds took; /* when it took something last, or began to have something to take */
	struct piece *shown; /* what its last message borrows */
};

struct hub {
	const struct target *model;
	struct member *members;
	bool echo;
};

struct hub *hub_new(const struct target *model, bool echo)
{
	struct hub *hub = memory_new(sizeof(*hub));

	hub->model = model;
	hub->echo = echo;
	return hub;
}

void hub_free(struct hub *hub)
{
	if (hub == NULL)
		return;
	for (struct member *member = hub->members; member != NULL; member = member->next)
		member->hub = NULL;
	free(hub);
}

static void let_go(struct piece *piece)
{
	if (piece != NULL && --piece->holders == 0)
		free(piece);
}

static struct piece *make_piece(const struct message *message)
{
	struct piece *piece = memory_resize(NULL, sizeof(*piece) + message->length, 1);

	*piece = (struct piece){ .holders = 1, .message = *message };
	memcpy(piece->data, message->data, message->length);
	piece->message.data = piece->data;
	/* How it came is not how it goes. */
	piece->message.control = piece->message.answer_control = NULL;
	piece->message.control_length = piece->message.answer_length = 0;
	return piece;
}

/* Takes the first off the queue. */
static void advance(struct member *member)
{
	struct waiting *first = member->first;

	member->first = first->next;
	if (member->first == NULL)
		member->last = &member->first;
	member->queued -= first->piece->message.length - first->taken;
	free(first);
}

static void push(struct member *member, struct piece *piece)
{
	struct waiting *waiting = memory_new(sizeof(*waiting));

	if (member->first == NULL)
		member->took = deadline_now();
	waiting->piece = piece;
	piece->holders++;
	*member->last = waiting;
	member->last = &waiting->next;
	member->queued += piece->message.length;
	if (member->session == NULL)
		return;
	member->side->readable = true;
	session_wake(member->session);
}

static bool hears(const struct member *member, const struct member *speaker)
{
	return member != speaker || member->hub->echo;
}

/* Who takes nothing although all wait for it is sent away. */
static void lose_patience(struct member *member)
{
	struct error err = { 0 };

	if (member->session == NULL || deadline_now() - member->took < HUB_PATIENCE)
		return;
	error_set(&err, ERROR_TIMEOUT, "took nothing for %lld s while others waited: it leaves the hub",
		  (long long)(HUB_PATIENCE / NANOSECONDS_PER_SECOND));
	session_abort(member->session, &err);
}

/* Whether all who would hear it have room; where not, whoever speaks tries again. */
static bool has_room(const struct member *speaker)
{
	struct member *next;
	bool has = true;

	for (struct member *member = speaker->hub->members; member != NULL; member = next) {
		next = member->next;
		if (member->queued < HUB_QUEUE_MAXIMUM || !hears(member, speaker))
			continue;
		has = false;
		lose_patience(member);
	}
	return has;
}

/* 1: everybody has it, or will; 0: there is no room now; -1: the hub is gone. */
static int say(struct endpoint *endpoint, const struct message *message)
{
	struct member *speaker = endpoint->state;
	struct piece *piece;

	if (speaker->hub == NULL)
		return -1;
	if (!has_room(speaker)) {
		endpoint->try_at = deadline_now() + TRY_AGAIN;
		return 0;
	}
	piece = make_piece(message);
	for (struct member *member = speaker->hub->members; member != NULL; member = member->next)
		if (hears(member, speaker))
			push(member, piece);
	let_go(piece);
	return 1;
}

static ssize_t hub_write(struct endpoint *endpoint, const void *bytes, size_t length)
{
	const struct message message = { .data = bytes, .length = length };
	int said = say(endpoint, &message);

	errno = said < 0 ? ECONNRESET : EAGAIN;
	return said > 0 ? (ssize_t)length : -1;
}

static int hub_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	int said = say(endpoint, message);

	return said < 0 ? error_code(err, ECONNRESET, "send") : said;
}

static ssize_t hub_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	struct member *member = endpoint->state;
	size_t got = 0;

	while (member->first != NULL && got < size) {
		struct waiting *first = member->first;
		struct piece *piece = first->piece;
		size_t left = piece->message.length - first->taken;
		size_t part = left < size - got ? left : size - got;

		memcpy((char *)bytes + got, piece->data + first->taken, part);
		got += part;
		first->taken += part;
		member->queued -= part;
		if (part == left) {
			advance(member);
			let_go(piece);
		}
	}
	if (got > 0)
		member->took = deadline_now();
	errno = EAGAIN;
	return got > 0 ? (ssize_t)got : -1;
}

static int hub_receive(struct endpoint *endpoint, struct message_room *room,
		       struct message *message, struct error *err)
{
	struct member *member = endpoint->state;

	(void)room;
	(void)err;
	let_go(member->shown);
	member->shown = NULL;
	if (member->first == NULL)
		return 0;
	member->shown = member->first->piece;
	*message = member->shown->message;
	member->took = deadline_now();
	advance(member);
	return 1;
}

static int hub_finish(struct endpoint *endpoint)
{
	(void)endpoint;
	return 0;
}

static int64_t hub_pending(struct endpoint *endpoint, struct error *err)
{
	(void)endpoint;
	(void)err;
	return 0;
}

static void hub_release(struct endpoint *endpoint)
{
	struct member *member = endpoint->state;

	if (member->hub != NULL) {
		*member->previous = member->next;
		if (member->next != NULL)
			member->next->previous = member->previous;
	}
	while (member->first != NULL) {
		struct piece *piece = member->first->piece;

		advance(member);
		let_go(piece);
	}
	let_go(member->shown);
	free(member);
}

static const struct endpoint_ops hub_ops = { .read = hub_read,
					     .write = hub_write,
					     .receive = hub_receive,
					     .send = hub_send,
					     .finish = hub_finish,
					     .pending = hub_pending,
					     .release = hub_release };

void hub_join(struct hub *hub, struct endpoint *endpoint)
{
	struct member *member = memory_new(sizeof(*member));

	member->hub = hub;
	member->last = &member->first;
	member->next = hub->members;
	member->previous = &hub->members;
	if (hub->members != NULL)
		hub->members->previous = &member->next;
	hub->members = member;
	*endpoint = ENDPOINT_CLOSED;
	endpoint->ops = &hub_ops;
	endpoint->target = hub->model;
	endpoint->state = member;
	endpoint->end = END_NONE;
	endpoint->messages = target_has_messages(hub->model);
}

void hub_belongs(struct session *session, struct side *side)
{
	struct member *member = side->endpoint.state;

	if (session->is_over || side->endpoint.ops != &hub_ops)
		return;
	member->session = session;
	member->side = side;
	if (member->first != NULL) {
		side->readable = true;
		session_wake(session);
	}
}
