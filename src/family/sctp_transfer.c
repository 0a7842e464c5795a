/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole messages of SCTP, notifications, and what is not acknowledged yet; RFC 6458, SO_MEMINFO of linux/sock_diag.h. */
#include "base/buf.h"
#include "base/memory.h"
#include "core/control.h"
#include "core/endpoint.h"
#include "family/sctp.h"

#include <errno.h>
#include <linux/sctp.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ADDRESSES_ROOM 4096

struct state {
	struct buf part;     /* of a message that comes in parts */
	bool is_joined;	     /* it is complete and was given to who received it */
	struct address peer; /* of the association that a one-to-many socket made */
};

/* The first address of the only association; a one-to-many socket has no getpeername(2). */
static int find_peer(int fd, struct address *peer)
{
	_Alignas(struct sctp_assoc_ids) char ids_room[256];
	_Alignas(struct sctp_getaddrs) char room[ADDRESSES_ROOM] = { 0 };
	struct sctp_assoc_ids *ids = (void *)ids_room;
	struct sctp_getaddrs *found = (void *)room;
	const struct sockaddr *first = (const void *)found->addrs;
	socklen_t length = sizeof(ids_room);

	if (getsockopt(fd, IPPROTO_SCTP, SCTP_GET_ASSOC_ID_LIST, ids, &length) < 0 ||
	    ids->gaids_number_of_ids == 0)
		return -1;
	found->assoc_id = ids->gaids_assoc_id[0];
	length = sizeof(room);
	if (getsockopt(fd, IPPROTO_SCTP, SCTP_GET_PEER_ADDRS, found, &length) < 0 ||
	    found->addr_num == 0)
		return -1;
	peer->length = first->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
						      sizeof(struct sockaddr_in);
	memcpy(&peer->storage, first, peer->length);
	return 0;
}

bool sctp_is_many(const struct target *target)
{
	return target->type->type == SOCK_SEQPACKET;
}

static bool wants_peer(const struct endpoint *endpoint)
{
	return sctp_is_many(endpoint->target) && endpoint->target->role == ROLE_CONNECT;
}

/*
 * What became of the association of a one-to-many socket, which has no other way
 * to say so: 0 nothing, ENDPOINT_END, -1.
 */
static int judge_change(const struct message *message, struct error *err)
{
	struct sctp_assoc_change change;

	if (message->length < sizeof(change))
		return 0;
	memcpy(&change, message->data, sizeof(change));
	if (change.sac_type != SCTP_ASSOC_CHANGE)
		return 0;
	switch (change.sac_state) {
	case SCTP_SHUTDOWN_COMP:
		return ENDPOINT_END;
	case SCTP_COMM_LOST:
		return error_code(err, ECONNRESET, "receive");
	case SCTP_CANT_STR_ASSOC:
		return error_code(err, ECONNREFUSED, "connect");
	default:
		return 0;
	}
}

/* Adds a part of a message that comes in parts. 1: it is whole now; 0: more is to come. */
static int join_parts(struct state *state, struct message *message, struct error *err)
{
	bool is_last = (message->flags & MSG_EOR) != 0;

	if (is_last && state->part.length == 0)
		return 1;
	if (buf_add(&state->part, message->data, message->length) < 0)
		return error_set(err, ERROR_INCOMPLETE, "a message is longer than %zu bytes",
				 state->part.maximum);
	message->data = buf_text(&state->part);
	message->length = state->part.length;
	state->is_joined = is_last;
	return is_last;
}

/* 1 it is for the user, 0 it is not, else what sctp_receive() gives. */
static int take(struct endpoint *endpoint, struct message *message, struct error *err)
{
	int fate = 0;

	if (!(message->flags & MSG_NOTIFICATION))
		return message->length > 0 ? join_parts(endpoint->state, message, err) :
					     ENDPOINT_END;
	if (wants_peer(endpoint))
		fate = judge_change(message, err);
	return fate != 0 ? fate : target_setting(endpoint->target, "notify") != NULL;
}

