/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a command's line by its tables; getopt_long(3). */
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/name.h"
#include "cmd/command.h"
#include "core/target.h"
#include "report/report.h"

#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_LONG_VALUE 256

static const struct name progress_names[] = {
	{ "auto", 0, "on a terminal, for long transfers" },
	{ "always", 1, NULL },
	{ "plain", 2, "whole lines without cursor movement" },
	{ "json", 3, NULL },
	{ "never", 4, NULL },
	{ NULL, 0, NULL },
};

static const struct name color_names[] = {
	{ "auto", REPORT_COLOR_AUTO, NULL },
	{ "always", REPORT_COLOR_ALWAYS, NULL },
	{ "never", REPORT_COLOR_NEVER, NULL },
	{ NULL, 0, NULL },
};

const struct parameter global_options[] = {
	{ .name = "ipv4", .letter = '4', .type = VALUE_FLAG, .help = "IPv4 only" },
	{ .name = "ipv6", .letter = '6', .type = VALUE_FLAG, .help = "IPv6 only" },
	{ .name = "accept-timeout", .type = VALUE_DURATION, .help = "how long a listener waits for a connection" },
	{ .name = "checksum", .type = VALUE_CHOICE, .names = digest_algorithms, .help = "tells the checksum of what passed in each direction, at the end of each connection" },
	{ .name = "color", .type = VALUE_CHOICE, .names = color_names, .help = "colours: auto, always, never" },
	{ .name = "connect-timeout", .type = VALUE_DURATION, .help = "how long to try to connect" },
	{ .name = "eof", .type = VALUE_CHOICE, .names = target_eofs, .help = "what the end of input does" },
	{ .name = "force", .type = VALUE_FLAG, .help = "write raw messages to a terminal all the same" },
	{ .name = "format", .type = VALUE_TEXT, .argument = "IN[:OUT]", .flags = PARAMETER_COMMON, .help = "how messages are read and written: raw, hex, text, json, pcap …" },
	{ .name = "help", .letter = 'h', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "says what the command does, and its options" },
	{ .name = "hexdump", .letter = 'x', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "shows what passes as a hex dump on standard error" },
	{ .name = "idle-timeout", .type = VALUE_DURATION, .help = "end when nothing moved for so long" },
	{ .name = "json", .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "answers, or events on standard error, as JSON lines" },
	{ .name = "left-to-right", .letter = 'u', .type = VALUE_FLAG, .help = "one way only: left to right" },
	{ .name = "right-to-left", .letter = 'U', .type = VALUE_FLAG, .help = "one way only: right to left" },
	{ .name = "progress", .type = VALUE_CHOICE, .names = progress_names, .flags = PARAMETER_OPTIONAL, .fallback = 1, .help = "shows bytes, rate and time left" },
	{ .name = "pump", .type = VALUE_TEXT, .argument = "NAME", .help = "how data is moved: copy, splice, discard; message, batch; -v and --stats name it" },
	{ .name = "quiet", .letter = 'q', .type = VALUE_FLAG, .help = "only errors on standard error" },
	{ .name = "record", .type = VALUE_FILE, .flags = PARAMETER_COMMON, .help = "write what passes to a pcapng file, with events as comments" },
	{ .name = "record-files", .type = VALUE_NUMBER, .minimum = 1, .maximum = 99999, .help = "of several files keep the newest" },
	{ .name = "record-size", .type = VALUE_SIZE, .minimum = 1, .maximum = INT64_MAX, .help = "a new file, NAME-00002.pcapng, after so many bytes" },
	{ .name = "record-time", .type = VALUE_DURATION, .help = "a new file after so long" },
	{ .name = "rate", .type = VALUE_SIZE, .argument = "BYTES", .help = "no more than so many bytes a second in each direction" },
	{ .name = "stats", .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "counts at the end on standard error" },
	{ .name = "tee", .type = VALUE_FILE, .help = "writes what passes left to right to this file as well" },
	{ .name = "tee-back", .type = VALUE_FILE, .help = "the same of what passes right to left" },
	{ .name = "timeout", .type = VALUE_DURATION, .flags = PARAMETER_COMMON, .help = "total time that all may take; status 4 after it" },
	{ .name = "verbose", .letter = 'v', .type = VALUE_FLAG, .flags = PARAMETER_REPEATS | PARAMETER_COMMON, .help = "says what is done" },
	{ .name = "version", .type = VALUE_FLAG, .help = "version, features, libraries, licence" },
	{ .name = NULL },
};

