/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program's own commands as verbs: their words are those of the line. */
#include "shell/command.h"

#include "base/cleanup.h"
#include "base/memory.h"
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
	status = shell->host->run(shell->host, memory != NULL ? memory : shell->host->out, argc,
				  argv);
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
	return error_set(err,
			 status == 2   ? ERROR_USAGE
			 : status == 3 ? ERROR_UNAVAILABLE
			 : status == 4 ? ERROR_TIMEOUT
				       : ERROR_FAILED,
			 "%s ended with status %d", argv[0], status);
}

int command_run(struct shell *shell, const struct step *step, const char *const *fixed,
		const struct filling *filling, struct error *err)
{
	static const struct filling none = { 0 };
	char **words = step_words(shell, filling != NULL ? filling : &none, err);
	char **argv;
	size_t count = 0, more = 0;
	int result;

	if (words == NULL)
		return -1;
	while (words[more] != NULL)
		more++;
	argv = memory_array(more + 8, sizeof(char *));
	for (; fixed[count] != NULL; count++)
		argv[count] = memory_string(fixed[count]);
	for (size_t i = 0; i < more; i++)
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
