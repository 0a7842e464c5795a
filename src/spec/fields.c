/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields by shape and variant. */
#include "spec/fields.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "spec/options.h"

#include <ctype.h>
#include <string.h>

const struct shape_field *spec_fields(const struct spec *spec)
{
	if (spec->variant != NULL)
		return spec->variant->fields;
	return spec->shape != NULL ? spec->shape->fields : NULL;
}

static size_t count_fields(const struct shape_field *fields)
{
	size_t count = 0;

	while (fields != NULL && fields[count].name != NULL)
		count++;
	return count;
}

static struct cut_rule rule_of(const struct shape_field *fields, size_t i)
{
	size_t count = count_fields(fields);
	struct cut_rule rule = { .kind = fields[i].kind, .fields_left = count - i };

	for (size_t next = i + 1; next < count; next++)
		rule.mandatory_after += !fields[next].optional;
	if (rule.mandatory_after > 0)
		rule.follower = fields[i + 1].name;
	return rule;
}

/* Whether a word is among names separated by blanks. */
static bool is_among(const char *names, const char *word)
{
	while (names != NULL && *names != '\0') {
		size_t length = strcspn(names, " ");

		if (name_equal_length(names, length, word))
			return true;
		names += length + strspn(names + length, " ");
	}
	return false;
}

static int refuse_variant(const struct spec *spec, const struct spec_text *word, struct error *err)
{
	struct name_guess guess = { .wanted = word->length > 0 ? word->bytes : "" };
	cleanup_buf struct buf words = { 0 };

	for (const struct shape_variant *row = spec->shape->variants; row->word != NULL; row++) {
		buf_print(&words, "%s%s", words.length > 0 ? ", " : "", row->word);
		name_guess_offer(&guess, row->word);
	}
	error_usage(err, "%s: one of %s expected", spec->shape->name, buf_text(&words));
	if (guess.nearest != NULL && word->length > 0)
		error_hint(err, "did you mean %s:%s?", spec->shape->name, guess.nearest);
	return spec_error_at(spec, word, err);
}

/* The first word tells the variant; it is kept in its canonical spelling. */
static int choose_variant(struct spec *spec, struct cursor *cursor)
{
	struct spec_text *word = &spec->fields[0];

	for (const struct shape_variant *row = spec->shape->variants; row->word != NULL; row++) {
		if (word->quoted || strlen(word->bytes) != word->length ||
		    !(name_equal(row->word, word->bytes) || is_among(row->aliases, word->bytes)))
			continue;
		free(word->bytes);
		word->bytes = memory_string(row->word);
		word->length = strlen(row->word);
		spec->variant = row;
		return 0;
	}
	return refuse_variant(spec, word, cursor->err);
}

static int cut_first_word(struct spec *spec, struct cursor *cursor)
{
	static const struct cut_rule word_rule = { .kind = FIELD_WORD };
	bool literal;

	cursor->at++;
	if (cut_field(cursor, &word_rule, &spec->fields[0], &literal) < 0)
		return -1;
	spec->field_count = 1;
	return choose_variant(spec, cursor);
}

static int refuse_more(const struct spec *spec, const struct cursor *cursor)
{
	const struct shape_field *fields = spec_fields(spec);
	size_t length = strcspn(cursor->text + cursor->at, ",");

	if (spec->field_count == 0)
		return cut_error(cursor, cursor->at, length, "%s has no fields", spec->shape->name);
	return cut_error(cursor, cursor->at, length, "%s has no field after %s", spec->shape->name,
			 fields[spec->field_count - 1].name);
}

int fields_cut(struct spec *spec, struct cursor *cursor, struct fields_cut *cut)
{
	const char *text = cursor->text;
	const struct shape_field *fields;
	size_t count;

	*cut = (struct fields_cut){ 0 };
	if (spec->shape->variants != NULL && text[cursor->at] == ':' &&
	    cut_first_word(spec, cursor) < 0)
		return -1;
	fields = spec_fields(spec);
	count = count_fields(fields);
	while (text[cursor->at] == ':') {
		struct cut_rule rule;
		bool literal;

		if (spec->field_count == count)
			return refuse_more(spec, cursor);
		rule = rule_of(fields, spec->field_count);
		cursor->at++;
		if (cut_field(cursor, &rule, &spec->fields[spec->field_count], &literal) < 0)
			return -1;
		cut->literal |= literal && spec->field_count == 0;
		spec->field_count++;
	}
	cut->end = cursor->at;
	return 0;
}

