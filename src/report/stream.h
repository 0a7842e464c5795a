/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where what is told goes: a stream that whoever started us reads, or does not. */
#ifndef REPORT_STREAM_H
#define REPORT_STREAM_H

#include "base/buf.h"

#include <stdio.h>

/*
 * Writes all of it, also where the descriptor does not block. While there is no room a signal that is to end us, and
 * that the loop would read, makes it give up; from then on only what there is room for at once is written.
 */
void stream_write(FILE *stream, const struct buf *text);

#endif
