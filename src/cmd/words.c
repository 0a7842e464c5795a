/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of the command line, one a read. */
#include "cmd/words.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct words {
	char *const *words;
	size_t count, next;
	enum words_end end;
	bool as_lines; /* for a codec of lines */
	bool as_hex;
	struct buf pending;
};

static void fill(struct words *words)
{
	static const char *const ends[] = { "", "\n", "\r\n" };

	const char *word = words->words[words->next++], *end = ends[words->end];

	if (words->as_hex) {
		bytes_print_hex(&words->pending, word, strlen(word));
		bytes_print_hex(&words->pending, end, strlen(end));
	} else {
		buf_print(&words->pending, "%s%s", word, end);
	}
	if (words->as_lines)
		buf_add_char(&words->pending, '\n');
}

static ssize_t words_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	struct words *words = endpoint->state;
	size_t length;

	while (words->pending.length == 0 && words->next < words->count)
		fill(words);
	length = words->pending.length < size ? words->pending.length : size;
	memcpy(bytes, buf_text(&words->pending), length);
	buf_consume(&words->pending, length);
	return (ssize_t)length;
}

static void words_release(struct endpoint *endpoint)
{
	struct words *words = endpoint->state;

	buf_release(&words->pending);
	free(words);
}

static const struct endpoint_ops words_ops = { .read = words_read, .release = words_release };

static int check_word(const struct target *messages, const char *word, const struct codec *codec,
		      struct error *err)
{
	struct codec_context context = { .target = messages, .typed = true };
	struct message message = { 0 };
	size_t length = strlen(word), at = 0;
	bool found = false;
	ssize_t used;

	do {
		used = codec_decode(codec, &context, word + at, length - at, true, &message, &found,
				    err);
		at += used > 0 ? (size_t)used : 0;
	} while (used > 0 && at < length);
	codec_context_release(codec, &context);
	if (used >= 0 && found)
		return 0;
	if (used >= 0)
		error_usage(err, "\"%s\" is not a whole message", word);
	err->kind = ERROR_USAGE;
	return err->place.text != NULL ? -1 : error_place(err, word, 0, length);
}

int words_endpoint(struct endpoint *endpoint, const struct target *console,
		   const struct target *messages, char *const *words, size_t count,
		   enum words_end end, const struct codec *codec, bool as_hex, struct error *err)
{
	struct words *state;

	for (size_t i = 0; codec != NULL && i < count; i++)
		if (check_word(messages, words[i], codec, err) < 0)
			return -1;
	state = memory_new(sizeof(*state));
	*state = (struct words){ .words = words,
				 .count = count,
				 .end = end,
				 .as_lines = codec != NULL || as_hex,
				 .as_hex = as_hex };
	*endpoint = ENDPOINT_CLOSED;
	endpoint->ops = &words_ops;
	endpoint->state = state;
	endpoint->target = console;
	endpoint->shared = true;
	endpoint->console = true;
	endpoint->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	endpoint_classify(endpoint);
	endpoint->ready_in = READY_ALWAYS;
	return 0;
}
