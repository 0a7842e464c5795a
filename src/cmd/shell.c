/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock shell: lines from a script, a pipe or a terminal. */
#include "shell/shell.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/main_line.h"
#include "cmd/jobs.h"
#include "cmd/open.h"
#include "report/report.h"
#include "shell/console.h"
#include "shell/tally.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCRIPT_MAXIMUM (16U << 20)
#define LIMIT_DEFAULT (60 * NANOSECONDS_PER_SECOND)

static const struct parameter options[] = {
	{ .name = "artifacts", .type = VALUE_FILE, .argument = "FOLDER", .help = "keep the log and recordings of tests that fail there" },
	{ .name = "check", .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "parse and check the scripts and run nothing" },
	{ .name = "command", .letter = 'c', .type = VALUE_TEXT, .argument = "LINES", .flags = PARAMETER_COMMON, .help = "run these lines, separated by \";\"" },
	{ .name = "define", .letter = 'D', .type = VALUE_TEXT, .argument = "NAME=VALUE", .flags = PARAMETER_REPEATS, .help = "set a variable" },
	{ .name = "jobs", .letter = 'j', .type = VALUE_NUMBER, .minimum = 1, .maximum = 1000, .argument = "NUMBER", .help = "run so many of several scripts at once" },
	{ .name = "junit", .type = VALUE_FILE, .help = "write the tests' results as XML" },
	{ .name = "strict", .type = VALUE_FLAG, .help = "a test fails that leaves bytes unread or programs running" },
	{ .name = NULL },
};

static const struct argument words[] = { { "SCRIPT", ARGUMENT_FILE, true, true }, { .name = NULL } };

static const char *const examples[] = {
	"anysock shell -c 'open c tcp:localhost:80; send c \"HEAD / HTTP/1.0\\r\\n\\r\\n\"; expect c /^HTTP.*/'",
	"anysock shell test.as",
	"anysock shell --check test.as",
	NULL,
};

struct session {
	struct shell_host host;
	struct context *context;
	const struct arguments *arguments;
	struct tally tally;
	struct buf junit;
};

static int bind_spec(struct shell_host *host, struct target *target, const char *word, bool listens,
		     struct error *err)
{
	struct session *session = container_of(host, struct session, host);
	const struct wish wish = { .listens = listens };

	return open_target(target, word, &wish, session->arguments, err);
}

static const char *command_at(struct shell_host *host, size_t i, const char **summary)
{
	(void)host;
	if (i >= command_count)
		return NULL;
	*summary = commands[i]->summary;
	return commands[i]->name;
}

static const char *option_at(struct shell_host *host, const char *command, size_t i, const char **help)
{
	const struct parameter *row = NULL;

	(void)host;
	for (size_t k = 0; k < command_count; k++)
		if (strcmp(commands[k]->name, command) == 0)
			row = commands[k]->options;
	for (; row != NULL && row->name != NULL && i > 0; row++)
		i--;
	if (row == NULL || row->name == NULL)
		return NULL;
	*help = row->help;
	return row->name;
}

static int run_command(struct shell_host *host, FILE *out, int argc, char **argv)
{
	struct session *session = container_of(host, struct session, host);
	struct context context = { .out = out, .errors = session->context->errors, .interactive = true };
	char **all = memory_array((size_t)argc + 2, sizeof(char *));
	int status;

	all[0] = (char *)(uintptr_t) "anysock";
	memcpy(all + 1, argv, (size_t)argc * sizeof(char *));
	status = main_line_run(&context, argc + 1, all);
	free(all);
	return status;
}

static int read_file(const char *path, struct buf *out, struct error *err)
{
	cleanup_close int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);

	out->maximum = SCRIPT_MAXIMUM;
	for (;;) {
		char *room = buf_reserve(out, 65536);
		ssize_t got = fd < 0 || room == NULL ? -1 : read(fd, room, 65536);

		if (room == NULL)
			return error_set(err, ERROR_FAILED, "%s: a script may have 16 MiB", path);
		if (got < 0 && (fd < 0 || errno != EINTR))
			return error_system(err, "%s", path);
		if (got == 0)
			return 0;
		buf_commit(out, got > 0 ? (size_t)got : 0);
	}
}

