/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of codecs and looking them up. */
#include "codec/codec.h"

#include "base/memory.h"

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

const struct codec *codec_find(const char *name)
{
	for (size_t i = 0; i < codec_count; i++)
		if (name_equal(codecs[i]->name, name) || has_alias(codecs[i], name))
			return codecs[i];
	return NULL;
}

static void list_names(bool framing, struct buf *out)
{
	for (size_t i = 0; i < codec_count; i++)
		if (!framing || codecs[i]->framing)
			buf_print(out, "%s%s", out->length > 0 ? ", " : "", codecs[i]->name);
}

const struct codec *codec_need(const char *name, bool framing, struct error *err)
{
	const struct codec *codec = codec_find(name);
	struct name_guess guess = { .wanted = name };
	cleanup_buf struct buf names = { 0 };

	if (codec != NULL && (!framing || codec->framing))
		return codec;
	list_names(framing, &names);
	if (codec != NULL) {
		error_usage(err, "the format %s cannot frame a stream", codec->name);
		error_hint(err, "these can: %s", buf_text(&names));
		return NULL;
	}
	for (size_t i = 0; i < codec_count; i++)
		if (!framing || codecs[i]->framing)
			name_guess_offer(&guess, codecs[i]->name);
	error_usage(err, "no %s is called \"%s\"", framing ? "framing" : "format", name);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", guess.nearest);
	else
		error_hint(err, "these are known: %s", buf_text(&names));
	return NULL;
}

void codec_context_release(const struct codec *codec, struct codec_context *context)
{
	if (codec->release != NULL)
		codec->release(context);
	context->state = NULL;
	buf_release(&context->scratch);
	buf_release(&context->scratch_control);
}
