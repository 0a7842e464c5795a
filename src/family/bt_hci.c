/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Talking to Bluetooth controllers, and watching them; net/bluetooth/hci_sock.c of the kernel, btmon(1). */
#include "family/bt.h"

#include "base/memory.h"
#include "base/number.h"
#include "core/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { HCI_DEVICE, HCI_CHANNEL };

static const struct name channels[] = {
	{ "raw", HCI_CHANNEL_RAW, "commands and events beside the kernel's own" },
	{ "user", HCI_CHANNEL_USER, "a controller of one's own, that is down for the kernel" },
	{ "monitor", HCI_CHANNEL_MONITOR, "all that passes between kernel and controllers" },
	{ "control", HCI_CHANNEL_CONTROL, "the kernel's management" },
	{ "logging", HCI_CHANNEL_LOGGING, "lines for whoever monitors" },
	{ NULL, 0, NULL },
};

/* Bits of a filter: the packet's type, that of vendors as 0. */
static const struct name packets[] = {
	{ "vendor", 1 << 0, "of the manufacturer" }, { "command", 1 << 1, "to the controller" },
	{ "acl", 1 << 2, "data" },		      { "sco", 1 << 3, "voice" },
	{ "event", 1 << 4, "from the controller" },   { "iso", 1 << 5, "isochronous data" },
	{ NULL, 0, NULL },
};

static const struct name events[] = {
	{ "inquiry-complete", 0x01, NULL },   { "inquiry-result", 0x02, NULL },
	{ "connect-complete", 0x03, NULL },   { "connect-request", 0x04, NULL },
	{ "disconnect-complete", 0x05, NULL }, { "auth-complete", 0x06, NULL },
	{ "remote-name", 0x07, NULL },	      { "encrypt-change", 0x08, NULL },
	{ "command-complete", 0x0e, NULL },   { "command-status", 0x0f, NULL },
	{ "hardware-error", 0x10, NULL },     { "packets-done", 0x13, NULL },
	{ "sync-complete", 0x2c, NULL },      { "le-meta", 0x3e, NULL },
	{ NULL, 0, NULL },
};

static const struct shape_field fields[] = {
	{ .name = "device", .help = "hci0, hci1, ... or its number; none for channels of all controllers", .has_default = true },
	{ .name = "channel", .help = "which of the kernel's channels", .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = channels, .maximum = HCI_CHANNEL_LOGGING },
	{ .name = NULL },
};

static const struct shape_alias aliases[] = { { "hci", NULL }, { NULL, NULL } };

