/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of ISO-TP sockets, as isotpsend(1) and isotprecv(1) have them; linux/can/isotp.h. */
#include "family/can_isotp.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/uapi.h"
#include "family/can.h"

#include <string.h>
#include <sys/socket.h>

enum { CHECK_LENGTH = CAN_ISOTP_CHK_PAD_LEN, CHECK_CONTENT = CAN_ISOTP_CHK_PAD_DATA };

static const struct name checks[] = {
	{ "length", CHECK_LENGTH, "frames have their full length" },
	{ "content", CHECK_CONTENT, "padding has the value of rx-pad" },
	{ "all", CHECK_LENGTH | CHECK_CONTENT, "both" },
	{ NULL, 0, NULL },
};

/* clang-format off */
const struct parameter isotp_parameters[] = {
	{ .name = "block-size", .aliases = "bs", .type = VALUE_NUMBER, .maximum = 255, .help = "frames that the peer may send before it waits for us; 0: all" },
	{ .name = "check", .type = VALUE_CHOICE, .names = checks, .flags = PARAMETER_OPTIONAL, .fallback = CHECK_LENGTH | CHECK_CONTENT, .help = "refuse messages that are not padded as they should be" },
	{ .name = "ext-address", .aliases = "ext", .type = VALUE_HEX, .maximum = 255, .help = "first byte of each frame: extended addressing" },
	{ .name = "frame-time", .type = VALUE_DURATION, .maximum = 4294967294, .help = "how long a frame takes on the bus (50us)" },
	{ .name = "functional", .type = VALUE_FLAG, .help = "one to many: single frames, nothing is received" },
	{ .name = "half-duplex", .type = VALUE_FLAG, .help = "do not receive a message while one is sent" },
	{ .name = "listen-only", .type = VALUE_FLAG, .help = "receive without answering with flow control" },
	{ .name = "ll", .type = VALUE_TEXT, .argument = "MTU:DL:FLAGS", .help = "link layer: fd, fd-brs, or the kernel's struct as 72:64:0" },
	{ .name = "no-flow-control", .aliases = "cf-broadcast", .type = VALUE_FLAG, .help = "one to many: long messages too, without flow control" },
	{ .name = "pad", .type = VALUE_HEX, .maximum = 255, .flags = PARAMETER_OPTIONAL, .fallback = CAN_ISOTP_DEFAULT_PAD_CONTENT, .help = "fill frames up with this byte (CC)" },
	{ .name = "rx-ext-address", .aliases = "rx-ext", .type = VALUE_HEX, .maximum = 255, .help = "what the peer's frames begin with, where it differs" },
	{ .name = "rx-pad", .type = VALUE_HEX, .maximum = 255, .flags = PARAMETER_OPTIONAL, .fallback = CAN_ISOTP_DEFAULT_PAD_CONTENT, .help = "byte that the peer fills up with" },
	{ .name = "rx-stmin", .type = VALUE_DURATION, .maximum = UINT32_MAX, .help = "leave out frames that follow faster than this" },
	{ .name = "stmin", .type = VALUE_DURATION, .maximum = 127 * NANOSECONDS_PER_MILLISECOND, .help = "pause that the peer has to make between frames: to 127ms, or 100us to 900us" },
	{ .name = "tx-stmin", .type = VALUE_DURATION, .maximum = UINT32_MAX, .help = "pause between our frames, whatever the peer wants" },
	{ .name = "wait-tx-done", .type = VALUE_FLAG, .help = "write only returns once the message is sent" },
	{ .name = "wftmax", .type = VALUE_NUMBER, .maximum = 255, .help = "flow control frames that may tell us to wait" },
	{ .name = NULL },
};
/* clang-format on */

/* ISO 15765-2: 00 to 7F milliseconds, F1 to F9 hundreds of microseconds; -1 where there is no such time. */
static int code_stmin(nanoseconds time)
{
	const nanoseconds step = NANOSECONDS_PER_MILLISECOND / 10;

	if (time % NANOSECONDS_PER_MILLISECOND == 0)
		return (int)(time / NANOSECONDS_PER_MILLISECOND);
	if (time < NANOSECONDS_PER_MILLISECOND && time % step == 0)
		return (int)(0xF0 + time / step);
	return -1;
}

static bool is_fd(const char *text, struct can_isotp_ll_options *ll)
{
	if (strcmp(text, "fd") != 0 && strcmp(text, "fd-brs") != 0)
		return false;
	*ll = (struct can_isotp_ll_options){ CANFD_MTU, CANFD_MAX_DLEN,
					     text[2] == '-' ? CANFD_BRS : 0 };
	return true;
}

/* "72:64:0", what is left out as the kernel has it. */
static int read_ll(const char *text, struct can_isotp_ll_options *ll)
{
	static const uint64_t limits[] = { CANFD_MTU, CANFD_MAX_DLEN, 255 };
	uint64_t values[] = { CAN_MTU, CAN_MAX_DLEN, 0 };

	if (is_fd(text, ll))
		return 0;
	for (size_t i = 0; i < array_length(values) && text != NULL; i++) {
		const char *end = strchrnul(text, ':');
		cleanup_free char *number = memory_print("%.*s", (int)(end - text), text);

		if (number_unsigned(number, 0, limits[i], &values[i], NULL) < 0)
			return -1;
		text = *end == ':' ? end + 1 : NULL;
	}
	*ll = (struct can_isotp_ll_options){ (uint8_t)values[0], (uint8_t)values[1],
					     (uint8_t)values[2] };
	return text == NULL && (ll->mtu == CAN_MTU || ll->mtu == CANFD_MTU) ? 0 : -1;
}

