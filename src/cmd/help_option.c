/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What help says of a name that options have: of commands, of addresses, of sockets, and requests. */
#include "cmd/help.h"

#include "base/cleanup.h"
#include "cmd/help_print.h"
#include "core/family.h"
#include "core/target.h"
#include "option/ioctl.h"
#include "option/sockopt.h"

#include <string.h>

static void help_sockopt(FILE *out, const struct sockopt *row)
{
	cleanup_buf struct buf line = { 0 };
	struct name name;

	buf_print(&line, "%s (%s, %s): %s", sockopt_name(row), sockopt_symbol(row),
		  sockopt_row_level(row), sockopt_help(row));
	help_print_wrapped(out, buf_text(&line), 0, 4);
	if (!sockopt_is_writable(row))
		fputs("    can only be read\n", out);
	else
		fprintf(out, "    %s=%s\n", sockopt_name(row), sockopt_argument(row));
	for (size_t i = 0; sockopt_value_name(row, i, &name); i++)
		fprintf(out, "    %-20s %s\n", name.name, name.help);
}

static void help_ioctl(FILE *out, const struct ioctl *row)
{
	cleanup_buf struct buf arguments = { 0 };

	ioctl_print_arguments(row, &arguments);
	fprintf(out, "%s (%s): %s\n", ioctl_name(row), ioctl_family(row), ioctl_help(row));
	fprintf(out, "    anysock ioctl SPEC %s%s%s\n", ioctl_name(row),
		arguments.length > 0 ? " " : "", buf_text(&arguments));
}

/* An option, whose it is, and what it does. */
static void print_option(FILE *out, const struct parameter *row, bool on_command_line, const char *owners)
{
	cleanup_buf struct buf line = { 0 }, help = { 0 };

	help_option_name(row, on_command_line, &line);
	buf_print(&line, " of %s: ", owners);
	help_option_words(row, on_command_line, &help);
	buf_add_string(&line, buf_text(&help));
	help_print_wrapped(out, buf_text(&line), 0, 4);
}

/* The tables of options that commands, or families, have of their own. */
static const struct parameter *table_of(bool on_command_line, size_t i, const char **owner)
{
	*owner = on_command_line ? commands[i]->name : families[i]->shape.name;
	return on_command_line ? commands[i]->options : families[i]->parameters;
}

/* The row of that name in one of those tables, NULL where it has none. */
static const struct parameter *own_option(bool on_command_line, size_t i, const char *name)
{
	const char *owner;
	const struct parameter *table = table_of(on_command_line, i, &owner);

	return table != NULL ? parameter_find(table, name) : NULL;
}

/* All that have the option which the first of them has, with the same words. */
static void add_owners(bool on_command_line, size_t first, size_t count, const char *name, struct buf *owners)
{
	const char *help = own_option(on_command_line, first, name)->help;

	for (size_t i = first; i < count; i++) {
		const struct parameter *row = own_option(on_command_line, i, name);
		const char *owner;

		if (row == NULL || strcmp(row->help, help) != 0)
			continue;
		table_of(on_command_line, i, &owner);
		buf_print(owners, "%s%s", owners->length > 0 ? ", " : "", owner);
	}
}

/* Whether one that stands before has the option with the same words, and was told of with it. */
static bool is_told(bool on_command_line, size_t i, const char *name)
{
	const struct parameter *own = own_option(on_command_line, i, name);

	for (size_t before = 0; before < i; before++) {
		const struct parameter *row = own_option(on_command_line, before, name);

		if (row != NULL && strcmp(row->help, own->help) == 0)
			return true;
	}
	return false;
}

static bool help_own_options(FILE *out, const char *name, bool on_command_line)
{
	size_t count = on_command_line ? command_count : family_count;
	bool is_known = false;

	for (size_t i = 0; i < count; i++) {
		const struct parameter *row = own_option(on_command_line, i, name);
		cleanup_buf struct buf owners = { 0 };

		if (row == NULL || is_told(on_command_line, i, name))
			continue;
		add_owners(on_command_line, i, count, name, &owners);
		print_option(out, row, on_command_line, buf_text(&owners));
		is_known = true;
	}
	return is_known;
}

int help_option(FILE *out, const char *name)
{
	const struct parameter *global = parameter_find(global_options, name);
	const struct parameter *common = parameter_find(target_common_parameters, name);
	const struct sockopt *sockopt = sockopt_find(name, NULL, false);
	const struct ioctl *ioctl = ioctl_find(name);
	bool is_known = global != NULL || common != NULL || sockopt != NULL || ioctl != NULL;

	if (global != NULL)
		print_option(out, global, true, "every command");
	is_known |= help_own_options(out, name, true);
	if (common != NULL)
		print_option(out, common, false, "every address");
	is_known |= help_own_options(out, name, false);
	if (sockopt != NULL)
		help_sockopt(out, sockopt);
	if (ioctl != NULL)
		help_ioctl(out, ioctl);
	return is_known ? 0 : -1;
}