/* The tables as getopt_long(3) wants them; value FIRST_LONG_VALUE + index into rows. */
struct getopt_tables {
	struct option *longs; /* the names of aliases are owned */
	const struct parameter **rows;
	size_t count;
	struct buf letters;
};

/* Names and aliases of the rows. */
static size_t count_names(const struct parameter *rows)
{
	size_t count = 0;

	for (; rows != NULL && rows->name != NULL; rows++) {
		count++;
		for (const char *at = rows->aliases; at != NULL && *at != '\0'; at++)
			count += at == rows->aliases || *at == ' ';
	}
	return count;
}

static void add_long(struct getopt_tables *tables, const char *name, size_t length,
		     const struct parameter *row)
{
	int argument = row->type == VALUE_FLAG		   ? no_argument :
		       row->flags & PARAMETER_OPTIONAL ? optional_argument :
							     required_argument;

	tables->rows[tables->count] = row;
	tables->longs[tables->count] = (struct option){ .name = name == row->name ? name : memory_copy(name, length),
							.has_arg = argument,
							.val = FIRST_LONG_VALUE + (int)tables->count };
	tables->count++;
	if (row->letter != '\0' && length == strlen(row->name)) {
		buf_add_char(&tables->letters, row->letter);
		if (row->type != VALUE_FLAG)
			buf_add_string(&tables->letters, row->flags & PARAMETER_OPTIONAL ? "::" : ":");
	}
}

static void add_rows(struct getopt_tables *tables, const struct parameter *rows)
{
	for (; rows != NULL && rows->name != NULL; rows++) {
		const char *alias = rows->aliases;

		add_long(tables, rows->name, strlen(rows->name), rows);
		while (alias != NULL && *alias != '\0') {
			size_t length = strcspn(alias, " ");

			add_long(tables, alias, length, rows);
			alias += length + strspn(alias + length, " ");
		}
	}
}

static void make_tables(struct getopt_tables *tables, const struct parameter *own)
{
	size_t count = count_names(own) + count_names(global_options);

	tables->longs = memory_array(count + 1, sizeof(*tables->longs));
	tables->rows = memory_array(count, sizeof(const struct parameter *));
	add_rows(tables, own);
	add_rows(tables, global_options);
}

static void release_tables(struct getopt_tables *tables)
{
	for (size_t i = 0; i < tables->count; i++)
		if (tables->longs[i].name != tables->rows[i]->name)
			free((char *)(uintptr_t)tables->longs[i].name);
	free(tables->longs);
	free(tables->rows);
	buf_release(&tables->letters);
}

static const struct parameter *row_of(const struct getopt_tables *tables, int value)
{
	if (value >= FIRST_LONG_VALUE && (size_t)(value - FIRST_LONG_VALUE) < tables->count)
		return tables->rows[value - FIRST_LONG_VALUE];
	for (size_t i = 0; i < tables->count; i++)
		if (tables->rows[i]->letter == value)
			return tables->rows[i];
	return NULL;
}

/* What people of nc and socat type, and what it is called here. */
static const struct {
	const char *spelling;
	const char *hint;
} foreign_spellings[] = {
	{ "-l", "to listen: anysock listen tcp:PORT" },
	{ "-k", "to serve many: anysock listen --keep tcp:PORT" },
	{ "-z", "to see whether a port is open: anysock scan tcp:HOST:PORT" },
	{ "-e", "to run a program: anysock connect SPEC -- PROGRAM" },
	{ "-c", "to run a program: anysock connect SPEC -- sh -c COMMAND" },
	{ "-n", "names are only looked up where an address is a name: nothing to switch off" },
	{ "-N", "the end of input is always passed on; nothing is needed" },
	{ "-w", "a time limit: --timeout 5s, or --connect-timeout 5s" },
	{ "-p", "a local port: bind=:PORT, as in tcp:HOST:80,bind=:5000" },
	{ "-s", "a local address: bind=ADDRESS, as in tcp:HOST:80,bind=10.0.0.1" },
	{ "-T", "a time limit where nothing moves: --idle-timeout 5s" },
	{ "-t", "nothing cuts an answer off: it is waited for; a limit is --timeout 5s" },
	{ "-b", "what moves at once is chosen as it passes: nothing to set" },
	{ "-d", "to be told more: -v, or -vv" },
	{ "-D", "what descriptors are is told by: anysock sockopt fd:0" },
	{ "-L", "to run once at a time: flock FILE anysock ..." },
	{ "-V", "the version: anysock --version" },
};

