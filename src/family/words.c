/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A splitter with the quoting of sh(1). */
#include "family/words.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\n"

struct words {
	char **items;
	size_t count;
};

static void add(struct words *words, char *word)
{
	words->items = memory_resize(words->items, words->count + 2, sizeof(*words->items));
	words->items[words->count++] = word;
	words->items[words->count] = NULL;
}

/* at stands on the opening quote; returns where it closes, NULL where it does not. */
static const char *read_quoted(const char *at, struct buf *word)
{
	char quote = *at++;

	for (; *at != quote; at++) {
		if (*at == '\0')
			return NULL;
		if (quote == '"' && *at == '\\' && at[1] != '\0' && strchr("\"\\$`", at[1]) != NULL)
			at++;
		buf_add_char(word, *at);
	}
	return at;
}

/* One character or what stands between quotes; returns its last byte, NULL where a quote is open. */
static const char *read_part(const char *at, struct buf *word)
{
	if (*at == '\'' || *at == '"')
		return read_quoted(at, word);
	if (*at == '\\' && at[1] != '\0')
		at++;
	buf_add_char(word, *at);
	return at;
}

/* Returns where the word ends, NULL where a quote is open. */
static const char *read_word(const char *at, struct buf *word)
{
	while (*at != '\0' && strchr(BLANKS, *at) == NULL) {
		at = read_part(at, word);
		if (at == NULL)
			return NULL;
		at++;
	}
	return at;
}

char **words_split(const char *text, struct error *err)
{
	struct words words = { 0 };
	const char *at = text + strspn(text, BLANKS);

	while (*at != '\0') {
		cleanup_buf struct buf word = { 0 };

		at = read_word(at, &word);
		if (at == NULL) {
			words_free(words.items);
			error_usage(err, "a quote is not closed");
			return NULL;
		}
		add(&words, buf_steal(&word));
		at += strspn(at, BLANKS);
	}
	if (words.items == NULL)
		error_usage(err, "a program expected");
	return words.items;
}

void words_free(char **words)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		free(words[i]);
	free(words);
}
