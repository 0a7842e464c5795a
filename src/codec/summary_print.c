/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line for a packet: ARP, IP of both versions, TCP, UDP and ICMP; what is cut says so. */
#include "codec/summary.h"

#include "base/memory.h"
#include "base/name.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

/* An IP packet whose headers are taken off. */
struct ip {
	int domain;
	const char *source, *destination;
	uint8_t protocol;
	bool is_later; /* a fragment that is not the first */
	struct span payload; /* what there is of it */
	size_t length;	     /* what it says it has */
};

static unsigned int octet(struct span span, size_t at)
{
	return (unsigned char)span.text[at];
}

static unsigned int get_16(struct span span, size_t at)
{
	return octet(span, at) << 8 | octet(span, at + 1);
}

static uint32_t get_32(struct span span, size_t at)
{
	return (uint32_t)get_16(span, at) << 16 | get_16(span, at + 2);
}

static struct span behind(struct span span, size_t count)
{
	return (struct span){ span.text + count, span.length - count };
}

static void print_address(int domain, const char *address, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(domain, address, text, sizeof(text));
	buf_add_string(out, text);
}

/* "10.0.0.1.4000 > 10.0.0.2.80: " */
static void print_ends(const struct ip *ip, bool with_ports, struct buf *out)
{
	print_address(ip->domain, ip->source, out);
	if (with_ports)
		buf_print(out, ".%u", get_16(ip->payload, 0));
	buf_add_string(out, " > ");
	print_address(ip->domain, ip->destination, out);
	if (with_ports)
		buf_print(out, ".%u", get_16(ip->payload, 2));
	buf_add_string(out, ": ");
}

static void print_flags(unsigned int bits, struct buf *out)
{
	static const char letters[] = "FSRP.UEW";
	size_t before = out->length;

	for (size_t i = 0; i < strlen(letters); i++)
		if (bits & 1U << i)
			buf_add_char(out, letters[i]);
	if (out->length == before)
		buf_add_string(out, "none");
}

static void print_tcp(const struct ip *ip, struct buf *out)
{
	unsigned int flags = octet(ip->payload, 13);
	size_t header = (octet(ip->payload, 12) >> 4) * 4;
	size_t length = ip->length > header ? ip->length - header : 0;
	uint32_t sequence = get_32(ip->payload, 4);

	print_ends(ip, true, out);
	buf_add_string(out, "Flags [");
	print_flags(flags, out);
	buf_add_char(out, ']');
	/* Of one that brings nothing the number says nothing. */
	if (length > 0)
		buf_print(out, ", seq %u:%u", sequence, sequence + (uint32_t)length);
	else if (flags & 7)
		buf_print(out, ", seq %u", sequence);
	if (flags & 16)
		buf_print(out, ", ack %u", get_32(ip->payload, 8));
	buf_print(out, ", win %u, length %zu", get_16(ip->payload, 14), length);
}

static void print_udp(const struct ip *ip, struct buf *out)
{
	unsigned int length = get_16(ip->payload, 4);

	print_ends(ip, true, out);
	/* More than 65535 bytes of an offloaded packet are told by 0. */
	buf_print(out, "UDP, length %zu", length >= 8 ? (size_t)length - 8 : ip->length - 8);
}

