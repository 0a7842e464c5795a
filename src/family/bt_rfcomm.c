/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Serial links over Bluetooth; net/bluetooth/rfcomm.h of the kernel, rfcomm(1) of BlueZ. */
#include "family/bt_sdp.h"

#include "base/memory.h"
#include "base/number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RFCOMM_CHANNEL = BT_BDADDR + 1 };

#define CHANNEL_MAXIMUM 30

static const struct shape_field fields[] = {
	{ .name = "bdaddr", .help = "address; to listen, any, local or the name of a controller too", .kind = FIELD_BDADDR, .has_default = true },
	{ .name = "channel", .help = "1 to 30, or a service by its name; 0 to listen: a free one", .instead = "uuid" },
	{ .name = NULL },
};

static const struct shape_alias aliases[] = { { "rfcomm", NULL }, { NULL, NULL } };

static const struct family_type types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_WHOLE },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	BT_ADAPTER,
	{ .name = "announce", .type = VALUE_FLAG, .help = "register a listener with the daemon of service discovery (on)" },
	{ .name = "pty", .type = VALUE_FILE, .argument = "PATH", .help = "of connect and listen: a terminal there in the place of standard input and output" },
	{ .name = "service-name", .type = VALUE_TEXT, .argument = "NAME", .help = "what a listener's service is called (anysock)" },
	{ .name = "uuid", .type = VALUE_TEXT, .argument = "UUID", .help = "the service, in the place of the channel: 1101, all of a UUID, or spp, dun, opp, ..." },
	{ .name = NULL },
};

static const int levels[] = { SOL_RFCOMM, SOL_BLUETOOTH, SOL_SOCKET, -1 };

/* The number of the channel; 0: a free one, or the service has to be looked for. */
static bool read_channel(const struct target *target, uint8_t *channel)
{
	const struct target_field *field = &target->fields[RFCOMM_CHANNEL];
	uint64_t number = 0;
	bool is_number = !field->given || number_unsigned(field->text, 0, CHANNEL_MAXIMUM, &number, NULL) == 0;

	*channel = (uint8_t)number;
	return is_number;
}

static int refuse_channel(const struct target *target, struct error *err, const char *words)
{
	error_usage(err, "bt-rfcomm: channel: %s", words);
	return target_error_field(target, RFCOMM_CHANNEL, err);
}

static int check_channel(const struct target *target, struct error *err)
{
	const struct target_field *field = &target->fields[RFCOMM_CHANNEL];
	bool connects = target->role == ROLE_CONNECT;
	bool has_service = target_setting(target, "uuid") != NULL;
	uint8_t channel;

	if (connects && has_service && field->given)
		return refuse_channel(target, err, "uuid= stands in its place");
	if (read_channel(target, &channel))
		return !connects || channel > 0 || has_service ?
			       0 :
			       refuse_channel(target, err, "a number from 1 to 30, or a service, expected");
	/* A name that is only digits is a number that is too large. */
	if (!connects || strspn(field->text, "0123456789") == field->length)
		return refuse_channel(target, err, connects ? "it is at most 30" : "a number from 0 to 30 expected");
	return 0;
}

static int check_settings(const struct target *target, struct error *err)
{
	static const char *const of_listeners[] = { "announce", "service-name" };
	const struct setting *setting = target_setting(target, "uuid");
	struct sdp_uuid uuid;

	if (setting != NULL && sdp_uuid_read(setting->value.bytes, &uuid, err) < 0) {
		error_context(err, "uuid");
		return target_error_setting(target, setting, err);
	}
	for (size_t i = 0; target->role == ROLE_CONNECT && i < array_length(of_listeners); i++) {
		setting = target_setting(target, of_listeners[i]);
		if (setting == NULL)
			continue;
		error_usage(err, "%s is for listeners", of_listeners[i]);
		return target_error_setting(target, setting, err);
	}
	return 0;
}

static int rfcomm_check(struct target *target, struct error *err)
{
	if (bt_check(target, err) < 0 || check_channel(target, err) < 0)
		return -1;
	return check_settings(target, err);
}

/* Which service is meant: by uuid=, or by a channel that is a name, be it a well-known one or the device's own. */
static int make_query(const struct target *target, struct sdp_query *query, struct error *err)
{
	const char *text = target_text(target, "uuid", NULL);
	const char *name = target->fields[RFCOMM_CHANNEL].text;

	*query = (struct sdp_query){ .has_uuid = true };
	if (bt_find(target, ADDRESS_PEER, &query->peer, err) < 0 ||
	    (target->common.bind != NULL && bt_find(target, ADDRESS_LOCAL, &query->local, err) < 0))
		return -1;
	if (text != NULL)
		return sdp_uuid_read(text, &query->uuid, err);
	if (name_find(sdp_services, name) != NULL)
		return sdp_uuid_read(name, &query->uuid, err);
	query->has_uuid = false;
	query->name = name;
	return 0;
}

