/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures as pcapng: as the bytes are, and as blocks whose lengths are right, so that the insides are reached. */
#include "captures.h"

#include "codec/capture.h"

/* Blocks of type, length and body from the input; the framing is made here. */
static void make_blocks(const uint8_t *data, size_t size, struct buf *file)
{
	while (size > 2) {
		static const uint32_t types[] = { 1, 2, 3, 5, 6, 6, 6, BLOCK_SECTION };
		uint32_t type = types[data[0] % 8];
		size_t length = data[1] < size - 2 ? data[1] : size - 2;
		uint32_t total = (uint32_t)((length + 3) & ~(size_t)3) + 12;
		size_t start = file->length;

		buf_add(file, &type, 4);
		buf_add(file, &total, 4);
		buf_add(file, data + 2, length);
		buf_add(file, "\0\0\0", total - 12 - length);
		buf_add(file, &total, 4);
		if (type == BLOCK_SECTION && total >= 28)
			memcpy(file->data + start + 8, &(uint32_t){ BLOCK_BYTE_ORDER }, 4);
		data += 2 + length;
		size -= 2 + length;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf file = { 0 };

	check_captures((const char *)data, size, size > 0 ? data[0] % 64 : 0);
	capture_section(&file);
	capture_interface(&file, size > 0 ? data[0] : 0, "a", NULL);
	make_blocks(data, size, &file);
	check_captures(file.data, file.length, 40);
	buf_release(&file);
	return 0;
}