static struct shell *make_shell(struct session *session, const char *name, bool talks, struct error *err)
{
	const struct arguments *arguments = session->arguments;
	struct shell_settings settings = {
		.talks = talks && !arguments_flag(arguments, "quiet"),
		.strict = arguments_flag(arguments, "strict"),
		.limit = arguments_number(arguments, "timeout", name != NULL ? LIMIT_DEFAULT : 0),
		.artifacts = arguments_text(arguments, "artifacts", NULL),
		.name = name != NULL ? name : "lines",
	};
	struct shell *shell = shell_new(&session->host, &settings, err);

	for (size_t i = 0; shell != NULL && i < arguments->setting_count; i++)
		if (strcmp(arguments->settings[i].parameter->name, "define") == 0 &&
		    shell_define(shell, arguments->settings[i].value.bytes, err) < 0) {
			error_context(err, "--define");
			shell_free(shell);
			return NULL;
		}
	return shell;
}

static void tell(struct session *session, const struct shell *shell, const struct error *err)
{
	FILE *errors = session->context->errors;

	report_error(errors, session->context->colored, NULL, err);
	fputs(buf_text(shell_diagnosis(shell)), errors);
	fflush(errors);
}

/* Parses all of it before the first line runs. */
static int run_source(struct session *session, struct shell *shell, const struct source *source,
		      struct error *err)
{
	struct parse_world world;
	struct block block;
	int result;

	shell_world(shell, &world);
	shell_forget_failure(shell);
	if (script_parse(source, &world, &block, err) < 0)
		return -1;
	result = arguments_flag(session->arguments, "check") ? 0 : shell_run(shell, &block, err);
	block_release(&block);
	return result;
}

/* Told here: the error points into the source. Gives the exit status. */
static int conclude(struct session *session, struct shell *shell, int result, struct error *err)
{
	struct tally *tally = &session->tally;
	int status = result == FLOW_EXIT ? shell_exit_status(shell) : 0;

	if (result >= 0)
		result = shell_finish(shell, err);
	if (result < 0)
		status = tally->count > 0 ? 1 : shell_exit_status(shell) > 0 ? shell_exit_status(shell) : error_status(err);
	if (result < 0)
		shell_failed(shell, err);
	if (result < 0 && tally->is_running) {
		tally_fail(tally, err, shell_diagnosis(shell));
	} else if (result < 0) {
		tell(session, shell, err);
		tally_fail_script(tally, err, shell_diagnosis(shell));
	}
	tally_finish(tally);
	session->context->died_by = shell_interrupted(shell);
	return tally->failed > 0 && status == 0 ? 1 : status;
}

static int run_text(struct session *session, const char *name, const struct buf *text, bool talks,
		    struct error *err)
{
	struct source *source = source_new(name, buf_text(text), text->length);
	struct shell *shell = make_shell(session, name, talks, err);
	int status = -1;

	if (shell != NULL) {
		session->tally = (struct tally){ .out = session->context->out, .as_json = session->context->as_json, .file = name };
		shell_report_to(shell, &session->tally);
		status = conclude(session, shell, run_source(session, shell, source, err), err);
		tally_print_junit(&session->tally, &session->junit);
		tally_release(&session->tally);
		shell_free(shell);
	}
	source_free(source);
	return status;
}

static int run_file(struct session *session, const char *path, struct error *err)
{
	cleanup_buf struct buf text = { 0 };

	if (read_file(path, &text, err) < 0)
		return -1;
	return run_text(session, path, &text, false, err);
}

