/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How messages of netlink come one by one, when all requests are answered, and what the kernel refused; netlink(7). */
#include "base/memory.h"
#include "core/netlink.h"
#include "family/netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define GRACE (20 * NANOSECONDS_PER_MILLISECOND) /* for the end of input, before a failure is only a notice */
#define ROOM (256U << 10)			 /* bytes: what the kernel puts into one datagram of a dump */

struct talk {
	struct buf rest; /* messages of the datagram that were not handed out, from at on */
	size_t at;
	struct message datagram; /* whom it came from, and when */
	struct buf dumps;	 /* requests that wait for the one before */
	uint32_t open;		 /* requests whose end is to come */
	bool is_dumping;	 /* a socket has one dump at a time */
	bool was_interrupted;	 /* what is dumped changed meanwhile */
	bool listens;
	bool asks; /* dumps were asked for when it was opened */
	bool waited;
	struct error failure; /* of a request; told when it is known whether more will come */
	struct error earlier; /* the one before, to be told */
	uint32_t failures;    /* that were told */
};

static bool is_dump(const struct endpoint *endpoint, const struct nlmsghdr *header)
{
	/* What asks, of rtnetlink: others have the same bits for other things. */
	bool is_get = endpoint->target->protocol != NETLINK_ROUTE ||
		      header->nlmsg_type % 4 == RTM_GETLINK % 4;

	return (header->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP && is_get;
}

/* Whether an answer will tell its end. */
static bool has_end(const struct endpoint *endpoint, const struct nlmsghdr *header)
{
	return (header->nlmsg_flags & NLM_F_REQUEST) != 0 &&
	       (is_dump(endpoint, header) || (header->nlmsg_flags & NLM_F_ACK) != 0);
}

static void note_sent(struct endpoint *endpoint, const char *data, size_t length)
{
	struct netlink_bytes bytes = { data, length };
	struct netlink_message message;
	struct talk *talk = endpoint->state;

	while (netlink_take_message(&bytes, &message)) {
		talk->open += has_end(endpoint, &message.header);
		talk->is_dumping |= is_dump(endpoint, &message.header);
	}
}

static void note_failure(struct talk *talk, const struct netlink_message *message,
			 const struct netlink_answer *answer)
{
	talk->earlier = talk->failure;
	netlink_error(answer, &talk->failure);
	if (message->header.nlmsg_seq != 0)
		error_context(&talk->failure, "request %u was refused", message->header.nlmsg_seq);
	else
		error_context(&talk->failure, "a request was refused");
	talk->waited = false;
}

static void note_received(struct talk *talk, const struct netlink_message *message)
{
	struct netlink_answer answer;

	if (message->header.nlmsg_flags & NLM_F_DUMP_INTR)
		talk->was_interrupted = true;
	if (!netlink_read_answer(message, &answer))
		return;
	if (talk->open > 0)
		talk->open--;
	if (message->header.nlmsg_type == NLMSG_DONE || talk->open == 0)
		talk->is_dumping = false;
	if (answer.code != 0)
		note_failure(talk, message, &answer);
}

static bool is_framed(const struct endpoint *endpoint)
{
	return endpoint->target->protocol != NETLINK_KOBJECT_UEVENT;
}

/* Hands out the first message; what stands behind it is kept. */
static void take_first(struct endpoint *endpoint, struct message *message)
{
	struct talk *talk = endpoint->state;
	struct netlink_bytes bytes = { message->data, message->length };
	struct netlink_message first;

	if (!is_framed(endpoint) || !netlink_take_message(&bytes, &first))
		return;
	note_received(talk, &first);
	message->length = first.header.nlmsg_len;
	if (bytes.length == 0)
		return;
	buf_clear(&talk->rest);
	buf_add(&talk->rest, bytes.data, bytes.length);
	talk->at = 0;
	talk->datagram = *message;
	talk->datagram.control = NULL;
	talk->datagram.control_length = 0;
}

/* What is no message at the end of a datagram is handed out as it is. */
static bool take_next(struct talk *talk, struct message *message)
{
	struct netlink_bytes bytes = { buf_text(&talk->rest) + talk->at, talk->rest.length - talk->at };
	struct netlink_message next;

	if (bytes.length == 0)
		return false;
	*message = talk->datagram;
	message->data = bytes.data;
	message->length = bytes.length;
	if (netlink_take_message(&bytes, &next)) {
		message->length = next.header.nlmsg_len;
		note_received(talk, &next);
	} else {
		bytes.length = 0;
	}
	talk->at = talk->rest.length - bytes.length;
	return true;
}

/* The next of the dumps that were asked for by dump=. */
static int ask_next(struct endpoint *endpoint, struct error *err)
{
	struct talk *talk = endpoint->state;
	struct netlink_bytes bytes = { buf_text(&talk->dumps), talk->dumps.length };
	struct netlink_message message;

	if (talk->is_dumping || !netlink_take_message(&bytes, &message))
		return 0;
	if (send(endpoint->out, talk->dumps.data, message.header.nlmsg_len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return error_system(err, "dump");
	note_sent(endpoint, talk->dumps.data, message.header.nlmsg_len);
	buf_consume(&talk->dumps, talk->dumps.length - bytes.length);
	return 1;
}

static bool is_over(const struct endpoint *endpoint)
{
	const struct talk *talk = endpoint->state;

	/* What only asks at the beginning has no input that could end. */
	return !talk->listens && talk->open == 0 && talk->dumps.length == 0 &&
	       (endpoint->finished || (talk->asks && !endpoint->target->wants_output));
}

static int fail(struct talk *talk, struct error *err)
{
	uint32_t failures = talk->failures + (error_is_set(&talk->failure) ? 1 : 0);

	if (failures == 0)
		return ENDPOINT_END;
	*err = talk->failure;
	if (!error_is_set(err))
		error_set(err, ERROR_FAILED, "requests that were refused: %u", failures);
	talk->failure = (struct error){ 0 };
	return -1;
}

static int tell(struct talk *talk, struct error *failure, struct error *err)
{
	*err = *failure;
	*failure = (struct error){ 0 };
	talk->failures++;
	return ENDPOINT_NOTICE;
}

/* Nothing is there: it may be the end, and a failure waits for it for a moment. */
static int when_quiet(struct endpoint *endpoint, struct error *err)
{
	struct talk *talk = endpoint->state;

	if (talk->was_interrupted && !talk->is_dumping) {
		talk->was_interrupted = false;
		error_set(err, ERROR_FAILED, "something changed while it was listed: the list may be wrong");
		return ENDPOINT_NOTICE;
	}
	if (is_over(endpoint))
		return fail(talk, err);
	if (!error_is_set(&talk->failure))
		return 0;
	if (!talk->waited && !talk->listens) {
		talk->waited = true;
		endpoint->try_at = deadline_now() + GRACE;
		return 0;
	}
	return tell(talk, &talk->failure, err);
}

static int netlink_receive(struct endpoint *endpoint, struct message_room *room,
			   struct message *message, struct error *err)
{
	struct talk *talk = endpoint->state;
	int got;

	if (error_is_set(&talk->earlier))
		return tell(talk, &talk->earlier, err);
	if (take_next(talk, message))
		return 1;
	if (ask_next(endpoint, err) < 0)
		return -1;
	got = message_receive(endpoint->in, room, message, err);
	if (got == 1)
		take_first(endpoint, message);
	if (got < 0 && err->code == ENOBUFS) {
		error_set(err, ERROR_INCOMPLETE, "messages were lost: they came faster than they were read");
		error_hint(err, "so-rcvbufforce=16M gives them more room");
		return ENDPOINT_NOTICE;
	}
	return got == 0 ? when_quiet(endpoint, err) : got;
}

/* Where nobody receives, answers are read here. */
static void drain(struct endpoint *endpoint)
{
	struct message_room room = { 0 };
	struct message message = { 0 };

	if (endpoint->target->wants_input)
		return;
	message_room_init(&room, ROOM, MESSAGE_CONTROL_MAXIMUM);
	while (message_receive(endpoint->in, &room, &message, NULL) > 0) {
		take_first(endpoint, &message);
		while (take_next(endpoint->state, &message))
			;
	}
	message_room_release(&room);
}

static bool has_dump(const struct endpoint *endpoint, const struct message *message)
{
	struct netlink_bytes bytes = { message->data, message->length };
	struct netlink_message one;

	while (netlink_take_message(&bytes, &one))
		if (is_dump(endpoint, &one.header))
			return true;
	return false;
}

/* The groups have it by then; that there is no kernel behind a protocol of programs is no failure. */
static bool went_to_groups(const struct endpoint *endpoint, const struct error *err)
{
	return err->code == ECONNREFUSED && target_setting(endpoint->target, "to") != NULL &&
	       endpoint->target->protocol == NETLINK_USERSOCK;
}

static int netlink_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct talk *talk = endpoint->state;
	int sent;

	if (talk->is_dumping)
		drain(endpoint);
	if (talk->is_dumping && has_dump(endpoint, message))
		return 0;
	sent = message_send(endpoint->out, message, err);
	if (sent < 0 && went_to_groups(endpoint, err))
		return 1;
	if (sent == 1 && is_framed(endpoint))
		note_sent(endpoint, message->data, message->length);
	return sent;
}

/* The receiving direction sees that nothing more is asked. */
static int netlink_finish(struct endpoint *endpoint)
{
	endpoint->try_at = deadline_now();
	return 0;
}

static int64_t netlink_pending(struct endpoint *endpoint, struct error *err)
{
	struct talk *talk = endpoint->state;
	struct error failure = { 0 };

	drain(endpoint);
	if (talk->open > 0 && !endpoint->target->wants_input)
		return talk->open;
	if (fail(talk, &failure) == ENDPOINT_END)
		return 0;
	talk->failures = 0;
	if (err != NULL)
		*err = failure;
	return ENDPOINT_LOST;
}

static void netlink_release(struct endpoint *endpoint)
{
	struct talk *talk = endpoint->state;

	buf_release(&talk->rest);
	buf_release(&talk->dumps);
	free(talk);
}

static const struct endpoint_ops netlink_ops = {
	.receive = netlink_receive,
	.send = netlink_send,
	.finish = netlink_finish,
	.pending = netlink_pending,
	.release = netlink_release,
};

void netlink_converse(struct endpoint *endpoint, struct buf *dumps, bool listens)
{
	struct talk *talk = memory_new(sizeof(*talk));

	talk->dumps = *dumps;
	talk->asks = dumps->length > 0;
	talk->listens = listens;
	*dumps = (struct buf){ 0 };
	endpoint->state = talk;
	endpoint->ops = &netlink_ops;
	/* Nothing has come yet that would wake it. */
	if (talk->asks)
		endpoint->try_at = deadline_now();
}
