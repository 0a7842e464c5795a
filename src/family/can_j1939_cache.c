/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cache of claimed addresses: a name and an address a line, in hex; open(2), rename(2). */
#include "family/can_j1939_cache.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/can/j1939.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAXIMUM (1U << 20) /* bytes of a cache */

static void read_whole(const char *path, struct buf *text)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : 1;

	while (got > 0 && text->length < FILE_MAXIMUM) {
		got = read(fd, buf_reserve(text, BUFSIZ), BUFSIZ);
		buf_commit(text, got > 0 ? (size_t)got : 0);
	}
}

/* Comments and what is not understood are passed over; the line is changed. */
static int read_line(char *line, uint64_t *name, uint64_t *address)
{
	const char *first = strsep(&line, " \t"), *second = strsep(&line, " \t");

	if (second == NULL || number_hex(first, UINT64_MAX, name, NULL) < 0)
		return -1;
	return number_hex(second, J1939_MAX_UNICAST_ADDR, address, NULL);
}

uint8_t j1939_cache_read(const char *path, uint64_t name)
{
	cleanup_buf struct buf text = { 0 };
	uint64_t known, address, found = J1939_NO_ADDR;
	char *rest, *line;

	read_whole(path, &text);
	rest = text.data;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (read_line(line, &known, &address) == 0 && known == name)
			found = address;
	return (uint8_t)found;
}

/* All lines but those of the name, as they are. */
static void keep_others(const char *path, uint64_t name, struct buf *out)
{
	cleanup_buf struct buf text = { 0 };
	uint64_t known, address;
	char *rest, *line;

	read_whole(path, &text);
	rest = text.data;
	while ((line = strsep(&rest, "\n")) != NULL) {
		cleanup_free char *copy = memory_string(line);

		if (rest == NULL && *line == '\0')
			break;
		if (read_line(copy, &known, &address) < 0 || known != name)
			buf_print(out, "%s\n", line);
	}
}

int j1939_cache_write(const char *path, uint64_t name, uint8_t address)
{
	cleanup_free char *fresh = memory_print("%s.%d", path, (int)getpid());
	cleanup_buf struct buf text = { 0 };
	cleanup_close int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		return -1;
	keep_others(path, name, &text);
	buf_print(&text, "%016" PRIx64 " 0x%02x\n", name, address);
	if (write(fd, text.data, text.length) == (ssize_t)text.length && rename(fresh, path) == 0)
		return 0;
	unlink(fresh);
	return -1;
}
