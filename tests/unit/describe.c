/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Showing and comparing parsed specs. */
#include "describe.h"

#include "base/bytes.h"

#include <string.h>

static void describe_text(const struct spec_text *part, struct buf *out)
{
	buf_add_char(out, part->quoted ? '\'' : '"');
	bytes_print_safe(out, part->bytes, part->length);
	buf_add_char(out, part->quoted ? '\'' : '"');
}

static void describe_option(const struct spec_option *option, struct buf *out)
{
	buf_print(out, option->implied ? "(%s" : ",%s", option->name.bytes);
	if (option->value.bytes != NULL) {
		buf_add_char(out, '=');
		describe_text(&option->value, out);
	}
	if (option->implied)
		buf_add_char(out, ')');
}

void describe_spec(const struct spec *spec, struct buf *out)
{
	spec_print_name(spec, out);
	if (spec->bare_path)
		buf_add_string(out, " (bare)");
	for (size_t i = 0; i < spec->field_count; i++) {
		buf_print(out, " %s=", spec_fields(spec)[i].name);
		describe_text(&spec->fields[i], out);
	}
	for (size_t i = 0; i < spec->option_count; i++)
		describe_option(&spec->options[i], out);
}

void describe_error(const struct error *err, struct buf *out)
{
	buf_print(out, "error %zu: %s", err->place.column, err->text);
	if (err->hint[0] != '\0')
		buf_print(out, " | %s", err->hint);
}

static bool texts_are_equal(const struct spec_text *a, const struct spec_text *b)
{
	if (a->bytes == NULL || b->bytes == NULL)
		return a->bytes == b->bytes;
	return a->length == b->length && a->quoted == b->quoted &&
	       memcmp(a->bytes, b->bytes, a->length) == 0;
}

bool specs_are_equal(const struct spec *a, const struct spec *b)
{
	if (a->shape != b->shape || a->variant != b->variant || a->role != b->role ||
	    a->bare_path != b->bare_path || a->field_count != b->field_count ||
	    a->option_count != b->option_count)
		return false;
	for (size_t i = 0; i < a->field_count; i++)
		if (!texts_are_equal(&a->fields[i], &b->fields[i]))
			return false;
	for (size_t i = 0; i < a->option_count; i++)
		if (!texts_are_equal(&a->options[i].name, &b->options[i].name) ||
		    !texts_are_equal(&a->options[i].value, &b->options[i].value))
			return false;
	return true;
}
