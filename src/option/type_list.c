/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of many parts from text: structs by field, lists, bit lists, filters, bytes. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/headers.h"
#include "option/type_parts.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#define PART_MAXIMUM 512 /* bytes of one field as text */

/* The length of the longest front part, ending at a ":" or the end, that is an address. */
static size_t address_extent(const struct type *type, const char *text)
{
	char part[PART_MAXIMUM], room[sizeof(struct sockaddr_storage)] = { 0 };

	for (size_t end = strnlen(text, sizeof(part) - 1); end > 0; end--) {
		const char *zone;

		if (text[end] != ':' && text[end] != '\0')
			continue;
		memcpy(part, text, end);
		part[end] = '\0';
		zone = strchr(part, '%');
		if (zone != NULL)
			part[zone - part] = '\0';
		if (inet_pton(AF_INET6, part, room) == 1 ||
		    (type->kind == TYPE_SOCKADDR && inet_pton(AF_INET, part, room) == 1))
			return end;
	}
	return strcspn(text, ":");
}

/* How much of text belongs to a field, where ":" separates fields. */
static size_t field_extent(const struct type *type, const char *text)
{
	const char *close = text[0] == '[' ? strrchr(text, ']') : NULL;

	if (close != NULL)
		return (size_t)(close - text) + 1;
	if (type->kind == TYPE_IPV6 || type->kind == TYPE_SOCKADDR)
		return address_extent(type, text);
	if ((type->kind == TYPE_BDADDR || type->kind == TYPE_MAC) && strlen(text) >= 17 &&
	    text[2] == ':')
		return 17;
	return strcspn(text, ":");
}

static const struct field *find_field(enum layout layout, const char *name, size_t length)
{
	for (const struct field *field = layout_fields(layout); field->name[0] != '\0'; field++)
		if (name_equal_length(name, length, field->name))
			return field;
	return NULL;
}

