/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets as they pass an interface, with their link header (raw) or without (dgram); packet(7). */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/control.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/netns.h"
#include "core/target.h"
#include "family/packet_filter.h"
#include "family/packet_ring.h"
#include "option/flags.h"
#include "option/interface.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define RING_USUAL (4U << 20) /* bytes, where packets are shown or kept */

enum { PACKET_INTERFACE, PACKET_PROTOCOL, PACKET_PACKET_TYPE, PACKET_HARDWARE, PACKET_ADDRESS };

static const struct name packet_types[] = {
	{ "host", PACKET_HOST, "to this host" },
	{ "broadcast", PACKET_BROADCAST, "to all" },
	{ "multicast", PACKET_MULTICAST, "to a group" },
	{ "otherhost", PACKET_OTHERHOST, "to another host, seen by a promiscuous interface" },
	{ "outgoing", PACKET_OUTGOING, "sent by this host" },
	{ NULL, 0, NULL },
};

static const struct name hardware_types[] = {
	{ "ether", ARPHRD_ETHER, NULL },
	{ "loopback", ARPHRD_LOOPBACK, NULL },
	{ "none", 0xfffe, NULL },
	{ NULL, 0, NULL },
};

static const struct shape_field fields[] = {
	{ .name = "interface", .help = "its name; any, or empty: all of them", .has_default = true },
	{ .name = "proto", .help = "EtherType by name or number; left out: all", .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = flags_ethertype, .maximum = UINT16_MAX, .fallback = ETH_P_ALL },
	{ .name = "pkttype", .help = "to whom a packet goes", .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = packet_types, .maximum = UINT8_MAX },
	{ .name = "hatype", .help = "type of the hardware, as ARP has it", .type = FIELD_NUMBER, .optional = true, .has_default = true, .names = hardware_types, .maximum = UINT16_MAX },
	{ .name = "addr", .help = "hardware address that dgram sends to", .kind = FIELD_REST, .optional = true, .has_default = true },
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "raw", .type = SOCK_RAW, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};

static const int levels[] = { SOL_PACKET, SOL_SOCKET, -1 };

static const struct parameter parameters[] = {
	{ .name = "allmulti", .type = VALUE_FLAG, .help = "packets of all multicast groups" },
	{ .name = "filter", .type = VALUE_TEXT, .argument = "EXPRESSION", .help = "take only these packets: as tcpdump has it, or what tcpdump -ddd prints" },
	{ .name = "promiscuous", .aliases = "promisc", .type = VALUE_FLAG, .help = "packets to other hosts as well" },
	{ .name = "ring", .type = VALUE_SIZE, .maximum = PACKET_RING_MAXIMUM, .help = "receive through that much memory, which the kernel fills, up to 20 ms later; 4M where recv shows or keeps packets; 0: packet by packet" },
	{ .name = NULL },
};

static bool is_any(const struct target_field *interface)
{
	return !interface->given || (!interface->quoted && strcmp(interface->text, "any") == 0);
}

