/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking the headers of link types off; tcpdump.org/linktypes. */
#include "base/name.h"
#include "codec/busframe.h"
#include "codec/link.h"
#include "codec/packet.h"
#include "core/target.h"

#include <arpa/inet.h>
#include <linux/can.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/vm_sockets.h>
#include <string.h>
#include <sys/socket.h>

#define VSOCK_HEADER   32
#define VSOCK_PAYLOAD  4
#define NETLINK_HEADER 16
#define TAG_END	       0

/* How much of a packet the socket that it is sent to makes by itself. */
enum depth { DEPTH_LINK, DEPTH_NETWORK, DEPTH_TRANSPORT, DEPTH_PAYLOAD };

static enum depth depth_of(const struct target *target)
{
	int type;

	if (target == NULL)
		return DEPTH_LINK;
	type = target->type != NULL ? target->type->type : 0;
	if (target->family->domain == AF_PACKET)
		return type == SOCK_RAW ? DEPTH_LINK : DEPTH_NETWORK;
	if (name_equal(target->family->shape.name, "tap"))
		return DEPTH_LINK;
	if (name_equal(target->family->shape.name, "tun"))
		return DEPTH_NETWORK;
	return type == SOCK_RAW ? DEPTH_TRANSPORT : DEPTH_PAYLOAD;
}

static uint16_t get_16(const char *at)
{
	return (uint16_t)((uint8_t)at[0] << 8 | (uint8_t)at[1]);
}

static uint32_t get_32(const char *at)
{
	return (uint32_t)get_16(at) << 16 | get_16(at + 2);
}

static uint64_t get_little(const char *at, size_t width)
{
	uint64_t value = 0;

	for (size_t i = width; i-- > 0;)
		value = value << 8 | (uint8_t)at[i];
	return value;
}

static bool take(struct span *packet, size_t count)
{
	if (packet->length < count)
		return false;
	packet->text += count;
	packet->length -= count;
	return true;
}

static int too_short(struct error *err, const char *what)
{
	return error_set(err, ERROR_FAILED, "a packet is too short for %s", what);
}

static int give(struct span packet, struct message *message)
{
	message->data = packet.text;
	message->length = packet.length;
	return 1;
}

/* The header of CAN XL, which takes 12 bytes: the length of the data. */
static size_t read_can_xl(const char *header, struct busframe *frame)
{
	frame->kind = BUSFRAME_XL;
	frame->vcid = (uint8_t)(frame->id >> 16);
	frame->id &= CAN_SFF_MASK;
	frame->flags = (uint8_t)header[4];
	frame->sdt = (uint8_t)header[5];
	frame->af = (uint32_t)get_little(header + 8, 4);
	return (size_t)get_little(header + 6, 2);
}

/* The header of all other frames, which takes 8. */
static size_t read_can(struct span packet, struct busframe *frame)
{
	size_t length = (uint8_t)packet.text[4];

	/* Not everyone says that it is FD; then its padded size does. */
	if ((packet.text[5] & CANFD_FDF) != 0 || length > CAN_MAX_DLEN || packet.length == CANFD_MTU)
		frame->kind = BUSFRAME_FD;
	frame->flags = (uint8_t)packet.text[5];
	frame->raw_dlc = length == CAN_MAX_DLEN ? (uint8_t)packet.text[7] & 15 : 0;
	return length;
}

static bool fits(const struct busframe *frame, size_t left)
{
	size_t most = frame->kind == BUSFRAME_XL ? BUSFRAME_DATA_MAXIMUM : CANFD_MAX_DLEN;

	return frame->length <= most && (busframe_is_remote(frame) || frame->length <= left);
}

static int unwrap_can(struct span packet, struct codec_context *context, struct message *message,
		      struct error *err)
{
	struct busframe frame = { 0 };
	bool is_xl;

	if (packet.length < 8)
		return too_short(err, "a CAN frame");
	is_xl = (packet.text[4] & 0x80) != 0;
	if (is_xl && packet.length < 12)
		return too_short(err, "a CAN XL frame");
	frame.id = get_32(packet.text);
	frame.length = is_xl ? read_can_xl(packet.text, &frame) : read_can(packet, &frame);
	take(&packet, is_xl ? 12 : 8);
	frame.data = (const uint8_t *)packet.text;
	if (!fits(&frame, packet.length))
		return too_short(err, "its CAN frame");
	buf_clear(&context->scratch);
	busframe_pack(&frame, &context->scratch);
	message->data = buf_text(&context->scratch);
	message->length = context->scratch.length;
	return 1;
}

static int unwrap_ip(struct span packet, enum depth depth, struct message *message)
{
	static const enum packet_depth depths[] = {
		[DEPTH_LINK] = PACKET_NETWORK,
		[DEPTH_NETWORK] = PACKET_NETWORK,
		[DEPTH_TRANSPORT] = PACKET_TRANSPORT,
		[DEPTH_PAYLOAD] = PACKET_PAYLOAD,
	};

	return packet_take_apart(packet, depths[depth], &packet) ? give(packet, message) : 0;
}

/* Behind a header that names an EtherType. */
static int unwrap_type(uint16_t type, struct span packet, struct codec_context *context,
		       struct message *message, struct error *err)
{
	enum depth depth = depth_of(context->target);

