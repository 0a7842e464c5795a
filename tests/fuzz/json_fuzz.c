/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages as JSON, whatever the lines hold, and whatever a message's bytes and control data are. */
#include "codec_check.h"

#include "core/control.h"

static void check_control(const uint8_t *data, size_t size)
{
	static const int domains[] = { 0, 1, 2, 10, 31 };
	struct buf out = { 0 };
	struct json json = { .out = &out };

	control_print(data, size, domains[size > 0 ? data[0] % 5 : 0], &json, NULL);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct codec *json = (struct codec *)(uintptr_t)codec_find("json");
	struct message message = { .data = (const char *)data, .length = size };

	if (!WITH_JANSSON)
		return 0;
	check_reader(json, NULL, data, size, size > 0 ? data[0] % 64 : 0, check_message, json);
	check_printing(json, NULL, &message);
	check_control(data, size);
	return 0;
}
