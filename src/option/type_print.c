/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of the kernel as text: what type_read() reads, printed. */
#include "base/bytes.h"
#include "base/deadline.h"
#include "option/headers.h"
#include "option/type_parts.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define BITS(shift, width) ((shift) * 16 + (width))
#define LAYOUT(id, size) static const struct field id##_fields[] = {
#define FIELD(type, member, name, kind, table)                                                     \
	{ name, table, TYPE_##kind, offsetof(type, member), sizeof(((type *)NULL)->member) },
#define FIELD_AT(offset, size, name, kind, table) { name, table, TYPE_##kind, offset, size },
#define END                                                                                        \
	{ "", 0, 0, 0, 0 }                                                                         \
	}                                                                                          \
	;
#include "option/layouts.def"
#undef LAYOUT
#undef FIELD
#undef FIELD_AT
#undef END

#define FIELD(type, member, name, kind, table)
#define FIELD_AT(offset, size, name, kind, table)
#define END
const struct field *layout_fields(enum layout layout)
{
	static const struct field *const fields[LAYOUT_COUNT] = {
#define LAYOUT(id, size) [LAYOUT_##id] = id##_fields,
#include "option/layouts.def"
#undef LAYOUT
	};

	return fields[layout];
}

size_t layout_size(enum layout layout)
{
	static const uint16_t sizes[LAYOUT_COUNT] = {
#define LAYOUT(id, size) [LAYOUT_##id] = (uint16_t)(size),
#include "option/layouts.def"
#undef LAYOUT
	};

	return sizes[layout];
}

/* In the largest unit that keeps the number whole. */
void print_duration(int64_t value, int64_t unit, struct buf *out)
{
	static const struct {
		char name[4];
		int64_t size;
	} units[] = { { "s", NANOSECONDS_PER_SECOND },
		      { "ms", NANOSECONDS_PER_MILLISECOND },
		      { "us", 1000 },
		      { "ns", 1 } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		int64_t larger = units[i].size / unit;

		/* as it was written, or in the largest unit that has no fraction */
		if (value != 0 && (larger == 0 || value % larger != 0))
			continue;
		if (value > 0)
			buf_print(out, "%" PRId64 "%s", value / larger, units[i].name);
		else
			buf_print(out, "%" PRId64, value);
		return;
	}
}

/* Seconds and parts of them; what 64 bits cannot hold as one number is shown in seconds. */
static void print_moment(int64_t seconds, int64_t part, int64_t parts, struct buf *out)
{
	int64_t total;

	if (__builtin_mul_overflow(seconds, parts, &total) ||
	    __builtin_add_overflow(total, part, &total))
		print_duration(seconds, NANOSECONDS_PER_SECOND, out);
	else
		print_duration(total, NANOSECONDS_PER_SECOND / parts, out);
}

static void print_time(const struct type *type, const char *at, struct buf *out)
{
	struct timeval time;
	struct timespec precise;

	if (type->kind == TYPE_TIMEVAL) {
		memcpy(&time, at, sizeof(time));
		print_moment(time.tv_sec, time.tv_usec, 1000000, out);
	} else {
		memcpy(&precise, at, sizeof(precise));
		print_moment(precise.tv_sec, precise.tv_nsec, NANOSECONDS_PER_SECOND, out);
	}
}

static void print_linger(const struct type *type, const char *at, struct buf *out)
{
	struct linger linger;

	(void)type;
	memcpy(&linger, at, sizeof(linger));
	if (linger.l_onoff)
		buf_print(out, "%ds", linger.l_linger);
	else
		buf_add_string(out, "off");
}

static void print_hardware(const struct type *type, const char *at, struct buf *out)
{
	bool reversed = type->kind == TYPE_BDADDR;

	for (size_t i = 0; i < 6; i++)
		buf_print(out, "%s%02x", i > 0 ? ":" : "", (uint8_t)at[reversed ? 5 - i : i]);
}

static void print_ip(const struct type *type, const char *at, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(type->kind == TYPE_IPV6 ? AF_INET6 : AF_INET, at, text, sizeof(text));
	buf_add_string(out, text);
}

