/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completing socket options: their names, the fields of structs, and what they are compared with. */
#include "shell/completing.h"

#include "base/memory.h"
#include "option/sockopt_part.h"

#include <stdlib.h>
#include <string.h>

static const int *levels_of(const struct completing *completing)
{
	const struct channel *channel = completing->endpoint != NULL ? shell_find(completing->shell, completing->endpoint) : NULL;

	return channel != NULL && channel->codec.target != NULL ? channel->codec.target->family->levels : NULL;
}

/* tcp-info.rtt: the fields of the option that stands in front of the dot. */
static void offer_fields(struct completing *completing)
{
	char *name cleanup_free = memory_copy(completing->word, strcspn(completing->word, "."));
	const struct sockopt *row = sockopt_find(name, levels_of(completing), false);
	const struct type *type = row != NULL ? sockopt_type(row) : NULL;

	if (type == NULL || type->kind != TYPE_STRUCT)
		return;
	for (const struct field *field = layout_fields(type->table); field->name[0] != '\0'; field++) {
		char *text cleanup_free = memory_print("%s.%s", name, field->name);

		completing_offer(completing, text, NULL, false);
	}
}

void completing_offer_sockopts(struct completing *completing)
{
	const int *levels = levels_of(completing);

	if (strchr(completing->word, '.') != NULL) {
		offer_fields(completing);
		return;
	}
	for (size_t i = 0; sockopt_at(i) != NULL; i++) {
		const struct sockopt *row = sockopt_at(i);

		if (levels == NULL || sockopt_find(sockopt_name(row), levels, true) == row)
			completing_offer(completing, sockopt_name(row), sockopt_help(row), true);
	}
}

/* What the option at the left of the comparison can be. */
static void offer_values(struct completing *completing)
{
	struct sockopt_part part;
	struct name row;

	if (sockopt_part_find(completing->left, levels_of(completing), &part, NULL) < 0)
		return;
	for (size_t i = 0; type_value_name(&part.type, i, &row); i++)
		completing_offer(completing, row.name, row.help, false);
	completing_offer_choices(completing, type_argument(&part.type));
}

static bool is_comparison(const char *word)
{
	const struct name *row;

	for (size_t i = 0; (row = comparison_at(i)) != NULL; i++)
		if (strcmp(row->name, word) == 0)
			return true;
	return false;
}

/* An option, an operator behind its name, a value behind that. */
void completing_offer_check(struct completing *completing)
{
	const struct name *row;
	struct sockopt_part part;

	if (is_comparison(completing->before)) {
		offer_values(completing);
		return;
	}
	completing_offer_sockopts(completing);
	if (sockopt_part_find(completing->before, levels_of(completing), &part, NULL) < 0)
		return;
	for (size_t i = 0; (row = comparison_at(i)) != NULL; i++)
		completing_offer(completing, row->name, row->help, false);
}
