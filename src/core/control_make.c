/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making control messages from names and values; cmsg(3). */
#include "core/control.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/flags.h"
#include "option/interface.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

void control_add_bytes(struct buf *out, int level, int type, const void *bytes, size_t length)
{
	struct cmsghdr header = { .cmsg_len = CMSG_LEN(length),
				  .cmsg_level = level,
				  .cmsg_type = type };
	static const char padding[CMSG_ALIGN(1)];

	buf_add(out, &header, sizeof(header));
	buf_add(out, bytes, length);
	buf_add(out, padding, CMSG_SPACE(length) - CMSG_LEN(length));
}

/* A number, or what C calls it: "SOL_IPV6", "SCM_RIGHTS". */
static bool read_number(const char *text, int64_t *number)
{
	return flags_constant(text, number) || number_signed(text, INT32_MIN, INT32_MAX, number, NULL) == 0;
}

/* Sockets of that domain have another level with this number: 0 is "hci" of Bluetooth, and "ip" of all others. */
static bool is_taken(const struct control_level *level, int domain)
{
	const struct control_level *row = control_levels;

	while (row->name != NULL && !(row->level == level->level && row->domain == domain))
		row++;
	return level->domain == 0 && domain != 0 && row->name != NULL;
}

/* A level that has a domain of its own sets *domain too. */
static int find_level(const char *name, int *domain, int *level, struct error *err)
{
	struct name_guess guess = { .wanted = name };
	int64_t number;

	for (const struct control_level *row = control_levels; row->name != NULL; row++) {
		if (name_equal(name, row->name) && !is_taken(row, *domain)) {
			*level = row->level;
			*domain = row->domain != 0 ? row->domain : *domain;
			return 0;
		}
		if (row->domain == 0 || row->domain == *domain)
			name_guess_offer(&guess, row->name);
	}
	if (read_number(name, &number)) {
		*level = (int)number;
		return 0;
	}
	error_usage(err, "no level of control messages is called \"%s\"", name);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", guess.nearest);
	return -1;
}

static bool row_serves(const struct control_row *row, int level, int domain)
{
	return row->level == level && (row->domain == 0 || row->domain == domain);
}

/* The row of a name or number; *type is set where a number has no row. */
static int find_row(const char *name, int level, int domain, const struct control_row **found,
		    int *type, struct error *err)
{
	struct name_guess guess = { .wanted = name };
	int64_t number;
	bool is_number = read_number(name, &number);

	*found = NULL;
	for (const struct control_row *row = control_rows; row->name != NULL; row++) {
		if (!row_serves(row, level, domain))
			continue;
		if (is_number ? row->type == number : name_equal(name, row->name))
			*found = row;
		else
			name_guess_offer(&guess, row->name);
	}
	if (*found != NULL || is_number) {
		*type = *found != NULL ? (*found)->type : (int)number;
		return 0;
	}
	error_usage(err, "no control message is called \"%s\"", name);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", guess.nearest);
	return -1;
}

static const struct control_value *value_find(const struct control_value *values, size_t count,
					      const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (name_equal(values[i].name, name))
			return &values[i];
	return NULL;
}

static void put_number(char *at, const struct control_field *field, uint64_t value)
{
	for (size_t i = 0; i < field->size; i++) {
		bool is_network =
			field->kind == CONTROL_NETWORK || __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
		size_t place = is_network ? field->size - 1 - i : i;

		at[place] = (char)(value >> (8 * i));
	}
}

static int put_interface(char *at, const struct control_value *value, struct error *err)
{
	uint32_t index = (uint32_t)value->number;

	if (value->text != NULL) {
		index = interface_index(value->text);
		if (index == 0)
			return error_system(err, "interface %s", value->text);
	}
	memcpy(at, &index, sizeof(index));
	return 0;
}

static int put_ip(char *at, int domain, const struct control_value *value, struct error *err)
{
	if (value->text == NULL || inet_pton(domain, value->text, at) != 1)
		return error_usage(err, "%s is no IPv%d address",
				   value->text != NULL ? value->text : "a number",
				   domain == AF_INET ? 4 : 6);
	return 0;
}

static int put_named_number(char *at, const struct control_field *field,
			    const struct control_value *value, struct error *err)
{
	const struct name *named = field->names != NULL && value->text != NULL
					   ? name_find(field->names, value->text)
					   : NULL;
	int64_t number = value->number;

	if (named != NULL)
		number = named->value;
	else if (value->text != NULL &&
		 number_signed(value->text, INT64_MIN, INT64_MAX, &number, err) < 0)
		return error_context(err, "%s", field->name);
	if (field->size < 8) {
		unsigned int bits = 8U * field->size;
		int64_t limit = (int64_t)1 << bits;

		if (number >= limit || number < -(limit / 2))
			return error_usage(err, "%s: %lld does not fit into %u bits", field->name,
					   (long long)number, bits);
	}
	put_number(at, field, (uint64_t)number);
	return 0;
}