static void print_mreqn(const struct type *type, const char *at, struct buf *out)
{
	struct ip_mreqn request;
	struct type address = { TYPE_IPV4, 0, 4 };

	memcpy(&request, at, sizeof(request));
	if (type->kind == TYPE_MREQN) {
		print_ip(&address, at, out);
		buf_add_char(out, ':');
	}
	if (request.imr_ifindex != 0)
		print_interface((unsigned int)request.imr_ifindex, out);
	else
		print_ip(&address, (char *)&request.imr_address, out);
}

static void print_enum(const struct type *type, const char *at, struct buf *out)
{
	int64_t value = load_signed(at, type->size);
	int64_t natural = (int64_t)load_unsigned(at, type->size);
	const char *name = flags_name(type->table, natural);

	if (name == NULL)
		name = flags_name(type->table, value);
	if (name != NULL)
		buf_add_string(out, name);
	else
		buf_print(out, "%" PRId64, value);
}

static void print_flag(const struct type *type, const char *at, struct buf *out)
{
	uint64_t value = load_unsigned(at, type->size);

	if (value <= 1)
		buf_add_string(out, value ? "on" : "off");
	else
		buf_print(out, "%" PRIu64, value);
}

static void print_signed(const struct type *type, const char *at, struct buf *out)
{
	buf_print(out, "%" PRId64, load_signed(at, type->size));
}

static void print_unsigned(const struct type *type, const char *at, struct buf *out)
{
	buf_print(out, "%" PRIu64, load_unsigned(at, type->size));
}

static void print_hex(const struct type *type, const char *at, struct buf *out)
{
	buf_print(out, "0x%" PRIx64, load_unsigned(at, type->size));
}

static void print_net(const struct type *type, const char *at, struct buf *out)
{
	buf_print(out, "%" PRIu64, swap_network(load_unsigned(at, type->size), type->size));
}

static void print_net_hex(const struct type *type, const char *at, struct buf *out)
{
	buf_print(out, "0x%" PRIx64, swap_network(load_unsigned(at, type->size), type->size));
}

static void print_bits(const struct type *type, const char *at, struct buf *out)
{
	buf_print(out, "%u", (unsigned int)(load_unsigned(at, type->size) >> (type->table / 16)) &
				     ((1U << (type->table % 16)) - 1));
}

static void print_set(const struct type *type, const char *at, struct buf *out)
{
	flags_print_set(type->table, load_unsigned(at, type->size), out);
}

static void print_index(const struct type *type, const char *at, struct buf *out)
{
	print_interface((unsigned int)load_unsigned(at, type->size), out);
}

static void print_net_index(const struct type *type, const char *at, struct buf *out)
{
	print_interface(ntohl((uint32_t)load_unsigned(at, type->size)), out);
}

static void print_struct(const struct type *type, const char *at, size_t length, struct buf *out)
{
	const char *joint = "";

	for (const struct field *field = layout_fields(type->table); field->name[0] != '\0';
	     field++) {
		struct type part = { field->kind, field->table, field->size };

		if ((size_t)field->offset + field->size > length)
			continue;
		buf_print(out, "%s%s=", joint, field->name);
		print_fixed(&part, at + field->offset, out);
		joint = " ";
	}
}

/* -1 stands for "none"; beyond that the kernel's durations are unsigned. */
static void print_unit(const struct type *type, const char *at, struct buf *out)
{
	int64_t value = load_signed(at, type->size);

	if (value < -1)
		value = (int64_t)load_unsigned(at, type->size);
	print_duration(value, kind_unit(type->kind), out);
}

static void print_sockaddr(const struct type *type, const char *at, struct buf *out)
{
	type_print_sockaddr(at, type->size, out);
}

static void print_string(const struct type *type, const char *at, struct buf *out)
{
	bytes_print_safe(out, at, strnlen(at, type->size));
}

static void print_bytes(const struct type *type, const char *at, struct buf *out)
{
	bytes_print_hex(out, at, type->size);
}

static void print_secret(const struct type *type, const char *at, struct buf *out)
{
	(void)type;
	(void)at;
	buf_add_string(out, "…");
}

static void print_whole_struct(const struct type *type, const char *at, struct buf *out)
{
	print_struct(type, at, type->size, out);
}

