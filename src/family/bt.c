/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Bluetooth there is: our controllers, and the devices in range; hcitool(1) of BlueZ had it as dev and scan. */
#include "family/bt.h"

#include "base/memory.h"
#include "family/bt_survey.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define UNIT (1280 * NANOSECONDS_PER_MILLISECOND)
#define DURATION_USUAL (8 * UNIT)

static const struct shape_field fields[] = {
	{ .name = "controller", .help = "hci0, hci1, ...; empty: the first one that is up", .optional = true, .has_default = true },
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "raw", .type = SOCK_RAW, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	{ .name = "inquiry", .type = VALUE_DURATION, .maximum = SURVEY_UNITS_MAXIMUM * UNIT, .help = "how long to look for devices, to 61s (10.24s); 0: only controllers are told" },
	{ .name = "names", .type = VALUE_FLAG, .help = "ask devices for their names (on)" },
	{ .name = NULL },
};

static const int levels[] = { SOL_HCI, SOL_BLUETOOTH, SOL_SOCKET, -1 };

/* In units of an inquiry: at least one, unless there is to be none. */
static unsigned int units_of(const struct target *target)
{
	return (unsigned int)((target_number(target, "inquiry", DURATION_USUAL) + UNIT - 1) / UNIT);
}

static int scan_check(struct target *target, struct error *err)
{
	const struct target_field *field = &target->fields[BT_BDADDR];
	int64_t number = bt_controller_number(field->text);

	if (!field->given || number >= 0)
		return 0;
	error_usage(err, "bt: \"%s\" is no controller: hci0, hci1, ... expected", field->text);
	return target_error_field(target, BT_BDADDR, err);
}

/* Where no controller is up the socket has none: controllers are told all the same. */
static int scan_resolve(const struct target *target, enum address_end end, bool may_block,
			struct address_list *list, struct error *err)
{
	const struct target_field *field = &target->fields[BT_BDADDR];
	struct sockaddr_hci address = { .family = AF_BLUETOOTH, .device = HCI_DEV_NONE, .channel = HCI_CHANNEL_RAW };
	struct bt_controller controllers[BT_CONTROLLERS_MAXIMUM];
	size_t count = bt_controllers(controllers);

	(void)may_block;
	(void)err;
	if (end == ADDRESS_LOCAL)
		return 0;
	for (size_t i = count; i-- > 0;)
		if (controllers[i].is_up)
			address.device = controllers[i].index;
	if (field->given)
		address.device = (uint16_t)bt_controller_number(field->text);
	address_list_add(list, &address, sizeof(address));
	return 0;
}

static const struct sockaddr_hci *as_hci(const struct address *address)
{
	return (const void *)&address->storage;
}

static void scan_print_address(const struct target *target, const struct address *address, struct buf *out)
{
	(void)target;
	if (as_hci(address)->device != HCI_DEV_NONE)
		buf_print(out, "hci%u", as_hci(address)->device);
}

static void scan_describe_address(const struct address *address, struct json *json)
{
	if (as_hci(address)->device != HCI_DEV_NONE)
		json_unsigned(json, "device", as_hci(address)->device);
}

/* struct hci_ufilter: events of an inquiry. */
static int scan_settings(const struct target *target, int domain, struct sockopt_list *list,
			 struct error *err)
{
	const struct {
		uint32_t types;
		uint32_t events[2];
		uint16_t opcode;
	} filter = { 1 << 4, { (uint32_t)survey_events(), (uint32_t)(survey_events() >> 32) }, 0 };

	(void)target;
	(void)domain;
	(void)err;
	sockopt_list_add(list, SOL_HCI, HCI_FILTER, &filter, sizeof(filter))->name = "filter";
	return 0;
}

/* The end; an error where an inquiry was wanted and no controller could do it: a socket without one has no address. */
static int end_of_scan(const struct endpoint *endpoint, struct error *err)
{
	struct address own = { 0 };

	address_of_socket(endpoint->in, &own);
	if (own.length > 0 || units_of(endpoint->target) == 0)
		return ENDPOINT_END;
	error_code(err, ENETDOWN, "no controller is up to look for devices");
	bt_explain_error(endpoint->target, err);
	return -1;
}

static int scan_receive(struct endpoint *endpoint, struct message_room *room, struct message *message,
			struct error *err)
{
	struct survey *survey = endpoint->state;
	const char *bytes;
	size_t length;
	int got;

	while ((length = survey_next(survey, &bytes)) == 0) {
		if (survey_is_over(survey))
			return end_of_scan(endpoint, err);
		got = message_receive(endpoint->in, room, message, err);
		if (got <= 0)
			return got;
		if (survey_take(survey, message->data, message->length, err) < 0)
			return -1;
	}
	*message = (struct message){ .data = bytes, .length = length };
	return 1;
}

static int scan_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	(void)endpoint;
	(void)message;
	error_set(err, ERROR_FAILED, "there is nobody to send to");
	return error_hint(err, "to look around: anysock scan bt:");
}

static void scan_release(struct endpoint *endpoint)
{
	survey_free(endpoint->state);
	endpoint->state = NULL;
}

static const struct endpoint_ops ops = { .receive = scan_receive, .send = scan_send, .release = scan_release };

static int scan_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	struct address own = { 0 };
	bool names = target_number(target, "names", 1) != 0;
	bool has_controller;

	address_of_socket(endpoint->in, &own);
	has_controller = own.length > 0 && units_of(target) > 0;
	endpoint->state = survey_new(has_controller ? endpoint->in : -1, units_of(target), names, err);
	if (endpoint->state == NULL)
		return -1;
	endpoint->ops = &ops;
	return 0;
}

const struct family bt_family = {
	.shape = { .name = "bt", .known_as = NAMES("bluetooth"), .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "Bluetooth controllers of ours, and the devices in range",
	.domain = AF_BLUETOOTH,
	.protocol = BTPROTO_HCI,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_BIND,
	.format = "mgmt",
	.text_format = "mgmt",
	.directory = "bt",
	.module = "bluetooth",
	.check = scan_check,
	.resolve = scan_resolve,
	.print_address = scan_print_address,
	.describe_address = scan_describe_address,
	.settings = scan_settings,
	.ready = scan_ready,
	.explain_error = bt_explain_error,
};
