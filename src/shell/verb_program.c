/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs for programs that a script starts. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/flags.h"
#include "shell/match.h"
#include "shell/process.h"
#include "shell/system.h"
#include "shell/words.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define OUTPUT_SHOWN 4096 /* bytes of what a program printed, in the report of its failure */

/* The last lines that wait to be read, safe for the eye. */
static void describe_lines(const struct channel *channel, struct buf *out)
{
	size_t skipped = channel->in.length > OUTPUT_SHOWN ? channel->in.length - OUTPUT_SHOWN : 0;
	const char *text = buf_text(&channel->in) + skipped, *end = buf_text(&channel->in) + channel->in.length;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((newline != NULL ? newline : end) - text);

		buf_print(out, "  %s< ", channel->name);
		bytes_print_safe(out, text, length);
		buf_add_char(out, '\n');
		text += length + 1;
	}
}

/* What it printed and nobody read. */
static void describe_output(struct shell *shell, const struct process *process)
{
	for (size_t i = 0; i < shell->channel_count; i++) {
		struct channel *channel = shell->channels[i];

		if (channel->process != process || channel->endpoint.in < 0)
			continue;
		while (channel_fill(channel) == 1)
			;
		describe_lines(channel, &shell->diagnosis);
	}
}

/* `run - COMMAND`: to its end, which must be a good one; what it printed goes to the journal. */
static int run_to_end(struct shell *shell, const struct step *step, struct process *process,
		      struct error *err)
{
	int result = process_wait(shell, process, shell_deadline(shell, step), err);

	if (result < 0 || process->status == 0)
		return result;
	buf_clear(&shell->diagnosis);
	describe_output(shell, process);
	return error_set(err, ERROR_FAILED, "it ended with status %d", process->status);
}

static void forget(struct shell *shell, struct process *process)
{
	for (size_t i = shell->channel_count; i > 0; i--)
		if (shell->channels[i - 1]->process == process)
			shell_remove(shell, shell->channels[i - 1]);
	for (size_t i = 0; i < shell->process_count; i++)
		if (shell->processes[i] == process)
			shell->processes[i] = shell->processes[--shell->process_count];
	process_free(shell, process);
}

static int run_run(struct shell *shell, const struct step *step, struct error *err)
{
	const char *name = step->fillings[0].name;
	struct process *process = process_find(shell, name);
	char **argv = step_words(shell, &step->fillings[1], err);
	int result;

	if (argv == NULL)
		return -1;
	if (process != NULL)
		forget(shell, process);
	journal_add(&shell->journal, "%s starts %s", name, argv[0] != NULL ? argv[0] : "");
	result = argv[0] == NULL ? error_usage(err, "run: a program was expected") :
				   process_start(shell, name, argv, err);
	step_words_free(argv);
	process = process_find(shell, name);
	if (strcmp(name, "-") != 0 || process == NULL)
		return result;
	if (result == 0)
		result = run_to_end(shell, step, process, err);
	forget(shell, process);
	return result;
}

static struct process *need_process(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);

	if (channel == NULL || channel->process != NULL)
		return channel != NULL ? channel->process : NULL;
	error_usage(err, "%s is no program that `run` started", channel->name);
	source_error(step->source, step->fillings[0].place, err);
	return NULL;
}

static int run_exit(struct shell *shell, const struct step *step, struct error *err)
{
	struct process *process = need_process(shell, step, err);
	char *wanted cleanup_free = NULL;
	uint64_t status = 0;

	if (process == NULL)
		return -1;
	if (step->fillings[1].given) {
		wanted = term_text(shell, &step->fillings[1].term, err);
		if (wanted == NULL || number_unsigned(wanted, 0, 255, &status, err) < 0)
			return wanted == NULL ? -1 : source_error(step->source, step->fillings[1].place, err);
	}
	if (process_wait(shell, process, shell_deadline(shell, step), err) < 0)
		return -1;
	journal_add(&shell->journal, "%s ended with status %d", process->name, process->status);
	if (process->status == (int)status)
		return 0;
	buf_clear(&shell->diagnosis);
	describe_output(shell, process);
	journal_print(&shell->journal, &shell->diagnosis);
	return error_set(err, ERROR_FAILED, "%s ended with status %d, not %d", process->name,
			 process->status, (int)status);
}

static int run_signal(struct shell *shell, const struct step *step, struct error *err)
{
	struct process *process = need_process(shell, step, err);
	char *name cleanup_free = NULL;
	int number;

	if (process == NULL)
		return -1;
	name = term_text(shell, &step->fillings[1].term, err);
	if (name == NULL)
		return -1;
	number = signal_read(name, err);
	if (number == 0)
		return source_error(step->source, step->fillings[1].place, err);
	return process_signal(process, number, err);
}

static int run_system(struct shell *shell, const struct step *step, struct error *err)
{
	journal_add(&shell->journal, "!%s", step->fillings[0].name);
	return system_run(shell, step->fillings[0].name, err);
}

static const struct slot run_slots[] = { { "NAME", SLOT_NEW, false, NULL },
					 { "PROGRAM", SLOT_WORDS, false, NULL },
					 { .name = NULL } };
static const struct slot exit_slots[] = { { "NAME", SLOT_ENDPOINT, false, NULL },
					  { "STATUS", SLOT_VALUE, true, NULL },
					  { .name = NULL } };
static const struct slot signal_slots[] = { { "NAME", SLOT_ENDPOINT, false, NULL },
					    { "SIGNAL", SLOT_SIGNAL, false, NULL },
					    { .name = NULL } };

static const struct slot system_slots[] = { { "COMMAND", SLOT_COMMAND, false, NULL }, { .name = NULL } };

const struct verb program_verbs[] = {
	{ "run", NULL, "starts a program: NAME is its input, NAME.out and NAME.err what it prints, $NAME.ready its first line on descriptor 3; \"-\" waits for its end; open NAME exec:PROGRAM,pty has it on a terminal", run_slots, run_run, "run r anysock relay --ready-fd 3 tcp-listen:127.0.0.1:0 $s", false, false },
	{ "exit", NULL, "waits for a program's end, which must have that status, 0 by default", exit_slots, run_exit, "exit r 1", false, false },
	{ "signal", "kill", "sends a signal to a program and what it started", signal_slots, run_signal, "signal r TERM", false, false },
	{ "system", "!", "has the system's shell run the rest of the line as it stands, to its end", system_slots, run_system, "!uname -s", false, false },
	{ .name = NULL },
};
