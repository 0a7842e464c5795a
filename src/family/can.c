/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of a CAN bus, classic, FD and XL; linux/can/raw.h. */
#include "family/can.h"

#include "family/can_filter.h"
#include "family/can_raw.h"
#include "family/can_watch.h"

#include <linux/can/error.h>
#include <linux/can/raw.h>
#include <linux/net_tstamp.h>
#include <string.h>
#include <sys/socket.h>

enum { CAN_INTERFACE };

enum stamp { STAMP_SOFTWARE, STAMP_HARDWARE };

static const struct shape_field fields[] = {
	CAN_INTERFACE_FIELD("an interface, several joined by \"+\", or any", .optional = true, .has_default = true),
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "raw", .type = SOCK_RAW, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const struct name stamps[] = {
	{ "software", STAMP_SOFTWARE, "when the kernel got the frame" },
	{ "hardware", STAMP_HARDWARE, "when the controller got the frame, where it tells" },
	{ NULL, 0, NULL },
};

static const struct name classes[] = {
	{ "all", CAN_ERR_MASK, NULL },
	{ "tx-timeout", CAN_ERR_TX_TIMEOUT, "a frame could not be sent in time" },
	{ "lost-arbitration", CAN_ERR_LOSTARB, "another node's frame came first" },
	{ "controller", CAN_ERR_CRTL, "overflows, warning and passive levels" },
	{ "protocol", CAN_ERR_PROT, "violations of the protocol" },
	{ "transceiver", CAN_ERR_TRX, "trouble on the wires" },
	{ "no-ack", CAN_ERR_ACK, "nobody acknowledged a frame" },
	{ "bus-off", CAN_ERR_BUSOFF, "the controller left the bus" },
	{ "bus-error", CAN_ERR_BUSERROR, "any error on the bus: may be very many" },
	{ "restarted", CAN_ERR_RESTARTED, "the controller is back" },
	{ "counters", CAN_ERR_CNT, "error counters" },
	{ NULL, 0, NULL },
};

static const struct parameter parameters[] = {
	{ .name = "errors", .type = VALUE_SET, .flags = PARAMETER_OPTIONAL, .names = classes, .fallback = CAN_ERR_MASK, .help = "receive error frames too" },
	{ .name = "fd", .type = VALUE_FLAG, .help = "receive CAN FD frames (on)" },
	{ .name = "filter", .type = VALUE_TEXT, .flags = PARAMETER_REPEATS, .argument = "ID:MASK", .help = "receive only these: ID:MASK, ID~MASK for all others, ID, LOW-HIGH, #MASK for error frames" },
	{ .name = "gap", .type = VALUE_DURATION, .help = "pause between the frames that we send" },
	{ .name = "join-filters", .type = VALUE_FLAG, .help = "all filters must match, not one of them" },
	{ .name = "loopback", .type = VALUE_FLAG, .help = "other programs of this host see what we send (on)" },
	{ .name = "own-messages", .aliases = "recv-own-msgs", .type = VALUE_FLAG, .help = "receive what we send ourselves" },
	{ .name = "send-timeout", .type = VALUE_DURATION, .help = "how long to wait while the bus takes no frame (2s)" },
	{ .name = "timestamp", .type = VALUE_CHOICE, .names = stamps, .help = "which clock says when a frame came" },
	CAN_WATCH_PARAMETERS,
	{ .name = "xl", .type = VALUE_FLAG, .help = "receive CAN XL frames (on where the kernel has them)" },
	{ .name = NULL },
};

static const int levels[] = { SOL_CAN_RAW, SOL_SOCKET, -1 };

static int read_filters(const struct target *target, struct can_filters *filters,
			struct error *err)
{
	*filters = (struct can_filters){ .join = target_flag(target, "join-filters") };
	for (size_t i = 0; i < target->setting_count; i++) {
		const struct setting *setting = &target->settings[i];

		if (strcmp(setting->parameter->name, "filter") != 0)
			continue;
		if (can_filters_add(filters, setting->value.bytes, err) == 0)
			continue;
		error_context(err, "filter");
		return target_error_setting(target, setting, err);
	}
	filters->errors |= (can_err_mask_t)target_number(target, "errors", 0) & CAN_ERR_MASK;
	return 0;
}

static int can_check(struct target *target, struct error *err)
{
	struct can_interface interfaces[CAN_INTERFACES_MAXIMUM];
	struct can_filters filters;
	struct can_watch watch;

	if (can_interfaces(target, interfaces, err) < 0 || can_watch_init(&watch, target, err) < 0)
		return -1;
	return read_filters(target, &filters, err);
}

/* All of several interfaces must be there; then the socket is bound to any. */
static int can_resolve(const struct target *target, enum address_end end, bool may_block,
		       struct address_list *list, struct error *err)
{
	struct can_interface interfaces[CAN_INTERFACES_MAXIMUM];
	int count = can_interfaces(target, interfaces, err);
	struct sockaddr_can can = { .can_family = AF_CAN };

	(void)may_block;
	if (end == ADDRESS_LOCAL || count < 0)
		return count < 0 ? -1 : 0;
	for (int i = 0; i < count; i++) {
		int index = can_index(target, interfaces[i], err);

		if (index < 0)
			return -1;
		can.can_ifindex = count == 1 ? index : 0;
	}
	address_list_add(list, &can, sizeof(can));
	return 0;
}

static void can_print_address(const struct target *target, const struct address *address,
			      struct buf *out)
{
	const struct sockaddr_can *can = (const void *)&address->storage;

	(void)target;
	can_print_index(can->can_ifindex, out);
}

/* One of raw CAN's own; errors call it as the user does. */
static struct sockopt_item *add(struct sockopt_list *list, int number, int value, const char *name)
{
	struct sockopt_item *item = sockopt_list_add_number(list, SOL_CAN_RAW, number, value);

	item->name = name;
	return item;
}

/* Frames of newer kinds are received where the kernel has them; it need not. */
static void list_kinds(const struct target *target, struct sockopt_list *list)
{
	bool wants_fd = target_number(target, "fd", 1) != 0;
	bool wants_xl = target_number(target, "xl", wants_fd) != 0;
	struct sockopt_item *xl;

	if (wants_fd)
		add(list, CAN_RAW_FD_FRAMES, 1, "fd");
	if (!wants_xl)
		return;
	xl = add(list, CAN_RAW_XL_FRAMES, 1, "xl");
	xl->need = target_setting(target, "xl") != NULL ? SOCKOPT_NEEDED : SOCKOPT_OPTIONAL;
	xl->hint = "CAN XL came with Linux 6.2";
}

static void list_stamps(const struct target *target, struct sockopt_list *list)
{
	int hardware = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
		       SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE;
	bool is_hardware = target_number(target, "timestamp", STAMP_SOFTWARE) == STAMP_HARDWARE;

	if (!target->wants_input)
		return;
	sockopt_list_add_number(list, SOL_SOCKET, is_hardware ? SO_TIMESTAMPING : SO_TIMESTAMPNS,
				is_hardware ? hardware : 1)->need = SOCKOPT_OPTIONAL;
}

static int list_filters(const struct target *target, struct sockopt_list *list, struct error *err)
{
	struct can_filters filters;

	if (read_filters(target, &filters, err) < 0)
		return -1;
	if (filters.errors != 0)
		add(list, CAN_RAW_ERR_FILTER, (int)filters.errors, "errors");
	if (filters.join)
		add(list, CAN_RAW_JOIN_FILTERS, 1, "join-filters");
	/* What nobody reads is not to be queued; but of our own frames any may come back. */
	if (!target->wants_input)
		filters.count = 0;
	if (can_raw_echoes(target) || (target->wants_input && filters.count == 0))
		filters.rows[filters.count++] = (struct can_filter){ 0, 0 };
	sockopt_list_add(list, SOL_CAN_RAW, CAN_RAW_FILTER, filters.rows,
			 filters.count * sizeof(filters.rows[0]))->name = "filter";
	return 0;
}

static int can_settings(const struct target *target, int domain, struct sockopt_list *list,
			struct error *err)
{
	(void)domain;
	can_widen(list);
	sockopt_list_add_number(list, SOL_SOCKET, SO_RXQ_OVFL, 1)->need = SOCKOPT_OPTIONAL;
	list_stamps(target, list);
	list_kinds(target, list);
	if (list_filters(target, list, err) < 0)
		return -1;
	if (target_number(target, "loopback", 1) == 0)
		add(list, CAN_RAW_LOOPBACK, 0, "loopback");
	if (can_raw_echoes(target) || target_flag(target, "own-messages"))
		add(list, CAN_RAW_RECV_OWN_MSGS, 1, "own-messages");
	return 0;
}

const struct family can_family = {
	.shape = { .name = "can", .known_as = NAMES("canbus", "socketcan", "can-raw", "canfd", "can-fd"), .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "frames of a CAN bus: classic, FD and XL",
	.domain = AF_CAN,
	.protocol = CAN_RAW,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_BIND,
	.format = "candump",
	.text_format = "candump",
	.module = "can_raw",
	.check = can_check,
	.resolve = can_resolve,
	.print_address = can_print_address,
	.describe_address = can_describe_interface,
	.settings = can_settings,
	.ready = can_raw_ready,
	.explain_error = can_explain_error,
};
