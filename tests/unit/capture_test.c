/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures: what each kind of socket carries comes back, of either byte order; damage is named by its place. */
#include "unit.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "codec/capture_reader.h"
#include "codec/packet.h"
#include "codec/track.h"
#include "core/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define TYPE(word, number, keeps)                                    \
	{                                                            \
		{ .name = word, .type = number, .messages = keeps }, \
		{                                                    \
			.name = NULL                                 \
		}                                                    \
	}

static const struct family_type raw_type[] = TYPE("raw", SOCK_RAW, true);
static const struct family_type dgram_type[] = TYPE("dgram", SOCK_DGRAM, true);
static const struct family_type stream_type[] = TYPE("stream", SOCK_STREAM, false);

/* Like our families, but for what captures do not look at. */
static const struct family likes[] = {
	{ .shape = { .name = "can" }, .domain = AF_CAN, .types = raw_type },
	{ .shape = { .name = "udp" }, .domain = AF_INET, .types = dgram_type },
	{ .shape = { .name = "udp" }, .domain = AF_INET6, .types = dgram_type },
	{ .shape = { .name = "tcp" }, .domain = AF_UNSPEC, .types = stream_type },
	{ .shape = { .name = "unix" }, .domain = AF_UNIX, .types = dgram_type },
	{ .shape = { .name = "unix" }, .domain = AF_UNIX, .types = stream_type },
	{ .shape = { .name = "vsock" }, .domain = AF_VSOCK, .types = stream_type },
	{ .shape = { .name = "netlink" }, .domain = AF_NETLINK, .types = raw_type },
	{ .shape = { .name = "bt-hci" }, .domain = AF_BLUETOOTH, .protocol = 1, .types = raw_type },
	{ .shape = { .name = "packet" }, .domain = AF_PACKET, .types = raw_type },
	{ .shape = { .name = "packet" }, .domain = AF_PACKET, .types = dgram_type },
	{ .shape = { .name = "sctp" }, .domain = AF_INET, .protocol = 132, .types = stream_type },
};

static const uint16_t links[] = {
	LINK_CAN,	    LINK_IP,	   LINK_IP,	  LINK_IP,
	LINK_EXPORTED,	    LINK_EXPORTED, LINK_VSOCK,	  LINK_NETLINK,
	LINK_HCI_DIRECTION, LINK_ETHERNET, LINK_COOKED_2, LINK_EXPORTED,
};

static struct target target_like(size_t i)
{
	return (struct target){ .family = &likes[i],
				.type = likes[i].types,
				.protocol = likes[i].protocol };
}

static struct address address_of(int domain, const char *host, uint16_t port)
{
	struct address address = { 0 };
	struct sockaddr_in *four = (void *)&address.storage;
	struct sockaddr_in6 *six = (void *)&address.storage;

	address.any.sa_family = (sa_family_t)domain;
	if (domain == AF_INET) {
		address.length = sizeof(*four);
		four->sin_port = htons(port);
		inet_pton(AF_INET, host, &four->sin_addr);
	} else {
		address.length = sizeof(*six);
		six->sin6_port = htons(port);
		inet_pton(AF_INET6, host, &six->sin6_addr);
	}
	return address;
}

/* All messages of a capture, for a target. */
static void read_capture(struct unit *unit, const struct target *target, const struct buf *file,
			 size_t step, struct buf *out, struct error *err)
{
	struct codec_context context = { .target = target };
	size_t at = 0, end = 0;

	while (at < file->length) {
		struct message message;
		bool found;
		ssize_t used = codec_decode(codec_find("pcap"), &context, file->data + at, end - at,
					    end == file->length, &message, &found, err);

		if (used < 0 || (used == 0 && end == file->length))
			break;
		if (used == 0)
			end = end + step < file->length ? end + step : file->length;
		if (found) {
			buf_add(out, message.data, message.length);
			unit_check_int(unit, message.time.tv_nsec, 123456789);
		}
		at += (size_t)used;
	}
	codec_context_release(codec_find("pcap"), &context);
}

static const char a_frame[16] = "\x23\1\0\0\4\0\0\0\xde\xad\xbe\xef";

