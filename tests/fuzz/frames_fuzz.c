/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Framings of streams: any bytes are frames or an error, any message comes back as it was. The first two bytes choose. */
#include "codec_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "cobs", "len16", "len32", "line", "raw", "slip" };
	struct codec *codec;
	struct message message = { 0 };

	if (size < 2)
		return 0;
	codec = (struct codec *)(uintptr_t)codec_find(names[data[0] % array_length(names)]);
	message.data = (const char *)data + 2;
	message.length = size - 2;
	if (codec->framing) {
		check_printing(codec, NULL, &message);
		check_reader(codec, NULL, data + 2, size - 2, data[1], check_message, codec);
	} else {
		check_reader(codec, NULL, data + 2, size - 2, size, NULL, NULL);
	}
	return 0;
}
