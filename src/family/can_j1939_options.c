/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of J1939 sockets: our own end, filters, priority; linux/can/j1939.h. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "family/can_j1939.h"

#include <linux/net_tstamp.h>
#include <string.h>
#include <sys/socket.h>

#define FILTERS_MAXIMUM 64
#define CLAIM_LOW	128 /* to choose from where nothing is said */
#define CLAIM_HIGH	247

/* clang-format off */
const struct parameter j1939_parameters[] = {
	{ .name = "claim", .type = VALUE_FLAG, .help = "claim the address of our name, and defend it" },
	{ .name = "claim-cache", .type = VALUE_FILE, .help = "remembers which address a name had last" },
	{ .name = "claim-range", .type = VALUE_TEXT, .argument = "LOW-HIGH", .help = "addresses to choose from when ours is taken (128-247)" },
	{ .name = "filter", .type = VALUE_TEXT, .flags = PARAMETER_REPEATS, .argument = "NAME:PGN:ADDR", .help = "receive only these senders and groups: PGN, or NAME:PGN:ADDR, each with /MASK" },
	{ .name = "notices", .type = VALUE_FLAG, .help = "tell of each transfer that was acknowledged" },
	{ .name = "prio", .type = VALUE_NUMBER, .minimum = 0, .maximum = 7, .help = "priority of what we send, 0 first (6)" },
	{ .name = "promisc", .type = VALUE_FLAG, .help = "receive also what is meant for others" },
	{ .name = NULL },
};
/* clang-format on */

/* "0x12300/0x3ff00": an empty one matches all, one without a mask just itself. */
static int read_masked(char *text, uint64_t maximum, uint64_t *value, uint64_t *mask,
		       struct error *err)
{
	char *slash = strchr(text, '/');

	*value = *mask = 0;
	if (text[0] == '\0')
		return 0;
	if (slash != NULL)
		*slash = '\0';
	*mask = maximum;
	if (number_unsigned(text, 0, maximum, value, err) < 0)
		return -1;
	return slash != NULL ? number_unsigned(slash + 1, 0, maximum, mask, err) : 0;
}

/* Cuts text at ":" into the three parts of an address; a single part is the one that is meant. */
static int cut(char *text, size_t single, char *parts[3], struct error *err)
{
	static char empty[1] = "";
	size_t count = 0;
	char *part;

	parts[0] = parts[1] = parts[2] = empty;
	if (strchr(text, ':') == NULL) {
		parts[single] = text;
		return 0;
	}
	while ((part = strsep(&text, ":")) != NULL) {
		if (count == 3)
			return error_usage(err, "NAME:PGN:ADDR expected");
		parts[count++] = part;
	}
	return count == 3 ? 0 : error_usage(err, "NAME:PGN:ADDR expected");
}

static int read_filter(const char *typed, struct j1939_filter *filter, struct error *err)
{
	cleanup_free char *text = memory_string(typed);
	uint64_t name, name_mask, pgn, pgn_mask, addr, addr_mask;
	char *parts[3];

	if (cut(text, 1, parts, err) < 0 ||
	    read_masked(parts[0], UINT64_MAX, &name, &name_mask, err) < 0 ||
	    read_masked(parts[1], J1939_PGN_MAX, &pgn, &pgn_mask, err) < 0 ||
	    read_masked(parts[2], UINT8_MAX, &addr, &addr_mask, err) < 0)
		return -1;
	*filter = (struct j1939_filter){ .name = name,
					 .name_mask = name_mask,
					 .pgn = (pgn_t)pgn,
					 .pgn_mask = (pgn_t)pgn_mask,
					 .addr = (uint8_t)addr,
					 .addr_mask = (uint8_t)addr_mask };
	return 0;
}

