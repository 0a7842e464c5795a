/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures of the older format, and of btsnoop: a header by the first byte, then whatever there is. */
#include "captures.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t links[] = { 0, 1, 101, 113, 187, 201, 227, 252, 253, 254, 271, 276 };
	uint32_t header[6] = { 0xa1b23c4d, 0x00040002, 0, 0, 262144, 0 };
	struct buf file = { 0 };

	if (size == 0)
		return 0;
	if (data[0] & 0x80)
		header[0] = 0xa1b2c3d4;
	if (data[0] & 0x40)
		header[0] = __builtin_bswap32(header[0]);
	header[5] = links[data[0] % array_length(links)];
	buf_add(&file, header, sizeof(header));
	buf_add(&file, data + 1, size - 1);
	check_captures(file.data, file.length, data[0] % 64);
	buf_release(&file);
	/* One packet of all bytes: what is behind the headers of link types. */
	buf_add(&file, header, sizeof(header));
	memcpy(header, (uint32_t[4]){ 1, 2, (uint32_t)size - 1, (uint32_t)size - 1 }, 16);
	if ((data[0] & 0x40) == 0) {
		buf_add(&file, header, 16);
		buf_add(&file, data + 1, size - 1);
	}
	check_captures(file.data, file.length, 16);
	buf_release(&file);
	/* Records of btsnoop, of each kind. */
	buf_add(&file, "btsnoop\0\0\0\0\1\0\0", 14);
	buf_add(&file, (const char *[]){ "\x03\xe9", "\x03\xea", "\x07\xd1" }[data[0] % 3], 2);
	buf_add(&file, data + 1, size - 1);
	check_captures(file.data, file.length, data[0] % 64);
	buf_release(&file);
	return 0;
}
