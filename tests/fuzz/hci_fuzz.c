/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of Bluetooth controllers as lines and in captures of btsnoop, whatever these hold. */
#include "codec_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct codec *hci = (struct codec *)(uintptr_t)codec_find("hci");
	struct codec *btsnoop = (struct codec *)(uintptr_t)codec_find("btsnoop");
	static const char header[] = "btsnoop\0\0\0\0\1\0\0\3\352";
	struct message message = { .data = (const char *)data, .length = size };
	cleanup_buf struct buf capture = { 0 };

	check_reader(hci, NULL, data, size, size > 0 ? data[0] % 16 : 0, NULL, NULL);
	check_reader(btsnoop, NULL, data, size, size > 0 ? data[0] % 16 : 0, NULL, NULL);
	buf_add(&capture, header, 16);
	buf_add(&capture, data, size);
	check_reader(btsnoop, NULL, (const uint8_t *)capture.data, capture.length, size > 0 ? data[0] % 16 : 0, NULL, NULL);
	check_printing(hci, NULL, &message);
	return 0;
}
