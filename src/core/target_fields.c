/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of an address, from text to what their types make of it. */
#include "core/target_parts.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/flags.h"

#include <string.h>

int target_read_natural(const char *text, uint64_t maximum, uint64_t *number, struct error *err)
{
	int64_t value;

	if (flags_constant(text, &value) && (uint64_t)value <= maximum) {
		*number = (uint64_t)value;
		return 0;
	}
	return number_unsigned(text, 0, maximum, number, err);
}

/* "zone+link" or "0x11+cluster": the OR of all parts. */
static int read_set(const struct shape_field *shape, const char *text, uint64_t *number,
		    struct error *err)
{
	uint64_t maximum = shape->maximum > 0 ? shape->maximum : UINT64_MAX;
	cleanup_free char *copy = memory_string(text);
	char *rest = copy, *part;

	*number = 0;
	while ((part = strsep(&rest, "+")) != NULL) {
		const struct name *row = shape->names ? name_find(shape->names, part) : NULL;
		uint64_t bits = row != NULL ? (uint64_t)row->value : 0;

		if (row == NULL && target_read_natural(part, maximum, &bits, err) < 0)
			return -1;
		*number |= bits;
	}
	return 0;
}

static int read_number(const struct shape_field *shape, const struct target_field *field,
		       uint64_t *number, struct error *err)
{
	uint64_t maximum = shape->maximum > 0 ? shape->maximum : UINT64_MAX;
	const struct name *row = NULL;

	if (shape->names != NULL && !field->quoted)
		row = name_find(shape->names, field->text);
	if (row != NULL) {
		*number = (uint64_t)row->value;
		return 0;
	}
	if (shape->type == FIELD_SET)
		return read_set(shape, field->text, number, err);
	if (shape->type == FIELD_HEX)
		return number_hex(field->text, maximum, number, err);
	return field->quoted ? number_unsigned(field->text, 0, maximum, number, err) :
			       target_read_natural(field->text, maximum, number, err);
}

/* A name was meant: say which. */
static void hint_names(const struct shape_field *shape, const char *text, struct error *err)
{
	cleanup_buf struct buf names = { 0 };
	const char *nearest;

	if (shape->names == NULL)
		return;
	nearest = name_nearest(shape->names, text);
	if (nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", nearest);
	else {
		for (const struct name *row = shape->names; row->name != NULL; row++)
			buf_print(&names, "%s%s", names.length > 0 ? ", " : "", row->name);
		error_hint(err, "or one of: %s", buf_text(&names));
	}
}

static int read_field(struct target *target, const struct shape_field *shape, size_t i,
		      struct error *err)
{
	const struct spec_text *part = &target->spec.fields[i];
	struct target_field *field = &target->fields[i];

	field->text = part->bytes != NULL ? part->bytes : "";
	field->length = part->length;
	field->quoted = part->quoted;
	field->given = part->length > 0 || part->quoted;
	field->number = shape->fallback;
	if (shape->type == FIELD_TEXT || !field->given)
		return 0;
	if (strlen(field->text) == field->length &&
	    read_number(shape, field, &field->number, err) == 0)
		return 0;
	hint_names(shape, field->text, err);
	error_context(err, "%s: %s", target->family->shape.name, shape->name);
	return target_error_field(target, i, err);
}

int target_read_fields(struct target *target, struct error *err)
{
	const struct shape_field *shape = spec_fields(&target->spec);

	for (size_t i = 0; shape != NULL && shape[i].name != NULL; i++)
		if (read_field(target, &shape[i], i, err) < 0)
			return -1;
	return 0;
}
