/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of codecs and looking them up. */
#include "codec/codec.h"

#include "base/memory.h"
#include "codec/reader.h"

#include <stdio.h>
#include <string.h>

#define CODEC(name) extern const struct codec codec_##name;
#include "codec/codecs.def"
#undef CODEC

const struct codec *const codecs[] = {
#define CODEC(name) &codec_##name,
#include "codec/codecs.def"
#undef CODEC
};

const size_t codec_count = array_length(codecs);

static ssize_t decode_line(const struct codec *codec, struct codec_context *context,
			   const char *bytes, size_t length, bool at_end, struct message *message,
			   bool *found, struct error *err)
{
	struct span line;
	ssize_t used = reader_line(context, bytes, length, at_end, &line, err);
	int got;

	reader_start(context, message, found);
	if (used <= 0)
		return used;
	got = codec->read_line(context, line, message, err);
	*found = got == 1;
	return got < 0 ? reader_malformed(context, err) : used;
}

ssize_t codec_decode(const struct codec *codec, struct codec_context *context, const char *bytes,
		     size_t length, bool at_end, struct message *message, bool *found,
		     struct error *err)
{
	if (codec->read_line != NULL)
		return decode_line(codec, context, bytes, length, at_end, message, found, err);
	return codec->decode(context, bytes, length, at_end, message, found, err);
}

static bool has_alias(const struct codec *codec, const char *name)
{
	const char *alias = codec->aliases;

	while (alias != NULL && *alias != '\0') {
		size_t length = strcspn(alias, " ");

		if (name_equal_length(alias, length, name))
			return true;
		alias += length;
		alias += strspn(alias, " ");
	}
	return false;
}

/* Its place in the table; codec_count where there is none. */
static size_t place_of(const char *name)
{
	size_t i = 0;

	while (i < codec_count && !name_equal(codecs[i]->name, name) && !has_alias(codecs[i], name))
		i++;
	return i;
}

const struct codec *codec_find(const char *name)
{
	size_t place = place_of(name);

	return place < codec_count ? codecs[place] : NULL;
}

static void list_names(bool framing, struct buf *out)
{
	for (size_t i = 0; i < codec_count; i++)
		if (!framing || codecs[i]->framing)
			buf_print(out, "%s%s", out->length > 0 ? ", " : "", codecs[i]->name);
}

static void unknown(const char *name, bool framing, const char *names, struct error *err)
{
	struct name_guess guess = { .wanted = name };

	for (size_t i = 0; i < codec_count; i++)
		if (!framing || codecs[i]->framing)
			name_guess_offer(&guess, codecs[i]->name);
	error_usage(err, "no %s is called \"%s\"", framing ? "framing" : "format", name);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", guess.nearest);
	else
		error_hint(err, "these are known: %s", names);
}

const struct codec *codec_need(const char *name, bool framing, struct error *err)
{
	size_t place = place_of(name);
	cleanup_buf struct buf names = { 0 };

	if (place < codec_count && (!framing || codecs[place]->framing))
		return codecs[place];
	list_names(framing, &names);
	if (place == codec_count) {
		unknown(name, framing, buf_text(&names), err);
		return NULL;
	}
	error_usage(err, "the format %s cannot frame a stream", codecs[place]->name);
	error_hint(err, "these can: %s", buf_text(&names));
	return NULL;
}

void codec_context_release(const struct codec *codec, struct codec_context *context)
{
	if (codec->release != NULL)
		codec->release(context);
	context->state = NULL;
	context->searched = 0;
	buf_release(&context->scratch);
	buf_release(&context->scratch_control);
}
