/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every table as tab-separated values: kind, owner, name, aliases, argument, flags, help. */
#include "base/buf.h"
#include "base/cleanup.h"
#include "cmd/help.h"
#include "cmd/topic.h"
#include "codec/codec.h"
#include "core/family.h"
#include "core/target.h"
#include "option/flags.h"
#include "option/ioctl.h"
#include "option/sockopt.h"
#include "shell/notation.h"
#include "shell/verb.h"

#include <inttypes.h>

static void print_line(FILE *out, const char *kind, const char *owner, const char *name,
		       const char *aliases, const char *argument, const char *flags,
		       const char *help)
{
	fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", kind, owner, name, aliases ? aliases : "",
		argument ? argument : "", flags, help ? help : "");
}

static void print_parameters(FILE *out, const char *kind, const char *owner,
			     const struct parameter *rows)
{
	for (; rows != NULL && rows->name != NULL; rows++) {
		char letter[2] = { rows->letter, '\0' };
		cleanup_buf struct buf flags = { 0 };

		if (rows->letter != '\0')
			buf_print(&flags, "letter=%s", letter);
		if (rows->flags & PARAMETER_REPEATS)
			buf_print(&flags, "%srepeats", flags.length > 0 ? " " : "");
		if (rows->flags & PARAMETER_OPTIONAL)
			buf_print(&flags, "%soptional", flags.length > 0 ? " " : "");
		print_line(out, kind, owner, rows->name, rows->aliases, parameter_argument(rows),
			   buf_text(&flags), rows->help);
		for (const struct name *name = rows->names; name && name->name; name++)
			print_line(out, "value", rows->name, name->name, NULL, NULL, owner,
				   name->help);
	}
}

static const char *argument_flags(const struct argument *row)
{
	if (row->repeats)
		return row->optional ? "optional repeats" : "repeats";
	return row->optional ? "optional" : "";
}

static void print_command(FILE *out, const struct command *command)
{
	static const char *const kinds[] = {
		[ARGUMENT_SPEC] = "spec",	  [ARGUMENT_TEXT] = "text",
		[ARGUMENT_FILE] = "file",	  [ARGUMENT_SOCKOPT] = "sockopt",
		[ARGUMENT_IOCTL] = "ioctl",	  [ARGUMENT_FAMILY] = "family",
		[ARGUMENT_TOPIC] = "topic",	  [ARGUMENT_HOST] = "host",
		[ARGUMENT_SERVICE] = "service",	  [ARGUMENT_INTERFACE] = "interface",
	};

	print_line(out, "command", "", command->name, command->aliases, command->program, "",
		   command->summary);
	for (const struct argument *row = command->arguments; row && row->name; row++)
		print_line(out, "argument", command->name, row->name, NULL, kinds[row->kind],
			   argument_flags(row), "");
	print_parameters(out, "option", command->name, command->options);
	for (const char *const *example = command->examples; example && *example; example++)
		print_line(out, "example", command->name, *example, NULL, NULL, "", "");
}

static void print_fields(FILE *out, const struct family *family, const char *variant,
			 const struct shape_field *fields)
{
	for (; fields != NULL && fields->name != NULL; fields++) {
		print_line(out, "field", family->shape.name, fields->name, NULL, variant,
			   fields->optional ? "optional" : "", fields->help);
		for (const struct name *name = fields->names; name && name->name; name++)
			print_line(out, "value", fields->name, name->name, NULL, NULL,
				   family->shape.name, name->help);
	}
}

