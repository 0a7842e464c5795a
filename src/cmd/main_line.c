/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which command is meant: its name, or a spec or two for connect and relay. */
#include "cmd/main_line.h"

#include "base/memory.h"
#include "base/name.h"
#include "cmd/help.h"
#include "cmd/netcat.h"
#include "core/family.h"
#include "report/json.h"
#include "report/report.h"
#include "spec/spec.h"

#include <stdlib.h>
#include <string.h>

/* Whether an option takes the next word as its value, as this table has it. */
static bool wants_value(const struct parameter *options, const char *word)
{
	for (const struct parameter *row = options; row != NULL && row->name != NULL; row++) {
		bool wants = row->type != VALUE_FLAG && !(row->flags & PARAMETER_OPTIONAL);

		if (word[1] == '-' && name_equal(word + 2, row->name))
			return wants;
		if (word[1] != '-' && word[1] == row->letter && row->letter != '\0')
			return wants && word[2] == '\0';
	}
	return false;
}

/* The same before the command is known: of every command, or of one that may be left out. */
static bool takes_next_word(const char *word)
{
	return wants_value(global_options, word) ||
	       wants_value(command_find("connect")->options, word) ||
	       wants_value(command_find("relay")->options, word);
}

/* The index of the first word that is no option, argc where there is none. */
static int first_word(int argc, char **argv)
{
	int i = 1;

	while (i < argc && argv[i][0] == '-' && !spec_looks_like_one(argv[i])) {
		if (strcmp(argv[i], "--") == 0)
			return argc;
		i += takes_next_word(argv[i]) ? 2 : 1;
	}
	return i < argc ? i : argc;
}

static bool is_family_word(const char *word)
{
	struct spec spec;

	if (spec_parse(&spec, word, family_vocabulary(), NULL) < 0)
		return false;
	spec_release(&spec);
	return true;
}

/* One spec is connect, two are relay. */
static const struct command *implied_command(int first, int argc, char **argv)
{
	int specs = 0;

	for (int i = first; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (argv[i][0] == '-' && !spec_looks_like_one(argv[i]))
			i += takes_next_word(argv[i]) ? 1 : 0;
		else
			specs++;
	}
	return command_find(specs > 1 ? "relay" : "connect");
}

/* Whether one of these letters stands among the options; no command that may be left out has them. */
static bool has_short_option(int argc, char **argv, const char *letters)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (argv[i][0] == '-' && argv[i][1] != '-' && strpbrk(argv[i], letters) != NULL &&
		    !spec_looks_like_one(argv[i]))
			return true;
	return false;
}

static int unknown_command(const char *word, struct error *err)
{
	struct name_guess guess = { .wanted = word };

	for (size_t i = 0; i < command_count; i++)
		name_guess_offer(&guess, commands[i]->name);
	error_usage(err, "there is no command \"%s\"", word);
	if (guess.nearest == NULL)
		return error_hint(err, "anysock help lists the commands; a spec looks like tcp:localhost:80");
	return error_hint(err, "did you mean \"%s\"?", guess.nearest);
}

static const struct command *choose_command(int argc, char **argv, int *word, struct error *err)
{
	const struct command *command;

	*word = first_word(argc, argv);
	if (*word == argc)
		return NULL;
	command = command_find(argv[*word]);
	if (command != NULL)
		return command;
	if (has_short_option(argc, argv, "lz") && netcat_refuse(argc, argv, err))
		return NULL;
	if (spec_looks_like_one(argv[*word]) || is_family_word(argv[*word])) {
		command = implied_command(*word, argc, argv);
		*word = 0;
		return command;
	}
	if (!netcat_refuse(argc, argv, err))
		unknown_command(argv[*word], err);
	return NULL;
}

/* The command's word goes to the front, where getopt_long(3) expects a name. */
static char **without_command(int argc, char **argv, int word)
{
	char **copy = memory_array((size_t)argc + 1, sizeof(char *));
	int count = 0;

	copy[count++] = argv[word > 0 ? word : 0];
	for (int i = 1; i < argc; i++)
		if (i != word)
			copy[count++] = argv[i];
	return copy;
}

/* The arguments are due for release once an error, which may point into them, was told. */
static int run_command(struct context *context, const struct command *command, int argc,
		       char **argv, struct arguments *arguments, struct error *err)
{
	if (arguments_parse(arguments, command, argc, argv, err) < 0)
		return -1;
	context->colored = report_is_colored(context->errors, (enum report_color)arguments_number(
								      arguments, "color", REPORT_COLOR_AUTO));
	context->as_json = arguments_flag(arguments, "json");
	if (arguments_flag(arguments, "help"))
		return help_command_text(context->out, command, true);
	if (arguments_flag(arguments, "version"))
		return help_version(context->out, arguments_flag(arguments, "json"));
	return command->run(context, arguments, err);
}

static bool has_word(int argc, char **argv, const char *word)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], word) == 0)
			return true;
	return false;
}

static int run_without_command(struct context *context, int argc, char **argv)
{
	if (has_word(argc, argv, "--version"))
		return help_version(context->out, has_word(argc, argv, "--json"));
	if (has_word(argc, argv, "--help") || has_word(argc, argv, "-h"))
		return help_overview(context->out);
	help_short(context->errors);
	return 2;
}

static int flush(struct context *context, int status, struct error *err)
{
	if (fflush(context->out) == 0 && !ferror(context->out))
		return status;
	error_system(err, "standard output");
	report_error(context->errors, context->colored, NULL, err);
	return status == 0 ? 1 : status;
}

static void tell_error(struct context *context, const struct error *err)
{
	const struct event event = { .kind = EVENT_ERROR, .error = err };

	if (context->as_json)
		json_event_print(context->errors, &event);
	else
		report_error(context->errors, context->colored, NULL, err);
}

int main_line_run(struct context *context, int argc, char **argv)
{
	struct error err = { 0 };
	const struct command *command;
	struct arguments arguments;
	char **rest;
	int word, status;

	context->colored = report_is_colored(context->errors, REPORT_COLOR_AUTO);
	command = choose_command(argc, argv, &word, &err);
	if (command == NULL && !error_is_set(&err))
		return run_without_command(context, argc, argv);
	if (command == NULL) {
		report_error(context->errors, context->colored, NULL, &err);
		return error_status(&err);
	}
	rest = without_command(argc, argv, word);
	status = run_command(context, command, word > 0 ? argc - 1 : argc, rest, &arguments, &err);
	if (status < 0) {
		tell_error(context, &err);
		status = error_status(&err);
	}
	arguments_release(&arguments);
	free(rest);
	return flush(context, status, &err);
}
