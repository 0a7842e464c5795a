/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock help: commands, families, options and topics, all from the tables. */
#include "cmd/help.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/help_print.h"
#include "cmd/topic.h"
#include "codec/codec.h"
#include "core/family.h"
#include "core/target.h"
#include "option/sockopt.h"
#include "shell/verb.h"
#include "spec/meaning.h"

#include <stdlib.h>
#include <string.h>

#define TOPIC_INDENT 6

static void print_commands(FILE *out)
{
	for (size_t i = 0; i < command_count; i++)
		help_print_row(out, commands[i]->name, commands[i]->summary);
}

static void print_topics(FILE *out)
{
	for (size_t i = 0; i < topic_count; i++)
		help_print_row(out, topics[i].name, topics[i].summary);
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
	help_print_wrapped(out, command->summary, 0, 0);
	if (command->options != NULL) {
		fputs("\noptions:\n", out);
		help_print_options(out, command->options, true, true);
	}
	fputs("\noptions of every command:\n", out);
	help_print_options(out, global_options, true, all);
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
		help_print_row(out, families[i]->shape.name, families[i]->summary);
	fputs("\ntopics:\n", out);
	print_topics(out);
	fputs("\noptions of every command:\n", out);
	help_print_options(out, global_options, true, false);
	return 0;
}

static void print_codecs(FILE *out)
{
	fputc('\n', out);
	for (size_t i = 0; i < codec_count; i++)
		help_print_row(out, codecs[i]->name, codecs[i]->summary);
}

static void print_topic_line(FILE *out, char *line)
{
	bool below_item = line[0] == '\t';

	if (below_item)
		fprintf(out, "%*s", TOPIC_INDENT, "");
	if (line[0] == ' ')
		fprintf(out, "%s\n", line);
	else if (below_item)
		help_print_wrapped(out, line + 1, TOPIC_INDENT, TOPIC_INDENT);
	else
		help_print_wrapped(out, line, 0, 0);
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
			help_print_row(out, field->name, field->help);
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
		help_print_options(out, family->parameters, false, true);
	}
	fputs("\noptions of every family:\n", out);
	help_print_options(out, target_common_parameters, false, true);
	return 0;
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
			help_print_row(out, first->shape.name, first->summary);
		if (count > 1)
			help_print_row(out, families[i]->shape.name, families[i]->summary);
	}
	return count == 0 ? -1 : count == 1 ? help_family(out, first) : 0;
}

static int help_format(FILE *out, const char *name)
{
	const struct codec *codec = codec_find(name);

	cleanup_buf struct buf line = { 0 };

	if (codec == NULL)
		return -1;
	buf_print(&line, "format %s: %s", codec->name, codec->summary);
	help_print_wrapped(out, buf_text(&line), 0, 4);
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

/* "tcp-listen" and "TCP:localhost:80" are of the family tcp. */
static int help_spec(FILE *out, const char *text)
{
	struct meaning meaning;

	if (meaning_find(&meaning, text, strcspn(text, ":,"), family_vocabulary(), NULL) < 0)
		return -1;
	return help_family(out, family_of_shape(meaning.shape));
}

static void print_verbs(FILE *out)
{
	for (size_t i = 0; i < verb_group_count; i++)
		for (const struct verb *verb = verb_groups[i].verbs; verb->name != NULL; verb++)
			help_print_row(out, verb->name, verb->help);
}

static void print_all_options(FILE *out)
{
	fputs("of every command:\n", out);
	help_print_options(out, global_options, true, true);
	fputs("\nof every address:\n", out);
	help_print_options(out, target_common_parameters, false, true);
}

/* Whether the name is that of a list: "commands". */
static bool help_list(FILE *out, const char *name)
{
	static const struct {
		const char *name;
		void (*print)(FILE *out);
	} lists[] = {
		{ "commands", print_commands },
		{ "options", print_all_options },
		{ "topics", print_topics },
		{ "verbs", print_verbs },
	};

	for (size_t i = 0; i < array_length(lists); i++) {
		if (!name_equal(lists[i].name, name))
			continue;
		lists[i].print(out);
		return true;
	}
	return false;
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
	struct error as_spec = { 0 };
	struct meaning meaning;

	for (size_t i = 0; i < command_count; i++)
		name_guess_offer(&guess, commands[i]->name);
	for (size_t i = 0; i < family_count; i++)
		offer_family(families[i], &guess);
	for (size_t i = 0; i < topic_count; i++)
		name_guess_offer(&guess, topics[i].name);
	for (size_t i = 0; i < codec_count; i++)
		name_guess_offer(&guess, codecs[i]->name);
	parameter_guess(global_options, &guess);
	for (size_t i = 0; i < command_count; i++)
		if (commands[i]->options != NULL)
			parameter_guess(commands[i]->options, &guess);
	verb_guess(&guess);
	sockopt_guess(NULL, &guess);
	error_usage(err, "help: there is nothing called \"%s\"", name);
	if (guess.nearest != NULL)
		return error_hint(err, "did you mean \"%s\"?", guess.nearest);
	meaning_find(&meaning, name, strcspn(name, ":,"), family_vocabulary(), &as_spec);
	return error_hint(err, "%s", as_spec.hint);
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
	if (help_list(context->out, name))
		return 0;
	for (size_t i = 0; i < array_length(kinds); i++)
		is_known |= kinds[i](context->out, name) == 0;
	if (is_known || help_spec(context->out, name) == 0)
		return 0;
	return unknown_topic(name, err);
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
