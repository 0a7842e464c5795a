/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, sizes and durations as a user types them; exactly one reading each. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/deadline.h"
#include "base/error.h"

#include <stdint.h>

/*
 * All read the whole text, set *value on success and return 0; on failure -1
 * with a usage error that says what was expected, without naming the subject:
 * callers add it with error_context. The text is never modified.
 */

/* Decimal, or hex behind 0x; leading zeros and signs are refused. */
int number_unsigned(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *value,
		    struct error *err);
/* The same with an optional "-". */
int number_signed(const char *text, int64_t minimum, int64_t maximum, int64_t *value,
		  struct error *err);
/* Hex digits, 0x optional (CAN identifiers, UUID parts). */
int number_hex(const char *text, uint64_t maximum, uint64_t *value, struct error *err);
/* Octal digits (file modes). */
int number_octal(const char *text, uint64_t maximum, uint64_t *value, struct error *err);
/* Bytes: a number with k, M, G or T (powers of 1024) behind it. */
int number_size(const char *text, uint64_t maximum, uint64_t *value, struct error *err);
/* How many times, in billionths: "2", "0.5". */
int number_factor(const char *text, int64_t *value, struct error *err);
/* A duration in nanoseconds: "250ms", "1.5s", "2m", "1h", "10us"; a bare number is seconds. */
int number_duration(const char *text, nanoseconds *value, struct error *err);

#endif