static int sctp_receive(struct endpoint *endpoint, struct message_room *room,
			struct message *message, struct error *err)
{
	struct state *state = endpoint->state;
	int got, taken = 0;

	if (state->is_joined)
		buf_clear(&state->part);
	state->is_joined = false;
	do {
		got = message_receive(endpoint->in, room, message, err);
		if (got == 1)
			taken = take(endpoint, message, err);
	} while (got == 1 && taken == 0);
	return got == 1 ? taken : got;
}

/* A message that came over SCTP goes on in the same stream, unless the spec says in which. */
static bool say_again(const struct endpoint *endpoint, const struct message *message,
		      struct sctp_sndinfo *info)
{
	const struct target *target = endpoint->target;
	struct sctp_rcvinfo came;
	const void *found = control_find(message->arrival, message->arrival_length, IPPROTO_SCTP,
					 SCTP_RCVINFO, sizeof(came));

	if (found == NULL || message->control_length > 0 || target_setting(target, "stream") != NULL ||
	    target_setting(target, "ppid") != NULL || target_setting(target, "unordered") != NULL)
		return false;
	memcpy(&came, found, sizeof(came));
	*info = (struct sctp_sndinfo){ .snd_sid = came.rcv_sid,
				       .snd_flags = came.rcv_flags & SCTP_UNORDERED,
				       .snd_ppid = came.rcv_ppid };
	return true;
}

static int send_in_stream(int fd, struct message *message, const struct sctp_sndinfo *info,
			  struct error *err)
{
	cleanup_buf struct buf control = { 0 };
	int sent;

	control_add_bytes(&control, IPPROTO_SCTP, SCTP_SNDINFO, info, sizeof(*info));
	message->control = control.data;
	message->control_length = control.length;
	sent = message_send(fd, message, err);
	if (sent < 0 && errno == EINVAL && info->snd_sid > 0)
		error_hint(err, "it came in stream %u, and there are fewer here: sctp-initmsg=%u asks for more, "
				"stream=0 has all in one", info->snd_sid, info->snd_sid + 1U);
	return sent;
}

static int sctp_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct state *state = endpoint->state;
	struct message addressed = *message;
	struct sctp_sndinfo info;

	if (addressed.peer.length == 0 && wants_peer(endpoint)) {
		/* Without an association that was begun, it was refused. */
		if (state->peer.length == 0 && find_peer(endpoint->out, &state->peer) < 0)
			return error_code(err, ECONNREFUSED, "connect");
		addressed.peer = state->peer;
	}
	return say_again(endpoint, message, &info) ?
		       send_in_stream(endpoint->out, &addressed, &info, err) :
		       message_send(endpoint->out, &addressed, err);
}

/* What was not acknowledged is charged to the socket. */
static int64_t sctp_pending(struct endpoint *endpoint, struct error *err)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t length = sizeof(memory);

	(void)err;
	if (getsockopt(endpoint->out, SOL_SOCKET, SO_MEMINFO, memory, &length) < 0)
		return -1;
	return memory[SK_MEMINFO_WMEM_QUEUED];
}

static void sctp_addresses(const struct endpoint *endpoint, struct address *local,
			   struct address *peer)
{
	address_of_socket(endpoint->in, local);
	address_of_peer(endpoint->in, peer);
	if (peer->length == 0 && wants_peer(endpoint) && find_peer(endpoint->in, peer) < 0)
		peer->length = 0;
}

static void sctp_release(struct endpoint *endpoint)
{
	struct state *state = endpoint->state;

	buf_release(&state->part);
	free(state);
}

static const struct endpoint_ops sctp_ops = { .receive = sctp_receive,
					      .send = sctp_send,
					      .pending = sctp_pending,
					      .addresses = sctp_addresses,
					      .release = sctp_release };

void sctp_transfer(struct endpoint *endpoint)
{
	struct state *state = memory_new(sizeof(*state));

	state->part.maximum = 64U << 20;
	endpoint->state = state;
	endpoint->ops = &sctp_ops;
}
