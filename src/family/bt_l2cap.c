/* SPDX-License-Identifier: GPL-2.0-or-later */
/* L2CAP channels, classic and low energy; net/bluetooth/l2cap.h of the kernel, l2test(1) of BlueZ. */
#include "family/bt.h"

#include "base/memory.h"
#include "base/number.h"
#include "option/flags.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

enum { L2CAP_PSM = BT_BDADDR + 1, L2CAP_CID, L2CAP_TYPE };

/* Modes as L2CAP_OPTIONS knows them; those of LE are BT_MODE's, moved out of the way. */
enum { MODE_BASIC = 0, MODE_ERTM = 3, MODE_STREAMING = 4, MODE_LE = 0x80 };

#define RECEIVE_BUFFER (4 << 20) /* bytes: basic mode drops what does not fit */

static const struct name bdaddr_types[] = {
	{ "bredr", BDADDR_BREDR, "classic Bluetooth" },
	{ "le-public", BDADDR_LE_PUBLIC, "low energy, address of the manufacturer" },
	{ "le-random", BDADDR_LE_RANDOM, "low energy, address made up by the device" },
	{ NULL, 0, NULL },
};

static const struct name psms[] = {
	{ "any", 0, "a free one" },	 { "sdp", 0x0001, "service discovery" },
	{ "rfcomm", 0x0003, "serial links" },	 { "bnep", 0x000f, "network" },
	{ "hid-control", 0x0011, "keyboards and mice" }, { "hid-interrupt", 0x0013, "their reports" },
	{ "avctp", 0x0017, "remote control" }, { "avdtp", 0x0019, "audio" },
	{ "att", 0x001f, "attributes" }, { "eatt", 0x0027, "attributes over credits" },
	{ NULL, 0, NULL },
};

static const struct name cids[] = {
	{ "att", 4, "attributes of LE" },
	{ NULL, 0, NULL },
};

static const struct name modes[] = {
	{ "basic", MODE_BASIC, "no flow control" },
	{ "ertm", MODE_ERTM, "numbered, acknowledged, sent again" },
	{ "streaming", MODE_STREAMING, "numbered, late packets dropped" },
	{ "le-credit", MODE_LE + BT_MODE_LE_FLOWCTL, "LE, with credits" },
	{ "enhanced-credit", MODE_LE + BT_MODE_EXT_FLOWCTL, "with credits, several channels at once" },
	{ NULL, 0, NULL },
};

static const struct shape_field fields[] = {
	{ .name = "bdaddr", .help = "address; to listen, any, local or the name of a controller too", .kind = FIELD_BDADDR, .has_default = true },
	{ .name = "psm", .help = "protocol and service: odd, below 256 on LE; 0 to listen: a free one", .type = FIELD_NUMBER, .has_default = true, .names = psms, .maximum = UINT16_MAX },
	{ .name = "cid", .help = "fixed channel, in the place of a PSM", .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = cids, .maximum = UINT16_MAX },
	{ .name = "type", .help = "kind of address", .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = bdaddr_types, .maximum = BDADDR_LE_RANDOM },
	{ .name = NULL },
};

static const struct shape_alias aliases[] = { { "l2cap", NULL }, { NULL, NULL } };

static const struct family_type types[] = {
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_WHOLE, .messages = true },
	{ .name = "stream", .type = SOCK_STREAM, .end = END_WHOLE },
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = "raw", .type = SOCK_RAW, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	BT_ADAPTER,
	{ .name = "imtu", .aliases = "mtu", .type = VALUE_NUMBER, .minimum = 23, .maximum = UINT16_MAX, .argument = "BYTES", .help = "longest packet that we receive" },
	{ .name = "l2cap-mode", .type = VALUE_CHOICE, .names = modes, .help = "how packets are numbered and paced" },
	{ .name = "omtu", .type = VALUE_NUMBER, .minimum = 23, .maximum = UINT16_MAX, .argument = "BYTES", .help = "longest packet that we send, on BR/EDR" },
	{ .name = NULL },
};

static const int levels[] = { SOL_L2CAP, SOL_BLUETOOTH, SOL_SOCKET, -1 };

static bool is_le(const struct target *target)
{
	return target->fields[L2CAP_TYPE].number != BDADDR_BREDR;
}

