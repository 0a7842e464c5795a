/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making a shell and ending it; which endpoints and variables there are. */
#include "shell/shell.h"

#include "base/cleanup.h"
#include "base/json_tree.h"
#include "base/memory.h"
#include "base/number.h"
#include "shell/evidence.h"
#include "shell/group.h"
#include "shell/process.h"
#include "shell/state.h"
#include "shell/tally.h"
#include "shell/tape.h"
#include "shell/task.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#define TIMEOUT_DEFAULT (5 * NANOSECONDS_PER_SECOND)

/* ANYSOCK_TIME_SCALE: "10" where machines are slow, "0.5". */
static int read_scale(struct shell *shell, struct error *err)
{
	const char *text = getenv("ANYSOCK_TIME_SCALE");
	nanoseconds as_seconds;

	shell->scale = 1000;
	if (text == NULL || *text == '\0')
		return 0;
	if (number_duration(text, &as_seconds, err) < 0 || as_seconds < NANOSECONDS_PER_MILLISECOND ||
	    as_seconds > 100000 * NANOSECONDS_PER_SECOND)
		return error_usage(err, "ANYSOCK_TIME_SCALE: a factor between 0.001 and 100000 was expected");
	shell->scale = (uint64_t)(as_seconds / NANOSECONDS_PER_MILLISECOND);
	return 0;
}

static int collect(struct shell *shell, struct error *err)
{
	const struct shell_settings *settings = &shell->settings;

	if (settings->artifacts == NULL)
		return 0;
	shell->evidence = evidence_new(settings->artifacts, settings->name, err);
	evidence_begin(shell);
	return shell->evidence != NULL ? 0 : -1;
}

struct shell *shell_new(struct shell_host *host, const struct shell_settings *settings,
			struct error *err)
{
	struct shell *shell = memory_new(sizeof(*shell));

	shell->host = host;
	shell->settings = *settings;
	shell->timeout = settings->timeout > 0 ? settings->timeout : TIMEOUT_DEFAULT;
	shell->limit = DEADLINE_NEVER;
	shell->began = shell->journal.began = deadline_now();
	shell->signal_fd = -1;
	if (read_scale(shell, err) == 0 && shell_wait_start(shell, err) == 0 && collect(shell, err) == 0) {
		if (settings->limit > 0)
			shell->limit = deadline_now() + shell_scaled(shell, settings->limit);
		return shell;
	}
	shell_free(shell);
	return NULL;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

static void close_from(struct shell *shell, size_t channels)
{
	while (shell->channel_count > channels)
		shell_remove(shell, shell->channels[shell->channel_count - 1]);
}

static void end_processes(struct shell *shell)
{
	for (size_t i = 0; i < shell->process_count; i++)
		process_free(shell, shell->processes[i]);
	shell->process_count = 0;
}

void shell_free(struct shell *shell)
{
	if (shell == NULL)
		return;
	task_free_all(shell);
	close_from(shell, 0);
	group_forget_all(shell);
	end_processes(shell);
	for (size_t i = 0; i < shell->variable_count; i++) {
		free(shell->variables[i].name);
		content_release(&shell->variables[i].value);
	}
	if (shell->folder != NULL)
		nftw(shell->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	shell_wait_stop(shell);
	json_reader_free(shell->reader);
	evidence_free(shell->evidence);
	journal_release(&shell->journal);
	content_release(&shell->got);
	buf_release(&shell->diagnosis);
	free(shell->folder);
	buf_release(&shell->done);
	free(shell->channels);
	free(shell->processes);
	free(shell->variables);
	free(shell);
}

/* As cursor_new_name() has them. */
static bool is_name(const char *text)
{
	if (!isalpha((unsigned char)*text) && *text != '_')
		return false;
	while (isalnum((unsigned char)*text) || *text == '_' || *text == '-')
		text++;
	return *text == '\0';
}

int shell_define(struct shell *shell, const char *text, struct error *err)
{
	const char *equals = strchr(text, '=');
	char *name cleanup_free = equals != NULL ? memory_copy(text, (size_t)(equals - text)) : NULL;

	if (name == NULL || !is_name(name))
		return error_usage(err, "NAME=VALUE was expected, not \"%s\"", text);
	variable_set_text(shell, name, equals + 1);
	return 0;
}

void shell_remember(struct shell *shell, const struct buf *lines)
{
	/* what saves them is none of them */
	if (strncmp(buf_text(lines), "save", 4) != 0)
		buf_add(&shell->done, lines->data, lines->length);
}

const char *shell_folder(struct shell *shell, struct error *err)
{
	const char *base = getenv("TMPDIR");
	uint64_t number;

	while (shell->folder == NULL) {
		char *path;

		if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number)) {
			error_system(err, "getrandom");
			return NULL;
		}
		path = memory_print("%s/anysock.%012llx", base != NULL ? base : "/tmp",
				    (unsigned long long)(number >> 16));
		if (mkdir(path, 0700) == 0) {
			shell->folder = path;
		} else if (errno != EEXIST) {
			error_system(err, "%s", path);
			free(path);
			return NULL;
		} else {
			free(path);
		}
	}
	return shell->folder;
}

struct channel *shell_find(const struct shell *shell, const char *name)
{
	for (size_t i = 0; i < shell->channel_count; i++)
		if (strcmp(shell->channels[i]->name, name) == 0)
			return shell->channels[i];
	return NULL;
}

