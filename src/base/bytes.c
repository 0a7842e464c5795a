/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hex, base64 (RFC 4648) and text for terminals. */
#include "base/bytes.h"

#include "base/utf8.h"

#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void bytes_print_hex(struct buf *out, const void *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *from = bytes;
	char *to = length <= SIZE_MAX / 2 ? buf_reserve(out, 2 * length) : NULL;

	if (to == NULL)
		return;
	for (size_t i = 0; i < length; i++) {
		*to++ = digits[from[i] >> 4];
		*to++ = digits[from[i] & 15];
	}
	buf_commit(out, 2 * length);
}

static bool is_separator(char c)
{
	return c == ' ' || c == '\t' || c == ':' || c == '.' || c == '-';
}

static int refuse(struct error *err, const char *text, size_t at, size_t length,
		  const char *expected)
{
	error_usage(err, "%s expected", expected);
	return error_place(err, text, at, at < length ? 1 : 0);
}

int bytes_read_hex(const char *text, size_t length, struct buf *out, struct error *err)
{
	size_t at = length >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 2 : 0;

	if (at > 0 && at == length)
		return refuse(err, text, at, length, "a hex digit");
	while (at < length) {
		int high, low;

		if (is_separator(text[at])) {
			at++;
			continue;
		}
		high = hex_digit(text[at]);
		if (high < 0)
			return refuse(err, text, at, length, "a hex digit");
		low = at + 1 < length ? hex_digit(text[at + 1]) : -1;
		if (low < 0)
			return refuse(err, text, at + 1, length, "a second hex digit");
		if (buf_add_char(out, (char)(high << 4 | low)) < 0)
			return error_usage(err, "more than %zu bytes", out->maximum);
		at += 2;
	}
	return 0;
}

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void bytes_print_base64(struct buf *out, const void *bytes, size_t length)
{
	const unsigned char *from = bytes;

	for (size_t i = 0; i < length; i += 3) {
		size_t left = length - i;
		uint32_t group = (uint32_t)from[i] << 16;
		char digits[4];

		group |= left > 1 ? (uint32_t)from[i + 1] << 8 : 0;
		group |= left > 2 ? from[i + 2] : 0;
		digits[0] = base64_digits[group >> 18];
		digits[1] = base64_digits[group >> 12 & 63];
		digits[2] = left > 1 ? base64_digits[group >> 6 & 63] : '=';
		digits[3] = left > 2 ? base64_digits[group & 63] : '=';
		buf_add(out, digits, sizeof(digits));
	}
}

static int base64_digit(char c)
{
	const char *found = c != '\0' ? strchr(base64_digits, c) : NULL;

	return found != NULL ? (int)(found - base64_digits) : -1;
}

/* How many of the four digits at `at` are no padding: 2 to 4. */
static size_t count_digits(const char *text, size_t at, size_t length)
{
	if (at + 4 != length || text[at + 3] != '=')
		return 4;
	return text[at + 2] == '=' ? 2 : 3;
}

/* Four digits as 24 bits; those behind the first so many are padding. */
static int read_group(const char *text, size_t at, size_t length, size_t digits, uint32_t *group,
		      struct error *err)
{
	*group = 0;
	for (size_t i = 0; i < 4; i++) {
		int digit = i < digits ? base64_digit(text[at + i]) : 0;

		if (digit < 0)
			return refuse(err, text, at + i, length, "a base64 digit");
		*group = *group << 6 | (uint32_t)digit;
	}
	if (digits < 4 && *group << (8 * digits) != 0)
		return refuse(err, text, at + digits - 1, length,
			      "a last base64 digit without stray bits");
	return 0;
}

int bytes_read_base64(const char *text, size_t length, struct buf *out, struct error *err)
{
	for (size_t at = 0; at < length; at += 4) {
		size_t digits;
		uint32_t group;
		char bytes[3];

		if (length - at < 4)
			return refuse(err, text, length, length,
				      "four base64 digits, padded by \"=\",");
		digits = count_digits(text, at, length);
		if (read_group(text, at, length, digits, &group, err) < 0)
			return -1;
		bytes[0] = (char)(group >> 16);
		bytes[1] = (char)(group >> 8);
		bytes[2] = (char)group;
		if (buf_add(out, bytes, digits - 1) < 0)
			return error_usage(err, "more than %zu bytes", out->maximum);
	}
	return 0;
}

static const char *short_escape(char c)
{
	if (c == '\n')
		return "\\n";
	return c == '\t' ? "\\t" : NULL;
}

void bytes_print_safe(struct buf *out, const void *bytes, size_t length)
{
	const char *from = bytes;

	for (size_t i = 0; i < length;) {
		uint32_t point;
		size_t taken = utf8_decode(from + i, length - i, &point);
		const char *escape = short_escape(from[i]);

		if (escape != NULL)
			buf_add_string(out, escape);
		else if (taken == 0 || !utf8_is_printable(point))
			buf_print(out, "\\x%02x", (unsigned char)from[i]);
		else
			buf_add(out, from + i, taken);
		i += taken == 0 || !utf8_is_printable(point) ? 1 : taken;
	}
}

bool bytes_are_text(const void *bytes, size_t length)
{
	const char *from = bytes;

	for (size_t i = 0; i < length;) {
		uint32_t point;
		size_t taken = utf8_decode(from + i, length - i, &point);

		if (taken == 0)
			return false;
		if ((point < 0x20 && point != '\t' && point != '\n' && point != '\r') ||
		    (point >= 0x7f && point <= 0x9f))
			return false;
		i += taken;
	}
	return true;
}