static const struct family_type types[] = {
	{ .name = "raw", .type = SOCK_RAW, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	{ .name = "events", .type = VALUE_TEXT, .argument = "EVENT+EVENT", .help = "receive only these events, by number or name: command-complete, le-meta, ..." },
	{ .name = "opcode", .type = VALUE_TEXT, .argument = "OPCODE", .help = "receive the answers to this command only: a number, or OGF:OCF" },
	{ .name = "packets", .type = VALUE_SET, .names = packets, .argument = "TYPE+TYPE", .help = "receive only these: command, event, acl, sco, iso, vendor" },
	{ .name = NULL },
};

static const int levels[] = { SOL_HCI, SOL_BLUETOOTH, SOL_SOCKET, -1 };

/* struct hci_ufilter */
struct filter {
	uint32_t types, events[2];
	uint16_t opcode; /* little-endian; 0: any */
};

/* Behind "OGF:OCF" stands what the kernel calls an opcode. */
static int read_opcode(const char *text, uint16_t *opcode, struct error *err)
{
	const char *colon = strchr(text, ':');
	cleanup_free char *group = memory_copy(text, colon != NULL ? (size_t)(colon - text) : 0);
	uint64_t ogf = 0, ocf;

	if (colon != NULL && number_unsigned(group, 0, 0x3f, &ogf, err) < 0)
		return -1;
	if (number_unsigned(colon != NULL ? colon + 1 : text, 0, colon != NULL ? 0x3ff : UINT16_MAX,
			    &ocf, err) < 0)
		return -1;
	*opcode = (uint16_t)(ogf << 10 | ocf);
	return 0;
}

static int read_event(const char *word, uint64_t *bits, struct error *err)
{
	const struct name *row = name_find(events, word);
	uint64_t number = row != NULL ? (uint64_t)row->value : 0;
	const char *nearest = name_nearest(events, word);

	if (row == NULL && number_unsigned(word, 0, UINT8_MAX, &number, err) < 0)
		return nearest != NULL ? error_hint(err, "did you mean \"%s\"?", nearest) : -1;
	/* The kernel counts them so. */
	*bits |= UINT64_C(1) << (number & 63);
	return 0;
}

static int read_events(const char *text, uint64_t *bits, struct error *err)
{
	cleanup_free char *copy = memory_string(text);
	char *rest = copy, *word;

	*bits = 0;
	while ((word = strsep(&rest, "+")) != NULL)
		if (read_event(word, bits, err) < 0)
			return -1;
	return 0;
}

static int read_filter(const struct target *target, struct filter *filter, struct error *err)
{
	const struct setting *event = target_setting(target, "events");
	const struct setting *opcode = target_setting(target, "opcode");
	uint64_t bits = UINT64_MAX;
	uint16_t number = 0;

	if (event != NULL && read_events(event->value.bytes, &bits, err) < 0) {
		error_context(err, "events");
		return target_error_setting(target, event, err);
	}
	if (opcode != NULL && read_opcode(opcode->value.bytes, &number, err) < 0) {
		error_context(err, "opcode");
		return target_error_setting(target, opcode, err);
	}
	*filter = (struct filter){ .types = (uint32_t)target_number(target, "packets", UINT32_MAX),
				   .events = { (uint32_t)bits, (uint32_t)(bits >> 32) },
				   .opcode = htole16(number) };
	return 0;
}

static bool is_raw(const struct target *target)
{
	return target->fields[HCI_CHANNEL].number == HCI_CHANNEL_RAW;
}

/* "hci0", "0", "none" */
static int read_controller(const char *text, uint64_t *number, struct error *err)
{
	const char *digits = text + (strncasecmp(text, "hci", 3) == 0 ? 3 : 0);

	if (name_equal(text, "none") || name_equal(text, "HCI_DEV_NONE")) {
		*number = HCI_DEV_NONE;
		return 0;
	}
	if (number_unsigned(digits, 0, HCI_DEV_NONE - 1, number, err) == 0)
		return 0;
	return error_hint(err, "hci0, hci1, ... or none; `anysock ioctl bt-hci:none HCIGETDEVLIST` lists them");
}

/* The channels of all controllers have none, others the first. */
static int read_device(struct target *target, struct error *err)
{
	struct target_field *field = &target->fields[HCI_DEVICE];
	uint64_t channel = target->fields[HCI_CHANNEL].number;
	bool is_of_all = channel != HCI_CHANNEL_RAW && channel != HCI_CHANNEL_USER;

	field->number = is_of_all ? HCI_DEV_NONE : 0;
	if (!field->given)
		return 0;
	if (read_controller(field->text, &field->number, err) < 0)
		error_context(err, "bt-hci: device");
	else if (is_of_all && field->number != HCI_DEV_NONE)
		error_usage(err, "bt-hci: device: this channel is of all controllers: none");
	else if (channel == HCI_CHANNEL_USER && field->number == HCI_DEV_NONE)
		error_usage(err, "bt-hci: device: the user channel is of one controller: hci0, hci1, ...");
	else
		return 0;
	return target_error_field(target, HCI_DEVICE, err);
}

static int hci_check(struct target *target, struct error *err)
{
	static const char *const filters[] = { "events", "opcode", "packets" };
	struct filter filter;

	for (size_t i = 0; !is_raw(target) && i < array_length(filters); i++) {
		const struct setting *setting = target_setting(target, filters[i]);

		if (setting == NULL)
			continue;
		error_usage(err, "%s: only the raw channel has filters", filters[i]);
		return target_error_setting(target, setting, err);
	}
	if (read_device(target, err) < 0)
		return -1;
	return read_filter(target, &filter, err);
}

static int hci_resolve(const struct target *target, enum address_end end, bool may_block,
		       struct address_list *list, struct error *err)
{
	struct sockaddr_hci address = { .family = AF_BLUETOOTH,
					.device = (uint16_t)target->fields[HCI_DEVICE].number,
					.channel = (uint16_t)target->fields[HCI_CHANNEL].number };

	(void)may_block;
	(void)err;
	if (end == ADDRESS_PEER)
		address_list_add(list, &address, sizeof(address));
	return 0;
}

static void print_device(const struct sockaddr_hci *hci, struct buf *out)
{
	if (hci->device == HCI_DEV_NONE)
		buf_add_string(out, "none");
	else
		buf_print(out, "hci%u", hci->device);
}

static void hci_print_address(const struct target *target, const struct address *address,
			      struct buf *out)
{
	const struct sockaddr_hci *hci = (const void *)&address->storage;
	const char *channel = name_of(channels, hci->channel);

	(void)target;
	print_device(hci, out);
	if (hci->channel != HCI_CHANNEL_RAW)
		buf_print(out, ":%s", channel != NULL ? channel : "?");
}

static void hci_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_hci *hci = (const void *)&address->storage;
	cleanup_buf struct buf device = { 0 };
	const char *channel = name_of(channels, hci->channel);

	print_device(hci, &device);
	json_string(json, "device", buf_text(&device));
	json_string(json, "channel", channel != NULL ? channel : "?");
}