static int read_filters(const struct target *target, struct j1939_filter *filters, size_t *count,
			struct error *err)
{
	*count = 0;
	for (size_t i = 0; i < target->setting_count; i++) {
		const struct setting *setting = &target->settings[i];

		if (strcmp(setting->parameter->name, "filter") != 0)
			continue;
		if (*count == FILTERS_MAXIMUM)
			return error_usage(err, "more than %d filters", FILTERS_MAXIMUM);
		if (read_filter(setting->value.bytes, &filters[(*count)++], err) < 0) {
			error_context(err, "filter");
			return target_error_setting(target, setting, err);
		}
	}
	return 0;
}

/* bind=ADDR or bind=NAME:PGN:ADDR */
static int read_bind(const char *typed, struct sockaddr_can *can, struct error *err)
{
	cleanup_free char *text = memory_string(typed);
	uint64_t values[3] = { J1939_NO_NAME, J1939_NO_PGN, J1939_NO_ADDR };
	static const uint64_t limits[3] = { UINT64_MAX, J1939_NO_PGN, J1939_NO_ADDR };
	char *parts[3];

	if (cut(text, 2, parts, err) < 0)
		return -1;
	for (size_t i = 0; i < 3; i++)
		if (parts[i][0] != '\0' &&
		    number_unsigned(parts[i], 0, limits[i], &values[i], err) < 0)
			return -1;
	can->can_addr.j1939.name = values[0];
	can->can_addr.j1939.pgn = (uint32_t)values[1];
	can->can_addr.j1939.addr = (uint8_t)values[2];
	return 0;
}

bool j1939_local(const struct target *target, struct sockaddr_can *can)
{
	if (target->role == ROLE_CONNECT)
		return target->common.bind != NULL && read_bind(target->common.bind, can, NULL) == 0;
	can->can_addr.j1939.name = target->fields[J1939_NAME].number;
	can->can_addr.j1939.pgn = (uint32_t)target->fields[J1939_PGN].number;
	can->can_addr.j1939.addr = (uint8_t)target->fields[J1939_ADDR].number;
	return true;
}

int j1939_claim_range(const struct target *target, uint8_t *low, uint8_t *high, struct error *err)
{
	const struct setting *setting = target_setting(target, "claim-range");
	const char *text = setting != NULL ? setting->value.bytes : NULL;
	const char *dash = text != NULL ? strchr(text, '-') : NULL;
	cleanup_free char *first = dash != NULL ? memory_copy(text, (size_t)(dash - text)) : NULL;
	uint64_t from = CLAIM_LOW, to = CLAIM_HIGH;

	if (text != NULL &&
	    (dash == NULL || number_unsigned(first, 0, J1939_MAX_UNICAST_ADDR, &from, NULL) < 0 ||
	     number_unsigned(dash + 1, from, J1939_MAX_UNICAST_ADDR, &to, NULL) < 0)) {
		error_usage(err, "claim-range: LOW-HIGH with addresses up to 253 expected");
		return target_error_setting(target, setting, err);
	}
	*low = (uint8_t)from;
	*high = (uint8_t)to;
	return 0;
}

static int check_claim(const struct target *target, const struct sockaddr_can *local,
		       struct error *err)
{
	const struct setting *claim = target_setting(target, "claim");
	uint8_t low, high;

	if (j1939_claim_range(target, &low, &high, err) < 0)
		return -1;
	if (!target_flag(target, "claim") || local->can_addr.j1939.name != J1939_NO_NAME)
		return 0;
	error_usage(err, "claim: a name is needed, which claims the address");
	error_hint(err, target->role == ROLE_BIND ? "can-j1939-bind:%s:NAME:PGN:ADDR,claim" :
						    "bind=NAME:PGN:ADDR, on interface %s",
		   target->fields[J1939_INTERFACE].text);
	return target_error_setting(target, claim, err);
}

