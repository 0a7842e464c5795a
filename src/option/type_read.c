/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of fixed size from text: numbers, names, durations, addresses. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/interface.h"
#include "option/type_parts.h"

#include <arpa/inet.h>
#include <endian.h>
#include <inttypes.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

uint64_t load_unsigned(const void *at, size_t size)
{
	uint64_t wide = 0;
	uint32_t word;
	uint16_t half;

	switch (size) {
	case 1:
		return *(const uint8_t *)at;
	case 2:
		memcpy(&half, at, sizeof(half));
		return half;
	case 4:
		memcpy(&word, at, sizeof(word));
		return word;
	case 8:
		memcpy(&wide, at, sizeof(wide));
		return wide;
	default:
		return 0;
	}
}

int64_t load_signed(const void *at, size_t size)
{
	unsigned int unused = 64 - 8 * (unsigned int)size;

	if (size == 0 || size > 8)
		return 0;
	return (int64_t)(load_unsigned(at, size) << unused) >> unused;
}

void store_number(void *at, size_t size, uint64_t value)
{
	uint8_t byte = (uint8_t)value;
	uint16_t half = (uint16_t)value;
	uint32_t word = (uint32_t)value;

	if (size == 1)
		memcpy(at, &byte, sizeof(byte));
	else if (size == 2)
		memcpy(at, &half, sizeof(half));
	else if (size == 4)
		memcpy(at, &word, sizeof(word));
	else
		memcpy(at, &value, sizeof(value));
}

uint64_t largest(size_t size)
{
	return size >= 8 ? UINT64_MAX : (1ULL << (8 * size)) - 1;
}

uint64_t swap_network(uint64_t value, size_t size)
{
	if (size == 2)
		return htons((uint16_t)value);
	if (size == 4)
		return htonl((uint32_t)value);
	return size == 8 ? htobe64(value) : value;
}

int64_t kind_unit(enum type_kind kind)
{
	switch (kind) {
	case TYPE_SECONDS:
		return NANOSECONDS_PER_SECOND;
	case TYPE_MILLISECONDS:
		return NANOSECONDS_PER_MILLISECOND;
	case TYPE_MICROSECONDS:
		return 1000;
	case TYPE_NANOSECONDS:
		return 1;
	default:
		return 0;
	}
}

static int read_flag(const char *text, size_t size, char *at, struct error *err)
{
	/* at even places no, at odd ones yes */
	static const char words[][6] = { "off", "on", "0", "1", "no", "yes", "false", "true" };

	for (size_t i = 0; i < array_length(words); i++) {
		if (!name_equal(text, words[i]))
			continue;
		store_number(at, size, i % 2);
		return 0;
	}
	return error_usage(err, "\"%s\" is neither on nor off", text);
}

static int read_int(const char *text, size_t size, char *at, struct error *err)
{
	int64_t maximum = (int64_t)(largest(size) >> 1), value;

	if (number_signed(text, -maximum - 1, maximum, &value, err) < 0)
		return -1;
	store_number(at, size, (uint64_t)value);
	return 0;
}

static int read_unsigned(const struct type *type, const char *text, char *at, struct error *err)
{
	bool network = type->kind == TYPE_NET || type->kind == TYPE_NET_HEX;
	uint64_t value;
	int status;

	if (type->kind == TYPE_SIZE)
		status = number_size(text, largest(type->size), &value, err);
	else
		status = number_unsigned(text, 0, largest(type->size), &value, err);
	if (status < 0)
		return -1;
	store_number(at, type->size, network ? swap_network(value, type->size) : value);
	return 0;
}

static int read_named(const struct type *type, const char *text, char *at, struct error *err)
{
	uint64_t maximum = largest(type->size);
	int64_t value;
	int status;

	if (type->kind == TYPE_SET)
		status = flags_read_set(type->table, text, &value, err);
	else
		status = flags_read(type->table, text, &value, err);
	if (status < 0)
		return -1;
	if (value > 0 && (uint64_t)value > maximum)
		return error_usage(err, "\"%s\" is more than 0x%" PRIx64, text, maximum);
	store_number(at, type->size, (uint64_t)value);
	return 0;
}

