/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cache of claimed addresses: a name and an address a line, in hex; fopen(3), rename(2). */
#include "family/can_j1939_cache.h"

#include "base/cleanup.h"
#include "base/memory.h"

#include <inttypes.h>
#include <linux/can/j1939.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void close_file(FILE **file)
{
	if (*file != NULL)
		fclose(*file);
}

/* Comments and what is not understood are passed over. */
static int read_line(const char *line, uint64_t *name, unsigned int *address)
{
	return sscanf(line, "%" SCNx64 " %x", name, address) == 2 && *address <= UINT8_MAX ? 0 : -1;
}

uint8_t j1939_cache_read(const char *path, uint64_t name)
{
	cleanup(close_file) FILE *file = fopen(path, "re");
	unsigned int address, found = J1939_NO_ADDR;
	uint64_t known;
	char line[256];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (read_line(line, &known, &address) == 0 && known == name)
			found = address;
	return (uint8_t)found;
}

static void copy_others(const char *path, uint64_t name, FILE *out)
{
	cleanup(close_file) FILE *file = fopen(path, "re");
	unsigned int address;
	uint64_t known;
	char line[256];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (read_line(line, &known, &address) < 0 || known != name)
			fputs(line, out);
}

int j1939_cache_write(const char *path, uint64_t name, uint8_t address)
{
	cleanup_free char *fresh = memory_print("%s.%d", path, (int)getpid());
	FILE *out = fopen(fresh, "we");

	if (out == NULL)
		return -1;
	copy_others(path, name, out);
	fprintf(out, "%016" PRIx64 " 0x%02x\n", name, address);
	if (fclose(out) == 0 && rename(fresh, path) == 0)
		return 0;
	unlink(fresh);
	return -1;
}