static void print_icmp(const struct ip *ip, struct buf *out)
{
	static const struct name types[] = {
		{ "echo reply", 0, NULL },	   { "unreachable", 3, NULL },
		{ "redirect", 5, NULL },	   { "echo request", 8, NULL },
		{ "time exceeded", 11, NULL },	   { "parameter problem", 12, NULL },
		{ NULL, 0, NULL },
	};
	static const struct name types6[] = {
		{ "unreachable", 1, NULL },	    { "packet too big", 2, NULL },
		{ "time exceeded", 3, NULL },	    { "parameter problem", 4, NULL },
		{ "echo request", 128, NULL },	    { "echo reply", 129, NULL },
		{ "multicast listener query", 130, NULL }, { "router solicitation", 133, NULL },
		{ "router advertisement", 134, NULL }, { "neighbor solicitation", 135, NULL },
		{ "neighbor advertisement", 136, NULL }, { "multicast listener report v2", 143, NULL },
		{ NULL, 0, NULL },
	};
	unsigned int type = octet(ip->payload, 0);
	const char *name = name_of(ip->domain == AF_INET ? types : types6, type);

	print_ends(ip, false, out);
	buf_add_string(out, ip->domain == AF_INET ? "ICMP " : "ICMP6, ");
	if (name != NULL)
		buf_add_string(out, name);
	else
		buf_print(out, "type %u", type);
	if (name != NULL && strncmp(name, "echo", 4) == 0)
		buf_print(out, ", id %u, seq %u", get_16(ip->payload, 4), get_16(ip->payload, 6));
	buf_print(out, ", length %zu", ip->length);
}

/* header: bytes that must be there. */
static const struct transport {
	uint8_t protocol;
	uint8_t header;
	const char *name;
	void (*print)(const struct ip *ip, struct buf *out);
} transports[] = {
	{ IPPROTO_ICMP, 8, "ICMP", print_icmp },   { IPPROTO_IGMP, 0, "igmp", NULL },
	{ IPPROTO_IPIP, 0, "IP-in-IP", NULL },	   { IPPROTO_TCP, 20, "tcp", print_tcp },
	{ IPPROTO_UDP, 8, "UDP", print_udp },	   { IPPROTO_IPV6, 0, "IP6-in-IP", NULL },
	{ IPPROTO_GRE, 0, "GRE", NULL },	   { IPPROTO_ESP, 0, "ESP", NULL },
	{ IPPROTO_ICMPV6, 8, "ICMP6", print_icmp }, { 89, 0, "OSPF", NULL },
	{ IPPROTO_SCTP, 0, "sctp", NULL },
};

static const struct transport *transport_of(uint8_t protocol)
{
	for (size_t i = 0; i < array_length(transports); i++)
		if (transports[i].protocol == protocol)
			return &transports[i];
	return NULL;
}

static void print_transport(const struct ip *ip, struct buf *out)
{
	const struct transport *transport = transport_of(ip->protocol);

	if (transport != NULL && transport->print != NULL && !ip->is_later &&
	    ip->payload.length >= transport->header) {
		transport->print(ip, out);
		return;
	}
	print_ends(ip, false, out);
	if (transport != NULL)
		buf_add_string(out, transport->name);
	else
		buf_print(out, "ip-proto-%u", ip->protocol);
	buf_print(out, "%s, length %zu", ip->is_later ? " fragment" : "", ip->length);
}

/* An offloaded packet says that it has 0 bytes. */
static size_t said_length(size_t said, size_t header, size_t there)
{
	return said > header ? said - header : there;
}

static void cut(struct ip *ip)
{
	if (ip->payload.length > ip->length)
		ip->payload.length = ip->length;
}

static void print_ipv4(struct span packet, struct buf *out)
{
	struct ip ip = { .domain = AF_INET };
	size_t header = packet.length > 0 ? (octet(packet, 0) & 15) * 4 : 0;

	buf_add_string(out, "IP ");
	if (header < 20 || packet.length < header) {
		buf_print(out, "truncated, %zu bytes", packet.length);
		return;
	}
	ip.source = packet.text + 12;
	ip.destination = packet.text + 16;
	ip.protocol = (uint8_t)packet.text[9];
	ip.is_later = (get_16(packet, 6) & 0x1fff) != 0;
	ip.payload = behind(packet, header);
	ip.length = said_length(get_16(packet, 2), header, ip.payload.length);
	cut(&ip);
	print_transport(&ip, out);
}

