/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking UTF-8 apart; RFC 3629, utf-8(7). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The code point at the front of length bytes: how many bytes it takes, or 0
 * where they are no UTF-8 (overlong forms and surrogates are none).
 */
size_t utf8_decode(const char *bytes, size_t length, uint32_t *point);
/* Whether a terminal may be shown it: no C0, DEL, C1, line separators or bidirectional marks. */
bool utf8_is_printable(uint32_t point);

#endif
