/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Vector's ASCII logs: a frame that was read is written and read back. Error frames lose what they say. */
#include "codec_check.h"

#include "codec/busframe.h"

#include <linux/can.h>

static void check_frame(void *context, const struct message *message)
{
	struct busframe frame;

	require(busframe_unpack(message->data, message->length, &frame) == 0,
		"what was read is no frame");
	if ((frame.id & CAN_ERR_FLAG) == 0 && frame.raw_dlc == 0)
		check_printing(context, NULL, message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct codec *codec = (struct codec *)(uintptr_t)codec_find("asc");

	check_reader(codec, NULL, data, size, size > 0 ? data[0] % 64 : 0, check_frame, codec);
	return 0;
}
