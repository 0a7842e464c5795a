/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UTF-8, byte by byte. */
#include "base/utf8.h"

static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

size_t utf8_decode(const char *bytes, size_t length, uint32_t *point)
{
	static const uint32_t smallest[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t wanted;
	uint32_t value;

	if (length == 0)
		return 0;
	wanted = sequence_length((unsigned char)bytes[0]);
	if (wanted == 0 || wanted > length)
		return 0;
	value = (unsigned char)bytes[0];
	if (wanted > 1)
		value &= 0xffU >> (wanted + 1);
	for (size_t i = 1; i < wanted; i++) {
		if (((unsigned char)bytes[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | ((unsigned char)bytes[i] & 0x3f);
	}
	if (value < smallest[wanted] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*point = value;
	return wanted;
}

bool utf8_is_printable(uint32_t point)
{
	if (point < 0x20 || (point >= 0x7f && point <= 0x9f))
		return false;
	if (point == 0x061c || point == 0x200e || point == 0x200f || point == 0xfeff)
		return false;
	if (point >= 0x2028 && point <= 0x202e)
		return false;
	return !(point >= 0x2066 && point <= 0x2069);
}
