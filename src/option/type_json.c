/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of the kernel as JSON: numbers as numbers, durations in seconds, structs as objects; and how help calls them. */
#include "base/cleanup.h"
#include "base/deadline.h"
#include "option/headers.h"
#include "option/type_parts.h"

#include <inttypes.h>
#include <string.h>

static void json_printed(const struct type *type, const char *key, const char *bytes,
			 size_t length, struct json *json)
{
	struct buf text cleanup_buf = { 0 };

	type_print(type, bytes, length, &text);
	json_string_length(json, key, buf_text(&text), text.length);
}

static void json_duration(const struct type *type, const char *key, const char *at,
			  struct json *json)
{
	static const uint8_t decimals[] = { 0, 3, 6, 9 };
	double unit = (double)kind_unit(type->kind) / (double)NANOSECONDS_PER_SECOND;
	int64_t value = load_signed(at, type->size);

	if (value < -1)
		value = (int64_t)load_unsigned(at, type->size);
	json_real(json, key, (double)value * unit, decimals[type->kind - TYPE_SECONDS]);
}

static void json_time(const struct type *type, const char *key, const char *at, struct json *json)
{
	struct timeval time;
	struct timespec precise;

	if (type->kind == TYPE_TIMEVAL) {
		memcpy(&time, at, sizeof(time));
		json_real(json, key, (double)time.tv_sec + (double)time.tv_usec / 1e6, 6);
	} else {
		memcpy(&precise, at, sizeof(precise));
		json_real(json, key, (double)precise.tv_sec + (double)precise.tv_nsec / 1e9, 9);
	}
}

static void json_linger(const struct type *type, const char *key, const char *at, struct json *json)
{
	struct linger linger;

	(void)type;
	memcpy(&linger, at, sizeof(linger));
	if (linger.l_onoff)
		json_integer(json, key, linger.l_linger);
	else
		json_boolean(json, key, false);
}

static void json_set(const struct type *type, const char *key, const char *at, struct json *json)
{
	uint64_t value = load_unsigned(at, type->size);
	struct name row;

	json_open_array(json, key);
	for (size_t i = 0; flags_at(type->table, i, &row); i++) {
		uint64_t bits = (uint64_t)row.value;

		if (bits == 0 || (value & bits) != bits)
			continue;
		json_string(json, NULL, row.name);
		value &= ~bits;
	}
	if (value != 0)
		json_unsigned(json, NULL, value);
	json_close_array(json);
}

static void json_fixed(const struct type *type, const char *key, const char *at,
		       struct json *json);

static void json_struct(const struct type *type, const char *key, const char *at, size_t length,
			struct json *json)
{
	json_open_object(json, key);
	for (const struct field *field = layout_fields(type->table); field->name[0] != '\0';
	     field++) {
		struct type part = { field->kind, field->table, field->size };

		if ((size_t)field->offset + field->size <= length)
			json_fixed(&part, field->name, at + field->offset, json);
	}
	json_close_object(json);
}

static void json_flag(const struct type *type, const char *key, const char *at, struct json *json)
{
	uint64_t value = load_unsigned(at, type->size);

	if (value <= 1)
		json_boolean(json, key, value != 0);
	else
		json_unsigned(json, key, value);
}

static void json_signed(const struct type *type, const char *key, const char *at, struct json *json)
{
	json_integer(json, key, load_signed(at, type->size));
}

static void json_natural(const struct type *type, const char *key, const char *at, struct json *json)
{
	json_unsigned(json, key, load_unsigned(at, type->size));
}

static void json_net(const struct type *type, const char *key, const char *at, struct json *json)
{
	json_unsigned(json, key, swap_network(load_unsigned(at, type->size), type->size));
}

static void json_bits(const struct type *type, const char *key, const char *at, struct json *json)
{
	json_unsigned(json, key, load_unsigned(at, type->size) >> (type->table / 16) &
					 ((1U << (type->table % 16)) - 1));
}

static void json_bytes(const struct type *type, const char *key, const char *at, struct json *json)
{
	json_hex(json, key, at, type->size);
}

static void json_whole_struct(const struct type *type, const char *key, const char *at, struct json *json)
{
	json_struct(type, key, at, type->size, json);
}

static void json_as_text(const struct type *type, const char *key, const char *at, struct json *json)
{
	json_printed(type, key, at, type->size, json);
}

static void json_fixed(const struct type *type, const char *key, const char *at, struct json *json)
{
	static void (*const printers[TYPE_COUNT])(const struct type *type, const char *key, const char *at,
						  struct json *json) = {
		[TYPE_FLAG] = json_flag,
		[TYPE_INT] = json_signed,
		[TYPE_UINT] = json_natural,
		[TYPE_HEX] = json_natural,
		[TYPE_NET] = json_net,
		[TYPE_NET_HEX] = json_net,
		[TYPE_BITS] = json_bits,
		[TYPE_SIZE] = json_natural,
		[TYPE_SET] = json_set,
		[TYPE_SECONDS] = json_duration,
		[TYPE_MILLISECONDS] = json_duration,
		[TYPE_MICROSECONDS] = json_duration,
		[TYPE_NANOSECONDS] = json_duration,
		[TYPE_TIMEVAL] = json_time,
		[TYPE_TIMESPEC] = json_time,
		[TYPE_BYTES] = json_bytes,
		[TYPE_LINGER] = json_linger,
		[TYPE_STRUCT] = json_whole_struct,
		[TYPE_PIDFD] = json_signed,
	};

	(printers[type->kind] != NULL ? printers[type->kind] : json_as_text)(type, key, at, json);
}

