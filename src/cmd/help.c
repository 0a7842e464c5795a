/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock help: commands, families, options and topics, all from the tables. */
#include "cmd/help.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "cmd/topic.h"
#include "codec/codec.h"
#include "core/family.h"
#include "core/target.h"
#include "option/ioctl.h"
#include "option/sockopt.h"
#include "shell/verb.h"
#include "spec/meaning.h"

#include <stdlib.h>
#include <string.h>

#define NAME_WIDTH 24
#define TOPIC_INDENT 6
#define WIDTH_DEFAULT 80

static size_t width(void)
{
	const char *columns = getenv("COLUMNS");
	struct error ignored = { 0 };
	uint64_t number;

	if (columns == NULL || number_unsigned(columns, 40, 500, &number, &ignored) < 0)
		return WIDTH_DEFAULT;
	return (size_t)number;
}

/* Words broken to the width, each further line indented. */
static void print_wrapped(FILE *out, const char *text, size_t at, size_t indent)
{
	while (*text != '\0') {
		size_t length = strcspn(text, " ");

		if (at > indent && at + 1 + length >= width()) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", (int)length, text);
		at += length;
		text += length + strspn(text + length, " ");
	}
	fputc('\n', out);
}

/* Two columns. */
static void print_row(FILE *out, const char *name, const char *text)
{
	size_t length = strlen(name) + 2;

	fprintf(out, "  %s", name);
	if (length >= NAME_WIDTH) {
		fputc('\n', out);
		length = 0;
	}
	fprintf(out, "%*s", (int)(NAME_WIDTH - length), "");
	print_wrapped(out, text, NAME_WIDTH, NAME_WIDTH);
}

static void print_commands(FILE *out)
{
	for (size_t i = 0; i < command_count; i++)
		print_row(out, commands[i]->name, commands[i]->summary);
}

static void option_name(const struct parameter *row, bool on_command_line, struct buf *name)
{
	const char *argument = parameter_argument(row);

	if (on_command_line && row->letter != '\0')
		buf_print(name, "-%c, ", row->letter);
	buf_print(name, "%s%s", on_command_line ? "--" : "", row->name);
	if (argument[0] != '\0')
		buf_print(name, row->flags & PARAMETER_OPTIONAL ? "[=%s]" :
				on_command_line			? " %s" :
								  "=%s",
			  argument);
}

static void print_options(FILE *out, const struct parameter *rows, bool on_command_line, bool all)
{
	for (; rows != NULL && rows->name != NULL; rows++) {
		cleanup_buf struct buf name = { 0 };

		if (!all && !(rows->flags & PARAMETER_COMMON))
			continue;
		option_name(rows, on_command_line, &name);
		print_row(out, buf_text(&name), rows->help);
	}
}

static void print_usage(FILE *out, const struct command *command)
{
	fprintf(out, "usage: anysock %s [OPTION...]", command->name);
	for (const struct argument *row = command->arguments; row && row->name; row++)
		fprintf(out, row->optional ? " [%s%s]" : " %s%s", row->name,
			row->repeats ? "..." : "");
	if (command->program != NULL)
		fprintf(out, " [-- %s]", command->program);
	fputc('\n', out);
}

int help_command_text(FILE *out, const struct command *command, bool all)
{
	print_usage(out, command);
	print_wrapped(out, command->summary, 0, 0);
	if (command->options != NULL) {
		fputs("\noptions:\n", out);
		print_options(out, command->options, true, true);
	}
	fputs("\noptions of every command:\n", out);
	print_options(out, global_options, true, all);
	if (command->examples != NULL)
		fputs("\nexamples:\n", out);
	for (const char *const *example = command->examples; example && *example; example++)
		fprintf(out, "  %s\n", *example);
	return 0;
}

void help_short(FILE *out)
{
	fputs("usage: anysock COMMAND [OPTION...] SPEC...\n"
	      "       anysock SPEC [SPEC]\n\n"
	      "  anysock tcp:localhost:80                       connect, as nc does\n"
	      "  anysock listen --keep tcp:7777 -- ./handler    a program per connection\n"
	      "  anysock relay tcp-listen:8080 unix:/run/app    join any two addresses\n\n"
	      "anysock help lists the commands and address families.\n",
	      out);
}

int help_overview(FILE *out)
{
	help_short(out);
	fputs("\ncommands:\n", out);
	print_commands(out);
	fputs("\naddress families (anysock help FAMILY says more):\n", out);
	for (size_t i = 0; i < family_count; i++)
		print_row(out, families[i]->shape.name, families[i]->summary);
	fputs("\ntopics:\n", out);
	for (size_t i = 0; i < topic_count; i++)
		print_row(out, topics[i].name, topics[i].summary);
	fputs("\noptions of every command:\n", out);
	print_options(out, global_options, true, false);
	return 0;
}

static void print_codecs(FILE *out)
{
	fputc('\n', out);
	for (size_t i = 0; i < codec_count; i++)
		print_row(out, codecs[i]->name, codecs[i]->summary);
}

static void print_topic_line(FILE *out, char *line)
{
	bool below_item = line[0] == '\t';

	if (below_item)
		fprintf(out, "%*s", TOPIC_INDENT, "");
	if (line[0] == ' ')
		fprintf(out, "%s\n", line);
	else if (below_item)
		print_wrapped(out, line + 1, TOPIC_INDENT, TOPIC_INDENT);
	else
		print_wrapped(out, line, 0, 0);
}

static int help_topic(FILE *out, const struct topic *topic)
{
	char *copy cleanup_free = memory_string(topic->text);
	char *rest = copy, *line;

	fprintf(out, "%s: %s\n\n", topic->name, topic->summary);
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL)
		print_topic_line(out, line);
	if (name_equal(topic->name, "formats"))
		print_codecs(out);
	return 0;
}