/* "help --timeout" is about an option, not with one. */
static void hint_help(const char *word, struct error *err)
{
	error_hint(err, "an option is asked for without its dashes: anysock help %s", word + strspn(word, "-"));
}

static void hint_option(const struct getopt_tables *tables, const char *word, struct error *err)
{
	struct name_guess guess = { .wanted = word + strspn(word, "-") };

	for (size_t i = 0; i < array_length(foreign_spellings); i++)
		if (strncmp(word, foreign_spellings[i].spelling, 2) == 0 && word[1] != '-') {
			error_hint(err, "%s", foreign_spellings[i].hint);
			return;
		}
	for (size_t i = 0; i < tables->count && word[1] == '-'; i++)
		name_guess_offer(&guess, tables->longs[i].name);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean --%s?", guess.nearest);
}

static int refuse(const struct getopt_tables *tables, const struct command *command, int why,
		  const char *word, struct error *err)
{
	bool asks_help = strcmp(command->name, "help") == 0;

	if (why == ':') {
		error_usage(err, "%s: %s needs a value", command->name, word);
		if (asks_help)
			hint_help(word, err);
		return -1;
	}
	if (strchr(word, '=') != NULL && word[1] == '-')
		error_usage(err, "%s: \"%s\" is no option, or takes no value", command->name, word);
	else
		error_usage(err, "%s: there is no option \"%s\"", command->name, word);
	if (asks_help)
		hint_help(word, err);
	else if (command->options != NULL && parameter_find(command->options, "message") != NULL && word[1] != '-')
		error_hint(err, "a message that begins with \"-\" stands behind --message");
	else
		hint_option(tables, word, err);
	return -1;
}

/* typed is how the option was called, which may be an alias. */
static int add_setting(struct arguments *arguments, const struct parameter *row, const char *typed,
		       const char *text, struct error *err)
{
	struct setting *setting;

	for (size_t i = 0; i < arguments->setting_count; i++)
		if (arguments->settings[i].parameter == row && !(row->flags & PARAMETER_REPEATS) &&
		    row->type != VALUE_FLAG)
			return error_usage(err, "--%s is given twice", typed);
	arguments->settings = memory_resize(arguments->settings, arguments->setting_count + 1,
					    sizeof(*arguments->settings));
	setting = &arguments->settings[arguments->setting_count];
	*setting = (struct setting){ .parameter = row };
	if (value_read(row, text, text != NULL ? strlen(text) : 0, &setting->value, err) < 0)
		return error_context(err, "--%s", typed);
	arguments->setting_count++;
	return 0;
}

static int read_options(struct arguments *arguments, struct getopt_tables *tables, int argc,
			char **argv, struct error *err)
{
	cleanup_buf struct buf letters = { 0 };
	int value, at = -1;

	buf_print(&letters, ":%s", buf_text(&tables->letters));
	optind = 0;
	opterr = 0;
	while ((value = getopt_long(argc, argv, buf_text(&letters), tables->longs, &at)) != -1) {
		const struct parameter *row = row_of(tables, value);
		char letter[3] = { '-', (char)optopt, '\0' };
		bool is_letter = optopt > 0 && optopt < FIRST_LONG_VALUE;

		if (value == '?' || value == ':' || row == NULL)
			return refuse(tables, arguments->command, value,
				      is_letter ? letter : argv[optind - 1], err);
		if (add_setting(arguments, row, at >= 0 ? tables->longs[at].name : row->name, optarg, err) < 0)
			return -1;
		at = -1;
	}
	arguments->words = argv + optind;
	arguments->word_count = (size_t)(argc - optind);
	return 0;
}

/* Whether a word stands before the first "--". */
static int count_before_program(int argc, char **argv)
{
	int i = 0;

	while (i < argc && strcmp(argv[i], "--") != 0)
		i++;
	return i;
}

/* "-,raw" is the spec of standard input and output, not a bundle of letters. */
static void protect_stdio(struct arguments *arguments, int argc, char **argv)
{
	arguments->stdio_words = memory_array((size_t)argc + 1, sizeof(char *));
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && argv[i][1] == ',') {
			argv[i] = memory_print("stdio%s", argv[i] + 1);
			arguments->stdio_words[arguments->stdio_word_count++] = argv[i];
		}
}