static int refuse_field(const struct target *target, size_t field, struct error *err,
			const char *words)
{
	error_usage(err, "bt-l2cap: %s", words);
	return target_error_field(target, field, err);
}

static int refuse_setting(const struct target *target, const char *name, struct error *err,
			  const char *words)
{
	error_usage(err, "%s: %s", name, words);
	return target_error_setting(target, target_setting(target, name), err);
}

/* What l2cap_sock_bind() and l2cap_chan_connect() would answer with EINVAL. */
static int check_psm(const struct target *target, struct error *err)
{
	uint64_t psm = target->fields[L2CAP_PSM].number, cid = target->fields[L2CAP_CID].number;

	if (psm != 0 && cid != 0)
		return refuse_field(target, L2CAP_CID, err, "either a PSM or a fixed channel: PSM 0 with a CID");
	if (is_le(target) && psm > 0xff)
		return refuse_field(target, L2CAP_PSM, err, "on LE a PSM is at most 255");
	if (!is_le(target) && psm != 0 && (psm & 0x0101) != 0x0001)
		return refuse_field(target, L2CAP_PSM, err,
				    "a PSM is odd, and the bit 0x100 of it is 0, such as 0x1001");
	if (psm == 0 && cid == 0 && target->role == ROLE_CONNECT && target->type->type != SOCK_RAW)
		return refuse_field(target, L2CAP_PSM, err, "a PSM, or PSM 0 with a CID, expected");
	return 0;
}

static int check_mode(const struct target *target, struct error *err)
{
	int64_t mode = target_number(target, "l2cap-mode", -1);

	if (mode >= 0 && target->type->no_listen)
		return refuse_setting(target, "l2cap-mode", err, "only connections have one");
	if (is_le(target) && (mode == MODE_ERTM || mode == MODE_STREAMING))
		return refuse_setting(target, "l2cap-mode", err, "on LE there are le-credit and enhanced-credit");
	if (!is_le(target) && mode >= MODE_LE + BT_MODE_LE_FLOWCTL)
		return refuse_setting(target, "l2cap-mode", err,
				      "LE has it: bt-l2cap:BDADDR:PSM::le-public");
	if (is_le(target) && target_setting(target, "omtu") != NULL)
		return refuse_setting(target, "omtu", err, "on LE the peer's imtu decides");
	return 0;
}

static int read_local_psm(const struct target *target, uint16_t *psm, struct error *err)
{
	const char *text = target->common.bind;
	uint64_t number = 0;

	text += bt_length(text);
	*psm = 0;
	if (text[0] == '\0')
		return 0;
	if (number_unsigned(text + 1, 0, UINT16_MAX, &number, err) < 0)
		return error_context(err, "PSM");
	*psm = (uint16_t)number;
	return 0;
}

static int l2cap_check(struct target *target, struct error *err)
{
	const struct setting *bind = target_setting(target, "bind");
	uint16_t psm;

	if (bt_check(target, err) < 0 || check_psm(target, err) < 0 || check_mode(target, err) < 0)
		return -1;
	if (target->role == ROLE_BIND && !target->type->no_listen)
		return refuse_field(target, BT_BDADDR, err, "only type=dgram and type=raw do without a connection");
	if (bind != NULL && read_local_psm(target, &psm, err) < 0) {
		error_context(err, "bind");
		return target_error_setting(target, bind, err);
	}
	/* What has an address of LE knows the options of LE. */
	if (is_le(target) && target->role == ROLE_CONNECT && target->common.bind == NULL)
		target->common.bind = "any";
	return 0;
}

static int l2cap_resolve(const struct target *target, enum address_end end, bool may_block,
			 struct address_list *list, struct error *err)
{
	struct sockaddr_l2 address = { .family = AF_BLUETOOTH };
	uint16_t psm = (uint16_t)target->fields[L2CAP_PSM].number;

	(void)may_block;
	if (end == ADDRESS_LOCAL && target->common.bind == NULL)
		return 0;
	if (bt_find(target, end, &address.bdaddr, err) < 0 ||
	    (end == ADDRESS_LOCAL && read_local_psm(target, &psm, err) < 0))
		return -1;
	address.psm = htole16(psm);
	address.cid = htole16((uint16_t)target->fields[L2CAP_CID].number);
	address.type = (uint8_t)target->fields[L2CAP_TYPE].number;
	/* Our own controllers have addresses of their manufacturer. */
	if (address.type == BDADDR_LE_RANDOM && (end == ADDRESS_LOCAL || target->role != ROLE_CONNECT))
		address.type = BDADDR_LE_PUBLIC;
	address_list_add(list, &address, sizeof(address));
	return 0;
}

