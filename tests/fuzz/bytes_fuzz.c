/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers of hex, base64, numbers and durations; what they read, printed, is read back. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_hex(const char *text, size_t length)
{
	cleanup_buf struct buf bytes = { .maximum = 64 }, printed = { 0 }, again = { 0 };
	struct error err = { 0 };

	if (bytes_read_hex(text, length, &bytes, &err) < 0) {
		require(bytes.overflowed || err.place.column + err.place.length <= length);
		return;
	}
	bytes_print_hex(&printed, bytes.data, bytes.length);
	require(bytes_read_hex(printed.data, printed.length, &again, NULL) == 0);
	require(again.length == bytes.length &&
		(again.length == 0 || memcmp(again.data, bytes.data, again.length) == 0));
}

/* Base64 has one spelling for each string of bytes. */
static void check_base64(const char *text, size_t length)
{
	cleanup_buf struct buf bytes = { 0 }, printed = { 0 };
	struct error err = { 0 };

	if (bytes_read_base64(text, length, &bytes, &err) < 0) {
		require(err.place.column + err.place.length <= length);
		return;
	}
	bytes_print_base64(&printed, bytes.data, bytes.length);
	require(printed.length == length &&
		(length == 0 || memcmp(printed.data, text, length) == 0));
}

static void check_numbers(const char *text)
{
	uint64_t plain;
	int64_t any;
	nanoseconds duration;

	number_unsigned(text, 1, 1000, &plain, NULL);
	number_signed(text, -5, INT64_MAX, &any, NULL);
	number_hex(text, UINT64_MAX, &plain, NULL);
	number_octal(text, 07777, &plain, NULL);
	number_size(text, UINT64_MAX, &plain, NULL);
	if (number_duration(text, &duration, NULL) == 0)
		require(duration >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = memory_copy(data, size);
	cleanup_buf struct buf safe = { 0 };

	check_hex(text, size);
	check_base64(text, size);
	check_numbers(text);
	bytes_print_safe(&safe, text, size);
	require(size == 0 || bytes_are_text(safe.data, safe.length));
	return 0;
}
