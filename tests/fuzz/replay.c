/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz target over files once, with any compiler: what a fuzzer found stays found. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	FILE *file = fopen(path, "re");
	uint8_t *data = NULL;
	size_t size = 0, room = 0, got = 0;

	if (file == NULL) {
		perror(path);
		return -1;
	}
	do {
		uint8_t *larger;

		size += got;
		room = size + 65536;
		larger = realloc(data, room);
		if (larger == NULL)
			abort();
		data = larger;
		got = fread(data + size, 1, room - size, file);
	} while (got > 0);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]) < 0;
	printf("%d inputs\n", argc - 1);
	return failed;
}