int isotp_options_check(const struct target *target, struct error *err)
{
	const struct setting *setting = target_setting(target, "ll");
	struct can_isotp_ll_options ll;

	if (setting != NULL && read_ll(setting->value.bytes, &ll) < 0) {
		error_usage(err, "ll: fd, fd-brs, or MTU:DL:FLAGS with 16 or 72 and 8 to 64 expected");
		return target_error_setting(target, setting, err);
	}
	setting = target_setting(target, "stmin");
	if (setting != NULL && code_stmin(setting->value.number) < 0) {
		error_usage(err, "stmin: whole milliseconds, or 100us to 900us, expected");
		return target_error_setting(target, setting, err);
	}
	return 0;
}

static uint32_t read_flags(const struct target *target)
{
	static const struct {
		const char *name;
		uint32_t flag;
	} rows[] = {
		{ "ext-address", CAN_ISOTP_EXTEND_ADDR },
		{ "functional", CAN_ISOTP_SF_BROADCAST },
		{ "half-duplex", CAN_ISOTP_HALF_DUPLEX },
		{ "listen-only", CAN_ISOTP_LISTEN_MODE },
		{ "no-flow-control", CAN_ISOTP_CF_BROADCAST },
		{ "pad", CAN_ISOTP_TX_PADDING },
		{ "rx-ext-address", CAN_ISOTP_RX_EXT_ADDR },
		{ "rx-pad", CAN_ISOTP_RX_PADDING },
		{ "rx-stmin", CAN_ISOTP_FORCE_RXSTMIN },
		{ "tx-stmin", CAN_ISOTP_FORCE_TXSTMIN },
		{ "wait-tx-done", CAN_ISOTP_WAIT_TX_DONE },
	};
	uint32_t flags = (uint32_t)target_number(target, "check", 0);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct setting *setting = target_setting(target, rows[i].name);

		if (setting != NULL &&
		    (setting->parameter->type != VALUE_FLAG || setting->value.number != 0))
			flags |= rows[i].flag;
	}
	/* What the peer pads is looked at only with the flag for it. */
	if (flags & (CAN_ISOTP_CHK_PAD_LEN | CAN_ISOTP_CHK_PAD_DATA))
		flags |= CAN_ISOTP_RX_PADDING;
	return flags;
}

static void list_basics(const struct target *target, struct sockopt_list *list)
{
	uint8_t address = (uint8_t)target_number(target, "ext-address", 0);
	uint8_t pad = (uint8_t)target_number(target, "pad", CAN_ISOTP_DEFAULT_PAD_CONTENT);
	struct can_isotp_options options = {
		.flags = read_flags(target),
		.frame_txtime = (uint32_t)target_number(target, "frame-time", 0),
		.ext_address = address,
		.txpad_content = pad,
		.rxpad_content = (uint8_t)target_number(target, "rx-pad", pad),
		.rx_ext_address = (uint8_t)target_number(target, "rx-ext-address", address),
	};

	sockopt_list_add(list, SOL_CAN_ISOTP, CAN_ISOTP_OPTS, &options, sizeof(options))->name = "options of ISO-TP";
}

static void list_flow_control(const struct target *target, struct sockopt_list *list)
{
	struct can_isotp_fc_options fc = {
		.bs = (uint8_t)target_number(target, "block-size", 0),
		.stmin = (uint8_t)code_stmin(target_number(target, "stmin", 0)),
		.wftmax = (uint8_t)target_number(target, "wftmax", 0),
	};

	sockopt_list_add(list, SOL_CAN_ISOTP, CAN_ISOTP_RECV_FC, &fc, sizeof(fc))->name = "flow control";
}

static void list_pause(const struct target *target, const char *name, int number,
		       struct sockopt_list *list)
{
	uint32_t pause = (uint32_t)target_number(target, name, 0);

	if (target_setting(target, name) != NULL)
		sockopt_list_add(list, SOL_CAN_ISOTP, number, &pause, sizeof(pause))->name = name;
}

static void list_ll(const struct target *target, struct sockopt_list *list)
{
	struct can_isotp_ll_options ll;
	struct sockopt_item *item;

	if (target_setting(target, "ll") == NULL || read_ll(target_text(target, "ll", ""), &ll) < 0)
		return;
	item = sockopt_list_add(list, SOL_CAN_ISOTP, CAN_ISOTP_LL_OPTS, &ll, sizeof(ll));
	item->name = "ll";
	item->hint = "DL is 8, 12, 16, 20, 24, 32, 48 or 64, and at most 8 with 16";
}

int isotp_settings(const struct target *target, int domain, struct sockopt_list *list,
		   struct error *err)
{
	(void)domain;
	(void)err;
	can_widen(list);
	sockopt_list_add_number(list, SOL_SOCKET, SO_TIMESTAMPNS, 1)->need = SOCKOPT_OPTIONAL;
	list_basics(target, list);
	list_flow_control(target, list);
	list_pause(target, "rx-stmin", CAN_ISOTP_RX_STMIN, list);
	list_pause(target, "tx-stmin", CAN_ISOTP_TX_STMIN, list);
	list_ll(target, list);
	return 0;
}
