/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walking, printing and making control messages by the layouts of control_table.c; cmsg(3). */
#include "core/control.h"

#include "base/memory.h"
#include "base/number.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool control_next(const void *bytes, size_t length, size_t *offset, struct control *control)
{
	struct cmsghdr header;

	if (*offset > length || length - *offset < sizeof(header))
		return false;
	memcpy(&header, (const char *)bytes + *offset, sizeof(header));
	if (header.cmsg_len < sizeof(header) || header.cmsg_len > length - *offset)
		return false;
	control->level = header.cmsg_level;
	control->type = header.cmsg_type;
	control->data = (const char *)bytes + *offset + sizeof(header);
	control->length = header.cmsg_len - sizeof(header);
	*offset += CMSG_ALIGN(header.cmsg_len);
	return true;
}

const void *control_find(const void *bytes, size_t length, int level, int type, size_t size)
{
	struct control control;
	size_t offset = 0;

	while (control_next(bytes, length, &offset, &control))
		if (control.level == level && control.type == type && control.length >= size)
			return control.data;
	return NULL;
}

static void close_each(const struct control *control)
{
	for (size_t at = 0; at + sizeof(int) <= control->length; at += sizeof(int)) {
		int fd;

		memcpy(&fd, (const char *)control->data + at, sizeof(fd));
		if (fd >= 0)
			close(fd);
	}
}

void control_close_descriptors(const void *bytes, size_t length)
{
	struct control control;
	size_t offset = 0;

	while (control_next(bytes, length, &offset, &control)) {
		if (control.level != SOL_SOCKET ||
		    (control.type != SCM_RIGHTS && control.type != 4 /* SCM_PIDFD */))
			continue;
		close_each(&control);
	}
}

static const struct control_row *row_of(int level, int type, int domain)
{
	const struct control_row *general = NULL;

	for (const struct control_row *row = control_rows; row->name != NULL; row++) {
		if (row->level != level || row->type != type)
			continue;
		if (row->domain != 0 && row->domain == domain)
			return row;
		if (row->domain == 0)
			general = row;
	}
	return general;
}

static const char *level_name(int level, int domain)
{
	const char *general = NULL;

	for (const struct control_level *row = control_levels; row->name != NULL; row++) {
		if (row->level != level)
			continue;
		if (row->domain != 0 && row->domain == domain)
			return row->name;
		if (row->domain == 0 && general == NULL)
			general = row->name;
	}
	return general;
}

static uint64_t read_number(const void *bytes, size_t size)
{
	uint8_t one;
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (size) {
	case 1:
		memcpy(&one, bytes, 1);
		return one;
	case 2:
		memcpy(&two, bytes, 2);
		return two;
	case 4:
		memcpy(&four, bytes, 4);
		return four;
	default:
		memcpy(&eight, bytes, 8);
		return eight;
	}
}

static uint64_t read_network(const void *bytes, size_t size)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | ((const uint8_t *)bytes)[i];
	return value;
}

static int64_t sign_extend(uint64_t value, size_t size)
{
	unsigned int unused = 64 - 8 * (unsigned int)size;

	return (int64_t)(value << unused) >> unused;
}

static void print_time(struct json *json, const char *name, const void *bytes, bool precise)
{
	int64_t seconds = (int64_t)read_number(bytes, 8);
	int64_t part = (int64_t)read_number((const char *)bytes + 8, 8);
	char text[64];

	snprintf(text, sizeof(text),
		 precise ? "%" PRId64 ".%09" PRId64 : "%" PRId64 ".%06" PRId64, seconds, part);
	json_string(json, name, text);
}

static void print_ip(struct json *json, const char *name, int domain, const void *bytes)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(domain, bytes, text, sizeof(text)) != NULL)
		json_string(json, name, text);
}

static void print_interface(struct json *json, const char *name, const void *bytes)
{
	uint32_t index = (uint32_t)read_number(bytes, 4);
	char text[IF_NAMESIZE];

	if (index != 0 && if_indextoname(index, text) != NULL)
		json_string(json, name, text);
	else
		json_unsigned(json, name, index);
}

