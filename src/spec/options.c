/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and values behind an address. */
#include "spec/options.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_name_character(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}

/* How a comma is written in what stands before the option, where one seems to be meant. */
static void hint_comma(const struct spec *spec, const char *behind, struct error *err)
{
	const struct shape_field *fields = spec_fields(spec);
	enum field_kind kind;

	if (*behind == '\0' || *behind == '=')
		return;
	if (spec->option_count > 0) {
		error_hint(err, "a comma that belongs to a value is written \",,\"");
		return;
	}
	if (fields == NULL || spec->field_count == 0)
		return;
	kind = fields[spec->field_count - 1].kind;
	if (kind == FIELD_REST || kind == FIELD_COMMAND)
		error_hint(err, "a comma that belongs to the %s is written \",,\"",
			   fields[spec->field_count - 1].name);
	else if (isdigit((unsigned char)*behind))
		error_hint(err, "several in one field are joined by \"+\"");
}

/* The name at the cursor, folded. */
static int cut_name(const struct spec *spec, struct cursor *cursor, struct spec_text *name)
{
	size_t start = cursor->at, end = start;

	if (isalpha((unsigned char)cursor->text[start]))
		while (is_name_character(cursor->text[end]))
			end++;
	if (end == start) {
		cut_error(cursor, start, 0, "an option name expected");
		hint_comma(spec, cursor->text + end, cursor->err);
		return -1;
	}
	if (cursor->text[end] != '=' && cursor->text[end] != ',' && cursor->text[end] != '\0') {
		cut_error(cursor, end, 1, "after an option name only = or , or the end");
		hint_comma(spec, cursor->text + end, cursor->err);
		return -1;
	}
	*name = (struct spec_text){ .bytes = memory_copy(cursor->text + start, end - start),
				    .length = end - start,
				    .column = start,
				    .source_length = end - start };
	for (char *c = name->bytes; *c != '\0'; c++)
		*c = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
	cursor->at = end;
	return 0;
}

static int cut_option(const struct spec *spec, struct cursor *cursor, struct spec_option *option)
{
	static const struct cut_rule value_rule = { .kind = FIELD_REST };
	bool literal;

	if (cut_name(spec, cursor, &option->name) < 0)
		return -1;
	if (cursor->text[cursor->at] != '=')
		return 0;
	cursor->at++;
	if (cut_field(cursor, &value_rule, &option->value, &literal) == 0)
		return 0;
	spec_text_release(&option->name);
	return -1;
}

/* Makes room for an option at an index. */
static struct spec_option *insert(struct spec *spec, size_t at)
{
	spec->options =
		memory_resize(spec->options, spec->option_count + 1, sizeof(*spec->options));
	memmove(&spec->options[at + 1], &spec->options[at],
		(spec->option_count - at) * sizeof(*spec->options));
	spec->option_count++;
	return &spec->options[at];
}

int options_cut(struct spec *spec, struct cursor *cursor)
{
	while (cursor->text[cursor->at] == ',') {
		struct spec_option option = { 0 };

		cursor->at++;
		if (cut_option(spec, cursor, &option) < 0)
			return -1;
		*insert(spec, spec->option_count) = option;
	}
	return 0;
}

const struct spec_option *options_find(const struct spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->option_count; i++)
		if (name_equal(spec->options[i].name.bytes, name))
			return &spec->options[i];
	return NULL;
}

static void place(struct spec_text *part, size_t length)
{
	part->column = 0;
	part->source_length = length;
}

int options_imply(struct spec *spec, const char *implies, size_t length, struct error *err)
{
	struct cursor cursor = { .text = implies, .err = err };
	size_t count = 0;

	do {
		struct spec_option option = { .implied = true };

		if (cut_option(spec, &cursor, &option) < 0)
			return -1;
		place(&option.name, length);
		place(&option.value, length);
		if (options_find(spec, option.name.bytes) != NULL) {
			spec_text_release(&option.name);
			spec_text_release(&option.value);
		} else {
			*insert(spec, count++) = option;
		}
	} while (implies[cursor.at++] == ',');
	return 0;
}
