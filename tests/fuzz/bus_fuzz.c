/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines for the CAN broadcast manager, and the kernel's structs of frames and of that manager's messages. The first byte chooses. */
#include "codec_check.h"

/* What was read is printed, and is the same message when it is read again. */
static void fuzz_text(const uint8_t *data, size_t size)
{
	const struct codec *codec = codec_find("bcm");

	check_reader(codec, NULL, data, size, size > 0 ? data[0] % 16 : 0, check_message,
		     (void *)(uintptr_t)codec);
}

/* Any bytes are a message of the manager, or refused. */
static void fuzz_message(const uint8_t *data, size_t size)
{
	const struct codec *codec = codec_find("bcm");
	struct codec_context context = { 0 };
	struct message message = { .data = (const char *)data, .length = size };
	cleanup_buf struct buf text = { 0 };
	struct json json = { .out = &text };
	struct error err = { 0 };

	require(codec->encode(&context, &message, &text, &err) == 0 || err.text[0] != '\0',
		"a refusal without words");
	if (codec->describe != NULL)
		codec->describe(&context, &message, &json, NULL);
	codec_context_release(codec, &context);
}

static void fuzz_structs(const uint8_t *data, size_t size)
{
	const struct codec *codec = codec_find("can-struct");

	check_reader(codec, NULL, data, size, size > 0 ? data[0] % 80 : 0, check_message,
		     (void *)(uintptr_t)codec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const targets[])(const uint8_t *, size_t) = { fuzz_text, fuzz_message,
								    fuzz_structs };

	if (size > 0)
		targets[data[0] % array_length(targets)](data + 1, size - 1);
	return 0;
}
