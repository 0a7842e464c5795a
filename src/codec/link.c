/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choosing a link type and writing its header; tcpdump.org/linktypes. */
#include "codec/link.h"

#include "base/memory.h"
#include "codec/busframe.h"
#include "codec/packet.h"
#include "core/control.h"
#include "core/target.h"

#include <arpa/inet.h>
#include <linux/can.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <string.h>

#define PIECE_MAXIMUM	    (128U << 10) /* bytes of a stream in one packet */
#define HCI_PROTOCOL	    1
#define HCI_CHANNEL_MONITOR 2
#define HCI_DIRECTION	    1 /* control message of level SOL_HCI, which is 0 */
#define ARPHRD_NETLINK	    824
#define PROTOCOL_MPTCP	    262

/* Tags of exported packets, and its numbers for ports. */
enum {
	TAG_END = 0,
	TAG_DISSECTOR = 12,
	TAG_IPV4_SOURCE = 20,
	TAG_IPV4_DESTINATION = 21,
	TAG_IPV6_SOURCE = 22,
	TAG_IPV6_DESTINATION = 23,
	TAG_PORT_TYPE = 24,
	TAG_SOURCE_PORT = 25,
	TAG_DESTINATION_PORT = 26,
	PORT_SCTP = 1,
	PORT_TCP = 2,
	PORT_UDP = 3,
	PORT_DCCP = 4,
};

static int socket_type(const struct target *target)
{
	return target->type != NULL ? target->type->type : 0;
}

static bool is_ip(const struct target *target)
{
	int domain = target->family->domain;

	return target->type != NULL &&
	       (domain == AF_UNSPEC || domain == AF_INET || domain == AF_INET6);
}

/* The protocol whose packets can be made; -1 for those that only a kernel can make. */
static int made_protocol(const struct target *target)
{
	int protocol = target->protocol;

	if (!is_ip(target))
		return -1;
	switch (socket_type(target)) {
	case SOCK_STREAM:
		return protocol == 0 || protocol == IPPROTO_TCP || protocol == PROTOCOL_MPTCP
			       ? IPPROTO_TCP
			       : -1;
	case SOCK_DGRAM:
		if (protocol == 0 || protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE)
			return IPPROTO_UDP;
		return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ? protocol : -1;
	case SOCK_RAW:
		return protocol & 0xff;
	default:
		return -1;
	}
}

static uint64_t field_number(const struct target *target, const char *name)
{
	const struct shape_field *fields = target->family->shape.fields;

	for (size_t i = 0; fields != NULL && fields[i].name != NULL && i < SHAPE_FIELDS_MAX; i++)
		if (name_equal(fields[i].name, name))
			return target->fields[i].number;
	return 0;
}

static uint16_t link_of_bluetooth(const struct target *target)
{
	if (target->protocol != HCI_PROTOCOL)
		return LINK_EXPORTED;
	return field_number(target, "channel") == HCI_CHANNEL_MONITOR ? LINK_HCI_MONITOR
								      : LINK_HCI_DIRECTION;
}

uint16_t link_of(const struct target *target)
{
	if (target == NULL)
		return LINK_EXPORTED;
	switch (target->family->domain) {
	case AF_CAN:
		return socket_type(target) == SOCK_RAW ? LINK_CAN : LINK_EXPORTED;
	case AF_PACKET:
		return socket_type(target) == SOCK_RAW ? LINK_ETHERNET : LINK_COOKED_2;
	case AF_NETLINK:
		return LINK_NETLINK;
	case AF_BLUETOOTH:
		return link_of_bluetooth(target);
	case AF_VSOCK:
		return LINK_VSOCK;
	default:
		break;
	}
	if (name_equal(target->family->shape.name, "tap"))
		return LINK_ETHERNET;
	if (name_equal(target->family->shape.name, "tun"))
		return LINK_IP;
	return made_protocol(target) >= 0 ? LINK_IP : LINK_EXPORTED;
}

uint16_t link_of_address(const struct target *target, const struct address *address)
{
	const struct sockaddr_ll *packet = (const void *)&address->storage;
	uint16_t link = link_of(target);

	if (link == LINK_ETHERNET && target->family->domain == AF_PACKET &&
	    address->length >= offsetof(struct sockaddr_ll, sll_addr) && hardware_is_bare(packet->sll_hatype))
		return LINK_IP;
	return link;
}

bool link_is_tcp(const struct track *track)
{
	return track->link == LINK_IP && track->target != NULL &&
	       made_protocol(track->target) == IPPROTO_TCP;
}

static void add_16(struct buf *out, size_t value)
{
	uint8_t bytes[2] = { (uint8_t)(value >> 8), (uint8_t)value };

	buf_add(out, bytes, sizeof(bytes));
}

static void add_32(struct buf *out, uint32_t value)
{
	add_16(out, value >> 16);
	add_16(out, value & 0xffff);
}

static void add_little(struct buf *out, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++)
		buf_add_char(out, (char)(value >> (8 * i)));
}