static size_t least_words(const struct command *command, size_t *most)
{
	size_t least = 0;

	*most = 0;
	for (const struct argument *row = command->arguments; row != NULL && row->name != NULL; row++) {
		least += !row->optional;
		*most = row->repeats ? SIZE_MAX : *most + 1;
	}
	return least;
}

/* Of which only one can be meant. */
static int check_exclusive(const struct arguments *arguments, struct error *err)
{
	static const struct {
		const char *one, *other, *both;
	} rows[] = {
		{ "crlf", "lf", "--crlf and --lf" },
		{ "ipv4", "ipv6", "-4 and -6" },
		{ "left-to-right", "right-to-left", "-u and -U" },
	};

	for (size_t i = 0; i < array_length(rows); i++)
		if (arguments_flag(arguments, rows[i].one) && arguments_flag(arguments, rows[i].other))
			return error_usage(err, "%s exclude each other", rows[i].both);
	return 0;
}

static int check_words(const struct arguments *arguments, struct error *err)
{
	const struct command *command = arguments->command;
	size_t most, least = least_words(command, &most);

	if (arguments_flag(arguments, "help") || arguments_flag(arguments, "version"))
		return 0;
	if (check_exclusive(arguments, err) < 0)
		return -1;
	if (arguments->word_count < least) {
		error_usage(err, "%s: %s missing", command->name,
			    command->arguments[arguments->word_count].name);
		return error_hint(err, "anysock help %s", command->name);
	}
	if (arguments->word_count > most) {
		error_usage(err, "%s: \"%s\" is one word too many", command->name,
			    arguments->words[most]);
		return error_hint(err, command->program != NULL ?
					       "a program stands behind \"--\"; see anysock help %s" :
					       "anysock help %s",
				  command->name);
	}
	if (arguments->program != NULL && command->program == NULL)
		return error_usage(err, "%s: takes no program behind \"--\"", command->name);
	if (arguments->program != NULL && arguments->program[0] == NULL)
		return error_usage(err, "%s: a program is missing behind \"--\"", command->name);
	return 0;
}

int arguments_read_options(struct arguments *arguments, const struct command *command, int argc,
			   char **argv, struct error *err)
{
	struct getopt_tables tables = { 0 };
	int own = count_before_program(argc, argv);
	int result;

	*arguments = (struct arguments){ .command = command };
	if (own < argc)
		arguments->program = argv + own + 1;
	make_tables(&tables, command->options);
	protect_stdio(arguments, own, argv);
	if (own < argc)
		argv[own] = NULL;
	result = read_options(arguments, &tables, own, argv, err);
	release_tables(&tables);
	if (result < 0)
		arguments_release(arguments);
	return result;
}

int arguments_parse(struct arguments *arguments, const struct command *command, int argc,
		    char **argv, struct error *err)
{
	if (arguments_read_options(arguments, command, argc, argv, err) < 0)
		return -1;
	if (check_words(arguments, err) == 0)
		return 0;
	arguments_release(arguments);
	return -1;
}

void arguments_release(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->setting_count; i++)
		value_release(&arguments->settings[i].value);
	for (size_t i = 0; i < arguments->stdio_word_count; i++)
		free(arguments->stdio_words[i]);
	free(arguments->stdio_words);
	free(arguments->settings);
	*arguments = (struct arguments){ 0 };
}

const struct setting *arguments_setting(const struct arguments *arguments, const char *name)
{
	for (size_t i = arguments->setting_count; i > 0; i--)
		if (strcmp(arguments->settings[i - 1].parameter->name, name) == 0)
			return &arguments->settings[i - 1];
	return NULL;
}

int64_t arguments_number(const struct arguments *arguments, const char *name, int64_t fallback)
{
	const struct setting *setting = arguments_setting(arguments, name);

	return setting != NULL ? setting->value.number : fallback;
}

bool arguments_flag(const struct arguments *arguments, const char *name)
{
	return arguments_number(arguments, name, 0) != 0;
}

const char *arguments_text(const struct arguments *arguments, const char *name,
			   const char *fallback)
{
	const struct setting *setting = arguments_setting(arguments, name);

	return setting != NULL ? setting->value.bytes : fallback;
}
