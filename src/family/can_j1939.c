/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SAE J1939, the protocol of vehicles over CAN: its addresses and sockets; linux/can/j1939.h. */
#include "family/can_j1939.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static const struct name pgns[] = {
	{ "none", J1939_NO_PGN, "any" },
	{ "any", J1939_NO_PGN, NULL },
	{ "request", J1939_PGN_REQUEST, "a request for a parameter group" },
	{ "address-claimed", J1939_PGN_ADDRESS_CLAIMED, "who has which address" },
	{ "address-commanded", J1939_PGN_ADDRESS_COMMANDED, "the order to take an address" },
	{ NULL, 0, NULL },
};

static const struct name addresses[] = {
	{ "broadcast", J1939_NO_ADDR, "to all" },
	{ "none", J1939_NO_ADDR, NULL },
	{ "any", J1939_NO_ADDR, NULL },
	{ "idle", J1939_IDLE_ADDR, "of one that has no address" },
	{ NULL, 0, NULL },
};

static const struct name names[] = {
	{ "none", J1939_NO_NAME, "no name: the address counts" },
	{ "any", J1939_NO_NAME, NULL },
	{ NULL, 0, NULL },
};

static const struct shape_field fields[] = {
	CAN_INTERFACE_FIELD("an interface"),
	{ .name = "name", .help = "64 bits that tell a node, where addresses are claimed", .kind = FIELD_WORD, .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = names },
	{ .name = "pgn", .help = "parameter group number", .kind = FIELD_WORD, .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = pgns, .maximum = J1939_NO_PGN, .fallback = J1939_NO_PGN },
	{ .name = "addr", .help = "address of a node, or broadcast", .kind = FIELD_WORD, .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = addresses, .maximum = J1939_NO_ADDR, .fallback = J1939_NO_ADDR },
	{ .name = NULL },
};

static const struct shape_alias aliases[] = { { "j1939", NULL }, { NULL, NULL } };

static const struct family_type types[] = {
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const int levels[] = { SOL_CAN_J1939, SOL_SOCKET, -1 };

static int j1939_check(struct target *target, struct error *err)
{
	const struct setting *bind = target_setting(target, "bind");

	if (can_check_one(target, err) < 0)
		return -1;
	if (bind != NULL && target->role == ROLE_BIND) {
		error_usage(err, "bind: the spec itself is the local end");
		return target_error_setting(target, bind, err);
	}
	return j1939_options_check(target, err);
}

static void fill(struct sockaddr_can *can, const struct target *target)
{
	can->can_addr.j1939.name = target->fields[J1939_NAME].number;
	can->can_addr.j1939.pgn = (uint32_t)target->fields[J1939_PGN].number;
	can->can_addr.j1939.addr = (uint8_t)target->fields[J1939_ADDR].number;
}

static int j1939_resolve(const struct target *target, enum address_end end, bool may_block,
			 struct address_list *list, struct error *err)
{
	struct sockaddr_can can;

	(void)may_block;
	if (can_address(target, &can, err) < 0)
		return -1;
	if (end == ADDRESS_PEER)
		fill(&can, target);
	else if (!j1939_local(target, &can))
		return 0;
	address_list_add(list, &can, sizeof(can));
	return 0;
}

static void print_name(const struct sockaddr_can *can, struct buf *out)
{
	if (can->can_addr.j1939.name != J1939_NO_NAME)
		buf_print(out, "0x%llx", (unsigned long long)can->can_addr.j1939.name);
}

/* What has its default is left empty, or out where nothing follows. */
static void j1939_print_address(const struct target *target, const struct address *address,
				struct buf *out)
{
	const struct sockaddr_can *can = (const void *)&address->storage;
	uint8_t addr = can->can_addr.j1939.addr;
	uint32_t pgn = can->can_addr.j1939.pgn;

	if (can->can_ifindex == 0)
		buf_add_string(out, target->fields[J1939_INTERFACE].text);
	else
		can_print_index(can->can_ifindex, out);
	if (can->can_addr.j1939.name == J1939_NO_NAME && pgn == J1939_NO_PGN &&
	    addr == J1939_NO_ADDR)
		return;
	buf_add_char(out, ':');
	print_name(can, out);
	if (pgn == J1939_NO_PGN && addr == J1939_NO_ADDR)
		return;
	buf_add_char(out, ':');
	if (pgn != J1939_NO_PGN)
		buf_print(out, "0x%x", pgn);
	if (addr != J1939_NO_ADDR)
		buf_print(out, ":0x%x", addr);
}

static void j1939_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_can *can = (const void *)&address->storage;
	cleanup_buf struct buf name = { 0 };

	can_describe_interface(address, json);
	print_name(can, &name);
	json_string(json, "name", buf_text(&name));
	json_unsigned(json, "pgn", can->can_addr.j1939.pgn);
	json_unsigned(json, "addr", can->can_addr.j1939.addr);
}

