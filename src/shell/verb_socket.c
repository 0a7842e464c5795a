/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs for what a socket knows of itself, and the program's own commands. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "shell/state.h"
#include "shell/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs a command of the program; what it prints is kept where "as NAME" wants it. */
static int run_command(struct shell *shell, const struct step *step, int argc, char **argv,
		       struct error *err)
{
	char *text = NULL;
	size_t length = 0;
	FILE *memory = step->as != NULL ? open_memstream(&text, &length) : NULL;
	int status;

	fflush(shell->host->out);
	status = shell->host->run(shell->host, memory != NULL ? memory : shell->host->out, argc, argv);
	fflush(shell->host->out);
	if (memory != NULL) {
		fclose(memory);
		while (length > 0 && text[length - 1] == '\n')
			length--;
		content_release(&shell->got);
		buf_add(&shell->got.bytes, text, length);
		shell->has_got = true;
		free(text);
	}
	if (status == 0)
		return 0;
	shell->exit_status = status;
	return error_set(err, status == 2 ? ERROR_USAGE : status == 3 ? ERROR_UNAVAILABLE : status == 4 ? ERROR_TIMEOUT : ERROR_FAILED,
			 "%s ended with status %d", argv[0], status);
}

/* name, then fixed words, then those of the slot. */
static int run_words(struct shell *shell, const struct step *step, const char *const *fixed,
		     const struct filling *filling, struct error *err)
{
	char **words = step_words(shell, filling, err);
	char **argv;
	size_t count = 0;
	int result;

	if (words == NULL)
		return -1;
	argv = memory_array(filling->word_count + 8, sizeof(char *));
	for (; fixed[count] != NULL; count++)
		argv[count] = memory_string(fixed[count]);
	for (size_t i = 0; i < filling->word_count; i++)
		argv[count++] = memory_string(words[i]);
	step_words_free(words);
	/* What reads the line moves its words about: the copies are freed by another list. */
	words = memory_array(count + 1, sizeof(char *));
	memcpy(words, argv, count * sizeof(char *));
	result = run_command(shell, step, (int)count, argv, err);
	free(argv);
	step_words_free(words);
	return result;
}

static int run_program_command(struct shell *shell, const struct step *step, struct error *err)
{
	const char *const fixed[] = { step->command, NULL };

	return run_words(shell, step, fixed, &step->fillings[0], err);
}

static int run_anysock(struct shell *shell, const struct step *step, struct error *err)
{
	static const char *const fixed[] = { NULL };

	return run_words(shell, step, fixed, &step->fillings[0], err);
}

/* sockopt and ioctl are the commands of that name, for the descriptor of the endpoint. */
static int run_on_descriptor(struct shell *shell, const struct step *step, const char *command,
			     struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	char *spec cleanup_free = NULL;
	const char *fixed[4] = { command, NULL };

	if (channel == NULL)
		return -1;
	spec = memory_print("fd:%d", channel->listening >= 0 ? channel->listener.endpoints[0].in :
				     channel->endpoint.in >= 0 ? channel->endpoint.in : channel->endpoint.out);
	fixed[1] = spec;
	if (step->as != NULL && strcmp(command, "sockopt") == 0) {
		fixed[1] = "--values";
		fixed[2] = spec;
	}
	return run_words(shell, step, fixed, &step->fillings[1], err);
}

static int run_sockopt(struct shell *shell, const struct step *step, struct error *err)
{
	return run_on_descriptor(shell, step, "sockopt", err);
}

static int run_ioctl(struct shell *shell, const struct step *step, struct error *err)
{
	return run_on_descriptor(shell, step, "ioctl", err);
}

static int show_attribute(struct shell *shell, const struct step *step, const char *name,
			  struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);

	if (channel == NULL)
		return -1;
	content_release(&shell->got);
	if (channel_attribute(shell, channel, name, &shell->got.bytes, err) != 1)
		return error_usage(err, "%s has no such", channel->name);
	shell->has_got = true;
	if (step->as == NULL)
		fprintf(shell->host->out, "%s\n", buf_text(&shell->got.bytes));
	return 0;
}

static int run_getsockname(struct shell *shell, const struct step *step, struct error *err)
{
	return show_attribute(shell, step, "local", err);
}

static int run_getpeername(struct shell *shell, const struct step *step, struct error *err)
{
	return show_attribute(shell, step, "peer", err);
}

static int run_fileno(struct shell *shell, const struct step *step, struct error *err)
{
	return show_attribute(shell, step, "fd", err);
}

static const struct slot sockopt_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					     { "NAME[=VALUE]", SLOT_SOCKOPT, true, NULL },
					     { .name = NULL } };
static const struct slot ioctl_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					   { "REQUEST", SLOT_IOCTL, false, NULL },
					   { .name = NULL } };
static const struct slot endpoint_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					      { .name = NULL } };
static const struct slot words_slots[] = { { "WORD", SLOT_WORDS, true, NULL }, { .name = NULL } };

const struct verb socket_verbs[] = {
	{ "sockopt", "getsockopt setsockopt", "reads or sets socket options, as the command of that name", sockopt_slots, run_sockopt, "sockopt c nodelay=1 so-rcvbuf", true, false },
	{ "ioctl", NULL, "makes a request, as the command of that name", ioctl_slots, run_ioctl, "ioctl c SIOCINQ", true, false },
	{ "getsockname", NULL, "its own address", endpoint_slots, run_getsockname, "getsockname c", true, false },
	{ "getpeername", NULL, "the address of the other end", endpoint_slots, run_getpeername, "getpeername c", true, false },
	{ "fileno", NULL, "the number of its descriptor", endpoint_slots, run_fileno, "fileno c", true, false },
	{ "anysock", "command", "a command of the program, also one that is called like a verb", words_slots, run_anysock, "anysock recv tcp:localhost:13", true, false },
	{ .name = NULL },
};

const struct verb command_verb = { "command", NULL, "a command of the program", words_slots, run_program_command, "resolve localhost", true, false };