/* Takes a header of options off; false where none stands there. */
static bool skip_extension(struct ip *ip)
{
	size_t length;

	if (ip->protocol != IPPROTO_HOPOPTS && ip->protocol != IPPROTO_ROUTING &&
	    ip->protocol != IPPROTO_DSTOPTS && ip->protocol != IPPROTO_FRAGMENT)
		return false;
	if (ip->is_later || ip->payload.length < 8)
		return false;
	length = ip->protocol == IPPROTO_FRAGMENT ? 8 : (octet(ip->payload, 1) + 1) * 8;
	if (length > ip->payload.length || length > ip->length)
		return false;
	ip->is_later = ip->protocol == IPPROTO_FRAGMENT && (get_16(ip->payload, 2) & 0xfff8) != 0;
	ip->protocol = (uint8_t)ip->payload.text[0];
	ip->payload = behind(ip->payload, length);
	ip->length -= length;
	return true;
}

static void print_ipv6(struct span packet, struct buf *out)
{
	struct ip ip = { .domain = AF_INET6 };

	buf_add_string(out, "IP6 ");
	if (packet.length < 40) {
		buf_print(out, "truncated, %zu bytes", packet.length);
		return;
	}
	ip.source = packet.text + 8;
	ip.destination = packet.text + 24;
	ip.protocol = (uint8_t)packet.text[6];
	ip.payload = behind(packet, 40);
	ip.length = said_length(get_16(packet, 4), 0, ip.payload.length);
	cut(&ip);
	while (skip_extension(&ip))
		;
	print_transport(&ip, out);
}

static void print_hardware(const char *address, struct buf *out)
{
	for (size_t i = 0; i < ETH_ALEN; i++)
		buf_print(out, "%s%02x", i > 0 ? ":" : "", (unsigned char)address[i]);
}

static void print_arp(struct span packet, struct buf *out)
{
	unsigned int operation = packet.length >= 28 ? get_16(packet, 6) : 0;

	buf_add_string(out, "ARP, ");
	if (operation == 1) {
		buf_add_string(out, "Request who-has ");
		print_address(AF_INET, packet.text + 24, out);
		buf_add_string(out, " tell ");
		print_address(AF_INET, packet.text + 14, out);
	} else if (operation == 2) {
		buf_add_string(out, "Reply ");
		print_address(AF_INET, packet.text + 14, out);
		buf_add_string(out, " is-at ");
		print_hardware(packet.text + 8, out);
	} else {
		buf_print(out, "operation %u", operation);
	}
	buf_print(out, ", length %zu", packet.length);
}

void summary_print(uint16_t ethertype, struct span packet, struct buf *out)
{
	if (ethertype == ETH_P_IP)
		print_ipv4(packet, out);
	else if (ethertype == ETH_P_IPV6)
		print_ipv6(packet, out);
	else if (ethertype == ETH_P_ARP)
		print_arp(packet, out);
	else
		buf_print(out, "ethertype 0x%04x, length %zu", ethertype, packet.length);
}

static bool is_tag(uint16_t ethertype)
{
	return ethertype == ETH_P_8021Q || ethertype == ETH_P_8021AD;
}

void summary_print_frame(struct span frame, struct buf *out)
{
	size_t header = 2 * ETH_ALEN;
	uint16_t ethertype;

	if (frame.length < ETH_HLEN) {
		buf_print(out, "truncated, %zu bytes", frame.length);
		return;
	}
	ethertype = (uint16_t)get_16(frame, header);
	while (is_tag(ethertype) && frame.length >= header + 6) {
		buf_print(out, "vlan %u, ", get_16(frame, header + 2) & 0xfff);
		header += 4;
		ethertype = (uint16_t)get_16(frame, header);
	}
	/* What nobody here knows is told by who speaks to whom. */
	if (ethertype != ETH_P_IP && ethertype != ETH_P_IPV6 && ethertype != ETH_P_ARP) {
		print_hardware(frame.text + ETH_ALEN, out);
		buf_add_string(out, " > ");
		print_hardware(frame.text, out);
		buf_add_string(out, ", ");
	}
	summary_print(ethertype, behind(frame, header + 2), out);
}