static void print_family(FILE *out, const struct family *family)
{
	static const char *const roles[] = { "connect", "listen", "bind" };
	cleanup_buf struct buf aliases = { 0 };

	for (const struct shape_alias *row = family->shape.aliases; row && row->name; row++)
		buf_print(&aliases, "%s%s", aliases.length > 0 ? " " : "", row->name);
	print_line(out, "family", "", family->shape.name, buf_text(&aliases), family->module,
		   family->capability ? family->capability : "", family->summary);
	for (unsigned int role = 0; role < 3; role++)
		if (family->shape.roles & ROLE_BIT(role))
			print_line(out, "role", family->shape.name, roles[role], NULL, NULL, "", "");
	print_fields(out, family, "", family->shape.fields);
	for (const struct shape_variant *row = family->shape.variants; row && row->word; row++)
		print_fields(out, family, row->word, row->fields);
	for (const struct family_type *type = family->types; type && type->name; type++)
		print_line(out, "type", family->shape.name, type->name, NULL, NULL, "", "");
	for (const int *level = family->levels; level && *level != -1; level++)
		print_line(out, "level", family->shape.name, sockopt_level_name(*level), NULL, NULL,
			   "", "");
	print_parameters(out, "parameter", family->shape.name, family->parameters);
}

static void print_sockopts(FILE *out)
{
	const struct sockopt *row;

	for (size_t i = 0; (row = sockopt_at(i)) != NULL; i++) {
		const char *level = sockopt_row_level(row);
		struct name name;

		print_line(out, "sockopt", level, sockopt_name(row), sockopt_symbol(row),
			   sockopt_argument(row),
			   sockopt_is_writable(row) ? sockopt_is_readable(row) ? "rw" : "w" : "r",
			   sockopt_help(row));
		for (size_t j = 0; sockopt_value_name(row, j, &name); j++)
			print_line(out, "value", sockopt_name(row), name.name, NULL, NULL, level,
				   name.help);
	}
}

static void print_ioctls(FILE *out)
{
	const struct ioctl *row;

	for (size_t i = 0; (row = ioctl_at(i)) != NULL; i++) {
		cleanup_buf struct buf arguments = { 0 };

		ioctl_print_arguments(row, &arguments);
		print_line(out, "ioctl", ioctl_family(row), ioctl_name(row), NULL,
			   buf_text(&arguments), ioctl_changes(row) ? "changes" : "",
			   ioctl_help(row));
	}
}

/* Constants that the sockets API has a name for; their value is the argument. */
static void print_constants(FILE *out)
{
	for (unsigned int table = 0; table < FLAGS_COUNT; table++) {
		struct name row;

		for (size_t i = 0; flags_at(table, i, &row); i++) {
			char value[24];

			snprintf(value, sizeof(value), "%" PRId64, row.value);
			print_line(out, "constant", flags_id(table), row.name, row.help, value, "",
				   flags_title(table));
		}
	}
}

/* The verbs of the shell, and what stands in their slots. */
static void print_verbs(FILE *out)
{
	for (size_t i = 0; i < verb_group_count; i++) {
		for (const struct verb *verb = verb_groups[i].verbs; verb->name != NULL; verb++) {
			cleanup_buf struct buf slots = { 0 };

			verb_print_slots(verb, 0, &slots);
			print_line(out, "verb", verb_groups[i].title, verb->name, verb->aliases,
				   buf_text(&slots), "", verb->help);
			print_line(out, "line", verb->name, verb->example, NULL, NULL, "", "");
		}
	}
}

static void print_notations(FILE *out)
{
	const char *name, *help;

	for (size_t i = 0; (name = notation_at(i, &help)) != NULL; i++)
		print_line(out, "notation", "", name, NULL, NULL, "", help);
}

int help_tables(FILE *out)
{
	print_parameters(out, "global", "", global_options);
	for (size_t i = 0; i < command_count; i++)
		print_command(out, commands[i]);
	print_parameters(out, "common", "", target_common_parameters);
	for (size_t i = 0; i < family_count; i++)
		print_family(out, families[i]);
	for (size_t i = 0; i < codec_count; i++)
		print_line(out, "codec", "", codecs[i]->name, codecs[i]->aliases, NULL,
			   codecs[i]->framing ? "framing" : "", codecs[i]->summary);
	for (size_t i = 0; i < topic_count; i++)
		print_line(out, "topic", "", topics[i].name, NULL, NULL, "", topics[i].summary);
	print_verbs(out);
	print_notations(out);
	print_sockopts(out);
	print_ioctls(out);
	print_constants(out);
	return 0;
}
