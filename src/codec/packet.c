/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Synthetic IP packets with right checksums, and a bounded reader of real ones. */
#include "codec/packet.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define TCP_HEADER  20
#define UDP_HEADER  8

/* An end of a packet: its address in 4 or 16 bytes. */
struct end {
	uint8_t address[16];
	uint16_t port;
	bool is_6;
};

static void read_end(const struct address *address, struct end *end)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	const struct sockaddr_in *four = (const void *)&address->storage;
	const struct sockaddr_in6 *six = (const void *)&address->storage;

	memset(end, 0, sizeof(*end));
	if (address->length >= sizeof(*four) && address->any.sa_family == AF_INET) {
		memcpy(end->address, &four->sin_addr, 4);
		end->port = ntohs(four->sin_port);
	} else if (address->length >= sizeof(*six) && address->any.sa_family == AF_INET6) {
		memcpy(end->address, &six->sin6_addr, 16);
		end->port = ntohs(six->sin6_port);
		end->is_6 = memcmp(end->address, mapped, sizeof(mapped)) != 0;
		if (!end->is_6)
			memmove(end->address, end->address + 12, 4);
	}
}

static void put_16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put_32(uint8_t *at, uint32_t value)
{
	put_16(at, value >> 16);
	put_16(at + 2, value & 0xffff);
}

static uint16_t get_16(const char *at)
{
	return (uint16_t)((uint8_t)at[0] << 8 | (uint8_t)at[1]);
}

/* The sum that checksums are made of; bytes are an even number in all but the last call. */
static uint32_t sum(uint32_t start, const void *bytes, size_t length)
{
	const uint8_t *octets = bytes;

	for (size_t i = 0; i + 1 < length; i += 2)
		start += (uint32_t)(octets[i] << 8 | octets[i + 1]);
	if (length % 2 == 1)
		start += (uint32_t)octets[length - 1] << 8;
	return start;
}