static int rfcomm_resolve(const struct target *target, enum address_end end, bool may_block,
			  struct address_list *list, struct error *err)
{
	struct sockaddr_rc address = { .family = AF_BLUETOOTH };
	bool is_number = read_channel(target, &address.channel);
	struct sdp_query query;

	if (end == ADDRESS_LOCAL && target->common.bind == NULL)
		return 0;
	if (bt_find(target, end, &address.bdaddr, err) < 0)
		return -1;
	if (end == ADDRESS_LOCAL) {
		address.channel = 0;
	} else if (target->role == ROLE_CONNECT && (!is_number || address.channel == 0)) {
		if (!may_block)
			return 1;
		if (make_query(target, &query, err) < 0 ||
		    sdp_find_channel(&query, &address.channel, err) < 0)
			return -1;
	}
	address_list_add(list, &address, sizeof(address));
	return 0;
}

static const struct sockaddr_rc *as_rc(const struct address *address)
{
	return (const void *)&address->storage;
}

static void rfcomm_print_address(const struct target *target, const struct address *address,
				 struct buf *out)
{
	(void)target;
	bt_print_field(&as_rc(address)->bdaddr, out);
	buf_print(out, ":%u", as_rc(address)->channel);
}

static void rfcomm_describe_address(const struct address *address, struct json *json)
{
	cleanup_buf struct buf bdaddr = { 0 };

	bt_print(&as_rc(address)->bdaddr, &bdaddr);
	json_string(json, "bdaddr", buf_text(&bdaddr));
	json_unsigned(json, "channel", as_rc(address)->channel);
}

static void rfcomm_reached_at(const struct target *target, struct address *address)
{
	struct sockaddr_rc *rc = (void *)&address->storage;

	(void)target;
	bt_reached(&rc->bdaddr);
}

static const struct endpoint_ops rfcomm_ops = {
	.read = bt_stream_read,
	.write = bt_stream_write,
	.finish = bt_finish,
	.pending = bt_pending,
};

static int rfcomm_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	(void)err;
	bt_accept_deferred(target, endpoint->in);
	return 0;
}

/* The daemon forgets the service once its descriptor is closed. */
static void announced_release(struct endpoint *endpoint)
{
	int *fd = endpoint->state;

	close(*fd);
	free(fd);
	endpoint->state = NULL;
}

static const struct endpoint_ops announced_ops = { .release = announced_release };

static int rfcomm_announce(const struct target *target, struct endpoint *listener, struct error *err)
{
	struct address own = { 0 };
	struct sdp_uuid uuid;
	int fd, *kept;

	if (!target_number(target, "announce", 1) ||
	    sdp_uuid_read(target_text(target, "uuid", "spp"), &uuid, err) < 0)
		return 0;
	address_of_socket(listener->in, &own);
	fd = sdp_register(&uuid, target_text(target, "service-name", "anysock"), as_rc(&own)->channel, err);
	if (fd < 0)
		return -1;
	kept = memory_new(sizeof(*kept));
	*kept = fd;
	listener->state = kept;
	listener->ops = &announced_ops;
	return 0;
}

/* All channels to a device share a session of the kernel, which stays for a moment once the last one is closed. */
static void rfcomm_explain_error(const struct target *target, struct error *err)
{
	if (err->code == ECONNRESET)
		error_hint(err, "the device ended it, or an earlier connection to it was just being closed: try again, as "
				"retry=1 does");
	else
		bt_explain_error(target, err);
}

const struct family bt_rfcomm_family = {
	.shape = { .name = "bt-rfcomm", .known_as = NAMES("bluetooth"), .aliases = aliases, .roles = ROLES_STREAM, .fields = fields },
	.summary = "serial links over Bluetooth",
	.domain = AF_BLUETOOTH,
	.protocol = BTPROTO_RFCOMM,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_CONNECT,
	.module = "rfcomm",
	.check = rfcomm_check,
	.resolve = rfcomm_resolve,
	.print_address = rfcomm_print_address,
	.describe_address = rfcomm_describe_address,
	.ready = rfcomm_ready,
	.announce = rfcomm_announce,
	.reached_at = rfcomm_reached_at,
	.explain_error = rfcomm_explain_error,
	.ops = &rfcomm_ops,
};
