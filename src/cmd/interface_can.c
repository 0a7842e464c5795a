/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CAN controllers: state, rates, modes and counts; rtnetlink(7), linux/can/netlink.h. */
#include "cmd/interface_can.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/name.h"

#include <linux/can.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#define ANSWER_SIZE (32U << 10)

static const struct name states[] = {
	{ "error-active", CAN_STATE_ERROR_ACTIVE, NULL },
	{ "error-warning", CAN_STATE_ERROR_WARNING, NULL },
	{ "error-passive", CAN_STATE_ERROR_PASSIVE, NULL },
	{ "bus-off", CAN_STATE_BUS_OFF, NULL },
	{ "stopped", CAN_STATE_STOPPED, NULL },
	{ "sleeping", CAN_STATE_SLEEPING, NULL },
	{ NULL, 0, NULL },
};

static const struct name modes[] = {
	{ "loopback", CAN_CTRLMODE_LOOPBACK, NULL },
	{ "listen-only", CAN_CTRLMODE_LISTENONLY, NULL },
	{ "triple-sampling", CAN_CTRLMODE_3_SAMPLES, NULL },
	{ "one-shot", CAN_CTRLMODE_ONE_SHOT, NULL },
	{ "berr-reporting", CAN_CTRLMODE_BERR_REPORTING, NULL },
	{ "fd", CAN_CTRLMODE_FD, NULL },
	{ "presume-ack", CAN_CTRLMODE_PRESUME_ACK, NULL },
	{ "fd-non-iso", CAN_CTRLMODE_FD_NON_ISO, NULL },
	{ "cc-len8-dlc", CAN_CTRLMODE_CC_LEN8_DLC, NULL },
	{ NULL, 0, NULL },
};

/* Copies what is there; true where it is all of it. */
static bool copy(struct netlink_bytes from, void *to, size_t size)
{
	memcpy(to, from.data, from.length < size ? from.length : size);
	return from.length >= size;
}

static void take_data(unsigned int type, struct netlink_bytes inside, struct interface_can *can)
{
	struct can_bittiming timing = { 0 };

	switch (type) {
	case IFLA_CAN_BITTIMING:
		copy(inside, &timing, sizeof(timing));
		can->bitrate = timing.bitrate;
		can->sample_point = timing.sample_point;
		break;
	case IFLA_CAN_DATA_BITTIMING:
		copy(inside, &timing, sizeof(timing));
		can->data_bitrate = timing.bitrate;
		break;
	case IFLA_CAN_STATE:
		can->has_state = copy(inside, &can->state, sizeof(can->state));
		break;
	case IFLA_CAN_CTRLMODE:
		can->has_mode = copy(inside, &can->mode, sizeof(can->mode));
		break;
	case IFLA_CAN_RESTART_MS:
		copy(inside, &can->restart, sizeof(can->restart));
		break;
	case IFLA_CAN_BERR_COUNTER:
		can->has_errors = copy(inside, &can->errors, sizeof(can->errors));
		break;
	default:
		break;
	}
}

static void take_info(struct netlink_bytes info, struct interface_can *can)
{
	struct netlink_attribute one, part;

	while (netlink_take_attribute(&info, &one)) {
		while (one.type == IFLA_INFO_DATA && netlink_take_attribute(&one.value, &part))
			take_data(part.type, part.value, can);
		if (one.type == IFLA_INFO_XSTATS)
			can->has_counts = copy(one.value, &can->counts, sizeof(can->counts));
	}
}

void interface_can_take(struct netlink_bytes answer, struct interface_can *can)
{
	struct netlink_message message;
	struct netlink_attribute one;
	struct ifinfomsg link;

	*can = (struct interface_can){ 0 };
	if (!netlink_take_message(&answer, &message) || message.header.nlmsg_type != RTM_NEWLINK ||
	    !netlink_take(&message.body, &link, sizeof(link)))
		return;
	while (netlink_take_attribute(&message.body, &one))
		if (one.type == IFLA_LINKINFO)
			take_info(one.value, can);
}

