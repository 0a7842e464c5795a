/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of service discovery as bytes: reading the channel out of foreign ones, UUIDs; Core Specification, volume 3, part B, 3. */
#include "family/bt_sdp.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <string.h>

enum { TYPE_UNSIGNED = 1, TYPE_UUID = 3, TYPE_TEXT = 4, TYPE_SEQUENCE = 6 };
enum { ATTRIBUTE_PROTOCOLS = 0x0004, ATTRIBUTE_NAME = 0x0100, UUID_RFCOMM = 0x0003 };

const struct name sdp_services[] = {
	{ "spp", 0x1101, "serial port" },	   { "dun", 0x1103, "modem" },
	{ "opp", 0x1105, "objects are pushed" },   { "ftp", 0x1106, "files" },
	{ "hsp", 0x1108, "headset" },		   { "hsp-ag", 0x1112, "what a headset connects to" },
	{ "hfp", 0x111e, "hands-free" },	   { "hfp-ag", 0x111f, "what hands-free connects to" },
	{ "sap", 0x112d, "SIM card" },		   { "pbap", 0x112f, "phone book" },
	{ "map", 0x1132, "messages" },		   { NULL, 0, NULL },
};

/* All short ones are numbers in this. */
static const struct sdp_uuid base = { { 0, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0x80, 0x5f, 0x9b, 0x34, 0xfb } };

int sdp_uuid_read(const char *text, struct sdp_uuid *uuid, struct error *err)
{
	const struct name *row = name_find(sdp_services, text);
	cleanup_buf struct buf octets = { 0 };
	size_t offset;

	*uuid = base;
	if (row != NULL) {
		uuid->octets[2] = (uint8_t)(row->value >> 8);
		uuid->octets[3] = (uint8_t)row->value;
		return 0;
	}
	if (bytes_read_hex(text, strlen(text), &octets, NULL) < 0 ||
	    (octets.length != 2 && octets.length != 4 && octets.length != 16)) {
		error_usage(err, "\"%s\" is no UUID: 4, 8 or 32 hex digits expected", text);
		return error_hint(err, "or a name: spp, dun, opp, ftp, hsp, hfp, ...");
	}
	offset = octets.length == 2 ? 2 : 0;
	memcpy(uuid->octets + offset, octets.data, octets.length);
	return 0;
}

/* Bytes that are left to be read. */
struct reader {
	const uint8_t *at;
	size_t left;
};

struct element {
	unsigned int type;
	struct reader value;
};

static bool take(struct reader *reader, size_t length, struct reader *taken)
{
	if (length > reader->left)
		return false;
	*taken = (struct reader){ reader->at, length };
	reader->at += length;
	reader->left -= length;
	return true;
}

static uint64_t number_of(struct reader value)
{
	uint64_t number = 0;

	for (size_t i = 0; i < value.left && i < sizeof(number); i++)
		number = number << 8 | value.at[i];
	return number;
}

/* The next element; false at the end, and where it does not fit into what holds it. */
static bool next(struct reader *reader, struct element *element)
{
	struct reader head, length;
	unsigned int size;

	if (!take(reader, 1, &head))
		return false;
	element->type = head.at[0] >> 3;
	size = head.at[0] & 7U;
	if (size < 5)
		return take(reader, element->type == 0 ? 0 : (size_t)1 << size, &element->value);
	return take(reader, (size_t)1 << (size - 5), &length) &&
	       take(reader, (size_t)number_of(length), &element->value);
}

static bool is_rfcomm(const struct element *element)
{
	struct reader value = element->value;

	if (element->type != TYPE_UUID)
		return false;
	if (value.left == sizeof(base.octets) &&
	    memcmp(value.at + 4, base.octets + 4, sizeof(base.octets) - 4) == 0)
		value.left = 4;
	return value.left <= 4 && number_of(value) == UUID_RFCOMM;
}

/* A protocol's UUID and its parameters, among the protocols of a service. */
static uint8_t channel_of_protocols(struct reader protocols)
{
	struct element protocol, part;

	while (next(&protocols, &protocol)) {
		struct reader parts = protocol.value;

		if (protocol.type != TYPE_SEQUENCE || !next(&parts, &part) || !is_rfcomm(&part))
			continue;
		if (next(&parts, &part) && part.type == TYPE_UNSIGNED && part.value.left == 1)
			return part.value.at[0];
	}
	return 0;
}

static bool is_called(struct reader text, const char *name)
{
	while (text.left > 0 && text.at[text.left - 1] == '\0')
		text.left--;
	return text.left == strlen(name) && strncasecmp((const char *)text.at, name, text.left) == 0;
}

static uint8_t channel_of_record(struct reader record, const char *name)
{
	struct element id, value;
	bool is_wanted = name == NULL;
	uint8_t channel = 0;

	while (next(&record, &id) && next(&record, &value)) {
		uint64_t attribute = number_of(id.value);

		if (attribute == ATTRIBUTE_PROTOCOLS && value.type == TYPE_SEQUENCE)
			channel = channel_of_protocols(value.value);
		if (attribute == ATTRIBUTE_NAME && value.type == TYPE_TEXT && name != NULL)
			is_wanted = is_called(value.value, name);
	}
	return is_wanted && channel <= 30 ? channel : 0;
}

uint8_t sdp_channel_of(const void *records, size_t length, const char *name)
{
	struct reader reader = { records, length };
	struct element all, record;
	uint8_t channel = 0;

	if (!next(&reader, &all) || all.type != TYPE_SEQUENCE)
		return 0;
	while (channel == 0 && next(&all.value, &record))
		if (record.type == TYPE_SEQUENCE)
			channel = channel_of_record(record.value, name);
	return channel;
}
