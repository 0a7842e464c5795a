/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text is a value of any socket option or an error, any bytes can be printed as one, and as a socket address. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "option/sockaddr.h"
#include "option/sockopt.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_option(const struct sockopt *row, const char *text, size_t length)
{
	struct sockopt_setting setting = { 0 };
	cleanup_buf struct buf printed = { 0 }, as_json = { 0 };
	struct json json = { .out = &as_json };
	struct error err = { 0 };

	if (sockopt_read(row, text, length, &setting, &err) == 0)
		sockopt_setting_release(&setting);
	else
		require(err.text[0] != '\0');
	sockopt_print(row, text, length, &printed);
	sockopt_print_json(row, text, length, &json);
}

/* The parts of an address lie beside each other, and are all of it. */
static void check_address(const char *address, size_t length)
{
	struct sockaddr_part part = { 0 };
	size_t at = 0;

	while (sockaddr_next(address, length, 0, at, &part)) {
		require(part.offset == at && part.length > 0 && part.length <= length - at);
		at += part.length;
	}
	require(at == length);
	sockaddr_part_release(&part);
}

/* The first two bytes pick the row. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t rows = 0, length = size < 2 ? 0 : size - 2;
	cleanup_free char *text = memory_copy(size < 2 ? data : data + 2, length);
	struct sockopt_setting setting = { 0 };

	while (sockopt_at(rows) != NULL)
		rows++;
	if (size >= 2)
		check_option(sockopt_at((size_t)(data[0] << 8 | data[1]) % rows), text, length);
	if (sockopt_read_any(text, length, &setting, NULL) == 0)
		sockopt_setting_release(&setting);
	check_address(text, length);
	return 0;
}
