/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages as hex and as text, whatever the lines hold. */
#include "codec_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct codec *hex = (struct codec *)(uintptr_t)codec_find("hex");
	struct codec *text = (struct codec *)(uintptr_t)codec_find("text");
	struct message message = { .data = (const char *)data, .length = size };

	check_reader(hex, NULL, data, size, size > 0 ? data[0] % 16 : 0, check_message, hex);
	check_reader(text, NULL, data, size, size > 0 ? data[0] % 16 : 0, check_message, text);
	check_printing(hex, NULL, &message);
	check_printing(text, NULL, &message);
	return 0;
}