void print_fixed(const struct type *type, const char *at, struct buf *out)
{
	static void (*const printers[TYPE_COUNT])(const struct type *type, const char *at, struct buf *out) = {
		[TYPE_FLAG] = print_flag,
		[TYPE_INT] = print_signed,
		[TYPE_HEX] = print_hex,
		[TYPE_NET] = print_net,
		[TYPE_NET_HEX] = print_net_hex,
		[TYPE_BITS] = print_bits,
		[TYPE_ENUM] = print_enum,
		[TYPE_SET] = print_set,
		[TYPE_SECONDS] = print_unit,
		[TYPE_MILLISECONDS] = print_unit,
		[TYPE_MICROSECONDS] = print_unit,
		[TYPE_NANOSECONDS] = print_unit,
		[TYPE_TIMEVAL] = print_time,
		[TYPE_TIMESPEC] = print_time,
		[TYPE_TEXT] = print_string,
		[TYPE_BYTES] = print_bytes,
		[TYPE_SECRET] = print_secret,
		[TYPE_IPV4] = print_ip,
		[TYPE_IPV6] = print_ip,
		[TYPE_SOCKADDR] = print_sockaddr,
		[TYPE_INTERFACE] = print_index,
		[TYPE_INTERFACE_NET] = print_net_index,
		[TYPE_INTERFACE_NAME] = print_string,
		[TYPE_BDADDR] = print_hardware,
		[TYPE_MAC] = print_hardware,
		[TYPE_LINGER] = print_linger,
		[TYPE_MULTICAST_IF] = print_mreqn,
		[TYPE_MREQN] = print_mreqn,
		[TYPE_STRUCT] = print_whole_struct,
		[TYPE_PIDFD] = print_signed,
	};

	(printers[type->kind] != NULL ? printers[type->kind] : print_unsigned)(type, at, out);
}

static void print_numbers(const struct type *type, const char *bytes, size_t length,
			  struct buf *out)
{
	size_t size = type->table;

	for (size_t i = 0; i + size <= length; i += size)
		buf_print(out, "%s%" PRIu64, i > 0 ? "+" : "", load_unsigned(bytes + i, size));
}

static void print_bit_list(const struct type *type, const char *bytes, size_t length,
			   struct buf *out)
{
	const char *joint = "";

	for (size_t bit = 0; bit < length / 4 * 32; bit++) {
		const char *name;

		if (!(load_unsigned(bytes + bit / 32 * 4, 4) >> (bit % 32) & 1))
			continue;
		name = flags_name(type->table, (int64_t)bit);
		if (name != NULL)
			buf_print(out, "%s%s", joint, name);
		else
			buf_print(out, "%s%zu", joint, bit + (type->kind == TYPE_GROUPS));
		joint = "+";
	}
	if (joint[0] == '\0')
		buf_add_string(out, "none");
}

static void print_can_filters(const struct type *type, const char *bytes, size_t length,
			      struct buf *out)
{
	(void)type;
	for (size_t i = 0; i + sizeof(struct can_filter) <= length; i += sizeof(struct can_filter)) {
		struct can_filter filter;
		canid_t id;

		memcpy(&filter, bytes + i, sizeof(filter));
		id = filter.can_id & ~(CAN_INV_FILTER | CAN_EFF_FLAG);
		buf_print(out, filter.can_id & CAN_EFF_FLAG ? "%s%08X" : "%s%03X", i > 0 ? "+" : "",
			  id);
		buf_print(out, "%c%03X", filter.can_id & CAN_INV_FILTER ? '~' : ':',
			  filter.can_mask);
	}
	if (length == 0)
		buf_add_string(out, "none");
}

static void print_list(const struct type *type, const char *bytes, size_t length, struct buf *out)
{
	size_t size = layout_size(type->table);
	struct type item = { TYPE_STRUCT, type->table, (uint16_t)size };

	for (size_t i = 0; i + size <= length; i += size) {
		if (i > 0)
			buf_add_char(out, '+');
		print_fixed(&item, bytes + i, out);
	}
	if (length < size)
		buf_add_string(out, "none");
}

