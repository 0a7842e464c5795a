/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Communication groups of TIPC: joining, who is there, and to whom is sent; TIPC_GROUP_JOIN of linux/tipc.h. */
#include "family/tipc.h"

#include "core/endpoint.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

int tipc_group_check(struct target *target, struct error *err)
{
	const struct setting *anycast = target_setting(target, "anycast");

	target->step = STEP_NONE;
	if (!target->type->no_listen) {
		error_usage(err, "tipc: a group is for type=rdm and type=dgram");
		return target_error_setting(target, target_setting(target, "type"), err);
	}
	if (target->fields[TIPC_TYPE].number < TIPC_RESERVED_TYPES) {
		error_usage(err, "tipc: types below 64 are TIPC's own");
		return target_error_field(target, TIPC_TYPE, err);
	}
	if (target_flag(target, "events"))
		target->format = "tipc";
	if (anycast == NULL || target_setting(target, "multicast") == NULL)
		return 0;
	error_usage(err, "anycast and multicast exclude each other");
	return target_error_setting(target, anycast, err);
}

/* The kernel is always asked for events: they tell when there is somebody to send to. */
void tipc_group_list_join(const struct target *target, struct sockopt_list *list)
{
	struct tipc_group_req request = { .type = (uint32_t)target->fields[TIPC_TYPE].number,
					  .instance = (uint32_t)target->fields[TIPC_LOWER].number,
					  .scope = (uint32_t)target->fields[TIPC_UPPER].number,
					  .flags = TIPC_GROUP_MEMBER_EVTS };

	if (target_flag(target, "loopback"))
		request.flags |= TIPC_GROUP_LOOPBACK;
	sockopt_list_add(list, SOL_TIPC, TIPC_GROUP_JOIN, &request, sizeof(request))->name = "join the group";
}

/* The first event or message means that there is another member; if there is none, sending says so. */
int tipc_group_greet(struct endpoint *endpoint, bool is_late)
{
	struct pollfd poll_fd = { .fd = endpoint->in, .events = POLLIN };

	return is_late || poll(&poll_fd, 1, 0) == 1 ? 0 : 1;
}

static int group_receive(struct endpoint *endpoint, struct message_room *room,
			 struct message *message, struct error *err)
{
	bool shows_events = target_flag(endpoint->target, "events");
	int got;

	do
		got = message_receive(endpoint->in, room, message, err);
	while (got > 0 && (message->flags & MSG_OOB) != 0 && !shows_events);
	return got;
}

/* Without an address it goes to all members. */
static void address_to(const struct target *target, struct message *message)
{
	const struct setting *anycast = target_setting(target, "anycast");
	const struct setting *multicast = target_setting(target, "multicast");
	struct sockaddr_tipc *to = (void *)&message->peer.storage;

	message->peer.length = 0;
	if (anycast == NULL && multicast == NULL)
		return;
	*to = (struct sockaddr_tipc){ .family = AF_TIPC, .scope = TIPC_CLUSTER_SCOPE };
	to->addrtype = anycast != NULL ? TIPC_SERVICE_ADDR : TIPC_SERVICE_RANGE;
	to->addr.nameseq.type = (uint32_t)target->fields[TIPC_TYPE].number;
	to->addr.nameseq.lower = (uint32_t)(anycast != NULL ? anycast : multicast)->value.number;
	if (anycast == NULL)
		to->addr.nameseq.upper = to->addr.nameseq.lower;
	message->peer.length = sizeof(*to);
}

static int group_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct message addressed = *message;

	address_to(endpoint->target, &addressed);
	return message_send(endpoint->out, &addressed, err);
}

const struct endpoint_ops tipc_group_ops = { .receive = group_receive, .send = group_send };