/* As the kernel has it, the identifier in network byte order and without what a short frame does not use. */
static void wrap_can(const struct message *message, struct buf *out)
{
	struct busframe frame;

	if (busframe_unpack(message->data, message->length, &frame) < 0) {
		buf_add(out, message->data, message->length);
		return;
	}
	if (frame.kind == BUSFRAME_XL) {
		add_32(out, frame.id | (uint32_t)frame.vcid << 16);
		buf_add_char(out, (char)frame.flags);
		buf_add_char(out, (char)frame.sdt);
		add_little(out, frame.length, 2);
		add_little(out, frame.af, 4);
	} else {
		add_32(out, frame.id);
		buf_add_char(out, (char)frame.length);
		buf_add_char(out, frame.kind == BUSFRAME_FD ? (char)(frame.flags | CANFD_FDF) : 0);
		buf_add_char(out, 0);
		buf_add_char(out, (char)frame.raw_dlc);
	}
	if (!busframe_is_remote(&frame))
		buf_add(out, frame.data, frame.length);
}

static void wrap_cooked(const struct message *message, struct buf *out)
{
	const struct sockaddr_ll *from = (const void *)&message->peer.storage;
	static const struct sockaddr_ll unknown;

	if (message->peer.length < offsetof(struct sockaddr_ll, sll_addr))
		from = &unknown;
	buf_add(out, &from->sll_protocol, 2);
	add_16(out, 0);
	add_32(out, (uint32_t)from->sll_ifindex);
	add_16(out, from->sll_hatype);
	buf_add_char(out,
		     message->direction == MESSAGE_OUT ? PACKET_OUTGOING : (char)from->sll_pkttype);
	buf_add_char(out, (char)from->sll_halen);
	buf_add(out, from->sll_addr, 8);
}

static void wrap_netlink(const struct track *track, const struct message *message, struct buf *out)
{
	static const char unused[10];

	add_16(out, message->direction == MESSAGE_OUT ? PACKET_OUTGOING : PACKET_HOST);
	add_16(out, ARPHRD_NETLINK);
	buf_add(out, unused, sizeof(unused));
	add_16(out, (size_t)track->target->protocol);
}

/* What the kernel says of the direction; else commands and data of ours went out. */
static bool hci_is_received(const struct message *message)
{
	const void *found = control_find(message->control, message->control_length, 0,
					 HCI_DIRECTION, sizeof(int));
	int is_incoming;

	if (found == NULL)
		return message->direction == MESSAGE_IN;
	memcpy(&is_incoming, found, sizeof(is_incoming));
	return is_incoming != 0;
}

/* The kernel's header has opcode, index and length, each 16 bits in little-endian order. */
static size_t wrap_monitor(const struct message *message, struct buf *out)
{
	const uint8_t *header = (const uint8_t *)message->data;

	if (message->length < 6)
		return 0;
	add_16(out, (size_t)(header[2] | header[3] << 8));
	add_16(out, (size_t)(header[0] | header[1] << 8));
	return 6;
}

static void read_vsock(const struct address *address, uint64_t *cid, uint32_t *port)
{
	const struct sockaddr_vm *vm = (const void *)&address->storage;

	*cid = UINT32_MAX; /* VMADDR_CID_ANY */
	*port = UINT32_MAX;
	if (address->length < sizeof(*vm) || address->any.sa_family != AF_VSOCK)
		return;
	*cid = vm->svm_cid;
	*port = vm->svm_port;
}

/* Operations of vsockmon; the transport says nothing of itself. */
enum { VSOCK_UNKNOWN = 0, VSOCK_CONNECT = 1, VSOCK_DISCONNECT = 2, VSOCK_PAYLOAD = 4 };

static void wrap_vsock(const struct track *track, enum message_direction direction,
		       unsigned int operation, struct buf *out)
{
	bool is_out = direction == MESSAGE_OUT;
	uint64_t source, destination;
	uint32_t source_port, destination_port;

	read_vsock(is_out ? &track->local : &track->peer, &source, &source_port);
	read_vsock(is_out ? &track->peer : &track->local, &destination, &destination_port);
	add_little(out, source, 8);
	add_little(out, destination, 8);
	add_little(out, source_port, 4);
	add_little(out, destination_port, 4);
	add_little(out, operation, 2);
	add_little(out, 1, 2);
	add_little(out, 0, 2);
	add_little(out, 0, 2);
}

static void add_tag(struct buf *out, unsigned int tag, const void *value, size_t length)
{
	add_16(out, tag);
	add_16(out, length);
	buf_add(out, value, length);
}

static void add_number_tag(struct buf *out, unsigned int tag, uint32_t value)
{
	uint32_t network = htonl(value);

	add_tag(out, tag, &network, sizeof(network));
}

static void add_end(struct buf *out, const struct address *address, bool is_source)
{
	const struct sockaddr_in *four = (const void *)&address->storage;
	const struct sockaddr_in6 *six = (const void *)&address->storage;
	unsigned int port_tag = is_source ? TAG_SOURCE_PORT : TAG_DESTINATION_PORT;

	if (address->length >= sizeof(*four) && address->any.sa_family == AF_INET) {
		add_tag(out, is_source ? TAG_IPV4_SOURCE : TAG_IPV4_DESTINATION, &four->sin_addr,
			4);
		add_number_tag(out, port_tag, ntohs(four->sin_port));
	} else if (address->length >= sizeof(*six) && address->any.sa_family == AF_INET6) {
		add_tag(out, is_source ? TAG_IPV6_SOURCE : TAG_IPV6_DESTINATION, &six->sin6_addr,
			16);
		add_number_tag(out, port_tag, ntohs(six->sin6_port));
	}
}