static uint16_t fold(uint32_t total)
{
	while (total > 0xffff)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

static void print_ip(const struct end *source, const struct end *destination, uint8_t protocol,
		     size_t length, struct buf *out)
{
	uint8_t header[IPV6_HEADER] = { 0 };

	if (source->is_6 || destination->is_6) {
		header[0] = 0x60;
		put_16(header + 4, length);
		header[6] = protocol;
		header[7] = 64;
		memcpy(header + 8, source->address, 16);
		memcpy(header + 24, destination->address, 16);
		buf_add(out, header, IPV6_HEADER);
		return;
	}
	header[0] = 0x45;
	put_16(header + 2, IPV4_HEADER + length);
	header[6] = 0x40; /* do not fragment */
	header[8] = 64;
	header[9] = protocol;
	memcpy(header + 12, source->address, 4);
	memcpy(header + 16, destination->address, 4);
	put_16(header + 10, fold(sum(0, header, IPV4_HEADER)));
	buf_add(out, header, IPV4_HEADER);
}

static size_t fill_transport(const struct packet *packet, uint16_t from, uint16_t to,
			     uint8_t *header)
{
	put_16(header, from);
	put_16(header + 2, to);
	if (packet->protocol == IPPROTO_UDP) {
		put_16(header + 4, UDP_HEADER + packet->length);
		return UDP_HEADER;
	}
	put_32(header + 4, packet->sequence);
	put_32(header + 8, packet->acknowledged);
	header[12] = TCP_HEADER / 4 << 4;
	header[13] = packet->flags;
	put_16(header + 14, 65535);
	return TCP_HEADER;
}

/* TCP's and UDP's checksum covers the addresses too. */
static uint16_t checksum(const struct packet *packet, const struct end *source,
			 const struct end *destination, const uint8_t *header, size_t header_length)
{
	size_t width = source->is_6 || destination->is_6 ? 16 : 4;
	uint32_t total = (uint32_t)(header_length + packet->length) + packet->protocol;
	uint16_t result;

	total = sum(total, source->address, width);
	total = sum(total, destination->address, width);
	total = sum(total, header, header_length);
	result = fold(sum(total, packet->payload, packet->length));
	/* UDP's 0 means that there is none. */
	return result == 0 ? 0xffff : result;
}

void packet_print(const struct packet *packet, struct buf *out)
{
	uint8_t header[TCP_HEADER] = { 0 };
	size_t header_length = 0, place = packet->protocol == IPPROTO_UDP ? 6 : 16;
	struct end source, destination;

	read_end(packet->source, &source);
	read_end(packet->destination, &destination);
	if (packet->protocol == IPPROTO_UDP || packet->protocol == IPPROTO_TCP) {
		header_length = fill_transport(packet, source.port, destination.port, header);
		put_16(header + place,
		       checksum(packet, &source, &destination, header, header_length));
	}
	print_ip(&source, &destination, packet->protocol, header_length + packet->length, out);
	buf_add(out, header, header_length);
	buf_add(out, packet->payload, packet->length);
}

static bool take(struct span *span, size_t count)
{
	if (span->length < count)
		return false;
	span->text += count;
	span->length -= count;
	return true;
}

static void cut(struct span *span, size_t length)
{
	if (span->length > length)
		span->length = length;
}

static bool take_ipv4(struct span *packet, uint8_t *protocol)
{
	const char *header = packet->text;
	size_t header_length, total;

	if (packet->length < IPV4_HEADER)
		return false;
	header_length = ((size_t)header[0] & 15) * 4;
	total = get_16(header + 2);
	/* An offloaded packet says 0: then all there is belongs to it. */
	if (total != 0)
		cut(packet, total);
	*protocol = (uint8_t)header[9];
	return (get_16(header + 6) & 0x3fff) == 0 && header_length >= IPV4_HEADER &&
	       take(packet, header_length);
}

/* Extension headers that end in a length of their own are skipped; a fragment's is not. */
static bool take_ipv6(struct span *packet, uint8_t *protocol)
{
	size_t total;

	if (packet->length < IPV6_HEADER)
		return false;
	total = get_16(packet->text + 4);
	*protocol = (uint8_t)packet->text[6];
	if (!take(packet, IPV6_HEADER))
		return false;
	if (total != 0)
		cut(packet, total);
	while (*protocol == IPPROTO_HOPOPTS || *protocol == IPPROTO_ROUTING ||
	       *protocol == IPPROTO_DSTOPTS) {
		if (packet->length < 8)
			return false;
		*protocol = (uint8_t)packet->text[0];
		if (!take(packet, ((size_t)(uint8_t)packet->text[1] + 1) * 8))
			return false;
	}
	return *protocol != IPPROTO_FRAGMENT;
}

static bool take_transport(struct span *packet, uint8_t protocol)
{
	size_t header_length;

	switch (protocol) {
	case IPPROTO_TCP:
		if (packet->length < TCP_HEADER)
			return false;
		header_length = ((size_t)(uint8_t)packet->text[12] >> 4) * 4;
		return header_length >= TCP_HEADER && take(packet, header_length) &&
		       packet->length > 0;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		if (packet->length < UDP_HEADER)
			return false;
		if (protocol == IPPROTO_UDP && get_16(packet->text + 4) >= UDP_HEADER)
			cut(packet, get_16(packet->text + 4));
		return take(packet, UDP_HEADER);
	default:
		return true;
	}
}

bool packet_take_apart(struct span packet, enum packet_depth depth, struct span *found)
{
	struct span whole = packet;
	uint8_t protocol, version;

	if (packet.length == 0)
		return false;
	version = (uint8_t)packet.text[0] >> 4;
	if (version != 4 && version != 6)
		return false;
	if (!(version == 4 ? take_ipv4(&packet, &protocol) : take_ipv6(&packet, &protocol)))
		return false;
	if (depth == PACKET_PAYLOAD && !take_transport(&packet, protocol))
		return false;
	*found = depth == PACKET_NETWORK
			 ? (struct span){ whole.text,
					  (size_t)(packet.text + packet.length - whole.text) }
			 : packet;
	return true;
}