/* Where lines come from: a pipe, or somebody who types. */
struct reader {
	FILE *input;
	struct console *console; /* NULL: lines are not edited */
	bool is_person; /* a line that fails does not end it */
};

/* Adds a line; LINE_END where there is none. */
static enum line_outcome read_line(struct reader *reader, struct buf *text)
{
	char *line cleanup_free = NULL;
	size_t room = 0;
	ssize_t length;

	if (reader->console != NULL)
		return console_read(reader->console, text->length > 0, text);
	if (reader->is_person) {
		fputs(text->length > 0 ? "... " : "anysock> ", stdout);
		fflush(stdout);
	}
	length = getline(&line, &room, reader->input);
	if (length < 0)
		return LINE_END;
	buf_add(text, line, (size_t)length);
	return LINE_READ;
}

/* Runs what was typed: the exit status where that was the last line, else -1. */
static int run_typed(struct session *session, struct shell *shell, const struct reader *reader,
		     const struct buf *text)
{
	struct source *source = source_new(NULL, buf_text(text), text->length);
	struct error err = { 0 };
	int result = run_source(session, shell, source, &err), status = -1;

	if (result < 0) {
		shell_failed(shell, &err);
		tell(session, shell, &err);
	} else {
		shell_remember(shell, text);
	}
	if (result == FLOW_EXIT)
		status = shell_exit_status(shell);
	else if (result < 0 && !reader->is_person)
		status = shell_exit_status(shell) > 0 ? shell_exit_status(shell) : error_status(&err);
	if (reader->is_person && shell_interrupted(shell) == SIGINT)
		shell_resume(shell);
	source_free(source);
	return shell_interrupted(shell) != 0 && status < 0 ? 1 : status;
}

static bool is_open(struct shell *shell, const struct buf *text)
{
	struct source *source = source_new(NULL, buf_text(text), text->length);
	struct parse_world world;
	bool open;

	shell_world(shell, &world);
	open = script_is_open(source, &world);
	source_free(source);
	return open;
}

/* Whether what came behind so many bytes, in which something is open, can end that. */
static bool can_end(const struct buf *text, size_t open)
{
	const char *bytes = buf_text(text);
	bool goes_on = open > 1 && memcmp(bytes + open - 2, "\\\n", 2) == 0;

	return open == 0 || goes_on || memchr(bytes + open, '}', text->length - open) != NULL;
}

/* A line and those that belong to what it opens; at LINE_END text has what was not ended. */
static enum line_outcome read_text(struct shell *shell, struct reader *reader, struct buf *text)
{
	enum line_outcome outcome;
	size_t open = 0;

	buf_clear(text);
	while ((outcome = read_line(reader, text)) == LINE_READ) {
		/* In a block from a pipe there may be thousands of lines, and all of it is parsed again. */
		if ((reader->is_person || can_end(text, open)) && !is_open(shell, text))
			break;
		open = text->length;
	}
	return outcome;
}

/* Lines run as they come; from a pipe the first that fails is the last. */
static int run_lines(struct session *session, struct shell *shell, struct reader *reader)
{
	cleanup_buf struct buf text = { 0 };
	enum line_outcome outcome;
	int status = -1;

	while (status < 0 && (outcome = read_text(shell, reader, &text)) != LINE_END) {
		if (outcome == LINE_INTERRUPTED)
			continue;
		if (reader->console != NULL)
			console_remember(reader->console, buf_text(&text));
		status = run_typed(session, shell, reader, &text);
	}
	/* What a pipe has not ended must not go by without a word; who types has left. */
	if (status < 0 && text.length > 0 && !reader->is_person)
		status = run_typed(session, shell, reader, &text);
	session->context->died_by = shell_interrupted(shell);
	return status < 0 ? 0 : status;
}