static void round_trip(struct unit *unit, size_t like, size_t length,
		       enum message_direction direction)
{
	struct target target = target_like(like);
	struct address local = address_of(AF_INET, "192.0.2.1", 80);
	struct address peer = address_of(like == 2 ? AF_INET6 : AF_INET,
					 like == 2 ? "2001:db8::2" : "192.0.2.2", 5000);
	cleanup_buf struct buf file = { 0 }, data = { 0 }, wanted = { 0 }, out = { 0 };
	struct error err = { 0 };
	struct track track;
	struct message message = { .time = { 1436509052, 123456789 }, .direction = direction };

	for (size_t i = 0; i < length; i++)
		buf_add_char(&data, (char)(i * 7));
	if (likes[like].domain == AF_CAN) {
		buf_clear(&data);
		buf_add(&data, a_frame, sizeof(a_frame));
	}
	message.data = data.data;
	message.length = data.length;
	track_start(&track, &target, 0, &local, &peer);
	unit_check_int(unit, track.link, links[like]);
	capture_section(&file);
	capture_interface(&file, track.link, "a", "b");
	track_open(&track, &message.time, "connected", &file);
	track_message(&track, &message, NULL, &file);
	track_message(&track, &message, "again", &file);
	track_end(&track, MESSAGE_OUT, false, &message.time, "end", &file);
	capture_statistics(&file, 0, &message.time, &message.time, 2, 1, NULL);
	buf_add(&wanted, data.data, data.length);
	buf_add(&wanted, data.data, data.length);
	read_capture(unit, &target, &file, 100, &out, &err);
	unit_check_string(unit, err.text, "");
	unit_check_bytes(unit, buf_text(&out), out.length, wanted.data, wanted.length);
	track_release(&track);
}

/* A note is read as an empty message, or as a packet without its header, where no bytes can say that it is none. */
static bool has_notes(const struct family *like)
{
	return like->domain == AF_INET || like->domain == AF_INET6 || like->domain == AF_UNSPEC ||
	       like->domain == AF_UNIX;
}

static void sockets(struct unit *unit)
{
	static const size_t lengths[] = { 20, 1400, 65507 };

	for (size_t i = 0; i < array_length(likes); i++)
		for (size_t j = 0; has_notes(&likes[i]) && j < array_length(lengths); j++) {
			round_trip(unit, i, lengths[j], MESSAGE_IN);
			round_trip(unit, i, lengths[j], MESSAGE_OUT);
		}
}

/* Without events. */
static void frames(struct unit *unit)
{
	for (size_t i = 0; i < array_length(likes); i++) {
		struct target target = target_like(i);
		struct codec_context context = { .target = &target };
		struct message message = { .data = a_frame, .length = 16 }, again = { 0 };
		struct error err = { 0 };
		struct track track;

		track_start(&track, &target, 0, NULL, NULL);
		unit_check_int(unit, link_wrap(&track, &message, 0), 16);
		unit_check_int(unit,
			       link_unwrap(track.link,
					   (struct span){ track.packet.data, track.packet.length },
					   &context, &again, &err),
			       1);
		unit_check_bytes(unit, again.data, again.length, a_frame, 16);
		track_release(&track);
		buf_release(&context.scratch);
	}
}

static void long_streams(struct unit *unit)
{
	round_trip(unit, 3, 1000000, MESSAGE_IN);
	round_trip(unit, 5, 1000000, MESSAGE_OUT);
}