static bool is_digits(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

static int read_duration(const struct type *type, const char *text, char *at, struct error *err)
{
	static const char units[][13] = { "seconds", "milliseconds", "microseconds", "nanoseconds" };
	const char *unit = units[type->kind - TYPE_SECONDS];
	int64_t value, maximum = (int64_t)(largest(type->size) & INT64_MAX);

	if (text[0] == '-')
		return read_int(text, type->size, at, err);
	if (type->kind != TYPE_SECONDS && is_digits(text) && strcmp(text, "0") != 0) {
		error_usage(err, "\"%s\" needs a unit: the kernel counts %s here", text, unit);
		return error_hint(err, "%sms or %ss", text, text);
	}
	if (number_duration(text, &value, err) < 0)
		return -1;
	if (value % kind_unit(type->kind) != 0)
		return error_usage(err, "\"%s\" is not a whole number of %s", text, unit);
	value /= kind_unit(type->kind);
	if (value > maximum)
		return error_usage(err, "\"%s\" is longer than the kernel can count", text);
	store_number(at, type->size, (uint64_t)value);
	return 0;
}

static int read_time(const struct type *type, const char *text, char *at, struct error *err)
{
	int64_t value;
	struct timeval time;
	struct timespec precise;

	if (number_duration(text, &value, err) < 0)
		return -1;
	time.tv_sec = precise.tv_sec = value / NANOSECONDS_PER_SECOND;
	precise.tv_nsec = (long)(value % NANOSECONDS_PER_SECOND);
	time.tv_usec = precise.tv_nsec / 1000;
	if (type->kind == TYPE_TIMEVAL)
		memcpy(at, &time, sizeof(time));
	else
		memcpy(at, &precise, sizeof(precise));
	return 0;
}

static int read_linger(const char *text, char *at, struct error *err)
{
	struct linger linger = { .l_onoff = 1 };
	int64_t value = 0;

	if (name_equal(text, "off") || name_equal(text, "no"))
		linger.l_onoff = 0;
	else if (number_duration(text, &value, err) < 0)
		return -1;
	if (value % NANOSECONDS_PER_SECOND != 0)
		return error_usage(err, "\"%s\" is not a whole number of seconds", text);
	linger.l_linger = (int)(value / NANOSECONDS_PER_SECOND);
	memcpy(at, &linger, sizeof(linger));
	return 0;
}

/* A number at once, a name later where that is possible. */
static int read_interface(const char *text, char *at, bool network,
			  struct type_reference *reference, struct error *err)
{
	uint64_t number = 0;
	unsigned int index;

	if (number_unsigned(text, 0, INT32_MAX, &number, NULL) == 0) {
		index = (unsigned int)number;
	} else if (!interface_is_name(text, strlen(text))) {
		return error_usage(err, "\"%s\" is not the name of an interface", text);
	} else if (reference != NULL) {
		free(reference->interface);
		reference->interface = memory_string(text);
		return 0;
	} else if (type_interface(text, &index, err) < 0) {
		return -1;
	}
	store_number(at, sizeof(index), network ? htonl(index) : index);
	return 0;
}

/* What stands for an interface is its name, its number or an address that it has. */
static int read_mreqn_interface(const char *text, struct ip_mreqn *request,
				struct type_reference *reference, struct error *err)
{
	if (inet_pton(AF_INET, text, &request->imr_address) == 1)
		return 0;
	return read_interface(text, (char *)&request->imr_ifindex, false, reference, err);
}

static int read_mreqn(const struct type *type, const char *text, char *at,
		      struct type_reference *reference, struct error *err)
{
	char *copy cleanup_free = memory_string(text);
	char *interface = copy, *group = NULL;
	struct ip_mreqn request = { 0 };

	if (type->kind == TYPE_MREQN)
		group = strsep(&interface, ":");
	if (group != NULL && inet_pton(AF_INET, group, &request.imr_multiaddr) != 1)
		return error_usage(err, "\"%s\" is not an IPv4 address", group);
	if (interface != NULL && read_mreqn_interface(interface, &request, reference, err) < 0)
		return -1;
	memcpy(at, &request, sizeof(request));
	return 0;
}

static int read_text(const struct type *type, const char *text, char *at, struct error *err)
{
	size_t length = strlen(text);

	if (length >= type->size)
		return error_usage(err, "\"%s\" is longer than %d bytes", text, type->size - 1);
	memcpy(at, text, length);
	return 0;
}

/* By any of its names; one that is short may also be of an interface that is not there yet. */
static int read_interface_name(const char *text, char *at, struct error *err)
{
	char name[IF_NAMESIZE] = "";

	if (strlen(text) > INTERFACE_NAME_MAXIMUM)
		return error_usage(err, "\"%s\" is longer than %d bytes", text, INTERFACE_NAME_MAXIMUM);
	if (interface_own_name(text, name) < 0)
		return error_system(err, "interface %s", text);
	memcpy(at, name, strlen(name));
	return 0;
}

static int read_secret(const char *text, char *at, size_t size, struct error *err)
{
	size_t length = strlen(text);

	if (text[0] == '0' && text[1] == 'x')
		return read_hex_fixed(text, at, size, err);
	if (length > size)
		return error_usage(err, "the key is longer than %zu bytes", size);
	memcpy(at, text, length);
	return 0;
}

/* Old requests have room for an IPv4 address only. */
static int read_sockaddr(const char *text, char *at, size_t size, struct error *err)
{
	struct sockaddr_storage address;

	if (type_read_sockaddr(text, &address, sizeof(address), err) < 0)
		return -1;
	if (size < sizeof(struct sockaddr_in6) && address.ss_family == AF_INET6)
		return error_usage(err, "\"%s\": only IPv4 can stand here", text);
	memcpy(at, &address, size < sizeof(address) ? size : sizeof(address));
	return 0;
}

static int read_address(const struct type *type, const char *text, char *at, struct error *err)
{
	switch (type->kind) {
	case TYPE_IPV4:
		if (inet_pton(AF_INET, text, at) == 1)
			return 0;
		return error_usage(err, "\"%s\" is not an IPv4 address", text);
	case TYPE_IPV6:
		if (inet_pton(AF_INET6, text, at) == 1)
			return 0;
		return error_usage(err, "\"%s\" is not an IPv6 address", text);
	case TYPE_SOCKADDR:
		return read_sockaddr(text, at, type->size, err);
	case TYPE_BDADDR:
		return read_bdaddr(text, at, err);
	case TYPE_MAC:
		return read_mac(text, at, err);
	case TYPE_SECRET:
		return read_secret(text, at, type->size, err);
	default:
		return read_hex_fixed(text, at, type->size, err);
	}
}

bool kind_is_fixed(enum type_kind kind)
{
	switch (kind) {
	case TYPE_NONE:
	case TYPE_NUMBERS:
	case TYPE_CAN_FILTER:
	case TYPE_LIST:
	case TYPE_SUBFLOWS:
	case TYPE_ADDRESSES:
	case TYPE_PROGRAM:
	case TYPE_LENGTH:
	case TYPE_BIT_LIST:
	case TYPE_GROUPS:
	case TYPE_TEXT:
	case TYPE_BYTES:
	case TYPE_SECRET:
	case TYPE_INTERFACE_NAME:
		return false;
	default:
		return true;
	}
}

int read_fixed(const struct type *type, const char *text, char *at,
	       struct type_reference *reference, struct error *err)
{
	switch (type->kind) {
	case TYPE_FLAG:
		return read_flag(text, type->size, at, err);
	case TYPE_INT:
	case TYPE_PIDFD:
		return read_int(text, type->size, at, err);
	case TYPE_ENUM:
	case TYPE_SET:
		return read_named(type, text, at, err);
	case TYPE_SECONDS ... TYPE_NANOSECONDS:
		return read_duration(type, text, at, err);
	case TYPE_TIMEVAL:
	case TYPE_TIMESPEC:
		return read_time(type, text, at, err);
	case TYPE_LINGER:
		return read_linger(text, at, err);
	case TYPE_MULTICAST_IF:
	case TYPE_MREQN:
		return read_mreqn(type, text, at, reference, err);
	case TYPE_INTERFACE:
	case TYPE_INTERFACE_NET:
		return read_interface(text, at, type->kind == TYPE_INTERFACE_NET, reference, err);
	case TYPE_STRUCT:
		return read_struct(type->table, text, at, reference, err);
	case TYPE_TEXT:
		return read_text(type, text, at, err);
	case TYPE_INTERFACE_NAME:
		return read_interface_name(text, at, err);
	case TYPE_BITS:
		return error_usage(err, "this part of the struct can only be read");
	case TYPE_IPV4 ... TYPE_SOCKADDR:
	case TYPE_BDADDR:
	case TYPE_MAC:
	case TYPE_BYTES:
	case TYPE_SECRET:
		return read_address(type, text, at, err);
	default:
		return read_unsigned(type, text, at, err);
	}
}
