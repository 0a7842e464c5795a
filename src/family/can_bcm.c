/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CAN broadcast manager: the kernel sends in cycles and watches contents; linux/can/bcm.h. */
#include "family/can.h"

#include <errno.h>
#include <linux/can/bcm.h>
#include <string.h>
#include <sys/socket.h>

static const struct shape_field fields[] = {
	CAN_INTERFACE_FIELD("an interface, or any", .optional = true, .has_default = true),
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const int levels[] = { SOL_SOCKET, -1 };

static int bcm_check(struct target *target, struct error *err)
{
	struct can_interface interfaces[CAN_INTERFACES_MAXIMUM];
	int count = can_interfaces(target, interfaces, err);

	if (count <= 1)
		return count < 0 ? -1 : 0;
	error_usage(err, "can-bcm: one interface, or any, expected");
	return target_error_field(target, 0, err);
}

static int bcm_resolve(const struct target *target, enum address_end end, bool may_block,
		       struct address_list *list, struct error *err)
{
	struct sockaddr_can can;

	(void)may_block;
	if (end == ADDRESS_LOCAL)
		return 0;
	if (can_address(target, &can, err) < 0)
		return -1;
	address_list_add(list, &can, sizeof(can));
	return 0;
}

static void bcm_print_address(const struct target *target, const struct address *address,
			      struct buf *out)
{
	const struct sockaddr_can *can = (const void *)&address->storage;

	(void)target;
	can_print_index(can->can_ifindex, out);
}

static int bcm_settings(const struct target *target, int domain, struct sockopt_list *list,
			struct error *err)
{
	(void)target;
	(void)domain;
	(void)err;
	can_widen(list);
	sockopt_list_add_number(list, SOL_SOCKET, SO_TIMESTAMPNS, 1)->need = SOCKOPT_OPTIONAL;
	return 0;
}

/* A socket of any interface says with each message which one it is for. */
static int bcm_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct message own = { .data = message->data, .length = message->length };
	struct sockaddr_can can = { .can_family = AF_CAN,
				    .can_ifindex = (int)message->interface };
	int sent;

	if (endpoint->target->fields[0].length == 0 && message->interface > 0) {
		own.peer.length = sizeof(can);
		memcpy(&own.peer.storage, &can, sizeof(can));
	}
	sent = message_send(endpoint->out, &own, err);
	if (sent < 0 && err != NULL && err->code == EINVAL && err->hint[0] == '\0')
		error_hint(err, "not known yet, or not to be done so: a cycle or watch comes before "
				"its change, stop and show; a time goes with count");
	return sent;
}

static const struct endpoint_ops ops = { .send = bcm_send };

const struct family can_bcm_family = {
	.shape = { .name = "can-bcm", .known_as = NAMES("bcm", "broadcast-manager", "socketcan"), .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "CAN frames that the kernel sends in cycles, and watches over contents",
	.domain = AF_CAN,
	.protocol = CAN_BCM,
	.types = types,
	.levels = levels,
	.step = STEP_CONNECT,
	.format = "bcm",
	.text_format = "bcm",
	.module = "can_bcm",
	.check = bcm_check,
	.resolve = bcm_resolve,
	.print_address = bcm_print_address,
	.describe_address = can_describe_interface,
	.settings = bcm_settings,
	.explain_error = can_explain_error,
	.ops = &ops,
};
