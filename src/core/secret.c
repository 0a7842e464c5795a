/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which options are secrets, and what may be shown of a text that somebody typed. */
#include "core/secret.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "core/target.h"

#include <ctype.h>
#include <string.h>

/* Where NAME=VALUE stands in a text; an empty name where there is none any more. */
struct assignment {
	const char *name, *value, *end;
};

static bool is_secret_row(const struct sockopt *row)
{
	return row != NULL && sockopt_is_secret(row);
}

/* The option that name, which is none of these levels (NULL: of any), may have been meant to be. */
static const struct sockopt *row_near(const char *name, const int *levels)
{
	struct name_guess guess = { .wanted = name };

	sockopt_guess(levels, &guess);
	return guess.nearest != NULL ? sockopt_find(guess.nearest, levels, levels != NULL) : NULL;
}

/* Whether "LEVEL:NAME:VALUE" is of a secret. Where NAME is none, or a part is missing, a key may stand there. */
static bool is_secret_option(const char *value)
{
	cleanup_free char *copy = memory_string(value);
	char *name = strchr(copy, ':'), *end = name != NULL ? strchr(name + 1, ':') : NULL;
	int levels[] = { -1, -1 }, number;
	const struct sockopt *row = NULL;
	bool has_level;

	if (end != NULL)
		*end = '\0';
	if (end != NULL && sockopt_read_name(copy, &row, levels, &number, NULL) == 0)
		return is_secret_row(row);
	if (name != NULL)
		*name++ = '\0';
	has_level = sockopt_read_level(copy, levels, NULL) == 0;
	row = sockopt_find(name != NULL ? name : copy, has_level ? levels : NULL, has_level);
	if (row == NULL && end != NULL)
		row = row_near(name, has_level ? levels : NULL);
	return row == NULL || is_secret_row(row);
}

bool secret_is(const struct family *family, const char *name, const char *value)
{
	const struct parameter *parameter = NULL;

	if (family->parameters != NULL)
		parameter = parameter_find(family->parameters, name);
	if (parameter == NULL)
		parameter = parameter_find(target_common_parameters, name);
	if (parameter == NULL)
		return is_secret_row(sockopt_find(name, family->levels, false));
	if (strcmp(parameter->name, "sockopt") == 0 && value != NULL)
		return is_secret_option(value);
	return parameter->type == VALUE_SECRET;
}

static bool is_known(const struct family *family, const char *name)
{
	return (family->parameters != NULL && parameter_find(family->parameters, name) != NULL) ||
	       parameter_find(target_common_parameters, name) != NULL ||
	       sockopt_find(name, NULL, false) != NULL;
}

/* Whether one of the family's secrets may have been meant. */
static bool is_nearly(const struct family *family, const char *name)
{
	struct name_guess guess = { .wanted = name };

	for (const struct parameter *row = family->parameters; row != NULL && row->name != NULL; row++)
		if (row->type == VALUE_SECRET)
			name_guess_offer(&guess, row->name);
	return guess.nearest != NULL;
}

/* The same of any family: what cannot be read does not say whose option it is. */
static bool is_secret_anywhere(const char *name, const char *value, bool may_be_misspelt)
{
	bool known = !may_be_misspelt, nearly = false;

	for (size_t i = 0; i < family_count; i++) {
		if (secret_is(families[i], name, value))
			return true;
		known = known || is_known(families[i], name);
		nearly = nearly || is_nearly(families[i], name);
	}
	return nearly && !known;
}

/* The family of the spec in which a name stands, NULL where it is none. */
static const struct family *family_at(const char *typed, const char *name)
{
	while (name > typed && !isspace((unsigned char)name[-1]))
		name--;
	return family_of_spec(name);
}

static bool is_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}

/* Behind a value: at a single comma outside of quotes, or the end. */
static const char *end_of_value(const char *at)
{
	char quote = *at == '"' || *at == '\'' ? *at++ : '\0';

	for (; *at != '\0'; at++) {
		if (*at == '\\' && quote != '\'' && at[1] != '\0')
			at++;
		else if (*at == quote)
			quote = '\0';
		else if (quote == '\0' && at[0] == ',' && at[1] == ',')
			at++;
		else if (quote == '\0' && at[0] == ',')
			break;
	}
	return at;
}

/* The next at or behind from, which is in typed; an option may have ":" or a blank by mistake for "=". */
static struct assignment next_assignment(const char *typed, const char *from)
{
	const char *joint = from + strcspn(from, "=: "), *name = joint;

	if (*joint == '\0')
		return (struct assignment){ joint, joint, joint };
	while (name > from && is_of_name(name[-1]))
		name--;
	if (*joint != '=' && (name == typed || name[-1] != ','))
		return next_assignment(typed, joint + 1);
	return (struct assignment){ name, joint + 1, end_of_value(joint + 1) };
}

static bool is_secret(const char *typed, const struct assignment *found)
{
	const struct family *family = family_at(typed, found->name);
	cleanup_free char *name = memory_copy(found->name, (size_t)(found->value - 1 - found->name));
	cleanup_free char *value = memory_copy(found->value, (size_t)(found->end - found->value));

	if (family != NULL && family->parameters != NULL && parameter_find(family->parameters, name) != NULL)
		return secret_is(family, name, value);
	return name[0] != '\0' && is_secret_anywhere(name, value, found->value[-1] == '=');
}

/* Stars for the value wherever the whole of NAME=VALUE stands in text. */
static void hide_whole(char *text, const struct assignment *found)
{
	size_t length = (size_t)(found->end - found->name);
	size_t before = (size_t)(found->value - found->name);

	for (; strlen(text) >= length; text++)
		if (strncmp(text, found->name, length) == 0)
			memset(text + before, '*', length - before);
}

/* Stars for what a piece of NAME=VALUE has of the value. */
static void hide_piece(char *piece, size_t length, const struct assignment *found)
{
	cleanup_free char *whole = memory_copy(found->name, (size_t)(found->end - found->name));
	size_t before = (size_t)(found->value - found->name);
	const char *at = memmem(whole, strlen(whole), piece, length);

	for (size_t i = 0; at != NULL && i < length; i++)
		if ((size_t)(at - whole) + i >= before)
			piece[i] = '*';
}

static void hide_quotes(char *text, const struct assignment *found)
{
	char *piece;

	while ((piece = strchr(text, '"')) != NULL && (text = strchr(++piece, '"')) != NULL)
		hide_piece(piece, (size_t)(text++ - piece), found);
}

char *secret_hide(const char *text, const struct error_place *place)
{
	char *shown = memory_string(text);
	const char *typed = place->text != NULL ? place->text : "", *wrong = typed + place->column;
	struct assignment found = next_assignment(typed, typed);

	while (found.name[0] != '\0') {
		bool hidden = is_secret(typed, &found);

		if (hidden)
			hide_whole(shown, &found);
		if (hidden && text != typed && wrong >= found.name && wrong < found.end)
			hide_quotes(shown, &found);
		found = next_assignment(typed, hidden ? found.end : found.value);
	}
	return shown;
}