/* Six pairs of hex digits parted by ":"; length 0 where it is left out. */
static int read_address(const struct target *target, unsigned char bytes[8], uint8_t *length)
{
	const struct target_field *field = &target->fields[PACKET_ADDRESS];

	*length = 0;
	for (const char *at = field->text; field->given && *at != '\0'; at += at[2] == ':' ? 3 : 2) {
		static const char digits[] = "0123456789abcdefABCDEF";
		unsigned int high, low;

		if (*length == 8 || strspn(at, digits) != 2 || (at[2] != ':' && at[2] != '\0'))
			return -1;
		high = (unsigned int)(strchr(digits, at[0]) - digits);
		low = (unsigned int)(strchr(digits, at[1]) - digits);
		high -= high > 15 ? 6 : 0;
		low -= low > 15 ? 6 : 0;
		bytes[(*length)++] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

static int check_filter(const struct target *target, struct error *err)
{
	const struct setting *setting = target_setting(target, "filter");
	struct packet_filter filter;

	if (setting == NULL)
		return 0;
	if (packet_filter_compile(setting->value.bytes, target->type->type == SOCK_RAW, &filter, err) < 0)
		return target_error_setting(target, setting, err);
	packet_filter_release(&filter);
	return 0;
}

static int check_ring(const struct target *target, struct error *err)
{
	const struct setting *ring = target_setting(target, "ring");

	if (ring == NULL || ring->value.number == 0 || ring->value.number >= (int64_t)PACKET_RING_MINIMUM)
		return 0;
	error_usage(err, "ring: 1M at least, or 0 for none");
	return target_error_setting(target, ring, err);
}

static int packet_check(struct target *target, struct error *err)
{
	const struct target_field *interface = &target->fields[PACKET_INTERFACE];
	unsigned char bytes[8];
	uint8_t length;

	if (interface->length > 0 && !interface_is_name(interface->text, interface->length)) {
		error_usage(err, "packet: the name of an interface has at most %d bytes and no \"/\"",
			    INTERFACE_NAME_MAXIMUM);
		return target_error_field(target, PACKET_INTERFACE, err);
	}
	if (read_address(target, bytes, &length) < 0) {
		error_usage(err, "packet: a hardware address such as 02:00:00:00:00:01 expected");
		return target_error_field(target, PACKET_ADDRESS, err);
	}
	/* What came between socket(2) and bind(2) would be of any interface: without a protocol nothing does. */
	target->protocol = 0;
	return check_ring(target, err) < 0 ? -1 : check_filter(target, err);
}

static void fill_in(const struct target *target, struct sockaddr_ll *address)
{
	*address = (struct sockaddr_ll){
		.sll_family = AF_PACKET,
		.sll_protocol = htons((uint16_t)target->fields[PACKET_PROTOCOL].number),
		.sll_pkttype = (unsigned char)target->fields[PACKET_PACKET_TYPE].number,
		.sll_hatype = (unsigned short)target->fields[PACKET_HARDWARE].number,
	};
	read_address(target, address->sll_addr, &address->sll_halen);
}

static int packet_resolve(const struct target *target, enum address_end end, bool may_block,
			  struct address_list *list, struct error *err)
{
	const struct target_field *interface = &target->fields[PACKET_INTERFACE];
	struct sockaddr_ll address;

	(void)may_block;
	if (end == ADDRESS_LOCAL)
		return 0;
	fill_in(target, &address);
	if (!is_any(interface) && netns_find_interface(target->common.netns, interface->text,
						       &address.sll_ifindex, err) < 0)
		return -1;
	/* What only sends need not queue what others send. */
	if (!target->wants_input)
		address.sll_protocol = 0;
	address_list_add(list, &address, sizeof(address));
	return 0;
}

static void print_number(struct buf *out, const struct name *names, int64_t value)
{
	const char *name = name_of(names, value);

	if (name != NULL)
		buf_print(out, ":%s", name);
	else
		buf_print(out, ":%lld", (long long)value);
}

static void print_hardware_address(const struct sockaddr_ll *packet, struct buf *out)
{
	for (size_t i = 0; i < packet->sll_halen && i < sizeof(packet->sll_addr); i++)
		buf_print(out, "%s%02x", i > 0 ? ":" : "", packet->sll_addr[i]);
}

static void packet_print_address(const struct target *target, const struct address *address,
				 struct buf *out)
{
	const struct sockaddr_ll *packet = (const void *)&address->storage;
	char name[IF_NAMESIZE];

	(void)target;
	if (packet->sll_ifindex == 0)
		buf_add_string(out, "any");
	else if (if_indextoname((unsigned int)packet->sll_ifindex, name) != NULL)
		spec_print_text(name, strlen(name), FIELD_WORD, out);
	else
		buf_print(out, "if%d", packet->sll_ifindex);
	if (name_of(flags_ethertype, ntohs(packet->sll_protocol)) != NULL)
		print_number(out, flags_ethertype, ntohs(packet->sll_protocol));
	else
		buf_print(out, ":0x%04x", ntohs(packet->sll_protocol));
	print_number(out, packet_types, packet->sll_pkttype);
	print_number(out, hardware_types, packet->sll_hatype);
	buf_add_char(out, ':');
	print_hardware_address(packet, out);
}

static void packet_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_ll *packet = (const void *)&address->storage;
	const char *type = name_of(packet_types, packet->sll_pkttype);
	cleanup_buf struct buf hardware = { 0 };
	char name[IF_NAMESIZE];

	if (if_indextoname((unsigned int)packet->sll_ifindex, name) != NULL)
		json_string(json, "interface", name);
	json_unsigned(json, "proto", ntohs(packet->sll_protocol));
	if (type != NULL)
		json_string(json, "pkttype", type);
	json_unsigned(json, "hatype", packet->sll_hatype);
	print_hardware_address(packet, &hardware);
	json_string(json, "addr", buf_text(&hardware));
}

/* The number of the interface's hardware, as ARP has it; 0 where it cannot be told. */
static unsigned int hardware_of(const struct target *target)
{
	cleanup_close int fd = -1;
	struct ifreq request = { 0 };
	unsigned int hardware = 0;
	int home;

	if (is_any(&target->fields[PACKET_INTERFACE]) || netns_enter(target->common.netns, &home, NULL) < 0)
		return 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && interface_own_name(target->fields[PACKET_INTERFACE].text, request.ifr_name) == 0 &&
	    ioctl(fd, SIOCGIFHWADDR, &request) == 0)
		hardware = request.ifr_hwaddr.sa_family;
	netns_leave(home, NULL);
	return hardware;
}