/* NAME= in front of a value: the field, and *text moves behind it. */
static const struct field *named_field(enum layout layout, const char **text)
{
	size_t length = strspn(*text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_");
	const struct field *field;

	if (length == 0 || (*text)[length] != '=')
		return NULL;
	field = find_field(layout, *text, length);
	if (field != NULL)
		*text += length + 1;
	return field;
}

/* The bytes of a secret in a struct: those of a text, or of hex digits behind 0x. */
static size_t secret_length(const char *text)
{
	return text[0] == '0' && text[1] == 'x' ? (strlen(text) - 2) / 2 : strlen(text);
}

/* The field behind a secret is its length. */
static int read_field(const struct field *field, const char *text, size_t length, char *at,
		      struct type_reference *reference, struct error *err)
{
	struct type type = { field->kind, field->table, field->size };
	char part[PART_MAXIMUM];
	bool bare = length >= 2 && text[0] == '[' && text[length - 1] == ']' &&
		    type.kind != TYPE_SOCKADDR;

	if (length >= sizeof(part))
		return error_usage(err, "%s: too long", field->name);
	memcpy(part, text + bare, length - 2 * bare);
	part[length - 2 * bare] = '\0';
	if (read_fixed(&type, part, at + field->offset, reference, err) < 0)
		return error_context(err, "%s", field->name);
	if (type.kind == TYPE_SECRET && field[1].name[0] != '\0')
		store_number(at + field[1].offset, field[1].size, secret_length(part));
	return 0;
}

int read_struct(enum layout layout, const char *text, char *at, struct type_reference *reference,
		struct error *err)
{
	const struct field *next = layout_fields(layout);
	bool blanks = strchr(text, ' ') != NULL;

	while (*text != '\0') {
		const struct field *field = named_field(layout, &text);
		struct type type;
		size_t length;

		if (field == NULL)
			field = next;
		if (field->name[0] == '\0')
			return error_usage(err, "\"%s\": more than the struct has", text);
		type = (struct type){ field->kind, field->table, field->size };
		length = blanks ? strcspn(text, " ") : field_extent(&type, text);
		if (length > 0 && read_field(field, text, length, at, reference, err) < 0)
			return -1;
		text += length;
		if (*text != '\0' && *text != (blanks ? ' ' : ':'))
			return error_usage(err, "\"%s\": \":\" expected", text);
		text += strspn(text, blanks ? " " : "") + (!blanks && *text == ':');
		next = field + 1;
	}
	return 0;
}

static int read_list(const struct type *type, char *text, struct buf *out,
		     struct type_reference *reference, struct error *err)
{
	size_t size = layout_size(type->table);
	char *item;

	while (text[0] != '\0' && (item = strsep(&text, "+")) != NULL) {
		char *at = buf_reserve(out, size);

		memset(at, 0, size);
		if (read_struct(type->table, item, at, reference, err) < 0)
			return -1;
		buf_commit(out, size);
		if (text == NULL)
			break;
	}
	return 0;
}

static int read_numbers(size_t size, char *text, struct buf *out, struct error *err)
{
	char *item;

	while ((item = strsep(&text, "+")) != NULL) {
		uint64_t number, aligned;

		if (number_unsigned(item, 0, largest(size), &number, err) < 0)
			return -1;
		store_number(&aligned, size, number);
		buf_add(out, &aligned, size);
	}
	return 0;
}

static int read_bit(const struct type *type, const char *text, int64_t *bit, struct error *err)
{
	int64_t bits = type->size * 8;

	if (flags_read(type->table, text, bit, err) < 0)
		return -1;
	if (*bit < 0 || *bit >= bits)
		return error_usage(err, "\"%s\": bits are numbered 0 to %d", text, (int)bits - 1);
	return 0;
}

/* Numbers of bits, counted through an array of 32-bit words; "none" and "all" too. */
static int read_bit_list(const struct type *type, char *text, struct buf *out, struct error *err)
{
	bool all = name_equal(text, "all");
	uint32_t *words = (void *)buf_reserve(out, type->size);
	char *item;

	memset(words, all ? 0xff : 0, type->size);
	buf_commit(out, type->size);
	if (all || name_equal(text, "none"))
		return 0;
	while ((item = strsep(&text, "+")) != NULL) {
		int64_t bit;

		if (read_bit(type, item, &bit, err) < 0)
			return -1;
		words[bit / 32] |= 1U << (bit % 32);
	}
	return 0;
}

/* As sctp_bindx(3) wants them: no room between addresses of different sizes. */
static int read_addresses(char *text, struct buf *out, struct error *err)
{
	char *item;

	while ((item = strsep(&text, "+")) != NULL) {
		struct sockaddr_storage address;

		if (type_read_sockaddr(item, &address, sizeof(address), err) < 0)
			return -1;
		buf_add(out, &address,
			address.ss_family == AF_INET ? sizeof(struct sockaddr_in) :
						       sizeof(struct sockaddr_in6));
	}
	return 0;
}

/* "123:7FF" or "200~7F0", as candump(1) has them; eight digits make an extended id. */
static int read_can_filter(char *text, struct can_filter *filter, struct error *err)
{
	size_t digits = strcspn(text, ":~");
	bool inverted = text[digits] == '~';
	uint64_t id, mask;

	if (text[digits] == '\0')
		return error_usage(err, "\"%s\": ID:MASK or ID~MASK expected", text);
	text[digits] = '\0';
	if (number_hex(text, UINT32_MAX, &id, err) < 0 ||
	    number_hex(text + digits + 1, UINT32_MAX, &mask, err) < 0)
		return -1;
	filter->can_id = (canid_t)id | (digits == 8 ? CAN_EFF_FLAG : 0) |
			 (inverted ? CAN_INV_FILTER : 0);
	filter->can_mask = (canid_t)mask & ~CAN_ERR_FLAG;
	return 0;
}

static int read_can_filters(char *text, struct buf *out, struct error *err)
{
	char *item;

	if (name_equal(text, "none"))
		return 0;
	while ((item = strsep(&text, "+")) != NULL) {
		struct can_filter filter;

		if (read_can_filter(item, &filter, err) < 0)
			return -1;
		buf_add(out, &filter, sizeof(filter));
	}
	return 0;
}

/* The next number of a program in text; blanks, commas and "+" are all the same. */
static int next_number(char **text, uint64_t maximum, uint64_t *number, struct error *err)
{
	char *word;

	do {
		word = strsep(text, " ,+\t\n");
	} while (word != NULL && word[0] == '\0');
	if (word == NULL)
		return error_usage(err, "the program ends too early");
	return number_unsigned(word, 0, maximum, number, err);
}

static int read_instruction(char **text, struct sock_filter *instruction, struct error *err)
{
	uint64_t code, jump_true, jump_false, value;

	if (next_number(text, UINT16_MAX, &code, err) < 0 ||
	    next_number(text, UINT8_MAX, &jump_true, err) < 0 ||
	    next_number(text, UINT8_MAX, &jump_false, err) < 0 ||
	    next_number(text, UINT32_MAX, &value, err) < 0)
		return -1;
	*instruction = (struct sock_filter){ (uint16_t)code, (uint8_t)jump_true,
					     (uint8_t)jump_false, (uint32_t)value };
	return 0;
}

static int read_program(char *text, struct buf *out, struct error *err)
{
	uint64_t count;

	if (!isdigit((unsigned char)text[0])) {
		error_usage(err, "a program of the packet filter is numbers, not an expression");
		return error_hint(err, "`tcpdump -ddd EXPRESSION | tr '\\n' ' '` makes them of an "
				       "expression; packet sockets have the option filter=EXPRESSION");
	}
	if (next_number(&text, BPF_MAXINSNS, &count, err) < 0)
		return -1;
	for (uint64_t i = 0; i < count; i++) {
		struct sock_filter instruction;

		if (read_instruction(&text, &instruction, err) < 0)
			return -1;
		buf_add(out, &instruction, sizeof(instruction));
	}
	return 0;
}

static int read_bytes(const struct type *type, const char *text, size_t length, struct buf *out,
		      struct type_reference *reference, struct error *err)
{
	int status;

	if (strncmp(text, "hex:", 4) == 0)
		status = bytes_read_hex(text + 4, length - 4, out, err);
	else if (strncmp(text, "base64:", 7) == 0)
		status = bytes_read_base64(text + 7, length - 7, out, err);
	else
		status = buf_add(out, text, length);
	if (reference != NULL && (text[0] == '@' || strncmp(text, "env:", 4) == 0)) {
		reference->file = true;
		return status;
	}
	if (status == 0 && type->size != 0 && out->length > type->size)
		return error_usage(err, "%zu bytes are more than %d", out->length, type->size);
	return status;
}

static int read_string(const struct type *type, const char *text, size_t length, struct buf *out,
		       struct error *err)
{
	if (type->size != 0 && length >= type->size)
		return error_usage(err, "\"%s\" is longer than %d bytes", text, type->size - 1);
	return buf_add(out, text, length);
}

static int read_length(const char *text, struct buf *out, struct error *err)
{
	uint64_t length;

	if (number_size(text, UINT32_MAX, &length, err) < 0)
		return -1;
	return buf_add(out, &length, sizeof(length));
}

static int read_variable(const struct type *type, char *text, size_t length, struct buf *out,
			 struct type_reference *reference, struct error *err)
{
	switch (type->kind) {
	case TYPE_NONE:
		return text[0] == '\0' ? 0 : error_usage(err, "it takes no value");
	case TYPE_NUMBERS:
		return read_numbers(type->table, text, out, err);
	case TYPE_BIT_LIST:
		return read_bit_list(type, text, out, err);
	case TYPE_CAN_FILTER:
		return read_can_filters(text, out, err);
	case TYPE_LIST:
		return read_list(type, text, out, reference, err);
	case TYPE_ADDRESSES:
		return read_addresses(text, out, err);
	case TYPE_SUBFLOWS:
		return error_usage(err, "it can only be read");
	case TYPE_PROGRAM:
		return read_program(text, out, err);
	case TYPE_LENGTH:
		return read_length(text, out, err);
	case TYPE_TEXT:
	case TYPE_INTERFACE_NAME:
		return read_string(type, text, length, out, err);
	default:
		return read_bytes(type, text, length, out, reference, err);
	}
}

static int read_copy(const struct type *type, const char *text, size_t length, struct buf *out,
		     struct type_reference *reference, struct error *err)
{
	char *copy cleanup_free = memory_copy(text, length);
	int status = read_variable(type, copy, length, out, reference, err);

	if (type->kind == TYPE_SECRET)
		memory_wipe(copy, length);
	return status;
}

int type_read(const struct type *type, const char *text, size_t length, struct buf *out,
	      struct type_reference *reference, struct error *err)
{
	char *copy cleanup_free = NULL, *at;

	if (text == NULL && type->kind == TYPE_FLAG) {
		text = "on";
		length = 2;
	} else if (text == NULL && type->kind != TYPE_NONE) {
		return error_usage(err, "a value is missing: %s", type_argument(type));
	}
	if (text == NULL)
		return 0;
	if (!kind_is_fixed(type->kind))
		return read_copy(type, text, length, out, reference, err);
	copy = memory_copy(text, length);
	if (strlen(copy) != length)
		return error_usage(err, "a NUL byte cannot stand here");
	at = buf_reserve(out, type->size);
	memset(at, 0, type->size);
	if (read_fixed(type, copy, at, reference, err) < 0)
		return -1;
	buf_commit(out, type->size);
	return 0;
}

/* Where the index of an interface stands; -1 where there is none. */
static int interface_offset(const struct type *type, bool *network)
{
	*network = type->kind == TYPE_INTERFACE_NET;
	if (type->kind == TYPE_INTERFACE || type->kind == TYPE_INTERFACE_NET)
		return 0;
	if (type->kind == TYPE_MREQN || type->kind == TYPE_MULTICAST_IF)
		return offsetof(struct ip_mreqn, imr_ifindex);
	if (type->kind == TYPE_STRUCT)
		for (const struct field *field = layout_fields(type->table); field->name[0] != '\0';
		     field++)
			if (field->kind == TYPE_INTERFACE)
				return field->offset;
	return -1;
}

int type_fill_interface(const struct type *type, const char *interface, struct buf *bytes,
			struct error *err)
{
	bool network;
	unsigned int index;
	int offset = interface_offset(type, &network);

	if (offset < 0 || (size_t)offset + sizeof(index) > bytes->length)
		return error_usage(err, "an interface cannot be named here");
	if (type_interface(interface, &index, err) < 0)
		return -1;
	store_number(bytes->data + offset, sizeof(index), network ? htonl(index) : index);
	return 0;
}