static bool is_required(const struct spec *spec, const struct shape_field *field)
{
	return !field->optional &&
	       (field->instead == NULL || options_find(spec, field->instead) == NULL);
}

/*
 * The index of the field that a single one of a passive spec stands for: the
 * last mandatory one, where those before it have defaults; 0 where there is none.
 */
static size_t find_only(const struct spec *spec, const struct shape_field *fields)
{
	size_t last = 0;

	if (spec->role == ROLE_CONNECT || spec->variant != NULL)
		return 0;
	for (size_t i = 0; fields[i].name != NULL; i++)
		if (is_required(spec, &fields[i]))
			last = i;
	for (size_t i = 0; i < last; i++)
		if (!fields[i].has_default)
			return 0;
	return last;
}

static void add_upper(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		buf_add_char(out, (char)toupper((unsigned char)*text));
}

/* "tcp:HOST:PORT[:FLOWINFO[:SCOPE]]", "tcp-listen:PORT or tcp-listen:HOST:PORT..." */
static void hint_usage(const struct spec *spec, const struct shape_field *fields, struct error *err)
{
	cleanup_buf struct buf name = { 0 }, usage = { 0 };
	size_t only = find_only(spec, fields), open = 0;

	spec_print_name(spec, &name);
	if (only > 0) {
		buf_print(&usage, "%s:", buf_text(&name));
		add_upper(&usage, fields[only].name);
		buf_add_string(&usage, " or ");
	}
	buf_add_string(&usage, buf_text(&name));
	for (; fields->name != NULL; fields++) {
		open += fields->optional;
		buf_add_string(&usage, fields->optional ? "[:" : ":");
		add_upper(&usage, fields->name);
	}
	while (open-- > 0)
		buf_add_char(&usage, ']');
	error_hint(err, "%s", buf_text(&usage));
}

static void move_only(struct spec *spec, size_t to)
{
	size_t column = spec->fields[0].column;

	if (to == 0)
		return;
	spec->fields[to] = spec->fields[0];
	for (size_t i = 0; i < to; i++)
		spec->fields[i] =
			(struct spec_text){ .bytes = memory_string(""), .column = column };
	spec->field_count = to + 1;
}

/* An absent field is named only when nothing could stand for it. */
static size_t find_missing(const struct spec *spec, const struct shape_field *fields)
{
	size_t count = count_fields(fields), missing = count;

	for (size_t i = 0; i < count; i++) {
		const struct spec_text *part = &spec->fields[i];
		bool present = i < spec->field_count;

		if (!is_required(spec, &fields[i]) || part->length > 0 || part->quoted)
			continue;
		if (!fields[i].has_default)
			return i;
		if (!present && missing == count)
			missing = i;
	}
	return missing;
}

static int refuse_missing(const struct spec *spec, const struct fields_cut *cut,
			  const struct shape_field *fields, size_t missing, struct error *err)
{
	bool present = missing < spec->field_count;

	error_usage(err, "%s: field %s %s", spec->shape->name, fields[missing].name,
		    present ? "is empty" : "missing");
	hint_usage(spec, fields, err);
	return error_place(err, spec->source, present ? spec->fields[missing].column : cut->end, 0);
}

int fields_settle(struct spec *spec, const struct fields_cut *cut, struct error *err)
{
	const struct shape_field *fields = spec_fields(spec);
	struct spec_text nothing = { .column = cut->end };
	size_t missing;

	if (fields == NULL && spec->shape->variants != NULL)
		return refuse_variant(spec, &nothing, err);
	if (fields == NULL)
		return 0;
	if (spec->field_count == 1 && !cut->literal)
		move_only(spec, find_only(spec, fields));
	missing = find_missing(spec, fields);
	if (fields[missing].name == NULL)
		return 0;
	return refuse_missing(spec, cut, fields, missing, err);
}