static int list_filter(const struct target *target, struct sockopt_list *list, struct error *err)
{
	const char *text = target_text(target, "filter", NULL);
	struct packet_filter filter;

	if (text == NULL)
		return 0;
	if (packet_filter_compile(text, target->type->type == SOCK_RAW && !hardware_is_bare(hardware_of(target)),
				  &filter, err) < 0)
		return -1;
	packet_filter_list(&filter, list);
	packet_filter_release(&filter);
	return 0;
}

/* How large a queue is, and how it is filled, is in the user's hands where he speaks of it. */
static bool has_own_queue(const struct target *target)
{
	for (size_t i = 0; i < target->sockopt_count; i++) {
		const struct sockopt_setting *setting = &target->sockopts[i];

		if (setting->level == SOL_PACKET ||
		    (setting->level == SOL_SOCKET &&
		     (setting->number == SO_RCVBUF || setting->number == SO_RCVBUFFORCE)))
			return true;
	}
	return false;
}

/* Who only sends has nothing that would fill a ring; what is passed on must not wait in one. */
static uint64_t ring_of(const struct target *target)
{
	uint64_t usual = target->is_watched && !has_own_queue(target) ? RING_USUAL : 0;

	return target->wants_input ? (uint64_t)target_number(target, "ring", (int64_t)usual) : 0;
}

static int packet_settings(const struct target *target, int domain, struct sockopt_list *list,
			   struct error *err)
{
	bool is_needed = target_setting(target, "ring") != NULL;

	(void)domain;
	if (ring_of(target) > 0)
		packet_ring_list(ring_of(target), is_needed ? SOCKOPT_NEEDED : SOCKOPT_OPTIONAL, list);
	if (list_filter(target, list, err) < 0)
		return -1;
	sockopt_list_add_number(list, SOL_PACKET, PACKET_AUXDATA, 1)->need = SOCKOPT_OPTIONAL;
	return 0;
}

/* The tag that the kernel took off goes back to where it stood, behind both addresses. */
static void restore_tag(struct message *message, const struct tpacket_auxdata *auxdata,
			struct message_room *room)
{
	const size_t at = 2 * ETH_ALEN;
	uint16_t tag[2];

	if ((auxdata->tp_status & TP_STATUS_VLAN_VALID) == 0 || message->length < at ||
	    message->length + sizeof(tag) > room->size)
		return;
	tag[0] = htons(auxdata->tp_status & TP_STATUS_VLAN_TPID_VALID ? auxdata->tp_vlan_tpid :
									ETH_P_8021Q);
	tag[1] = htons(auxdata->tp_vlan_tci);
	memmove(room->data + at + sizeof(tag), message->data + at, message->length - at);
	memmove(room->data, message->data, at);
	memcpy(room->data + at, tag, sizeof(tag));
	message->data = room->data;
	message->length += sizeof(tag);
}

static bool asked_for_auxdata(const struct target *target)
{
	for (size_t i = 0; i < target->sockopt_count; i++)
		if (target->sockopts[i].level == SOL_PACKET &&
		    target->sockopts[i].number == PACKET_AUXDATA)
			return true;
	return false;
}

static int packet_receive(struct endpoint *endpoint, struct message_room *room,
			  struct message *message, struct error *err)
{
	int got = message_receive(endpoint->in, room, message, err);
	struct tpacket_auxdata auxdata;
	const void *found;

	if (got != 1 || endpoint->target->type->type != SOCK_RAW)
		return got;
	found = control_find(message->control, message->control_length, SOL_PACKET, PACKET_AUXDATA,
			     sizeof(auxdata));
	if (found == NULL)
		return got;
	memcpy(&auxdata, found, sizeof(auxdata));
	restore_tag(message, &auxdata, room);
	/* That came because we asked, and has served. */
	if (message->control_length <= CMSG_SPACE(sizeof(auxdata)) && !asked_for_auxdata(endpoint->target))
		message->control_length = 0;
	return got;
}

/* Nothing is copied but what had a tag. */
static int ring_receive(struct endpoint *endpoint, struct message_room *room,
			struct message *message, struct error *err)
{
	struct tpacket_auxdata auxdata;
	int code = 0;
	socklen_t length = sizeof(code);