static void json_list(const struct type *type, const char *key, const char *bytes, size_t length,
		      struct json *json)
{
	bool of_structs = type->kind == TYPE_LIST;
	size_t size = of_structs ? layout_size(type->table) : type->table;
	struct type item = { of_structs ? TYPE_STRUCT : TYPE_UINT, type->table, (uint16_t)size };

	json_open_array(json, key);
	for (size_t i = 0; i + size <= length; i += size)
		json_fixed(&item, NULL, bytes + i, json);
	json_close_array(json);
}

static void json_bit_list(const struct type *type, const char *key, const char *bytes,
			  size_t length, struct json *json)
{
	json_open_array(json, key);
	for (size_t bit = 0; bit < length / 4 * 32; bit++) {
		const char *name = flags_name(type->table, (int64_t)bit);

		if (!(load_unsigned(bytes + bit / 32 * 4, 4) >> (bit % 32) & 1))
			continue;
		if (name != NULL)
			json_string(json, NULL, name);
		else
			json_unsigned(json, NULL, bit + (type->kind == TYPE_GROUPS));
	}
	json_close_array(json);
}

static void json_nothing(const struct type *type, const char *key, const char *bytes, size_t length,
			 struct json *json)
{
	(void)type;
	(void)bytes;
	(void)length;
	json_null(json, key);
}

static void json_all_text(const struct type *type, const char *key, const char *bytes, size_t length,
			  struct json *json)
{
	(void)type;
	json_string_length(json, key, bytes, strnlen(bytes, length));
}

static void json_all_bytes(const struct type *type, const char *key, const char *bytes, size_t length,
			   struct json *json)
{
	(void)type;
	json_hex(json, key, bytes, length);
}

static void json_one(const struct type *type, const char *key, const char *bytes, size_t length,
		     struct json *json)
{
	if (kind_is_fixed(type->kind) && length >= type->size)
		json_fixed(type, key, bytes, json);
	else
		json_printed(type, key, bytes, length, json);
}

void type_print_json(const struct type *type, const char *key, const void *bytes, size_t length,
		     struct json *json)
{
	static void (*const printers[TYPE_COUNT])(const struct type *type, const char *key, const char *bytes,
						  size_t length, struct json *json) = {
		[TYPE_NONE] = json_nothing,
		[TYPE_BIT_LIST] = json_bit_list,
		[TYPE_GROUPS] = json_bit_list,
		[TYPE_NUMBERS] = json_list,
		[TYPE_TEXT] = json_all_text,
		[TYPE_BYTES] = json_all_bytes,
		[TYPE_INTERFACE_NAME] = json_all_text,
		[TYPE_STRUCT] = json_struct,
		[TYPE_LIST] = json_list,
	};

	(printers[type->kind] != NULL ? printers[type->kind] : json_one)(type, key, bytes, length, json);
}

bool type_value_name(const struct type *type, size_t i, struct name *name)
{
	switch (type->kind) {
	case TYPE_ENUM:
	case TYPE_SET:
	case TYPE_BIT_LIST:
		return flags_at(type->table, i, name);
	default:
		return false;
	}
}

const char *type_argument(const struct type *type)
{
	static const char words[TYPE_COUNT][24] = {
		[TYPE_FLAG] = "on|off",
		[TYPE_INT] = "NUMBER",
		[TYPE_UINT] = "NUMBER",
		[TYPE_HEX] = "NUMBER",
		[TYPE_NET] = "NUMBER",
		[TYPE_NET_HEX] = "NUMBER",
		[TYPE_SIZE] = "SIZE",
		[TYPE_ENUM] = "NAME",
		[TYPE_SET] = "NAME+NAME",
		[TYPE_BIT_LIST] = "NUMBER+NUMBER",
		[TYPE_GROUPS] = "GROUP+GROUP",
		[TYPE_NUMBERS] = "NUMBER+NUMBER",
		[TYPE_SECONDS] = "DURATION",
		[TYPE_MILLISECONDS] = "DURATION",
		[TYPE_MICROSECONDS] = "DURATION",
		[TYPE_NANOSECONDS] = "DURATION",
		[TYPE_TIMEVAL] = "DURATION",
		[TYPE_TIMESPEC] = "DURATION",
		[TYPE_TEXT] = "TEXT",
		[TYPE_BYTES] = "BYTES",
		[TYPE_SECRET] = "SECRET",
		[TYPE_IPV4] = "ADDRESS",
		[TYPE_IPV6] = "ADDRESS",
		[TYPE_SOCKADDR] = "ADDRESS",
		[TYPE_INTERFACE] = "INTERFACE",
		[TYPE_INTERFACE_NET] = "INTERFACE",
		[TYPE_INTERFACE_NAME] = "INTERFACE",
		[TYPE_BDADDR] = "BDADDR",
		[TYPE_MAC] = "MAC",
		[TYPE_LINGER] = "off|DURATION",
		[TYPE_MULTICAST_IF] = "INTERFACE",
		[TYPE_MREQN] = "GROUP:INTERFACE",
		[TYPE_CAN_FILTER] = "ID:MASK+ID~MASK",
		[TYPE_STRUCT] = "FIELD=VALUE:...",
		[TYPE_LIST] = "FIELD=VALUE:...+...",
		[TYPE_ADDRESSES] = "ADDRESS+ADDRESS",
		[TYPE_PROGRAM] = "INSTRUCTIONS",
		[TYPE_LENGTH] = "SIZE",
		[TYPE_PIDFD] = "PID",
	};

	return words[type->kind];
}
