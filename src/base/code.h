/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the numbers of errno(3), getaddrinfo(3) and signal(7). */
#ifndef BASE_CODE_H
#define BASE_CODE_H

#include <stddef.h>

/* "ECONNREFUSED" of errno, "EAI_NONAME" of what getaddrinfo gives, which is negative; NULL for a number that is none. */
const char *code_name(int code);
/* The number of such a name, 0 where there is none. */
int code_find(const char *name);
/* The number of "SIGTERM" or "TERM", letter case ignored; 0 where there is none. */
int code_signal(const char *name);
/* "TERM": the name of the i-th signal; NULL behind the last. */
const char *code_signal_at(size_t i);

#endif
