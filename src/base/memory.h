/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocation that succeeds or ends the program with a message; malloc(3). */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Zeroed memory, owned by the caller, released with free(). Never NULL. */
void *memory_new(size_t size);
/* count * size zeroed bytes; an overflow of the product ends the program. */
void *memory_array(size_t count, size_t size);
/* The same, but NULL where there is not so much: for what can do with less. */
void *memory_try(size_t count, size_t size);
/* realloc(3) to count * size bytes; new bytes are not zeroed. */
void *memory_resize(void *old, size_t count, size_t size);
/* A copy of length bytes with a NUL behind them. */
char *memory_copy(const void *bytes, size_t length);
/* A copy of a string. */
char *memory_string(const char *text);
/* A new string printed as by printf(3). */
char *memory_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Overwrites a secret so that the compiler cannot leave it out. */
void memory_wipe(void *bytes, size_t length);

#define array_length(array) (sizeof(array) / sizeof((array)[0]))
#define container_of(pointer, type, member)                                                        \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