struct channel *shell_need(struct shell *shell, const struct step *step, size_t slot,
			   struct error *err)
{
	const struct filling *filling = &step->fillings[slot];
	struct channel *channel = shell_find(shell, filling->name);

	if (channel != NULL)
		return channel;
	error_usage(err, "there is no open endpoint \"%s\"", filling->name);
	source_error(step->source, filling->place, err);
	return NULL;
}

void shell_add(struct shell *shell, struct channel *channel)
{
	struct channel *old = shell_find(shell, channel->name);

	if (old != NULL)
		shell_remove(shell, old);
	/* A name means what it was given last. */
	variable_forget(shell, channel->name);
	group_forget(shell, channel->name);
	shell->channels = memory_resize(shell->channels, shell->channel_count + 1,
					sizeof(*shell->channels));
	shell->channels[shell->channel_count++] = channel;
	evidence_add(shell, channel);
	if (shell->added != NULL)
		shell->added(shell, channel);
}

void shell_remove(struct shell *shell, struct channel *channel)
{
	struct error err = { 0 };
	size_t i = 0;

	while (i < shell->channel_count && shell->channels[i] != channel)
		i++;
	shell->channel_count--;
	for (; i < shell->channel_count; i++)
		shell->channels[i] = shell->channels[i + 1];
	if (tape_close(channel->tape, &err) < 0)
		fprintf(shell->host->errors, "anysock: %s\n", err.text);
	channel->tape = NULL;
	channel_close(channel);
	if (!task_keeps(shell, channel))
		channel_free(channel);
}

void shell_say(struct shell *shell, const char *format, ...)
{
	va_list list;

	if (!shell->settings.talks)
		return;
	va_start(list, format);
	vfprintf(shell->host->out, format, list);
	va_end(list);
	fputc('\n', shell->host->out);
	fflush(shell->host->out);
}

void shell_remark(struct shell *shell, const char *text)
{
	if (shell->tally != NULL && shell->tally->count > 0) {
		tally_remark(shell->tally, text);
		return;
	}
	fprintf(shell->host->out, "%s\n", text);
	fflush(shell->host->out);
}

static int find_left_over(struct shell *shell, struct error *err)
{
	for (size_t i = 0; i < shell->channel_count; i++) {
		struct channel *channel = shell->channels[i];

		if (channel->listening < 0)
			channel_fill(channel);
		if (channel->in.length > 0 || channel->letters != NULL)
			return error_set(err, ERROR_FAILED, "%s: something came that nobody read",
					 channel->name);
	}
	for (size_t i = 0; i < shell->process_count; i++)
		if (process_signal(shell->processes[i], 0, NULL) == 0)
			return error_set(err, ERROR_FAILED, "%s still runs", shell->processes[i]->name);
	return 0;
}

int shell_tidy(struct shell *shell, struct error *err)
{
	int result = shell->settings.strict ? find_left_over(shell, err) : 0;

	task_cancel_all(shell);
	shell->task_failed = false;
	close_from(shell, 0);
	group_forget_all(shell);
	end_processes(shell);
	shell->timeout = shell->settings.timeout > 0 ? shell->settings.timeout : TIMEOUT_DEFAULT;
	return result;
}

bool shell_is_over(const struct shell *shell)
{
	return shell->interrupted != 0 || task_is_cancelled(shell) ||
	       (shell->limit != DEADLINE_NEVER && deadline_now() >= shell->limit);
}

static bool has_command(void *context, const char *name)
{
	struct shell *shell = context;
	const char *found, *summary;

	for (size_t i = 0; (found = shell->host->command_at(shell->host, i, &summary)) != NULL; i++)
		if (strcmp(found, name) == 0)
			return true;
	return false;
}

static bool has_name(void *context, const char *name)
{
	const struct shell *shell = context;

	for (size_t i = 0; i < shell->channel_count; i++)
		if (strncmp(shell->channels[i]->name, name, strlen(name)) == 0 &&
		    strchr(".", shell->channels[i]->name[strlen(name)]) != NULL)
			return true;
	return variable_find(shell, name) != NULL || group_find(shell, name) != NULL;
}

static int check_spec(void *context, const char *word, bool listens, struct error *err)
{
	struct shell *shell = context;
	struct target target;

	if (shell->host->bind(shell->host, &target, word, listens, err) < 0)
		return -1;
	target_release(&target);
	return 0;
}

void shell_world(struct shell *shell, struct parse_world *world)
{
	*world = (struct parse_world){
		.context = shell,
		.has_command = has_command,
		.has_name = has_name,
		.check_spec = check_spec,
	};
}

int shell_finish(struct shell *shell, struct error *err)
{
	return shell_tidy(shell, err);
}

void shell_say_what_closes(struct shell *shell)
{
	for (size_t i = 0; i < shell->channel_count; i++)
		fprintf(shell->host->out, "%s %s", i == 0 ? "closing" : ",", shell->channels[i]->name);
	if (shell->channel_count > 0)
		fputc('\n', shell->host->out);
}

int shell_exit_status(const struct shell *shell)
{
	return shell->exit_status;
}

int shell_interrupted(const struct shell *shell)
{
	return shell->interrupted;
}

void shell_resume(struct shell *shell)
{
	shell->interrupted = 0;
}

const struct buf *shell_diagnosis(const struct shell *shell)
{
	return &shell->diagnosis;
}

void shell_forget_failure(struct shell *shell)
{
	buf_clear(&shell->diagnosis);
}

void shell_report_to(struct shell *shell, struct tally *tally)
{
	shell->tally = tally;
}