static uint16_t checksum_of(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void packets(struct unit *unit)
{
	struct address four = address_of(AF_INET, "192.0.2.1", 80);
	struct address mapped = address_of(AF_INET6, "::ffff:192.0.2.2", 5000);
	struct address six = address_of(AF_INET6, "2001:db8::1", 80);
	struct packet packet = { .source = &four,
				 .destination = &mapped,
				 .protocol = IPPROTO_UDP,
				 .payload = "abc",
				 .length = 3 };
	cleanup_buf struct buf out = { 0 };
	struct span found;

	packet_print(&packet, &out);
	unit_check_int(unit, out.length, 20 + 8 + 3);
	unit_check_int(unit, checksum_of((uint8_t *)out.data, 20), 0);
	unit_check(unit, packet_take_apart((struct span){ out.data, out.length }, PACKET_PAYLOAD,
					   &found));
	unit_check_bytes(unit, found.text, found.length, "abc", 3);
	buf_add(&out, "padding", 7);
	unit_check(unit, packet_take_apart((struct span){ out.data, out.length }, PACKET_NETWORK,
					   &found));
	unit_check_int(unit, found.length, 31);
	unit_check(unit, !packet_take_apart((struct span){ out.data, 27 }, PACKET_PAYLOAD, &found));
	buf_clear(&out);
	packet.source = packet.destination = &six;
	packet.protocol = IPPROTO_TCP;
	packet_print(&packet, &out);
	unit_check_int(unit, out.length, 40 + 20 + 3);
	unit_check(unit, packet_take_apart((struct span){ out.data, out.length }, PACKET_TRANSPORT,
					   &found));
	unit_check_int(unit, found.length, 23);
	unit_check(unit, !packet_take_apart((struct span){ "", 0 }, PACKET_NETWORK, &found));
}

/* A section of the other byte order, written by hand: one interface with microseconds, one packet. */
static void other_order(struct unit *unit)
{
	static const char file[] =
		"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\1\0\0\xff\xff\xff\xff\xff\xff\xff\xff"
		"\0\0\0\x1c"
		"\0\0\0\1\0\0\0\x14\0\x93\0\0\0\0\0\0\0\0\0\x14"
		"\0\0\0\6\0\0\0\x24\0\0\0\0\0\5\x1a\x7d\x78\x8b\x9d\x01\0\0\0\2\0\0\0\2hi\0\0\0\0\0"
		"\x24";
	struct codec_context context = { 0 };
	struct message message;
	struct error err = { 0 };
	bool found = false;
	size_t at = 0;

	while (!found && at < sizeof(file) - 1) {
		ssize_t used = codec_decode(codec_find("pcap"), &context, file + at,
					    sizeof(file) - 1 - at, true, &message, &found, &err);

		if (!unit_check(unit, used > 0))
			break;
		at += (size_t)used;
	}
	unit_check_string(unit, err.text, "");
	unit_check_bytes(unit, message.data, message.length, "hi", 2);
	unit_check_int(unit, message.time.tv_sec, 1436501079);
	unit_check_int(unit, message.time.tv_nsec, 203073000);
	codec_context_release(codec_find("pcap"), &context);
}

/* Damages a good capture; what stands before is read, the place is named. */
static void check_damage(struct unit *unit, size_t length, size_t at, char wrong,
			 const char *wanted)
{
	cleanup_buf struct buf file = { 0 }, out = { 0 };
	struct timespec time = { 1, 123456789 };
	struct capture_packet packet = { .time = time, .data = "abcd", .length = 4 };
	struct error err = { 0 };

	capture_section(&file);
	file.length = 28;
	memcpy(file.data + 4, &(uint32_t){ 28 }, 4);
	memcpy(file.data + 24, &(uint32_t){ 28 }, 4);
	capture_interface(&file, 147, "a", NULL);
	capture_packet(&file, &packet);
	capture_packet(&file, &packet);
	if (at > 0)
		file.data[at < file.length ? at : file.length - 1] = wrong;
	if (length > 0)
		file.length -= length;
	read_capture(unit, NULL, &file, 1000, &out, &err);
	unit_check_string(unit, err.text, wanted);
}

static void damages(struct unit *unit)
{
	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) {
		unit_skip(unit, "the places are those of a little-endian machine's numbers");
		return;
	}
	struct error err = { 0 };
	cleanup_buf struct buf file = { 0 }, out = { 0 };

	check_damage(unit, 0, 0, 0, "");
	check_damage(unit, 10, 0, 0, "block 4 at byte 156: the file ends 38 bytes into it");
	check_damage(unit, 0, 8, 1, "block 1 at byte 0: its byte order cannot be told");
	check_damage(unit, 0, 32, 3, "block 2 at byte 28: it claims to have 3 bytes");
	check_damage(unit, 0, 1000, 1, "block 4 at byte 156: its two lengths differ");
	buf_add_string(&file, "GIF89a, which has nothing to do with it");
	read_capture(unit, NULL, &file, 1000, &out, &err);
	unit_check_string(unit, err.text, "this is no capture: it begins with 47 49 46 38");
}

int main(void)
{
	struct unit unit = { 0 };

	unit_run(&unit, "captures: what each kind of socket carries comes back", sockets);
	unit_run(&unit, "captures: one message of every link type", frames);
	unit_run(&unit, "captures: a megabyte of a stream in one piece", long_streams);
	unit_run(&unit, "captures: made IP packets have right lengths and checksums", packets);
	unit_run(&unit, "captures: a file of the other byte order", other_order);
	unit_run(&unit, "captures: damage is named by block and byte", damages);
	return unit_end(&unit);
}