static uint32_t port_type(const struct target *target)
{
	switch (target->protocol) {
	case IPPROTO_SCTP:
		return PORT_SCTP;
	case IPPROTO_DCCP:
		return PORT_DCCP;
	case IPPROTO_UDP:
		return PORT_UDP;
	default:
		return PORT_TCP;
	}
}

static void wrap_exported(const struct track *track, const struct message *message, struct buf *out)
{
	bool is_out = message->direction == MESSAGE_OUT;

	add_tag(out, TAG_DISSECTOR, "data", 4);
	if (track->target != NULL && is_ip(track->target)) {
		add_end(out, is_out ? &track->local : &track->peer, true);
		add_end(out, is_out ? &track->peer : &track->local, false);
		add_number_tag(out, TAG_PORT_TYPE, port_type(track->target));
	}
	add_tag(out, TAG_END, "", 0);
}

/* What a raw socket gets, and sends with IP_HDRINCL, is a packet already. */
static bool is_ip_packet(const struct message *message)
{
	const uint8_t *octets = (const uint8_t *)message->data;

	return message->length >= 20 && octets[0] >> 4 == 4 &&
	       (size_t)(octets[2] << 8 | octets[3]) == message->length;
}

static size_t wrap_ip(struct track *track, const struct message *message, size_t offset)
{
	bool is_out = message->direction == MESSAGE_OUT;
	int protocol = track->target != NULL ? made_protocol(track->target) : -1;
	size_t left = message->length - offset;
	struct packet packet = {
		.source = is_out ? &track->local : &track->peer,
		.destination = is_out ? &track->peer : &track->local,
		.protocol = (uint8_t)protocol,
		.payload = message->data + offset,
		.flags = PACKET_PSH | PACKET_ACK,
		.sequence = track->sequence[message->direction],
		.acknowledged = track->sequence[!message->direction],
	};

	if (protocol < 0 || (socket_type(track->target) == SOCK_RAW && is_ip_packet(message))) {
		buf_add(&track->packet, packet.payload, left);
		return left;
	}
	packet.length = left < PACKET_DATAGRAM_MAXIMUM ? left : PACKET_DATAGRAM_MAXIMUM;
	if (protocol == IPPROTO_TCP && packet.length > PACKET_PAYLOAD_MAXIMUM)
		packet.length = PACKET_PAYLOAD_MAXIMUM;
	packet_print(&packet, &track->packet);
	track->sequence[message->direction] += (uint32_t)packet.length;
	return protocol == IPPROTO_TCP ? packet.length : left;
}

/* How many of the bytes from offset on go into one packet. */
static size_t piece_of(const struct track *track, const struct message *message, size_t offset)
{
	const struct target *target = track->target;
	size_t left = message->length - offset;
	bool has_messages = target == NULL || target->type == NULL || target->type->messages;

	return has_messages || left < PIECE_MAXIMUM ? left : PIECE_MAXIMUM;
}

size_t link_wrap(struct track *track, const struct message *message, size_t offset)
{
	struct buf *out = &track->packet;
	size_t piece = piece_of(track, message, offset), skipped = 0;

	buf_clear(out);
	switch (track->link) {
	case LINK_CAN:
		wrap_can(message, out);
		return message->length;
	case LINK_IP:
		return wrap_ip(track, message, offset);
	case LINK_COOKED_2:
		wrap_cooked(message, out);
		break;
	case LINK_NETLINK:
		wrap_netlink(track, message, out);
		break;
	case LINK_HCI_DIRECTION:
		add_32(out, hci_is_received(message));
		break;
	case LINK_HCI_MONITOR:
		skipped = wrap_monitor(message, out);
		break;
	case LINK_VSOCK:
		wrap_vsock(track, message->direction, VSOCK_PAYLOAD, out);
		break;
	case LINK_EXPORTED:
		wrap_exported(track, message, out);
		break;
	default:
		break;
	}
	buf_add(out, message->data + offset + skipped, piece - skipped);
	return piece;
}

bool link_mark(struct track *track, enum message_direction direction, enum link_mark mark)
{
	static const unsigned int operations[] = { [LINK_BEGINS] = VSOCK_CONNECT,
						   [LINK_ENDS] = VSOCK_DISCONNECT,
						   [LINK_NOTES] = VSOCK_UNKNOWN };
	struct message nothing = { .data = "", .direction = direction };

	buf_clear(&track->packet);
	if (track->link == LINK_EXPORTED)
		wrap_exported(track, &nothing, &track->packet);
	else if (track->link == LINK_VSOCK)
		wrap_vsock(track, direction, operations[mark], &track->packet);
	return track->packet.length > 0;
}
