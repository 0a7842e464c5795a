/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CAN frames as text in all of candump's forms; a frame that was read is printed and read back with its time. */
#include "codec_check.h"

#include "codec/busframe.h"

/* With its time to the nanosecond, compact and in columns, which know of an FD frame's flags nothing. */
static void check_frame(void *unused, const struct message *message)
{
	static const char *const names[] = { "candump", "candump-long" };

	(void)unused;
	for (size_t i = 0; i < array_length(names); i++) {
		const struct codec *codec = codec_find(names[i]);
		struct codec_context context = { .timestamps = message->time.tv_sec > 0,
						 .nanoseconds = true };
		struct codec_context back = { 0 };
		struct busframe frame, again_frame;
		struct message again;

		require(busframe_unpack(message->data, message->length, &frame) == 0,
			"what was read is no frame");
		require(print_and_read(codec, &context, message, &back, &again), "not printed");
		require(busframe_unpack(again.data, again.length, &again_frame) == 0, "no frame");
		require(frame.id == again_frame.id && frame.kind == again_frame.kind &&
				frame.length == again_frame.length,
			"a frame is read otherwise");
		require(i > 0 || memcmp(message->data, again.data, again.length) == 0,
			"a frame's bytes are read otherwise");
		require(!context.timestamps || (message->time.tv_sec == again.time.tv_sec &&
						message->time.tv_nsec == again.time.tv_nsec),
			"a time is read otherwise");
		codec_context_release(codec, &context);
		codec_context_release(codec, &back);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct codec *codec = codec_find("candump");
	struct busframe frame;

	check_reader(codec, NULL, data, size, size > 0 ? data[0] % 32 : 0, check_frame, NULL);
	if (busframe_unpack(data, size, &frame) == 0) {
		struct buf words = { 0 };
		struct json json = { .out = &words };

		busframe_describe(&frame, &json, NULL);
		buf_release(&words);
	}
	return 0;
}
