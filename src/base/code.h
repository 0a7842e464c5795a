/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the numbers of errno(3) and signal(7). */
#ifndef BASE_CODE_H
#define BASE_CODE_H

/* "ECONNREFUSED"; NULL for a number that is none. */
const char *code_errno_name(int code);
/* The number of a name such as "ECONNREFUSED", 0 where there is none. */
int code_errno(const char *name);
/* The number of "SIGTERM" or "TERM", letter case ignored; 0 where there is none. */
int code_signal(const char *name);

#endif
