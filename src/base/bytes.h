/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes as hex and base64 text, and a reader that never runs past the end of foreign bytes. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

/* Lower-case hex digits without separators. */
void bytes_print_hex(struct buf *out, const void *bytes, size_t length);
/*
 * Pairs of hex digits; blanks, ":" "." "-" may stand between pairs, 0x in front.
 * -1: usage error with the offset of the first wrong character in err->place.
 */
int bytes_read_hex(const char *text, size_t length, struct buf *out, struct error *err);
/* RFC 4648 with padding. */
void bytes_print_base64(struct buf *out, const void *bytes, size_t length);
int bytes_read_base64(const char *text, size_t length, struct buf *out, struct error *err);
/*
 * Text safe to show on a terminal, on one line: control characters, C1,
 * bidirectional marks and bytes that are no UTF-8 become \xNN, line feed and
 * tab \n and \t. For the eye: a backslash stays one, so it cannot be read back.
 */
void bytes_print_safe(struct buf *out, const void *bytes, size_t length);
/* Whether all of it is UTF-8 without control characters other than tab and line ends. */
bool bytes_are_text(const void *bytes, size_t length);

#endif