/* What is only received needs no address of its own; what is sent comes from one. */
static int bind_listener(const struct target *target, int fd, struct error *err)
{
	struct sockaddr_can can;

	if (target->wants_output) {
		error_set(err, ERROR_USAGE, "nobody can send without an address of its own");
		return error_hint(err, "bind=0x80 names one, bind=NAME:PGN:ADDR,claim claims it");
	}
	if (can_address(target, &can, err) < 0)
		return -1;
	can.can_addr.j1939.name = J1939_NO_NAME;
	can.can_addr.j1939.pgn = J1939_NO_PGN;
	can.can_addr.j1939.addr = J1939_NO_ADDR;
	if (bind(fd, (const void *)&can, sizeof(can)) < 0)
		return error_system(err, "bind");
	return 0;
}

static bool has_peer(const struct target *target)
{
	return target->fields[J1939_NAME].given || target->fields[J1939_PGN].given ||
	       target->fields[J1939_ADDR].given;
}

/* connect(2) names where our messages go; of the peer's node alone are those that are received. */
static int connect_peer(const struct target *target, int fd, struct error *err)
{
	struct sockaddr_can can;

	if (target->wants_output && target->fields[J1939_PGN].number == J1939_NO_PGN) {
		error_set(err, ERROR_USAGE, "a pgn is needed to send");
		return error_hint(err, "can-j1939:%s:NAME:PGN:ADDR",
				  target->fields[J1939_INTERFACE].text);
	}
	if (!has_peer(target) || !target->wants_output)
		return 0;
	if (can_address(target, &can, err) < 0)
		return -1;
	fill(&can, target);
	if (connect(fd, (const void *)&can, sizeof(can)) < 0)
		return error_system(err, "connect");
	return 0;
}

static void j1939_add_calls(const struct target *target, struct buf *out)
{
	const char *interface = target->fields[J1939_INTERFACE].text;

	if (target->role != ROLE_CONNECT)
		return;
	if (target->common.bind == NULL && !target->wants_output)
		buf_print(out, "bind(fd, can-j1939:%s, %zu)\n", interface, sizeof(struct sockaddr_can));
	if (has_peer(target) && target->wants_output)
		buf_print(out, "connect(fd, the peer at %s, %zu)\n", interface, sizeof(struct sockaddr_can));
}

static int j1939_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	if (target->role == ROLE_CONNECT) {
		if (target->common.bind == NULL && bind_listener(target, endpoint->in, err) < 0)
			return -1;
		if (connect_peer(target, endpoint->in, err) < 0)
			return -1;
	}
	return j1939_transfer_init(target, endpoint, err);
}

static void j1939_explain_error(const struct target *target, struct error *err)
{
	switch (err->code) {
	case EADDRNOTAVAIL:
		error_hint(err, "addresses go from 0 to 0xfd; a name needs one first: claim");
		break;
	case ETIME:
		error_hint(err, "nobody answered: is there a node with that address?");
		break;
	case EACCES:
	case EPERM:
		error_hint(err, "a priority below 2 needs CAP_NET_ADMIN");
		break;
	default:
		can_explain_error(target, err);
		break;
	}
}

const struct family can_j1939_family = {
	.shape = { .name = "can-j1939", .known_as = NAMES("nmea2000", "socketcan"), .aliases = aliases, .roles = ROLE_BIT(ROLE_CONNECT) | ROLE_BIT(ROLE_BIND), .fields = fields },
	.summary = "SAE J1939 over CAN: parameter groups between the nodes of a vehicle",
	.domain = AF_CAN,
	.protocol = CAN_J1939,
	.types = types,
	.levels = levels,
	.parameters = j1939_parameters,
	.step = STEP_NONE,
	.module = "can_j1939",
	.check = j1939_check,
	.resolve = j1939_resolve,
	.print_address = j1939_print_address,
	.describe_address = j1939_describe_address,
	.settings = j1939_settings,
	.add_calls = j1939_add_calls,
	.ready = j1939_ready,
	.explain_error = j1939_explain_error,
};