static const struct sockaddr_l2 *as_l2(const struct address *address)
{
	return (const void *)&address->storage;
}

static void l2cap_print_address(const struct target *target, const struct address *address,
				struct buf *out)
{
	const struct sockaddr_l2 *l2 = as_l2(address);
	bool is_fixed = l2->psm == 0 && l2->cid != 0, is_bredr = l2->type == BDADDR_BREDR;

	(void)target;
	bt_print_field(&l2->bdaddr, out);
	buf_print(out, ":0x%x", le16toh(l2->psm));
	/* Else it is a number that the channel was given. */
	if (is_fixed)
		buf_print(out, ":%u", le16toh(l2->cid));
	if (!is_bredr)
		buf_print(out, "%s:%s", is_fixed ? "" : ":", name_of(bdaddr_types, l2->type));
}

static void l2cap_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_l2 *l2 = as_l2(address);
	const char *type = name_of(bdaddr_types, l2->type);
	cleanup_buf struct buf bdaddr = { 0 };

	bt_print(&l2->bdaddr, &bdaddr);
	json_string(json, "bdaddr", buf_text(&bdaddr));
	json_unsigned(json, "psm", le16toh(l2->psm));
	json_unsigned(json, "cid", le16toh(l2->cid));
	json_string(json, "type", type != NULL ? type : "?");
}

static void l2cap_reached_at(const struct target *target, struct address *address)
{
	struct sockaddr_l2 *l2 = (void *)&address->storage;

	(void)target;
	bt_reached(&l2->bdaddr);
}

/* struct l2cap_options */
struct options {
	uint16_t omtu, imtu, flush;
	uint8_t mode, fcs, tries;
	uint16_t window;
};

static int set_classic(const struct target *target, int fd, struct error *err)
{
	struct options options = { 0 };
	socklen_t length = sizeof(options);

	if (getsockopt(fd, SOL_L2CAP, L2CAP_OPTIONS, &options, &length) < 0)
		return error_system(err, "L2CAP_OPTIONS");
	options.mode = (uint8_t)target_number(target, "l2cap-mode", options.mode);
	options.imtu = (uint16_t)target_number(target, "imtu", options.imtu);
	options.omtu = (uint16_t)target_number(target, "omtu", options.omtu);
	if (setsockopt(fd, SOL_L2CAP, L2CAP_OPTIONS, &options, sizeof(options)) == 0)
		return 0;
	error_system(err, "l2cap-mode, imtu, omtu");
	return error_hint(err, "an MTU is at least 48, and this kernel may have been told not to do ERTM");
}

static bool sets_channel(const struct target *target)
{
	return target_setting(target, "l2cap-mode") != NULL || target_setting(target, "imtu") != NULL ||
	       target_setting(target, "omtu") != NULL;
}

static int l2cap_prepare(const struct target *target, int fd, struct error *err)
{
	return !is_le(target) && sets_channel(target) ? set_classic(target, fd, err) : 0;
}

static void l2cap_add_prepare_calls(const struct target *target, struct buf *out)
{
	static const char *const names[] = { "l2cap-mode", "imtu", "omtu" };

	if (is_le(target) || !sets_channel(target))
		return;
	buf_add_string(out, "setsockopt(fd, SOL_L2CAP, L2CAP_OPTIONS, as it was but for");
	for (size_t i = 0; i < array_length(names); i++)
		if (target_setting(target, names[i]) != NULL)
			buf_print(out, " %s=%" PRId64, names[i], target_number(target, names[i], 0));
	buf_print(out, ", %zu)\n", sizeof(struct options));
}