int j1939_options_check(const struct target *target, struct error *err)
{
	const struct setting *bind = target_setting(target, "bind");
	struct j1939_filter filters[FILTERS_MAXIMUM];
	struct sockaddr_can local = { 0 };
	size_t count;

	if (bind != NULL && read_bind(bind->value.bytes, &local, err) < 0) {
		error_context(err, "bind");
		return target_error_setting(target, bind, err);
	}
	if (target->role == ROLE_BIND)
		j1939_local(target, &local);
	if (check_claim(target, &local, err) < 0)
		return -1;
	return read_filters(target, filters, &count, err);
}

/* Who only listens to a peer has no address that a connection could be from: its messages are picked. */
static void pick_peer(const struct target *target, struct j1939_filter *filters, size_t *count)
{
	const struct target_field *fields = target->fields;

	if (target->role != ROLE_CONNECT || target->wants_output || *count > 0)
		return;
	if (!fields[J1939_NAME].given && !fields[J1939_PGN].given && !fields[J1939_ADDR].given)
		return;
	filters[0] = (struct j1939_filter){
		.name = fields[J1939_NAME].number,
		.name_mask = fields[J1939_NAME].number != J1939_NO_NAME ? UINT64_MAX : 0,
		.pgn = (pgn_t)fields[J1939_PGN].number,
		.pgn_mask = fields[J1939_PGN].number != J1939_NO_PGN ? J1939_PGN_MAX : 0,
		.addr = (uint8_t)fields[J1939_ADDR].number,
		.addr_mask = fields[J1939_ADDR].number != J1939_NO_ADDR ? UINT8_MAX : 0,
	};
	*count = 1;
}

static int list_filters(const struct target *target, struct sockopt_list *list, struct error *err)
{
	struct j1939_filter filters[FILTERS_MAXIMUM];
	size_t count;

	if (read_filters(target, filters, &count, err) < 0)
		return -1;
	pick_peer(target, filters, &count);
	if (count > 0)
		sockopt_list_add(list, SOL_CAN_J1939, SO_J1939_FILTER, filters,
				 count * sizeof(filters[0]))->name = "filter";
	return 0;
}

/* The error queue tells when a transfer was acknowledged, or aborted and why. */
static void list_reports(struct sockopt_list *list)
{
	static const int stamps = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_CMSG |
				  SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_OPT_ID |
				  SOF_TIMESTAMPING_OPT_STATS | SOF_TIMESTAMPING_OPT_TSONLY |
				  SOF_TIMESTAMPING_RX_SOFTWARE;

	sockopt_list_add_number(list, SOL_CAN_J1939, SO_J1939_ERRQUEUE, 1)->need = SOCKOPT_OPTIONAL;
	sockopt_list_add_number(list, SOL_SOCKET, SO_TIMESTAMPING, stamps)->need = SOCKOPT_OPTIONAL;
}

/* Without an address of its own a socket receives nothing but in this mode. */
static bool is_promiscuous(const struct target *target)
{
	struct sockaddr_can local = { 0 };

	if (target_setting(target, "promisc") != NULL)
		return target_flag(target, "promisc");
	return !j1939_local(target, &local) || (local.can_addr.j1939.name == J1939_NO_NAME &&
						local.can_addr.j1939.addr == J1939_NO_ADDR);
}

int j1939_settings(const struct target *target, int domain, struct sockopt_list *list,
		   struct error *err)
{
	(void)domain;
	can_widen(list);
	sockopt_list_add_number(list, SOL_SOCKET, SO_BROADCAST, 1)->need = SOCKOPT_OPTIONAL;
	list_reports(list);
	if (list_filters(target, list, err) < 0)
		return -1;
	if (target_setting(target, "prio") != NULL)
		sockopt_list_add_number(list, SOL_CAN_J1939, SO_J1939_SEND_PRIO,
					(int)target_number(target, "prio", 6))->name = "prio";
	if (is_promiscuous(target))
		sockopt_list_add_number(list, SOL_CAN_J1939, SO_J1939_PROMISC, 1)->name = "promisc";
	return 0;
}
