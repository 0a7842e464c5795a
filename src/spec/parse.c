/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of a spec to its parts. */
#include "spec/cut.h"
#include "spec/fields.h"
#include "spec/meaning.h"
#include "spec/options.h"

#include <stdlib.h>
#include <string.h>

int spec_error_at(const struct spec *spec, const struct spec_text *part, struct error *err)
{
	return error_place(err, spec->source, part->column, part->source_length);
}

bool spec_looks_like_one(const char *word)
{
	return strcmp(word, "-") == 0 || strpbrk(word, ":,/") != NULL;
}

void spec_release(struct spec *spec)
{
	for (size_t i = 0; i < spec->field_count; i++)
		spec_text_release(&spec->fields[i]);
	for (size_t i = 0; i < spec->option_count; i++) {
		spec_text_release(&spec->options[i].name);
		spec_text_release(&spec->options[i].value);
	}
	free(spec->options);
	*spec = (struct spec){ 0 };
}

/* A word that is a path: "/" stands before the first ":" or ",". */
static bool is_path(const char *text)
{
	return text[strcspn(text, "/:,")] == '/';
}

static bool is_stdio(const char *text)
{
	return text[0] == '-' && (text[1] == '\0' || text[1] == ',');
}

static int take_shape(struct spec *spec, const char *name, const struct vocabulary *vocabulary,
		      struct error *err)
{
	const struct shape_alias *alias;

	spec->shape = meaning_shape(name, strlen(name), vocabulary, &alias);
	if (spec->shape == NULL) {
		error_usage(err, "unknown family \"%s\"", name);
		return error_place(err, spec->source, 0, strlen(spec->source));
	}
	spec->role = meaning_default_role(spec->shape);
	return 0;
}

/* A role that was not typed is the one implied; a contrary one is refused. */
static int choose_role(struct spec *spec, const enum role *implied, struct error *err)
{
	size_t end = strcspn(spec->source, ":,"), column;

	if (implied == NULL || spec->role == *implied)
		return 0;
	if (spec->role_given) {
		column = meaning_role_column(spec->source, end);
		error_usage(err, "%s is wanted here, not %s", meaning_role_name(*implied),
			    meaning_role_name(spec->role));
		return error_place(err, spec->source, column, end - column);
	}
	if ((spec->shape->roles & ROLE_BIT(*implied)) == 0) {
		meaning_refuse_role(spec->shape, *implied, err);
		if (spec->bare_path)
			error_hint(err, "a socket at that path is unix-%s:%.200s",
				   meaning_role_name(*implied), spec->source);
		return error_place(err, spec->source, 0, end);
	}
	spec->role = *implied;
	return 0;
}

/* The role is left alone: what is at the path may yet turn out to be a socket. */
static int cut_path(struct spec *spec, struct cursor *cursor, const struct vocabulary *vocabulary)
{
	static const struct cut_rule path_rule = { .kind = FIELD_REST };
	bool literal;

	if (take_shape(spec, "file", vocabulary, cursor->err) < 0)
		return -1;
	spec->bare_path = true;
	if (cut_field(cursor, &path_rule, &spec->fields[0], &literal) < 0)
		return -1;
	spec->field_count = 1;
	return 0;
}

static int cut_dash(struct spec *spec, struct cursor *cursor, const struct vocabulary *vocabulary,
		    const enum role *implied)
{
	if (take_shape(spec, "stdio", vocabulary, cursor->err) < 0)
		return -1;
	cursor->at = 1;
	return choose_role(spec, implied, cursor->err);
}

static int cut_name(struct spec *spec, struct cursor *cursor, const struct vocabulary *vocabulary,
		    const enum role *implied, struct meaning *meaning)
{
	size_t length = strcspn(cursor->text, ":,");

	if (meaning_find(meaning, cursor->text, length, vocabulary, cursor->err) < 0)
		return -1;
	spec->shape = meaning->shape;
	spec->role = meaning->role;
	spec->role_given = meaning->role_given;
	cursor->at = length;
	return choose_role(spec, implied, cursor->err);
}

static int cut_address(struct spec *spec, struct cursor *cursor,
		       const struct vocabulary *vocabulary, const enum role *implied)
{
	struct meaning meaning = { 0 };
	struct fields_cut cut;
	size_t name_end;

	if (cut_name(spec, cursor, vocabulary, implied, &meaning) < 0)
		return -1;
	name_end = cursor->at;
	if (fields_cut(spec, cursor, &cut) < 0 || options_cut(spec, cursor) < 0)
		return -1;
	if (meaning.alias != NULL && meaning.alias->implies != NULL &&
	    options_imply(spec, meaning.alias->implies, name_end, cursor->err) < 0)
		return -1;
	return fields_settle(spec, &cut, cursor->err);
}

static int parse(struct spec *spec, const char *text, const struct vocabulary *vocabulary,
		 const enum role *implied, struct error *err)
{
	struct cursor cursor = { .text = text, .err = err };

	int cut;

	if (!is_path(text) && !is_stdio(text))
		return cut_address(spec, &cursor, vocabulary, implied);
	cut = is_stdio(text) ? cut_dash(spec, &cursor, vocabulary, implied)
			     : cut_path(spec, &cursor, vocabulary);
	return cut < 0 ? -1 : options_cut(spec, &cursor);
}

static int parse_or_release(struct spec *spec, const char *text,
			    const struct vocabulary *vocabulary, const enum role *implied,
			    struct error *err)
{
	*spec = (struct spec){ .source = text };
	if (parse(spec, text, vocabulary, implied, err) == 0)
		return 0;
	spec_release(spec);
	return -1;
}

int spec_parse(struct spec *spec, const char *text, const struct vocabulary *vocabulary,
	       struct error *err)
{
	return parse_or_release(spec, text, vocabulary, NULL, err);
}

int spec_parse_as(struct spec *spec, const char *text, const struct vocabulary *vocabulary,
		  enum role role, struct error *err)
{
	return parse_or_release(spec, text, vocabulary, &role, err);
}

int spec_imply_role(struct spec *spec, enum role role, struct error *err)
{
	return choose_role(spec, &role, err);
}
