/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Service discovery: asking a device, and the daemon that answers for us; Core Specification, volume 3, part B, 4. */
#include "family/bt_sdp.h"

#include "base/cleanup.h"
#include "base/memory.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#define DAEMON "/run/sdp"
#define PSM 1
#define ANSWER_SECONDS 20
#define ANSWER_MAXIMUM (64U << 10) /* bytes of records that are read of a device */
#define PDU_MAXIMUM 2048

enum { PDU_ERROR = 0x01, PDU_SEARCH = 0x06, PDU_FOUND = 0x07, PDU_REGISTER = 0x75, PDU_REGISTERED = 0x76 };
enum { SEQUENCE = 0x35, UUID_16 = 0x19, UUID_128 = 0x1c, NUMBER_8 = 0x08, NUMBER_16 = 0x09, NUMBER_32 = 0x0a, TEXT = 0x25 };
enum { UUID_RFCOMM = 0x0003, UUID_BROWSE = 0x1002, UUID_L2CAP = 0x0100, UUID_SERIAL = 0x1101 };

static void add_16(struct buf *out, unsigned int value)
{
	buf_add_char(out, (char)(value >> 8));
	buf_add_char(out, (char)value);
}

static void add_number(struct buf *out, unsigned int value)
{
	buf_add_char(out, NUMBER_16);
	add_16(out, value);
}

static void add_short_uuid(struct buf *out, unsigned int value)
{
	buf_add_char(out, UUID_16);
	add_16(out, value);
}

/* Devices that are simple compare what they know by its short form. */
static void add_uuid(struct buf *out, const struct sdp_uuid *uuid)
{
	static const uint8_t rest[] = { 0, 0, 0x10, 0, 0x80, 0, 0, 0x80, 0x5f, 0x9b, 0x34, 0xfb };
	const uint8_t *octets = uuid->octets;

	if (octets[0] == 0 && octets[1] == 0 && memcmp(octets + 4, rest, sizeof(rest)) == 0) {
		add_short_uuid(out, (unsigned int)(octets[2] << 8 | octets[3]));
		return;
	}
	buf_add_char(out, UUID_128);
	buf_add(out, octets, sizeof(uuid->octets));
}

/* A sequence of at most 255 bytes: where it starts, for close_sequence(). */
static size_t open_sequence(struct buf *out)
{
	buf_add_char(out, SEQUENCE);
	buf_add_char(out, 0);
	return out->length;
}

static void close_sequence(struct buf *out, size_t start)
{
	out->data[start - 1] = (char)(out->length - start);
}

/* Sends a request and receives the answer's body: bytes of it, or -1. */
static ssize_t ask(int fd, unsigned int kind, const struct buf *body, unsigned int expected,
		   char *answer, struct error *err)
{
	cleanup_buf struct buf pdu = { 0 };
	ssize_t got;

	buf_add_char(&pdu, (char)kind);
	add_16(&pdu, 1);
	add_16(&pdu, (unsigned int)body->length);
	buf_add(&pdu, body->data, body->length);
	if (send(fd, pdu.data, pdu.length, MSG_NOSIGNAL) < 0)
		return error_system(err, "service discovery");
	got = recv(fd, answer, PDU_MAXIMUM, 0);
	if (got < 0)
		return errno == EAGAIN ? error_set(err, ERROR_TIMEOUT, "service discovery: no answer")
				       : error_system(err, "service discovery");
	if (got < 5 || (uint8_t)answer[0] != expected)
		return error_set(err, ERROR_FAILED, "service discovery: the request was refused");
	memmove(answer, answer + 5, (size_t)got - 5);
	return got - 5;
}

/* Socket calls that wait, but not for ever: this runs on a thread of its own. */
static void limit(int fd)
{
	static const struct timeval time = { .tv_sec = ANSWER_SECONDS };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
}

static int connect_peer(const struct sdp_query *query, struct error *err)
{
	cleanup_close int fd = socket(AF_BLUETOOTH, SOCK_SEQPACKET | SOCK_CLOEXEC, BTPROTO_L2CAP);
	struct sockaddr_l2 local = { .family = AF_BLUETOOTH, .bdaddr = query->local };
	struct sockaddr_l2 peer = { .family = AF_BLUETOOTH, .bdaddr = query->peer, .psm = htole16(PSM) };

	if (fd < 0)
		return error_system(err, "socket");
	limit(fd);
	if (!bt_is_any(&query->local) && bind(fd, (void *)&local, sizeof(local)) < 0)
		return error_system(err, "bind");
	if (connect(fd, (void *)&peer, sizeof(peer)) < 0)
		return error_system(err, "service discovery");
	return steal_fd(&fd);
}

/* Asks for names and protocols of all that has the UUID; an answer can come in several parts. */
static void make_search(const struct sdp_query *query, const char *state, size_t state_length,
			struct buf *body)
{
	size_t start = open_sequence(body);