void interface_can_read(unsigned int index, struct interface_can *can)
{
	cleanup_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	cleanup_free char *answer = memory_array(ANSWER_SIZE, 1);
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = { .header = { .nlmsg_len = sizeof(request),
				  .nlmsg_type = RTM_GETLINK,
				  .nlmsg_flags = NLM_F_REQUEST },
		      .link = { .ifi_index = (int)index } };
	ssize_t got;

	*can = (struct interface_can){ 0 };
	if (fd < 0 || send(fd, &request, sizeof(request), 0) < 0)
		return;
	/* The kernel answers before send(2) returns. */
	got = recv(fd, answer, ANSWER_SIZE, MSG_DONTWAIT);
	interface_can_take((struct netlink_bytes){ answer, got > 0 ? (size_t)got : 0 }, can);
}

static const char *frames_of(unsigned int mtu)
{
	if (mtu == CAN_MTU)
		return "classic";
	return mtu == CANFD_MTU ? "fd" : "xl";
}

void interface_can_print(const struct interface_can *can, unsigned int mtu, struct buf *out)
{
	const char *state = name_of(states, can->state);

	buf_print(out, "frames %s", frames_of(mtu));
	if (can->has_state)
		buf_print(out, " state %s", state != NULL ? state : "unknown");
	if (can->bitrate > 0)
		buf_print(out, " bitrate %u", can->bitrate);
	if (can->sample_point > 0)
		buf_print(out, " sample-point 0.%03u", can->sample_point);
	if (can->data_bitrate > 0)
		buf_print(out, " data-bitrate %u", can->data_bitrate);
	if (can->has_errors)
		buf_print(out, " errors sent %u received %u", can->errors.txerr, can->errors.rxerr);
	for (const struct name *mode = modes; can->has_mode && mode->name != NULL; mode++)
		if (can->mode.flags & (uint32_t)mode->value)
			buf_print(out, " %s", mode->name);
	if (can->restart > 0)
		buf_print(out, " restart %ums", can->restart);
	if (can->has_counts)
		buf_print(out, " bus-off %u restarts %u bus-errors %u lost-arbitration %u",
			  can->counts.bus_off, can->counts.restarts, can->counts.bus_error,
			  can->counts.arbitration_lost);
}

static void json_controller(const struct interface_can *can, struct json *json)
{
	const char *state = name_of(states, can->state);

	if (can->has_state)
		json_string(json, "state", state != NULL ? state : "unknown");
	if (can->bitrate > 0)
		json_unsigned(json, "bitrate", can->bitrate);
	if (can->sample_point > 0)
		json_unsigned(json, "sample_point", can->sample_point);
	if (can->data_bitrate > 0)
		json_unsigned(json, "data_bitrate", can->data_bitrate);
	if (can->has_errors) {
		json_unsigned(json, "errors_sent", can->errors.txerr);
		json_unsigned(json, "errors_received", can->errors.rxerr);
	}
	if (can->has_counts) {
		json_unsigned(json, "bus_off", can->counts.bus_off);
		json_unsigned(json, "restarts", can->counts.restarts);
		json_unsigned(json, "bus_errors", can->counts.bus_error);
		json_unsigned(json, "lost_arbitration", can->counts.arbitration_lost);
	}
}

static void json_modes(const struct interface_can *can, struct json *json)
{
	json_open_array(json, "modes");
	for (const struct name *mode = modes; mode->name != NULL; mode++)
		if (can->mode.flags & (uint32_t)mode->value)
			json_string(json, NULL, mode->name);
	json_close_array(json);
	json_unsigned(json, "restart_ms", can->restart);
}

void interface_can_json(const struct interface_can *can, unsigned int mtu, struct json *json)
{
	json_open_object(json, "can");
	json_string(json, "frames", frames_of(mtu));
	json_controller(can, json);
	if (can->has_mode)
		json_modes(can, json);
	json_close_object(json);
}
