/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of J1939, long ones in pieces, and reports on what became of them; linux/errqueue.h. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/control.h"
#include "family/can_j1939.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BUSY_WAIT (10 * NANOSECONDS_PER_MILLISECOND)

struct transfers {
	struct claim *claim; /* NULL: none */
	size_t taken;	     /* bytes of the message under way that the kernel has */
	uint32_t open;	     /* messages that were neither acknowledged nor aborted */
	bool tells_all;
};

/* What the error queue says of one transfer. */
struct outcome {
	int code; /* why it was aborted; 0: acknowledged */
	uint32_t acknowledged; /* bytes */
};

static void note_attribute(const struct nlattr *attribute, uint32_t value, struct outcome *outcome)
{
	if (attribute->nla_type == J1939_NLA_BYTES_ACKED)
		outcome->acknowledged = value;
}

static void read_statistics(const struct control *control, struct outcome *outcome)
{
	const size_t header = sizeof(struct nlattr), alignment = NLA_ALIGNTO - 1;
	const char *bytes = control->data;
	size_t at = 0;

	while (at < control->length && control->length - at >= header + sizeof(uint32_t)) {
		struct nlattr attribute;
		uint32_t value;

		memcpy(&attribute, bytes + at, header);
		memcpy(&value, bytes + at + header, sizeof(value));
		if (attribute.nla_len < header)
			return;
		if (attribute.nla_len >= header + sizeof(value))
			note_attribute(&attribute, value, outcome);
		at += (attribute.nla_len + alignment) & ~alignment;
	}
}

/* Whether the report is about the end of something that we sent. */
static bool read_report(const struct msghdr *header, struct outcome *outcome)
{
	struct sock_extended_err report = { 0 };
	struct control control;
	size_t at = 0;

	*outcome = (struct outcome){ 0 };
	while (control_next(header->msg_control, header->msg_controllen, &at, &control)) {
		if (control.level == SOL_SOCKET && control.type == SCM_TIMESTAMPING_OPT_STATS)
			read_statistics(&control, outcome);
		if (control.level == SOL_CAN_J1939 && control.type == SCM_J1939_ERRQUEUE &&
		    control.length >= sizeof(report))
			memcpy(&report, control.data, sizeof(report));
	}
	if (report.ee_origin == SO_EE_ORIGIN_TIMESTAMPING)
		return report.ee_info == SCM_TSTAMP_ACK;
	outcome->code = (int)report.ee_errno;
	return report.ee_origin == SO_EE_ORIGIN_LOCAL &&
	       report.ee_info == J1939_EE_INFO_TX_ABORT;
}