static void print_fields(FILE *out, const char *name, const struct shape_field *fields)
{
	cleanup_buf struct buf line = { 0 };

	buf_add_string(&line, name);
	for (const struct shape_field *field = fields; field->name != NULL; field++)
		buf_print(&line, field->optional ? "[:%s]" : ":%s", field->name);
	fprintf(out, "%s\n", buf_text(&line));
	for (const struct shape_field *field = fields; field->name != NULL; field++)
		if (field->help != NULL)
			print_row(out, field->name, field->help);
}

static int help_family(FILE *out, const struct family *family)
{
	const struct shape *shape = &family->shape;

	fprintf(out, "%s: %s\n\n", shape->name, family->summary);
	if (shape->fields != NULL)
		print_fields(out, shape->name, shape->fields);
	for (const struct shape_variant *variant = shape->variants; variant && variant->word; variant++)
		print_fields(out, shape->name, variant->fields);
	if (family->types != NULL) {
		fputs("\ntypes:", out);
		for (const struct family_type *type = family->types; type->name != NULL; type++)
			fprintf(out, " %s", type->name);
		fputc('\n', out);
	}
	if (family->parameters != NULL) {
		fputs("\noptions of its own:\n", out);
		print_options(out, family->parameters, false, true);
	}
	fputs("\noptions of every family:\n", out);
	print_options(out, target_common_parameters, false, true);
	return 0;
}

static void help_sockopt(FILE *out, const struct sockopt *row)
{
	struct name name;

	fprintf(out, "%s (%s, %s): %s\n", sockopt_name(row), sockopt_symbol(row),
		sockopt_row_level(row), sockopt_help(row));
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

static int help_option(FILE *out, const char *name)
{
	const struct parameter *row = parameter_find(target_common_parameters, name);
	const struct sockopt *sockopt = sockopt_find(name, NULL, false);
	const struct ioctl *ioctl = ioctl_find(name);

	if (row != NULL)
		print_row(out, row->name, row->help);
	if (sockopt != NULL)
		help_sockopt(out, sockopt);
	if (ioctl != NULL)
		help_ioctl(out, ioctl);
	return row == NULL && sockopt == NULL && ioctl == NULL ? -1 : 0;
}

/* Families that people call so: one is told of, several are listed. */
static int help_known(FILE *out, const char *name)
{
	const struct family *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < family_count; i++) {
		if (!meaning_is_known_as(&families[i]->shape, name))
			continue;
		if (count++ == 0)
			first = families[i];
		else if (count == 2)
			print_row(out, first->shape.name, first->summary);
		if (count > 1)
			print_row(out, families[i]->shape.name, families[i]->summary);
	}
	return count == 0 ? -1 : count == 1 ? help_family(out, first) : 0;
}

static int help_format(FILE *out, const char *name)
{
	const struct codec *codec = codec_find(name);

	if (codec == NULL)
		return -1;
	print_row(out, codec->name, codec->summary);
	return 0;
}

static int help_verb(FILE *out, const char *name)
{
	const struct verb *verb = verb_find(name);
	cleanup_buf struct buf text = { 0 };

	if (verb == NULL)
		return -1;
	verb_print(verb, &text);
	fprintf(out, "of anysock shell: %s", buf_text(&text));
	return 0;
}

static void offer_family(const struct family *family, struct name_guess *guess)
{
	name_guess_offer(guess, family->shape.name);
	for (const char *const *name = family->shape.known_as; name != NULL && *name != NULL; name++)
		name_guess_offer(guess, *name);
}

static int unknown_topic(const char *name, struct error *err)
{
	struct name_guess guess = { .wanted = name };

	for (size_t i = 0; i < command_count; i++)
		name_guess_offer(&guess, commands[i]->name);
	for (size_t i = 0; i < family_count; i++)
		offer_family(families[i], &guess);
	for (size_t i = 0; i < topic_count; i++)
		name_guess_offer(&guess, topics[i].name);
	for (size_t i = 0; i < codec_count; i++)
		name_guess_offer(&guess, codecs[i]->name);
	verb_guess(&guess);
	sockopt_guess(NULL, &guess);
	error_usage(err, "help: there is nothing called \"%s\"", name);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", guess.nearest);
	return -1;
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	/* "group" is an option of sockets and a verb: whoever knows the name tells what it is. */
	static int (*const kinds[])(FILE *out, const char *name) = { help_option, help_known, help_format,
								      help_verb };
	const char *name = arguments->word_count > 0 ? arguments->words[0] : NULL;
	bool is_known = false;

	if (arguments_flag(arguments, "table"))
		return help_tables(context->out);
	if (name == NULL)
		return help_overview(context->out);
	if (command_find(name) != NULL)
		return help_command_text(context->out, command_find(name), true);
	if (family_find(name) != NULL)
		return help_family(context->out, family_find(name));
	if (topic_find(name) != NULL)
		return help_topic(context->out, topic_find(name));
	for (size_t i = 0; i < array_length(kinds); i++)
		is_known |= kinds[i](context->out, name) == 0;
	return is_known ? 0 : unknown_topic(name, err);
}

static const struct parameter options[] = {
	{ .name = "table", .type = VALUE_FLAG, .help = "every table as tab-separated values" },
	{ .name = NULL },
};

static const struct argument words[] = { { "TOPIC", ARGUMENT_TOPIC, true, false }, { .name = NULL } };

static const char *const examples[] = { "anysock help relay", "anysock help tcp", NULL };

const struct command help_command = {
	.name = "help",
	.summary = "what a command, family, option or topic is about",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
