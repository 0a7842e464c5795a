/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which command is meant: its name, or a spec or two for connect and relay. */
#include "cmd/main_line.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/name.h"
#include "cmd/help.h"
#include "cmd/netcat.h"
#include "core/family.h"
#include "report/json.h"
#include "report/report.h"
#include "spec/socat.h"
#include "spec/spec.h"

#include <ctype.h>
#include <poll.h>
#include <signal.h>
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

/* Whether a word is an option of nc's that no command has which may be left out. */
static bool is_foreign_option(const char *word)
{
	static const char *const names[] = { "--exec", "--listen", "--sh-exec" };

	if (word[0] != '-' || spec_looks_like_one(word))
		return false;
	if (word[1] != '-')
		return strpbrk(word, "celz") != NULL;
	for (size_t i = 0; i < array_length(names); i++)
		if (strncmp(word, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static bool has_foreign_option(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (is_foreign_option(argv[i]))
			return true;
	return false;
}

static int unknown_command(const char *word, struct error *err)
{
	struct name_guess guess = { .wanted = word };

	/* As its manual has them: "STDIN". */
	if (isupper((unsigned char)word[0]) && socat_refuse(word, strlen(word), err) < 0)
		return -1;
	for (size_t i = 0; i < command_count; i++)
		name_guess_offer(&guess, commands[i]->name);
	error_usage(err, "there is no command \"%s\"", word);
	if (guess.nearest == NULL)
		return error_hint(err, "anysock help lists the commands; a spec looks like tcp:localhost:80");
	return error_hint(err, "did you mean \"%s\"?", guess.nearest);
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

/* "anysock -T 5 tcp:localhost:80" is wrong in its -T: that "5" is no command follows from it. */
static int check_options(int first, int argc, char **argv, struct error *err)
{
	char **copy cleanup_free = without_command(argc, argv, 0);
	struct arguments arguments;

	if (arguments_read_options(&arguments, implied_command(first, argc, argv), argc, copy, err) < 0)
		return -1;
	arguments_release(&arguments);
	return 0;
}

/* connect or relay where the first word is a spec, else an error. */
static const struct command *choose_implied(int word, int argc, char **argv, struct error *err)
{
	if (has_foreign_option(argc, argv) && netcat_refuse(argc, argv, err))
		return NULL;
	if (spec_looks_like_one(argv[word]) || is_family_word(argv[word]))
		return implied_command(word, argc, argv);
	if (!netcat_refuse(argc, argv, err) && check_options(word, argc, argv, err) == 0)
		unknown_command(argv[word], err);
	return NULL;
}

/* word is where the command's name stands, 0 where it was left out. */
static const struct command *choose_command(int argc, char **argv, int *word, struct error *err)
{
	int first = first_word(argc, argv);
	const struct command *command = first < argc ? command_find(argv[first]) : NULL;

	*word = command != NULL ? first : 0;
	if (command != NULL)
		return command;
	/* Options alone ask for help, or are told that a spec is missing. */
	return first < argc ? choose_implied(first, argc, argv, err) : command_find("connect");
}

/* What outlives a command: an error may point into its words. */
struct line {
	const struct command *command;
	int named_at; /* where its name stands; 0: it is implied */
	char **words;
	struct arguments arguments;
};

static int run_command(struct context *context, const struct line *line, struct error *err)
{
	const struct arguments *arguments = &line->arguments;

	if (arguments_flag(arguments, "version"))
		return help_version(context->out, context->as_json);
	if (!arguments_flag(arguments, "help"))
		return line->command->run(context, arguments, err);
	if (line->named_at == 0 && arguments->word_count == 0)
		return help_overview(context->out);
	return help_command_text(context->out, line->command, true);
}

static int run_line(struct context *context, struct line *line, int argc, char **argv,
		    struct error *err)
{
	if (argc < 2) {
		help_short(context->errors);
		return 2;
	}
	line->command = choose_command(argc, argv, &line->named_at, err);
	if (line->command == NULL)
		return -1;
	line->words = without_command(argc, argv, line->named_at);
	if (arguments_parse(&line->arguments, line->command, line->named_at > 0 ? argc - 1 : argc,
			    line->words, err) < 0)
		return -1;
	return run_command(context, line, err);
}

/* How errors look, also one that is in the command line itself. */
static void read_appearance(struct context *context, int argc, char **argv)
{
	const struct name *colors = parameter_find(global_options, "color")->names;
	enum report_color color = REPORT_COLOR_AUTO;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const char *value = argv[i] + strcspn(argv[i], "=");
		const struct name *row = *value == '=' ? name_find(colors, value + 1) : NULL;

		if (strcmp(argv[i], "--json") == 0)
			context->as_json = true;
		else if (row != NULL && strncmp(argv[i], "--color=", strlen("--color=")) == 0)
			color = (enum report_color)row->value;
	}
	context->colored = report_is_colored(context->errors, color);
}

static void tell_error(struct context *context, const struct error *err)
{
	const struct event event = { .kind = EVENT_ERROR, .error = err };

	if (context->as_json)
		json_event_print(context->errors, &event);
	else
		report_error(context->errors, context->colored, NULL, err);
}

/* Whether nobody reads any more, as behind "| head". */
static bool has_no_reader(FILE *out)
{
	struct pollfd wanted = { .fd = fileno(out), .events = POLLOUT };

	return poll(&wanted, 1, 0) == 1 && (wanted.revents & POLLERR);
}

static int flush(struct context *context, int status, struct error *err)
{
	if (fflush(context->out) == 0 && !ferror(context->out))
		return status;
	if (has_no_reader(context->out)) {
		context->died_by = SIGPIPE;
		return status;
	}
	error_system(err, "standard output");
	tell_error(context, err);
	return status == 0 ? 1 : status;
}

int main_line_run(struct context *context, int argc, char **argv)
{
	struct error err = { 0 };
	struct line line = { 0 };
	int status;

	read_appearance(context, argc, argv);
	status = run_line(context, &line, argc, argv, &err);
	if (status < 0) {
		tell_error(context, &err);
		status = error_status(&err);
	}
	arguments_release(&line.arguments);
	free(line.words);
	return flush(context, status, &err);
}