	if (type == ETH_P_CAN || type == ETH_P_CANFD || type == 0x000e /* ETH_P_CANXL */)
		return unwrap_can(packet, context, message, err);
	if (type == ETH_P_IP || type == ETH_P_IPV6)
		return unwrap_ip(packet, depth, message);
	return depth <= DEPTH_NETWORK ? give(packet, message) : 0;
}

static int unwrap_ethernet(struct span packet, struct codec_context *context,
			   struct message *message, struct error *err)
{
	uint16_t type;

	if (depth_of(context->target) == DEPTH_LINK)
		return give(packet, message);
	if (packet.length < ETH_HLEN)
		return too_short(err, "Ethernet");
	type = get_16(packet.text + 12);
	take(&packet, ETH_HLEN);
	while ((type == ETH_P_8021Q || type == ETH_P_8021AD) && packet.length >= 4) {
		type = get_16(packet.text + 2);
		take(&packet, 4);
	}
	return unwrap_type(type, packet, context, message, err);
}

static int unwrap_cooked(struct span packet, bool is_second, struct codec_context *context,
			 struct message *message, struct error *err)
{
	size_t header = is_second ? 20 : 16;
	uint8_t kind;
	uint16_t type;

	if (packet.length < header)
		return too_short(err, "a cooked packet");
	type = get_16(packet.text + (is_second ? 0 : 14));
	kind = (uint8_t)packet.text[is_second ? 10 : 1];
	if (kind == PACKET_OUTGOING)
		message->direction = MESSAGE_OUT;
	take(&packet, header);
	return unwrap_type(type, packet, context, message, err);
}

static int unwrap_exported(struct span packet, struct message *message, struct error *err)
{
	for (;;) {
		uint16_t tag, length;

		if (packet.length < 4)
			return too_short(err, "its tags");
		tag = get_16(packet.text);
		length = get_16(packet.text + 2);
		if (!take(&packet, 4 + (size_t)length))
			return too_short(err, "its tags");
		if (tag == TAG_END)
			return give(packet, message);
	}
}

static int unwrap_vsock(struct span packet, struct message *message, struct error *err)
{
	uint64_t operation;
	size_t transport;

	if (packet.length < VSOCK_HEADER)
		return too_short(err, "vsock");
	operation = get_little(packet.text + 24, 2);
	transport = (size_t)get_little(packet.text + 28, 2);
	take(&packet, VSOCK_HEADER);
	if (!take(&packet, transport))
		return too_short(err, "vsock");
	return operation == VSOCK_PAYLOAD && packet.length > 0 ? give(packet, message) : 0;
}

/* Back to the kernel's header: opcode, index, length, little-endian. */
static int unwrap_monitor(struct span packet, struct codec_context *context,
			  struct message *message, struct error *err)
{
	struct buf *out = &context->scratch;
	const char *header = packet.text;
	uint8_t kernel[6];

	if (!take(&packet, 4))
		return too_short(err, "the monitor's header");
	kernel[0] = (uint8_t)header[3];
	kernel[1] = (uint8_t)header[2];
	kernel[2] = (uint8_t)header[1];
	kernel[3] = (uint8_t)header[0];
	kernel[4] = (uint8_t)packet.length;
	kernel[5] = (uint8_t)(packet.length >> 8);
	buf_clear(out);
	buf_add(out, kernel, sizeof(kernel));
	buf_add(out, packet.text, packet.length);
	message->data = buf_text(out);
	message->length = out->length;
	return 1;
}

static int unwrap_hci(struct span packet, struct message *message, struct error *err)
{
	if (packet.length < 4)
		return too_short(err, "its direction");
	message->direction = (get_32(packet.text) & 1) != 0 ? MESSAGE_IN : MESSAGE_OUT;
	take(&packet, 4);
	return packet.length > 0 ? give(packet, message) : 0;
}

static int unwrap_netlink(struct span packet, struct message *message, struct error *err)
{
	if (packet.length < NETLINK_HEADER)
		return too_short(err, "netlink");
	if (get_16(packet.text) == PACKET_OUTGOING)
		message->direction = MESSAGE_OUT;
	take(&packet, NETLINK_HEADER);
	return packet.length > 0 ? give(packet, message) : 0;
}

int link_unwrap(uint16_t link, struct span packet, struct codec_context *context,
		struct message *message, struct error *err)
{
	switch (link) {
	case LINK_CAN:
		return unwrap_can(packet, context, message, err);
	case LINK_ETHERNET:
		return unwrap_ethernet(packet, context, message, err);
	case LINK_COOKED:
	case LINK_COOKED_2:
		return unwrap_cooked(packet, link == LINK_COOKED_2, context, message, err);
	case LINK_NULL:
		if (!take(&packet, 4))
			return too_short(err, "its address family");
		return unwrap_ip(packet, depth_of(context->target), message);
	case LINK_IP:
	case LINK_IP_OLD:
	case LINK_IPV4:
	case LINK_IPV6:
		return unwrap_ip(packet, depth_of(context->target), message);
	case LINK_EXPORTED:
		return unwrap_exported(packet, message, err);
	case LINK_NETLINK:
		return unwrap_netlink(packet, message, err);
	case LINK_VSOCK:
		return unwrap_vsock(packet, message, err);
	case LINK_HCI_DIRECTION:
		return unwrap_hci(packet, message, err);
	case LINK_HCI_MONITOR:
		return unwrap_monitor(packet, context, message, err);
	default:
		return give(packet, message);
	}
}