/* $XDG_STATE_HOME/anysock/history, whose folder is made; NULL where there is no place for it. */
static char *history_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *base cleanup_free = NULL;
	char *folder cleanup_free = NULL;

	if (state != NULL && *state == '/')
		base = memory_string(state);
	else if (home != NULL && *home == '/')
		base = memory_print("%s/.local/state", home);
	else
		return NULL;
	folder = memory_print("%s/anysock", base);
	for (char *at = folder + 1; *at != '\0'; at++)
		if (*at == '/') {
			*at = '\0';
			mkdir(folder, 0700);
			*at = '/';
		}
	mkdir(folder, 0700);
	return memory_print("%s/history", folder);
}

/* Lines are edited where both ends are a terminal that can move its cursor. */
static struct console *open_console(struct session *session, struct shell *shell)
{
	const char *term = getenv("TERM");
	char *path cleanup_free = NULL;
	struct console *console;
	struct error err = { 0 };

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || term == NULL || *term == '\0' ||
	    strcmp(term, "dumb") == 0)
		return NULL;
	path = history_path();
	console = console_new(shell, path, &err);
	if (console == NULL)
		report_error(session->context->errors, session->context->colored, NULL, &err);
	return console;
}

static int run_input(struct session *session, struct error *err)
{
	struct shell *shell = make_shell(session, NULL, true, err);
	struct reader reader = { .input = stdin, .is_person = isatty(STDIN_FILENO) };
	int status;

	if (shell == NULL)
		return -1;
	reader.console = open_console(session, shell);
	status = run_lines(session, shell, &reader);
	console_free(reader.console);
	if (reader.is_person)
		shell_say_what_closes(shell);
	shell_free(shell);
	return status;
}

/* In a process of its own, where several files run at once. */
static int run_job(void *context, const char *path, FILE *out, struct buf *junit)
{
	struct session *parent = context;
	struct context own = *parent->context;
	struct session session = *parent;
	struct error err = { 0 };
	int status;

	own.out = session.host.out = out;
	session.context = &own;
	session.junit = (struct buf){ 0 };
	status = run_file(&session, path, &err);
	if (status < 0) {
		report_error(own.errors, own.colored, NULL, &err);
		status = error_status(&err);
	}
	*junit = session.junit;
	return status;
}

static int write_junit(const struct session *session, struct error *err)
{
	const char *path = arguments_text(session->arguments, "junit", NULL);
	FILE *file;

	if (path == NULL)
		return 0;
	file = fopen(path, "we");
	if (file == NULL)
		return error_system(err, "%s", path);
	fprintf(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n%s</testsuites>\n",
		buf_text(&session->junit));
	return fclose(file) == 0 ? 0 : error_system(err, "%s", path);
}

static int run_files(struct session *session, struct error *err)
{
	const struct arguments *arguments = session->arguments;
	struct jobs jobs = {
		.names = arguments->words,
		.count = arguments->word_count,
		.at_once = (size_t)arguments_number(arguments, "jobs", 1),
		.run = run_job,
		.context = session,
		.out = session->context->out,
		.as_tap = !session->context->as_json,
		.texts = &session->junit,
	};

	return jobs.count == 1 ? run_file(session, arguments->words[0], err) : jobs_run(&jobs, err);
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	const char *lines = arguments_text(arguments, "command", NULL);
	struct session session = {
		.host = { .bind = bind_spec, .command_at = command_at, .option_at = option_at, .run = run_command,
			  .out = context->out, .errors = context->errors, .colored = context->colored },
		.context = context,
		.arguments = arguments,
	};
	int status;

	if (lines != NULL) {
		struct buf text = { 0 };

		buf_add_string(&text, lines);
		status = run_text(&session, NULL, &text, true, err);
		buf_release(&text);
	} else {
		status = arguments->word_count > 0 ? run_files(&session, err) : run_input(&session, err);
	}
	if (status >= 0 && write_junit(&session, err) < 0)
		status = -1;
	buf_release(&session.junit);
	return status;
}

const struct command shell_command = {
	.name = "shell",
	.summary = "run lines with named endpoints: scripts, tests, or typed",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