static void print_subflows(const struct type *type, const char *bytes, size_t length,
			   struct buf *out)
{
	struct type items = { TYPE_LIST, type->table, 0 };
	size_t header = sizeof(struct mptcp_subflow_data), used;
	struct mptcp_subflow_data data;

	if (length < header)
		return;
	memcpy(&data, bytes, header);
	used = data.num_subflows * layout_size(type->table);
	print_list(&items, bytes + header, used < length - header ? used : length - header, out);
}

static void print_addresses(const struct type *type, const char *bytes, size_t length,
			    struct buf *out)
{
	size_t header = length < type->table ? length : type->table;
	const char *joint = "";
	sa_family_t family;

	bytes += header;
	length -= header;
	while (length >= sizeof(struct sockaddr_in)) {
		size_t size;

		memcpy(&family, bytes, sizeof(family));
		size = family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
		if (size > length)
			break;
		buf_add_string(out, joint);
		type_print_sockaddr(bytes, size, out);
		joint = "+";
		bytes += size;
		length -= size;
	}
}

static void print_program(const struct type *type, const char *bytes, size_t length,
			  struct buf *out)
{
	size_t count = length / sizeof(struct sock_filter);

	(void)type;
	buf_print(out, "%zu", count);
	for (size_t i = 0; i < count; i++) {
		struct sock_filter step;

		memcpy(&step, bytes + i * sizeof(step), sizeof(step));
		buf_print(out, " %u %u %u %u", step.code, step.jt, step.jf, step.k);
	}
}

/* A value that is shorter than its type: an address instead of a request, a byte instead of an int. */
static void print_short(const struct type *type, const char *bytes, size_t length,
			struct buf *out)
{
	struct type part = *type;

	part.size = (uint16_t)length;
	if (type->kind == TYPE_STRUCT)
		print_struct(type, bytes, length, out);
	else if (type->kind == TYPE_MULTICAST_IF && length == sizeof(struct in_addr))
		print_ip(&(struct type){ TYPE_IPV4, 0, 4 }, bytes, out);
	else if (type->kind < TYPE_BIT_LIST && (length == 1 || length == 2 || length == 4))
		print_fixed(&part, bytes, out);
	else if (length > 0) {
		buf_add_string(out, "hex:");
		bytes_print_hex(out, bytes, length);
	}
}

static void print_all_text(const struct type *type, const char *bytes, size_t length,
			   struct buf *out)
{
	(void)type;
	bytes_print_safe(out, bytes, strnlen(bytes, length));
}

static void print_all_bytes(const struct type *type, const char *bytes, size_t length,
			    struct buf *out)
{
	(void)type;
	buf_add_string(out, "hex:");
	bytes_print_hex(out, bytes, length);
}

static void print_nothing(const struct type *type, const char *bytes, size_t length, struct buf *out)
{
	(void)type;
	(void)bytes;
	(void)length;
	(void)out;
}

static void print_hidden(const struct type *type, const char *bytes, size_t length, struct buf *out)
{
	(void)length;
	print_secret(type, bytes, out);
}

static void print_one(const struct type *type, const char *bytes, size_t length, struct buf *out)
{
	if (length >= type->size)
		print_fixed(type, bytes, out);
	else
		print_short(type, bytes, length, out);
}

void type_print(const struct type *type, const void *bytes, size_t length, struct buf *out)
{
	static void (*const printers[TYPE_COUNT])(const struct type *type, const char *bytes, size_t length,
						  struct buf *out) = {
		[TYPE_NONE] = print_nothing,
		[TYPE_BIT_LIST] = print_bit_list,
		[TYPE_GROUPS] = print_bit_list,
		[TYPE_NUMBERS] = print_numbers,
		[TYPE_TEXT] = print_all_text,
		[TYPE_BYTES] = print_all_bytes,
		[TYPE_SECRET] = print_hidden,
		[TYPE_INTERFACE_NAME] = print_all_text,
		[TYPE_CAN_FILTER] = print_can_filters,
		[TYPE_LIST] = print_list,
		[TYPE_SUBFLOWS] = print_subflows,
		[TYPE_ADDRESSES] = print_addresses,
		[TYPE_PROGRAM] = print_program,
	};

	(printers[type->kind] != NULL ? printers[type->kind] : print_one)(type, bytes, length, out);
}