/* The next outcome of a transfer, false when there is none. */
static bool next_outcome(int fd, struct outcome *outcome)
{
	_Alignas(struct cmsghdr) char control[512];
	struct msghdr header = { 0 };

	for (;;) {
		header.msg_control = control;
		header.msg_controllen = sizeof(control);
		if (recvmsg(fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return false;
		if (read_report(&header, outcome))
			return true;
	}
}

/* The reasons of SAE J1939-21 as the kernel passes them on. */
static const struct name reasons[] = {
	{ "the peer is busy with another transfer", EALREADY, NULL },
	{ "the peer lacks resources", EMSGSIZE, NULL },
	{ "nobody answered in time", EHOSTUNREACH, NULL },
	{ "the peer gave up", EBADMSG, NULL },
	{ "the peer asked again too often", ENOTRECOVERABLE, NULL },
	{ "the peer got what it did not expect", ENOTCONN, NULL },
	{ "a packet had a wrong number", EILSEQ, NULL },
	{ "a packet came twice", EPROTOTYPE, NULL },
	{ NULL, 0, NULL },
};

static void set_abort(const struct outcome *outcome, struct error *err)
{
	const char *reason = name_of(reasons, outcome->code);

	error_set(err, ERROR_FAILED, "the transfer was aborted after %u bytes: %s",
		  outcome->acknowledged, reason != NULL ? reason : error_words(outcome->code));
	if (err != NULL)
		err->code = outcome->code;
	if (outcome->code == EHOSTUNREACH)
		error_hint(err, "is there a node with that address?");
}

/* 0 nothing to tell, or ENDPOINT_NOTICE. */
static int take_reports(struct endpoint *endpoint, struct transfers *state, struct error *err)
{
	struct outcome outcome;

	while (next_outcome(endpoint->in, &outcome)) {
		state->open -= state->open > 0;
		if (outcome.code != 0)
			set_abort(&outcome, err);
		else if (state->tells_all)
			error_set(err, ERROR_NONE, "%s: %u bytes were acknowledged",
				  endpoint->target->fields[J1939_INTERFACE].text,
				  outcome.acknowledged);
		else
			continue;
		return ENDPOINT_NOTICE;
	}
	return 0;
}

/* A report makes the next call fail once, with what it says, although it is in the queue. */
static int j1939_receive(struct endpoint *endpoint, struct message_room *room,
			 struct message *message, struct error *err)
{
	struct transfers *state = endpoint->state;
	int got = take_reports(endpoint, state, err);

	if (got != 0)
		return got;
	got = message_receive(endpoint->in, room, message, err);
	if (got >= 0)
		return got;
	if (err->code == ENETDOWN) {
		error_set(err, ERROR_NONE, "%s is down", endpoint->target->fields[0].text);
		return ENDPOINT_NOTICE;
	}
	return take_reports(endpoint, state, err) != 0 ? ENDPOINT_NOTICE : -1;
}

/* 1 while the address is not ours yet, 0 once it is, -1 when it never will be. */
static int wait_for_claim(struct endpoint *endpoint, struct transfers *state, struct error *err)
{
	enum claim_state claimed = state->claim != NULL ? claim_state(state->claim) : CLAIM_HOLDS;

	if (claimed == CLAIM_LOST) {
		error_code(err, EADDRNOTAVAIL, "no address is left to claim");
		return error_hint(err, "nodes with lower names hold them all; claim-range= widens "
				       "the choice");
	}
	endpoint->try_at = claimed == CLAIM_WAITS ? deadline_now() + BUSY_WAIT : 0;
	return claimed == CLAIM_WAITS;
}

/* A socket that is bound only answers whom a message came from. */
static void address_message(const struct endpoint *endpoint, const struct message *message,
			    struct msghdr *header)
{
	if (endpoint->target->role != ROLE_BIND || message->peer.length < sizeof(sa_family_t) ||
	    message->peer.any.sa_family != AF_CAN)
		return;
	header->msg_name = (void *)(uintptr_t)&message->peer.storage;
	header->msg_namelen = message->peer.length;
}

/* The kernel may take a long message in pieces; the rest has to follow before anything else. */
static int j1939_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct transfers *state = endpoint->state;
	struct iovec iov = { (void *)(uintptr_t)(message->data + state->taken),
			     message->length - state->taken };
	struct msghdr header = { .msg_iov = &iov, .msg_iovlen = 1 };
	int waits = wait_for_claim(endpoint, state, err);
	ssize_t sent;

	if (waits != 0)
		return waits < 0 ? -1 : 0;
	address_message(endpoint, message, &header);
	do
		sent = sendmsg(endpoint->out, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0 && (errno == EAGAIN || errno == ENOBUFS ||
			 (errno == EADDRNOTAVAIL && state->claim != NULL))) {
		endpoint->try_at = deadline_now() + BUSY_WAIT;
		return 0;
	}
	if (sent < 0) {
		error_system(err, "send");
		endpoint->target->family->explain_error(endpoint->target, err);
		return -1;
	}
	state->taken += (size_t)sent;
	if (state->taken < message->length) {
		endpoint->try_at = deadline_now() + BUSY_WAIT;
		return 0;
	}
	state->taken = 0;
	state->open++;
	return 1;
}

static int64_t j1939_pending(struct endpoint *endpoint, struct error *err)
{
	struct transfers *state = endpoint->state;
	struct outcome outcome;

	while (next_outcome(endpoint->in, &outcome)) {
		state->open -= state->open > 0;
		if (outcome.code == 0)
			continue;
		set_abort(&outcome, err);
		return ENDPOINT_LOST;
	}
	return state->open;
}

static void j1939_release(struct endpoint *endpoint)
{
	struct transfers *state = endpoint->state;

	claim_stop(state->claim);
	free(state);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .receive = j1939_receive,
					 .send = j1939_send,
					 .pending = j1939_pending,
					 .release = j1939_release };

int j1939_transfer_init(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	struct transfers *state = memory_new(sizeof(*state));
	struct sockaddr_can local = { 0 };

	state->tells_all = target_flag(target, "notices");
	endpoint->state = state;
	endpoint->ops = &ops;
	if (!target_flag(target, "claim"))
		return 0;
	if (can_address(target, &local, err) < 0)
		return -1;
	j1939_local(target, &local);
	state->claim = claim_start(target, &local, err);
	return state->claim != NULL ? 0 : -1;
}
