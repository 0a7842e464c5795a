/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the shell waits for in a stream: any pattern comes true in pieces of any size as it does in one, and takes the same bytes. */
#include "require.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "core/target.h"
#include "shell/match.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The endpoint's state: bytes that come so many at a time, and then the end. */
struct pieces {
	const uint8_t *bytes;
	size_t length, at, step;
};

static ssize_t pieces_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	struct pieces *pieces = endpoint->state;
	size_t length = pieces->length - pieces->at;

	length = length < pieces->step ? length : pieces->step;
	length = length < size ? length : size;
	memcpy(bytes, pieces->bytes + pieces->at, length);
	pieces->at += length;
	return (ssize_t)length;
}

static const struct endpoint_ops pieces_ops = { .read = pieces_read };

/* What a wait came to, in words: how it went, what it took, skipped and left. */
static void tell(const struct shell *shell, const struct channel *channel,
		 const struct pieces *pieces, const struct match_quest *quest,
		 const struct error *err, struct buf *out)
{
	if (error_is_set(err)) {
		buf_add_string(out, err->text);
		return;
	}
	buf_print(out, "skipped %llu, took %zu: ", (unsigned long long)quest->skipped,
		  shell->got.bytes.length);
	buf_add(out, shell->got.bytes.data, shell->got.bytes.length);
	for (size_t i = 0; i < shell->got.member_count; i++) {
		buf_print(out, "; %s ", shell->got.members[i].name);
		buf_add(out, shell->got.members[i].bytes.data, shell->got.members[i].bytes.length);
	}
	buf_add_string(out, "; left ");
	buf_add(out, channel->in.data, channel->in.length);
	buf_add(out, pieces->bytes + pieces->at, pieces->length - pieces->at);
}

/* A channel that reads the pieces; its descriptor is any. */
static struct channel *open_channel(struct pieces *pieces)
{
	struct anchor *anchor = anchor_new(memory_string("stdio"));
	struct channel *channel = channel_new("c", anchor);
	struct error err = { 0 };
	struct spec spec;

	require(spec_parse(&spec, anchor->word, family_vocabulary(), &err) == 0, err.text);
	require(target_bind(&anchor->target, &spec, &err) == 0, err.text);
	channel->endpoint.ops = &pieces_ops;
	channel->endpoint.state = pieces;
	channel->endpoint.target = &anchor->target;
	channel->endpoint.in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return channel;
}

static void await(const struct source *source, const struct expected *expected, bool is_strict,
		  struct pieces *pieces, struct buf *out)
{
	static const struct shell_settings settings;
	struct shell_host host = { 0 };
	struct step step = { .source = source };
	struct error err = { 0 };
	struct shell *shell = shell_new(&host, &settings, &err);
	struct channel *channel = open_channel(pieces);
	struct match_quest quest = { .patterns = &expected,
				     .count = 1,
				     .is_strict = is_strict,
				     .until = DEADLINE_NEVER,
				     .skip_maximum = UINT64_MAX };

	require(shell != NULL, err.text);
	shell->source = source;
	match_await(shell, &step, channel, &quest, &err);
	tell(shell, channel, pieces, &quest, &err, out);
	match_release(&quest);
	channel_free(channel);
	shell_free(shell);
}

static void check(const struct source *source, const struct expected *expected,
		  const uint8_t *front, const uint8_t *data, size_t size)
{
	struct pieces once = { data, size, 0, SIZE_MAX }, many = { data, size, 0, front[1] + 1U };
	cleanup_buf struct buf whole = { 0 }, apart = { 0 };

	await(source, expected, front[0] & 1, &once, &whole);
	await(source, expected, front[0] & 1, &many, &apart);
	if (whole.length != apart.length || memcmp(whole.data, apart.data, whole.length) != 0)
		fprintf(stderr, "%s\n%s\n", whole.data, apart.data);
	require(whole.length == apart.length && memcmp(whole.data, apart.data, whole.length) == 0,
		"pieces are looked at otherwise");
}

/* How it is to be looked for, how long the pieces are; the pattern up to the end of its line; the stream. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line_end = size > 2 ? memchr(data + 2, '\n', size - 2) : NULL;
	struct expected expected = { 0 };
	struct source *source;
	struct cursor cursor;
	struct error err = { 0 };

	if (line_end == NULL || memmem(data, size, "file", 4) != NULL)
		return 0;
	source = source_new("fuzz", (const char *)data + 2, (size_t)(line_end - data) - 2);
	cursor = (struct cursor){ .source = source, .end = source->length };
	if (expected_parse(&cursor, &expected, &err) == 0) {
		/* That is what one read brings. */
		if (expected.kind != EXPECT_ANY)
			check(source, &expected, data, line_end + 1,
			      (size_t)(data + size - line_end) - 1);
		expected_release(&expected);
	}
	source_free(source);
	return 0;
}
