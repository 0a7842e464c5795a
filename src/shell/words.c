/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What verbs make of the words of a slot. */
#include "shell/words.h"

#include "base/code.h"
#include "base/memory.h"
#include "base/name.h"
#include "base/number.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void step_words_free(char **words)
{
	if (words == NULL)
		return;
	for (size_t i = 0; words[i] != NULL; i++)
		free(words[i]);
	free(words);
}

char **step_words(struct shell *shell, const struct filling *filling, struct error *err)
{
	char **words = memory_array(filling->word_count + 1, sizeof(char *));

	for (size_t i = 0; i < filling->word_count; i++) {
		words[i] = term_text(shell, &filling->words[i], err);
		if (words[i] == NULL) {
			step_words_free(words);
			return NULL;
		}
	}
	return words;
}

/* The place of a word among those joined by "|"; -1. */
static int place_among(const char *choices, const char *text)
{
	for (int i = 0; *choices != '\0'; i++) {
		size_t length = strcspn(choices, "|");

		if (name_equal_length(choices, length, text))
			return i;
		choices += length + (choices[length] == '|');
	}
	return -1;
}

/* "on or off", "text, hex or none" */
static void print_choices(const char *choices, struct buf *out)
{
	for (const char *rest = choices; *rest != '\0'; rest++)
		if (*rest != '|')
			buf_add_char(out, *rest);
		else
			buf_add_string(out, strchr(rest + 1, '|') != NULL ? ", " : " or ");
}

int choice_read(const char *choices, const char *text, struct error *err)
{
	cleanup_buf struct buf list = { 0 };
	int place = place_among(choices, text);

	/* at even places on, at odd ones off */
	if (place < 0 && strcmp(choices, "on|off") == 0)
		place = place_among("true|false|1|0|yes|no", text);
	if (place >= 0)
		return strcmp(choices, "on|off") == 0 ? place % 2 : place;
	print_choices(choices, &list);
	return error_usage(err, "%s was expected, not \"%s\"", buf_text(&list), text);
}

int step_choice(struct shell *shell, const struct step *step, size_t slot, struct error *err)
{
	const struct filling *filling = &step->fillings[slot];
	char *text cleanup_free = term_text(shell, &filling->term, err);
	int place = text != NULL ? choice_read(step->verb->slots[slot].name, text, err) : -1;

	return place < 0 && text != NULL ? source_error(step->source, filling->place, err) : place;
}

int step_number(struct shell *shell, const struct step *step, size_t slot, uint64_t minimum, uint64_t most,
		uint64_t *number, struct error *err)
{
	const struct filling *filling = &step->fillings[slot];
	char *text cleanup_free = filling->given ? term_text(shell, &filling->term, err) : NULL;
	int result;

	if (!filling->given)
		return 0;
	if (text == NULL)
		return -1;
	result = number_size(text, most, number, err);
	if (result == 0 && *number < minimum)
		result = error_usage(err, "\"%s\" is not a number from %" PRIu64 " on", text, minimum);
	return result < 0 ? source_error(step->source, filling->place, err) : 0;
}

int step_switch(struct shell *shell, const struct step *step, size_t slot, bool *on, struct error *err)
{
	int place = step_choice(shell, step, slot, err);

	*on = place == 0;
	return place < 0 ? -1 : 0;
}

int signal_read(const char *text, struct error *err)
{
	uint64_t number;

	if (number_unsigned(text, 1, 64, &number, NULL) == 0)
		return (int)number;
	if (code_signal(text) == 0)
		error_usage(err, "there is no signal \"%s\"", text);
	return code_signal(text);
}