	if (packet_ring_receive(endpoint, message, &auxdata) == 1) {
		if (endpoint->target->type->type == SOCK_RAW)
			restore_tag(message, &auxdata, room);
		return 1;
	}
	/* What recvmsg(2) would tell, as that the interface went down. */
	getsockopt(endpoint->in, SOL_SOCKET, SO_ERROR, &code, &length);
	return code != 0 ? error_code(err, code, "receive") : 0;
}

static int packet_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	const struct target *target = endpoint->target;
	struct message addressed = *message;
	struct sockaddr_ll to;
	struct address local;

	endpoint_addresses(endpoint, &local, &addressed.peer);
	fill_in(target, &to);
	to.sll_ifindex = ((const struct sockaddr_ll *)(const void *)&local.storage)->sll_ifindex;
	if (to.sll_ifindex == 0)
		to.sll_ifindex = (int)message->interface;
	if (to.sll_ifindex == 0) {
		error_set(err, ERROR_FAILED, "any interface receives, and one sends");
		return error_hint(err, "name it: packet:eth0");
	}
	if (!target->fields[PACKET_PROTOCOL].given)
		to.sll_protocol = 0;
	memcpy(&addressed.peer.storage, &to, sizeof(to));
	addressed.peer.length = sizeof(to);
	return message_send(endpoint->out, &addressed, err);
}

static const struct endpoint_ops packet_ops = { .receive = packet_receive, .send = packet_send };
static const struct endpoint_ops ring_ops = { .receive = ring_receive, .send = packet_send, .release = packet_ring_release };

static int packet_bound_settings(const struct target *target, const struct address *local,
				 bool may_block, struct sockopt_list *list, struct error *err)
{
	static const struct {
		const char *option;
		unsigned short type;
	} rows[] = { { "promiscuous", PACKET_MR_PROMISC }, { "allmulti", PACKET_MR_ALLMULTI } };
	struct packet_mreq request = { .mr_ifindex = ((const struct sockaddr_ll *)(const void *)&local->storage)->sll_ifindex };

	(void)may_block;
	for (size_t i = 0; i < array_length(rows); i++) {
		if (!target_flag(target, rows[i].option))
			continue;
		if (request.mr_ifindex == 0)
			return error_usage(err, "%s: it takes one interface, not any", rows[i].option);
		request.mr_type = rows[i].type;
		sockopt_list_add(list, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request,
				 sizeof(request))->name = rows[i].option;
	}
	return 0;
}

static int packet_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	endpoint->ops = &packet_ops;
	if (ring_of(target) > 0) {
		if (packet_ring_open(endpoint, ring_of(target), err) == 0)
			endpoint->ops = &ring_ops;
		else if (target_setting(target, "ring") != NULL)
			return -1;
		else
			error_clear(err);
	}
	endpoint->several_interfaces = is_any(&target->fields[PACKET_INTERFACE]);
	return 0;
}

/* Reading the counts sets them to nothing: the last note has those since the one before. */
static void packet_note(const struct endpoint *endpoint, struct buf *out)
{
	struct tpacket_stats counts = { 0 };
	socklen_t length = sizeof(counts);

	if (getsockopt(endpoint->in, SOL_PACKET, PACKET_STATISTICS, &counts, &length) == 0 &&
	    counts.tp_packets > 0)
		buf_print(out, "%u packets by the kernel's count, %u dropped by it", counts.tp_packets,
			  counts.tp_drops);
}

static void packet_explain_error(const struct target *target, struct error *err)
{
	(void)target;
	if (err->code == EPERM || err->code == EACCES)
		error_hint(err, "packet sockets need CAP_NET_RAW: run it as root or give the program that capability");
	else if (err->code == ENODEV || err->code == ENXIO)
		error_hint(err, "the interfaces that there are: anysock interfaces");
	else if (err->code == ENETDOWN)
		error_hint(err, "bring it up: ip link set dev NAME up");
}

const struct family packet_family = {
	.shape = { .name = "packet", .known_as = NAMES("ethernet"), .roles = ROLE_BIT(ROLE_CONNECT) | ROLE_BIT(ROLE_BIND), .fields = fields },
	.summary = "packets as they pass an interface",
	.domain = AF_PACKET,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_BIND,
	.text_format = "summary",
	.module = "af_packet",
	.capability = "CAP_NET_RAW",
	.check = packet_check,
	.resolve = packet_resolve,
	.print_address = packet_print_address,
	.describe_address = packet_describe_address,
	.settings = packet_settings,
	.bound_settings = packet_bound_settings,
	.ready = packet_ready,
	.note = packet_note,
	.explain_error = packet_explain_error,
};
