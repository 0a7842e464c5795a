/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocation; out of memory ends the program with status 1, as design has it. */
#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *checked(void *memory)
{
	static const char message[] = "anysock: out of memory\n";

	if (memory != NULL)
		return memory;
	if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
		_exit(1);
	_exit(1);
}

void *memory_try(size_t count, size_t size)
{
	return calloc(count > 0 ? count : 1, size > 0 ? size : 1);
}

void *memory_array(size_t count, size_t size)
{
	return checked(memory_try(count, size));
}

void *memory_new(size_t size)
{
	return memory_array(1, size);
}

void *memory_resize(void *old, size_t count, size_t size)
{
	return checked(reallocarray(old, count > 0 ? count : 1, size));
}

char *memory_copy(const void *bytes, size_t length)
{
	char *copy = memory_array(length + 1, 1);

	if (length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

char *memory_string(const char *text)
{
	return memory_copy(text, strlen(text));
}

char *memory_print(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return checked(text);
}

void memory_wipe(void *bytes, size_t length)
{
	if (length > 0)
		explicit_bzero(bytes, length);
}
