/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ISO 15765-2: messages longer than a frame between two identifiers of CAN; linux/can/isotp.h. */
#include "family/can_isotp.h"

#include "base/number.h"
#include "base/uapi.h"
#include "family/can.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define BUSY_WAIT (10 * NANOSECONDS_PER_MILLISECOND)

enum { ISOTP_INTERFACE, ISOTP_RX, ISOTP_TX };

static const struct shape_field fields[] = {
	CAN_INTERFACE_FIELD("an interface"),
	{ .name = "rx", .help = "identifier that the peer sends with, in hex; 8 digits: extended", .kind = FIELD_WORD, .hex = true, .has_default = true },
	{ .name = "tx", .help = "identifier that we send with", .kind = FIELD_WORD, .hex = true },
	{ .name = NULL },
};

static const struct shape_alias aliases[] = { { "isotp", NULL }, { NULL, NULL } };

static const struct family_type types[] = {
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const int levels[] = { SOL_CAN_ISOTP, SOL_SOCKET, -1 };

static int read_identifier(struct target *target, size_t field, uint32_t *id, struct error *err)
{
	struct target_field *read = &target->fields[field];

	if (can_read_id(read->text, read->length, id, err) == 0) {
		read->number = *id;
		return 0;
	}
	error_context(err, "can-isotp: %s", fields[field].name);
	return target_error_field(target, field, err);
}

static int isotp_check(struct target *target, struct error *err)
{
	bool sends_only = target_flag(target, "functional") || target_flag(target, "no-flow-control");
	uint32_t rx, tx;

	if (can_check_one(target, err) < 0 || read_identifier(target, ISOTP_TX, &tx, err) < 0)
		return -1;
	if (!target->fields[ISOTP_RX].given && sends_only)
		return isotp_options_check(target, err);
	if (read_identifier(target, ISOTP_RX, &rx, err) < 0) {
		if (!target->fields[ISOTP_RX].given)
			error_hint(err, "only with functional or no-flow-control nothing is "
					"received");
		return -1;
	}
	if (rx == tx && !sends_only) {
		error_usage(err, "can-isotp: rx and tx are the same identifier");
		return target_error_field(target, ISOTP_TX, err);
	}
	return isotp_options_check(target, err);
}

static int isotp_resolve(const struct target *target, enum address_end end, bool may_block,
			 struct address_list *list, struct error *err)
{
	struct sockaddr_can can;

	(void)may_block;
	if (end == ADDRESS_LOCAL)
		return 0;
	if (can_address(target, &can, err) < 0)
		return -1;
	can.can_addr.tp.rx_id = (canid_t)target->fields[ISOTP_RX].number;
	can.can_addr.tp.tx_id = (canid_t)target->fields[ISOTP_TX].number;
	address_list_add(list, &can, sizeof(can));
	return 0;
}

static void isotp_print_address(const struct target *target, const struct address *address,
				struct buf *out)
{
	const struct sockaddr_can *can = (const void *)&address->storage;

	(void)target;
	can_print_index(can->can_ifindex, out);
	buf_add_char(out, ':');
	can_print_id(can->can_addr.tp.rx_id, out);
	buf_add_char(out, ':');
	can_print_id(can->can_addr.tp.tx_id, out);
}

static void describe_id(const char *key, uint32_t id, struct json *json)
{
	cleanup_buf struct buf text = { 0 };

	can_print_id(id, &text);
	json_string(json, key, buf_text(&text));
}

static void isotp_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_can *can = (const void *)&address->storage;

	can_describe_interface(address, json);
	describe_id("rx", can->can_addr.tp.rx_id, json);
	describe_id("tx", can->can_addr.tp.tx_id, json);
}

static void isotp_explain_error(const struct target *target, struct error *err)
{
	const struct target_field *names = target->fields;

	if (err == NULL)
		return;
	switch (err->code) {
	case ECOMM:
		error_hint(err, "no flow control came from %s: nobody is there, or rx and tx are "
				"swapped: can-isotp:%s:%s:%s",
			   names[ISOTP_RX].text, names[ISOTP_INTERFACE].text, names[ISOTP_TX].text,
			   names[ISOTP_RX].text);
		break;
	case EMSGSIZE:
		error_hint(err, "the peer has no room for a message of that length");
		break;
	case EINVAL:
		error_hint(err, "a message has at least one byte and at most some 8200, as the module "
				"parameter max_pdu_size says; with functional as many as one frame holds");
		break;
	case EADDRNOTAVAIL:
		error_hint(err, "rx and tx: up to 7FF, or 8 digits for an extended identifier");
		break;
	default:
		can_explain_error(target, err);
		break;
	}
}

/* What went wrong with a message that came in is no reason to miss the next one. */
static int isotp_receive(struct endpoint *endpoint, struct message_room *room,
			 struct message *message, struct error *err)
{
	int got = message_receive(endpoint->in, room, message, err);
	int code = got < 0 && err != NULL ? err->code : 0;
	const char *words = NULL;

	if (code == ETIMEDOUT)
		words = "a message was not continued in time";
	else if (code == EILSEQ)
		words = "a message lacks a frame";
	else if (code == EBADMSG)
		words = "a message is wrongly padded";
	else if (code == ENETDOWN)
		words = "the interface is down";
	if (words == NULL) {
		if (got < 0)
			isotp_explain_error(endpoint->target, err);
		return got;
	}
	error_set(err, ERROR_NONE, "%s: %s", endpoint->target->fields[0].text, words);
	return ENDPOINT_NOTICE;
}

static int isotp_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	struct message own = { .data = message->data, .length = message->length };
	int sent = message_send(endpoint->out, &own, err);

	/* Kernels before 6.3 say that there is room while a message is still on its way. */
	endpoint->try_at = sent == 0 ? deadline_now() + BUSY_WAIT : 0;
	if (sent < 0)
		isotp_explain_error(endpoint->target, err);
	return sent;
}

/* A message is done when the next one could be sent; what failed is told as an error of the socket. */
static int64_t isotp_pending(struct endpoint *endpoint, struct error *err)
{
	struct pollfd poll_fd = { .fd = endpoint->out, .events = POLLOUT };
	socklen_t length = sizeof(int);
	int code = 0;

	poll(&poll_fd, 1, 0);
	if ((poll_fd.revents & POLLERR) != 0 &&
	    getsockopt(endpoint->out, SOL_SOCKET, SO_ERROR, &code, &length) == 0 && code != 0) {
		error_code(err, code, "send");
		isotp_explain_error(endpoint->target, err);
		return ENDPOINT_LOST;
	}
	return (poll_fd.revents & POLLOUT) == 0;
}

static const struct endpoint_ops ops = { .receive = isotp_receive,
					 .send = isotp_send,
					 .pending = isotp_pending };

const struct family can_isotp_family = {
	.shape = { .name = "can-isotp", .known_as = NAMES("iso-tp", "uds", "obd", "socketcan"), .aliases = aliases, .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "ISO 15765-2 over CAN: messages of up to 8200 bytes, as diagnostics use them",
	.domain = AF_CAN,
	.protocol = CAN_ISOTP,
	.types = types,
	.levels = levels,
	.parameters = isotp_parameters,
	.step = STEP_BIND,
	.module = "can_isotp",
	.check = isotp_check,
	.resolve = isotp_resolve,
	.print_address = isotp_print_address,
	.describe_address = isotp_describe_address,
	.settings = isotp_settings,
	.explain_error = isotp_explain_error,
	.ops = &ops,
};
