/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target and its addresses in their canonical spelling, secrets hidden. */
#include "core/target.h"

static bool is_secret_of(const void *context, const char *name)
{
	const struct target *target = context;
	const struct parameter *parameter = NULL;
	const struct sockopt *row;

	if (target->family->parameters != NULL)
		parameter = parameter_find(target->family->parameters, name);
	if (parameter != NULL)
		return parameter->type == VALUE_SECRET;
	row = sockopt_find(name, target->family->levels, false);
	return row != NULL && sockopt_is_secret(row);
}

void target_print(const struct target *target, struct buf *out)
{
	spec_print(&target->spec, is_secret_of, target, out);
}

void target_print_address(const struct target *target, const struct address *address,
			  struct buf *out)
{
	buf_print(out, "%s:", target->family->shape.name);
	if (target->family->print_address != NULL)
		target->family->print_address(target, address, out);
	else
		buf_add_string(out, "?");
}