/* Modes and sizes of LE can be set once the socket has an address of LE. */
static int l2cap_bound_settings(const struct target *target, const struct address *local,
				bool may_block, struct sockopt_list *list, struct error *err)
{
	const uint8_t mode = (uint8_t)(target_number(target, "l2cap-mode", MODE_LE) - MODE_LE);
	const uint16_t mtu = (uint16_t)target_number(target, "imtu", 0);

	(void)local;
	(void)may_block;
	(void)err;
	if (!is_le(target))
		return 0;
	if (target_setting(target, "l2cap-mode") != NULL) {
		struct sockopt_item *item = sockopt_list_add(list, SOL_BLUETOOTH, BT_MODE, &mode, sizeof(mode));

		item->name = "l2cap-mode";
		item->hint = "enhanced credits may have to be switched on: "
			     "/sys/module/bluetooth/parameters/enable_ecred";
	}
	if (mtu > 0)
		sockopt_list_add(list, SOL_BLUETOOTH, BT_RCVMTU, &mtu, sizeof(mtu))->name = "imtu";
	return 0;
}

static uint16_t message_maximum(int fd)
{
	struct options options = { 0 };
	socklen_t length = sizeof(options);
	uint16_t mtu = 0;

	if (getsockopt(fd, SOL_L2CAP, L2CAP_OPTIONS, &options, &length) == 0)
		return options.omtu;
	length = sizeof(mtu);
	return getsockopt(fd, SOL_BLUETOOTH, BT_SNDMTU, &mtu, &length) == 0 ? mtu : 0;
}

static bool sets_receive_buffer(const struct target *target)
{
	for (size_t i = 0; i < target->sockopt_count; i++)
		if (target->sockopts[i].level == SOL_SOCKET &&
		    (target->sockopts[i].number == SO_RCVBUF || target->sockopts[i].number == SO_RCVBUFFORCE))
			return true;
	return false;
}

/* Who is root need not lose what comes while it is busy; others get what the system allows. */
static int l2cap_ready_settings(const struct target *target, int domain, struct sockopt_list *list,
				struct error *err)
{
	(void)domain;
	(void)err;
	if (sets_receive_buffer(target))
		return 0;
	sockopt_list_add_number(list, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)->need = SOCKOPT_OR_NEXT;
	sockopt_list_add_number(list, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER)->need = SOCKOPT_OPTIONAL;
	return 0;
}

static const struct endpoint_ops stream_ops = {
	.read = bt_stream_read,
	.write = bt_stream_write,
	.finish = bt_finish,
	.pending = bt_pending,
};

static const struct endpoint_ops packet_ops = {
	.send = bt_packet_send,
	.receive = bt_packet_receive,
	.finish = bt_finish,
	.pending = bt_pending,
};

static int l2cap_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	(void)err;
	endpoint->ops = target->type->messages ? &packet_ops : &stream_ops;
	if (bt_is_listener(endpoint->in))
		return 0;
	bt_accept_deferred(target, endpoint->in);
	endpoint->message_maximum = message_maximum(endpoint->in);
	return 0;
}

static void l2cap_explain_error(const struct target *target, struct error *err)
{
	switch (err->code) {
	case EMSGSIZE:
		error_hint(err, "the packet is longer than the peer takes; see bt-sndmtu, or L2CAP_OPTIONS of BR/EDR");
		break;
	case EOPNOTSUPP:
		error_hint(err, "the controller, or this kernel, does not do that mode");
		break;
	case ECONNREFUSED:
		error_hint(err, "nothing serves that PSM, or not with our l2cap-mode%s",
			   is_le(target) ? "" : "; type=stream asks for ertm unless told otherwise");
		break;
	case ENOBUFS:
		error_hint(err, "the receive buffer was full: so-rcvbuf=4M gives it more room, l2cap-mode=ertm makes the sender wait");
		break;
	default:
		bt_explain_error(target, err);
		break;
	}
}

const struct family bt_l2cap_family = {
	.shape = { .name = "bt-l2cap", .known_as = NAMES("bluetooth"), .aliases = aliases, .roles = ROLES_ALL, .fields = fields },
	.summary = "channels between Bluetooth devices, classic and low energy",
	.domain = AF_BLUETOOTH,
	.protocol = BTPROTO_L2CAP,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_CONNECT,
	.module = "bluetooth",
	.capability = "CAP_NET_RAW",
	.check = l2cap_check,
	.resolve = l2cap_resolve,
	.print_address = l2cap_print_address,
	.describe_address = l2cap_describe_address,
	.reached_at = l2cap_reached_at,
	.prepare = l2cap_prepare,
	.add_prepare_calls = l2cap_add_prepare_calls,
	.bound_settings = l2cap_bound_settings,
	.ready_settings = l2cap_ready_settings,
	.ready = l2cap_ready,
	.explain_error = l2cap_explain_error,
};
