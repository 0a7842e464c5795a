/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every reader of messages must hold to: pieces of any size give the same messages, and what is printed is read back. */
#ifndef CODEC_CHECK_H
#define CODEC_CHECK_H

#include "base/cleanup.h"
#include "base/memory.h"
#include "codec/codec.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(bytes, length)   ((void)(bytes), (void)(length))
#define ASAN_UNPOISON_MEMORY_REGION(bytes, length) ((void)(bytes), (void)(length))
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Called for each message; may be NULL. */
typedef void codec_visit(void *context, const struct message *message);

/* Everything that was read, so that two readings can be compared. */
struct reading {
	struct buf trace;
	size_t count;
	codec_visit *visit;
	void *context;
};

static inline void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static inline void reading_add(struct reading *reading, const struct message *message)
{
	buf_print(&reading->trace, "%zu %d %lld.%ld %u %d %zu:", message->length,
		  message->direction, (long long)message->time.tv_sec, message->time.tv_nsec,
		  message->interface, message->flags, message->control_length);
	buf_add(&reading->trace, message->data, message->length);
	buf_add(&reading->trace, message->control, message->control_length);
	reading->count++;
	if (reading->visit != NULL)
		reading->visit(reading->context, message);
}

/* Room for two pieces, of which the last is the one that may be read. */
struct rooms {
	char *last, *other; /* owned */
	size_t size;
};

/*
 * Each piece is a copy somewhere else, so that a sanitizer sees a step over its end, and into one that is gone. The two
 * rooms take turns: to allocate each piece takes longer than to decode it.
 */
static inline const char *rooms_put(struct rooms *rooms, const char *bytes, size_t length)
{
	char *gone = rooms->last;

	rooms->last = rooms->other;
	rooms->other = gone;
	ASAN_POISON_MEMORY_REGION(rooms->other, rooms->size);
	ASAN_POISON_MEMORY_REGION(rooms->last, rooms->size);
	ASAN_UNPOISON_MEMORY_REGION(rooms->last, length);
	return memcpy(rooms->last, bytes, length);
}

static inline ssize_t decode_piece(const struct codec *codec, struct codec_context *context,
				  const char *bytes, size_t length, bool at_end,
				  struct reading *reading, struct error *err)
{
	struct message message;
	ssize_t used;
	bool found;

	used = codec_decode(codec, context, bytes, length, at_end, &message, &found, err);
	require(used <= (ssize_t)length, "more bytes used than there are");
	require(used >= 0 || err->text[0] != '\0', "an error without words");
	require(used >= 0 || err->place.text == NULL, "an error that points into what is gone");
	if (used >= 0 && found)
		reading_add(reading, &message);
	return used;
}

static inline void read_in_pieces(const struct codec *codec, const struct codec_context *like,
				  const char *bytes, size_t length, size_t step,
				  struct reading *reading)
{
	struct rooms rooms = { memory_resize(NULL, length + 1, 1), memory_resize(NULL, length + 1, 1), length + 1 };
	struct codec_context context = *like;
	size_t at = 0, end = 0;

	while (at < length || end < length) {
		struct error err = { 0 };
		const char *piece = rooms_put(&rooms, bytes + at, end - at);
		ssize_t used = decode_piece(codec, &context, piece, end - at, end == length, reading, &err);

		if (used < 0 || (used == 0 && end == length))
			break;
		if (used == 0)
			end = end + step < length ? end + step : length;
		at += (size_t)used;
	}
	codec_context_release(codec, &context);
	free(rooms.last);
	free(rooms.other);
}

/* Reads all at once and in pieces, with a context like that one; both must come to the same. */
static inline void check_reader_like(const struct codec *codec, const struct codec_context *like,
				     const uint8_t *data, size_t size, size_t step,
				     codec_visit *visit, void *visit_context)
{
	struct reading whole = { .visit = visit, .context = visit_context }, pieces = { 0 };

	read_in_pieces(codec, like, (const char *)data, size, size + 1, &whole);
	read_in_pieces(codec, like, (const char *)data, size, step + 1, &pieces);
	require(whole.trace.length == pieces.trace.length &&
			(whole.trace.length == 0 ||
			 memcmp(whole.trace.data, pieces.trace.data, whole.trace.length) == 0),
		"pieces are read otherwise");
	buf_release(&whole.trace);
	buf_release(&pieces.trace);
}

static inline void check_reader(const struct codec *codec, const struct target *target,
				const uint8_t *data, size_t size, size_t step, codec_visit *visit,
				void *visit_context)
{
	const struct codec_context like = { .target = target };

	check_reader_like(codec, &like, data, size, step, visit, visit_context);
}

/* Prints a message and reads it back; false where the format refuses it. */
static inline bool print_and_read(const struct codec *codec, struct codec_context *context,
				  const struct message *message, struct codec_context *back,
				  struct message *again)
{
	struct buf text = { 0 };
	struct error err = { 0 };
	bool found = false;
	size_t at = 0;

	if ((codec->begin != NULL && codec->begin(context, &text, &err) < 0) ||
	    codec->encode(context, message, &text, &err) < 0) {
		require(err.text[0] != '\0', "a refusal without words");
		buf_release(&text);
		return false;
	}
	while (!found && at < text.length) {
		ssize_t used = codec_decode(codec, back, text.data + at, text.length - at, true,
					    again, &found, &err);

		if (used <= 0)
			fprintf(stderr, "%.*s: %s\n", (int)text.length, text.data, err.text);
		require(used > 0, "what was printed is not read back");
		at += (size_t)used;
	}
	require(found, "what was printed is no message");
	/* What was read may borrow from the text. */
	buf_clear(&back->scratch_control);
	buf_add(&back->scratch_control, again->data, again->length);
	again->data = buf_text(&back->scratch_control);
	buf_release(&text);
	return true;
}

static inline void check_printing(const struct codec *codec, const struct target *target,
				  const struct message *message)
{
	struct codec_context context = { .target = target }, back = { .target = target };
	struct message again;

	if (print_and_read(codec, &context, message, &back, &again))
		require(again.length == message->length &&
				(again.length == 0 ||
				 memcmp(again.data, message->data, again.length) == 0),
			"what was printed is read otherwise");
	codec_context_release(codec, &context);
	codec_context_release(codec, &back);
}

/* A visitor that prints each message by the codec at context and reads it back. */
static inline void check_message(void *context, const struct message *message)
{
	check_printing(context, NULL, message);
}

#endif