/* Nothing passes the filter that a socket starts with. */
static int hci_settings(const struct target *target, int domain, struct sockopt_list *list,
			struct error *err)
{
	struct filter filter;

	(void)domain;
	if (!is_raw(target))
		return 0;
	if (read_filter(target, &filter, err) < 0)
		return -1;
	sockopt_list_add(list, SOL_HCI, HCI_FILTER, &filter, sizeof(filter))->name = "filter";
	sockopt_list_add_number(list, SOL_HCI, HCI_DATA_DIR, 1)->name = "filter";
	sockopt_list_add_number(list, SOL_HCI, HCI_TIME_STAMP, 1)->name = "filter";
	return 0;
}

static void find_direction(struct message *message)
{
	int is_incoming;
	const void *found = control_find(message->control, message->control_length, SOL_HCI,
					 HCI_CMSG_DIR, sizeof(is_incoming));

	if (found == NULL)
		return;
	memcpy(&is_incoming, found, sizeof(is_incoming));
	message->direction = is_incoming ? MESSAGE_IN : MESSAGE_OUT;
}

static void find_time(struct message *message)
{
	struct timeval time;
	const void *found = control_find(message->control, message->control_length, SOL_HCI,
					 HCI_CMSG_TSTAMP, sizeof(time));

	if (found == NULL)
		return;
	memcpy(&time, found, sizeof(time));
	message->time.tv_sec = time.tv_sec;
	message->time.tv_nsec = (long)time.tv_usec * 1000;
}

static int raw_receive(struct endpoint *endpoint, struct message_room *room,
		       struct message *message, struct error *err)
{
	int got = message_receive(endpoint->in, room, message, err);

	if (got > 0) {
		find_direction(message);
		find_time(message);
	}
	return got;
}

static const struct endpoint_ops raw_ops = { .receive = raw_receive };

static int hci_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	(void)err;
	if (is_raw(target))
		endpoint->ops = &raw_ops;
	return 0;
}

static void hci_explain_error(const struct target *target, struct error *err)
{
	bool is_user = target->fields[HCI_CHANNEL].number == HCI_CHANNEL_USER;

	if (err->code == EBUSY && is_user)
		error_hint(err, "the kernel uses that controller: put it down first; as root: anysock ioctl bt-hci:none HCIDEVDOWN %u",
			   (unsigned int)target->fields[HCI_DEVICE].number);
	else if (err->code == EPERM)
		error_hint(err, "it needs CAP_NET_RAW (raw, monitor) or CAP_NET_ADMIN (user, control): run it as root");
	else
		bt_explain_error(target, err);
}

const struct family bt_hci_family = {
	.shape = { .name = "bt-hci", .known_as = NAMES("bluetooth"), .aliases = aliases, .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "packets to and from Bluetooth controllers",
	.domain = AF_BLUETOOTH,
	.protocol = BTPROTO_HCI,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_BIND,
	.format = "hci",
	.text_format = "hci",
	.module = "bluetooth",
	.capability = "CAP_NET_RAW",
	.check = hci_check,
	.resolve = hci_resolve,
	.print_address = hci_print_address,
	.describe_address = hci_describe_address,
	.settings = hci_settings,
	.ready = hci_ready,
	.explain_error = hci_explain_error,
};