	if (query->has_uuid)
		add_uuid(body, &query->uuid);
	else
		add_short_uuid(body, UUID_RFCOMM);
	close_sequence(body, start);
	add_16(body, 1024);
	start = open_sequence(body);
	add_number(body, 0x0004);
	add_number(body, 0x0100);
	close_sequence(body, start);
	buf_add_char(body, (char)state_length);
	buf_add(body, state, state_length);
}

/* One part of the answer: 1 more is to come, *state then says where; 0 it was the last; -1. */
static int search_part(int fd, const struct sdp_query *query, char *state, size_t *state_length,
		       struct buf *records, struct error *err)
{
	cleanup_buf struct buf body = { 0 };
	char answer[PDU_MAXIMUM];
	size_t length, part;
	ssize_t got;

	make_search(query, state, *state_length, &body);
	got = ask(fd, PDU_SEARCH, &body, PDU_FOUND, answer, err);
	if (got < 0)
		return -1;
	length = (size_t)got;
	part = length >= 3 ? (size_t)((uint8_t)answer[0] << 8 | (uint8_t)answer[1]) : SIZE_MAX;
	if (part > length - 3 || (*state_length = (uint8_t)answer[2 + part]) > 16 ||
	    3 + part + *state_length > length || (part == 0 && *state_length > 0))
		return error_set(err, ERROR_FAILED, "service discovery: the answer is malformed");
	buf_add(records, answer + 2, part);
	memcpy(state, answer + 3 + part, *state_length);
	return *state_length > 0;
}

static int not_found(const struct sdp_query *query, struct error *err)
{
	cleanup_buf struct buf peer = { 0 };

	bt_print(&query->peer, &peer);
	error_set(err, ERROR_RESOLVE, "%s offers no such service over RFCOMM", buf_text(&peer));
	return error_hint(err, "to see what it offers: sdptool browse %s", buf_text(&peer));
}

int sdp_find_channel(const struct sdp_query *query, uint8_t *channel, struct error *err)
{
	cleanup_close int fd = connect_peer(query, err);
	cleanup_buf struct buf records = { .maximum = ANSWER_MAXIMUM };
	char state[16];
	size_t state_length = 0;
	int more = fd < 0 ? -1 : 1;

	while (more > 0 && !records.overflowed)
		more = search_part(fd, query, state, &state_length, &records, err);
	if (more < 0)
		return -1;
	*channel = sdp_channel_of(records.data, records.length, query->name);
	return *channel > 0 ? 0 : not_found(query, err);
}

static void add_classes(const struct sdp_uuid *uuid, struct buf *record)
{
	size_t start;

	add_number(record, 0x0001);
	start = open_sequence(record);
	add_uuid(record, uuid);
	close_sequence(record, start);
}

static void add_protocols(uint8_t channel, struct buf *record)
{
	size_t start, inner;

	add_number(record, 0x0004);
	start = open_sequence(record);
	inner = open_sequence(record);
	add_short_uuid(record, UUID_L2CAP);
	close_sequence(record, inner);
	inner = open_sequence(record);
	add_short_uuid(record, UUID_RFCOMM);
	buf_add_char(record, NUMBER_8);
	buf_add_char(record, (char)channel);
	close_sequence(record, inner);
	close_sequence(record, start);
}

/* Who browses sees it; its name is English in UTF-8. */
static void add_name(const char *name, struct buf *record)
{
	size_t start, length = strnlen(name, 100);

	add_number(record, 0x0005);
	start = open_sequence(record);
	add_short_uuid(record, UUID_BROWSE);
	close_sequence(record, start);
	add_number(record, 0x0006);
	start = open_sequence(record);
	add_number(record, 'e' << 8 | 'n');
	add_number(record, 106);
	add_number(record, 0x0100);
	close_sequence(record, start);
	add_number(record, 0x0100);
	buf_add_char(record, TEXT);
	buf_add_char(record, (char)length);
	buf_add(record, name, length);
}

static int connect_daemon(struct error *err)
{
	cleanup_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = DAEMON };

	if (fd < 0)
		return error_system(err, "socket");
	limit(fd);
	if (connect(fd, (void *)&address, sizeof(address)) == 0)
		return steal_fd(&fd);
	return error_set(err, ERROR_UNAVAILABLE,
			 "not announced by service discovery (" DAEMON ": %s; bluetoothd --compat has it, for root): "
			 "clients need the channel's number", error_words(errno));
}

int sdp_register(const struct sdp_uuid *uuid, const char *name, uint8_t channel, struct error *err)
{
	cleanup_close int fd = connect_daemon(err);
	cleanup_buf struct buf body = { 0 };
	char answer[PDU_MAXIMUM];
	size_t start;

	if (fd < 0)
		return -1;
	/* No flags: it goes when we do. */
	buf_add_char(&body, 0);
	start = open_sequence(&body);
	add_classes(uuid, &body);
	add_protocols(channel, &body);
	add_name(name, &body);
	close_sequence(&body, start);
	if (ask(fd, PDU_REGISTER, &body, PDU_REGISTERED, answer, err) < 0)
		return -1;
	return steal_fd(&fd);
}