/* Bytes as hex digits: the end of the data. */
static int put_bytes(struct buf *data, const struct control_field *field,
		     const struct control_value *value, struct error *err)
{
	size_t start = (size_t)field->offset + (field->kind == CONTROL_COUNTED ? 4 : 0);
	uint32_t count;

	if (value->text == NULL)
		return error_usage(err, "%s: hex digits were expected", field->name);
	data->length = start;
	if (bytes_read_hex(value->text, value->length, data, err) < 0)
		return error_context(err, "%s", field->name);
	count = (uint32_t)(data->length - start);
	if (field->kind == CONTROL_COUNTED)
		memcpy(data->data + field->offset, &count, sizeof(count));
	else if (field->size > 0 && count != field->size)
		return error_usage(err, "%s: %u bytes were expected, not %u", field->name,
				   field->size, count);
	return 0;
}

static int put_field(struct buf *data, const struct control_field *field,
		     const struct control_value *value, struct error *err)
{
	char *at = data->data + field->offset;

	switch (field->kind) {
	case CONTROL_SIGNED:
	case CONTROL_UNSIGNED:
	case CONTROL_NETWORK:
		return put_named_number(at, field, value, err);
	case CONTROL_INTERFACE:
		return put_interface(at, value, err);
	case CONTROL_IN4:
		return put_ip(at, AF_INET, value, err);
	case CONTROL_IN6:
		return put_ip(at, AF_INET6, value, err);
	case CONTROL_BYTES:
	case CONTROL_COUNTED:
		return put_bytes(data, field, value, err);
	default:
		return error_usage(err, "%s cannot be sent", field->name);
	}
}

static int put_fields(struct buf *data, const struct control_row *row,
		      const struct control_value *values, size_t count, struct error *err)
{
	bool is_said = row->fields[0].name == NULL;
	size_t total = 0;
	char *room;

	for (const struct control_field *field = row->fields; field->name != NULL; field++)
		if ((size_t)field->offset + field->size > total)
			total = (size_t)field->offset + field->size;
	room = buf_reserve(data, total + 1);
	memset(room, 0, total + 1);
	buf_commit(data, total);
	for (const struct control_field *field = row->fields; field->name != NULL; field++) {
		const struct control_value *value = value_find(values, count, field->name);

		is_said |= value != NULL;
		if (value != NULL && put_field(data, field, value, err) < 0)
			return error_context(err, "%s", row->name);
	}
	return is_said ? 0 : error_usage(err, "%s: \"%s\" was expected", row->name, row->fields[0].name);
}

bool control_can_send(int domain, const char *level, const char *type)
{
	const struct control_row *row;
	int level_number, type_number;

	if (find_level(level, &domain, &level_number, NULL) < 0 ||
	    find_row(type, level_number, domain, &row, &type_number, NULL) < 0)
		return true;
	return row == NULL || row->can_send;
}

int control_add(struct buf *out, int domain, const char *level, const char *type,
		const struct control_value *values, size_t count, struct error *err)
{
	const struct control_value *bytes = value_find(values, count, "data");
	const struct control_row *row;
	cleanup_buf struct buf data = { .maximum = 65536 };
	int level_number, type_number;

	if (find_level(level, &domain, &level_number, err) < 0 ||
	    find_row(type, level_number, domain, &row, &type_number, err) < 0)
		return -1;
	if (level_number == SOL_SOCKET && type_number == SCM_RIGHTS)
		return error_usage(err, "descriptors cannot be sent as text; sendfd passes them");
	if (row != NULL && !row->can_send)
		return error_usage(err, "%s %s only comes from the kernel: it cannot be sent",
				   level, type);
	if (bytes != NULL &&
	    (row == NULL || value_find(values, count, row->fields[0].name) == NULL)) {
		if (bytes->text == NULL ||
		    bytes_read_hex(bytes->text, bytes->length, &data, err) < 0)
			return error_context(err, "control data of %s %s", level, type);
	} else if (row == NULL) {
		return error_usage(err, "%s %s: \"data\" with hex digits was expected", level,
				   type);
	} else if (put_fields(&data, row, values, count, err) < 0) {
		return -1;
	}
	control_add_bytes(out, level_number, type_number, buf_text(&data), data.length);
	return 0;
}
