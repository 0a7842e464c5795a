/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of socket options side by side: fields of structs by name, numbers whatever their spelling. */
#include "option/sockopt_part.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "option/type_parts.h"

#include <inttypes.h>
#include <string.h>

static int find_field(struct sockopt_part *part, const char *name, struct error *err)
{
	struct name_guess guess = { .wanted = name };
	const char *option = sockopt_name(part->row);

	if (part->type.kind != TYPE_STRUCT)
		return error_usage(err, "%s has no fields", option);
	for (const struct field *field = layout_fields(part->type.table); field->name[0] != '\0'; field++) {
		if (name_equal(field->name, name)) {
			part->field = field;
			part->type = (struct type){ field->kind, field->table, field->size };
			return 0;
		}
		name_guess_offer(&guess, field->name);
	}
	error_usage(err, "%s has no field \"%s\"", option, name);
	return guess.nearest != NULL ? error_hint(err, "did you mean \"%s.%s\"?", option, guess.nearest) : -1;
}

int sockopt_part_find(const char *name, const int *levels, struct sockopt_part *part, struct error *err)
{
	size_t length = strcspn(name, ".");
	char *option cleanup_free = memory_copy(name, length);
	int level, number;

	*part = (struct sockopt_part){ .row = sockopt_find(option, levels, false) };
	if (part->row == NULL && sockopt_read_name(option, &part->row, &level, &number, err) < 0)
		return -1;
	if (part->row == NULL)
		return error_usage(err, "%s has no name that could be compared", option);
	if (!sockopt_is_readable(part->row))
		return error_usage(err, "%s cannot be read, only set", sockopt_name(part->row));
	if (sockopt_is_secret(part->row))
		return error_usage(err, "%s is a secret", sockopt_name(part->row));
	part->type = *sockopt_type(part->row);
	if (name[length] == '.' && find_field(part, name + length + 1, err) < 0)
		return -1;
	if (part->type.kind == TYPE_BITS)
		part->type = (struct type){ TYPE_UINT, 0, sizeof(uint64_t) };
	return 0;
}

static void add_bits(const struct field *field, const char *bytes, struct buf *out)
{
	uint64_t mask = (1U << (field->table % 16)) - 1;
	uint64_t value = load_unsigned(bytes + field->offset, field->size) >> (field->table / 16) & mask;

	buf_add(out, &value, sizeof(value));
}

int sockopt_part_get(const struct sockopt_part *part, int fd, struct buf *bytes, struct error *err)
{
	const struct field *field = part->field;
	cleanup_buf struct buf all = { 0 };

	if (sockopt_get(part->row, fd, 0, &all, err) < 0)
		return -1;
	if (field == NULL)
		return buf_add(bytes, buf_text(&all), all.length);
	if ((size_t)field->offset + field->size > all.length)
		return error_set(err, ERROR_UNAVAILABLE, "%s: this kernel has no field \"%s\" there",
				 sockopt_name(part->row), field->name);
	if (field->kind == TYPE_BITS)
		add_bits(field, all.data, bytes);
	else
		buf_add(bytes, all.data + field->offset, field->size);
	return 0;
}

static int read_part(const struct sockopt_part *part, const char *text, struct buf *bytes,
		     struct type_reference *reference, struct error *err)
{
	if (type_read(&part->type, text, strlen(text), bytes, reference, err) == 0)
		return 0;
	return error_context(err, "%s", sockopt_name(part->row));
}

int sockopt_part_read(const struct sockopt_part *part, const char *text, struct buf *bytes, struct error *err)
{
	return read_part(part, text, bytes, NULL, err);
}

int sockopt_part_check(const struct sockopt_part *part, const char *text, struct error *err)
{
	cleanup_buf struct buf bytes = { 0 };
	struct type_reference reference = { 0 };
	int result = read_part(part, text, &bytes, &reference, err);

	free(reference.interface);
	return result;
}

void sockopt_part_print(const struct sockopt_part *part, const struct buf *bytes, struct buf *out)
{
	type_print(&part->type, buf_text(bytes), bytes->length, out);
}

/* Whether the kernel's value is one number: of which kind, and how long it came. */
static bool is_number(const struct sockopt_part *part, size_t length)
{
	switch (part->type.kind) {
	case TYPE_FLAG ... TYPE_SET:
	case TYPE_SECONDS ... TYPE_NANOSECONDS:
	case TYPE_INTERFACE:
	case TYPE_INTERFACE_NET:
	case TYPE_PIDFD:
		return length == 1 || length == 2 || length == 4 || length == 8;
	default:
		return false;
	}
}

void sockopt_part_print_plain(const struct sockopt_part *part, const struct buf *bytes, struct buf *out)
{
	enum type_kind kind = part->type.kind;
	bool is_network = kind == TYPE_NET || kind == TYPE_NET_HEX || kind == TYPE_INTERFACE_NET;
	bool is_signed;
	uint64_t value;

	if (!is_number(part, bytes->length)) {
		sockopt_part_print(part, bytes, out);
		return;
	}
	value = load_unsigned(bytes->data, bytes->length);
	if (is_network)
		value = swap_network(value, bytes->length);
	is_signed = kind == TYPE_INT || kind == TYPE_PIDFD || (kind_unit(kind) != 0 && load_signed(bytes->data, bytes->length) == -1);
	/* Comparisons know signed numbers. The largest there is means that there is no limit. */
	if (is_signed)
		buf_print(out, "%" PRId64, load_signed(bytes->data, bytes->length));
	else
		buf_print(out, "%" PRIu64, value > INT64_MAX ? (uint64_t)INT64_MAX : value);
}