/* IP addresses in their own notation, others as the bytes of the sockaddr. */
static void print_sockaddr(struct json *json, const char *name, const void *bytes, size_t length)
{
	uint16_t family = length >= 2 ? (uint16_t)read_number(bytes, 2) : 0;
	char ip[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 10];
	size_t at = family == AF_INET ? 4 : 8;

	if ((family != AF_INET || length < 8) && (family != AF_INET6 || length < 24)) {
		json_hex(json, name, bytes, length);
		return;
	}
	inet_ntop(family, (const char *)bytes + at, ip, sizeof(ip));
	snprintf(text, sizeof(text), family == AF_INET ? "%s:%u" : "[%s]:%u", ip,
		 (unsigned int)read_network((const char *)bytes + 2, 2));
	json_string(json, name, text);
}

static void print_fds(struct json *json, const char *name, const void *bytes, size_t length)
{
	json_open_array(json, name);
	for (size_t at = 0; at + sizeof(int) <= length; at += sizeof(int))
		json_integer(json, NULL,
			     sign_extend(read_number((const char *)bytes + at, sizeof(int)), 4));
	json_close_array(json);
}

static void print_number(struct json *json, const struct control_field *field, const void *bytes)
{
	uint64_t value = field->kind == CONTROL_NETWORK ? read_network(bytes, field->size)
							: read_number(bytes, field->size);
	const char *word = field->names != NULL ? name_of(field->names, (int64_t)value) : NULL;

	if (word != NULL)
		json_string(json, field->name, word);
	else if (field->kind == CONTROL_SIGNED)
		json_integer(json, field->name, sign_extend(value, field->size));
	else
		json_unsigned(json, field->name, value);
}

/* A field that lies within the data: at has left bytes, at least those of its size. */
static void print_field(struct json *json, const struct control_field *field, const char *at,
			size_t left)
{
	switch (field->kind) {
	case CONTROL_IN4:
		print_ip(json, field->name, AF_INET, at);
		break;
	case CONTROL_IN6:
		print_ip(json, field->name, AF_INET6, at);
		break;
	case CONTROL_INTERFACE:
		print_interface(json, field->name, at);
		break;
	case CONTROL_TIMEVAL:
	case CONTROL_TIMESPEC:
		print_time(json, field->name, at, field->kind == CONTROL_TIMESPEC);
		break;
	case CONTROL_SOCKADDR:
		print_sockaddr(json, field->name, at, left);
		break;
	case CONTROL_BYTES:
		json_hex(json, field->name, at, field->size > 0 ? field->size : left);
		break;
	case CONTROL_COUNTED:
		json_hex(json, field->name, at + 4, left - 4);
		break;
	case CONTROL_TEXT:
		json_string_length(json, field->name, at, strnlen(at, left));
		break;
	case CONTROL_FDS:
		print_fds(json, field->name, at, left);
		break;
	case CONTROL_WORD:
		json_string(json, field->name, field->names->name);
		break;
	default:
		print_number(json, field, at);
	}
}

void control_print_one(const struct control *control, int domain, struct json *json)
{
	const struct control_row *row = row_of(control->level, control->type, domain);
	const char *level = level_name(control->level, domain);
	const struct control_field *field = row != NULL ? row->fields : NULL;

	json_open_object(json, NULL);
	if (level != NULL)
		json_string(json, "level", level);
	else
		json_integer(json, "level", control->level);
	if (row != NULL)
		json_string(json, "type", row->name);
	else
		json_integer(json, "type", control->type);
	if (field == NULL || (size_t)field->offset + field->size > control->length)
		json_hex(json, "data", control->data, control->length);
	else
		for (; field->name != NULL; field++)
			if ((size_t)field->offset + field->size <= control->length)
				print_field(json, field,
					    (const char *)control->data + field->offset,
					    control->length - field->offset);
	json_close_object(json);
}

void control_print(const void *bytes, size_t length, int domain, struct json *json, const char *key)
{
	struct control control;
	size_t offset = 0;

	json_open_array(json, key);
	while (control_next(bytes, length, &offset, &control))
		control_print_one(&control, domain, json);
	json_close_array(json);
}
