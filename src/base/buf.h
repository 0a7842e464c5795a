/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that grow up to a stated maximum. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>

/* A zeroed struct is an empty buffer without a maximum. data always has a NUL behind length. */
struct buf {
	char *data;
	size_t length;
	size_t capacity;
	size_t maximum; /* bytes; 0: none */
	bool overflowed; /* something was refused because of maximum */
};

#define cleanup_buf cleanup(buf_release)

void buf_release(struct buf *buf);
/* Forgets the bytes, keeps the memory. */
void buf_clear(struct buf *buf);
/* Adds bytes; all or nothing. -1 and overflowed beyond the maximum. */
int buf_add(struct buf *buf, const void *bytes, size_t length);
int buf_add_string(struct buf *buf, const char *text);
int buf_add_char(struct buf *buf, char c);
int buf_print(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for length more bytes: where to write them, before buf_commit; NULL beyond the maximum. */
char *buf_reserve(struct buf *buf, size_t length);
void buf_commit(struct buf *buf, size_t length);
/* Takes length bytes off the front. */
void buf_consume(struct buf *buf, size_t length);
/* Takes off what stands behind the first length bytes. */
void buf_truncate(struct buf *buf, size_t length);
/* Gives the bytes away as a string (never NULL) and leaves the buffer empty. */
char *buf_steal(struct buf *buf);
/* The bytes as a string, "" when empty; valid until the next change. */
const char *buf_text(const struct buf *buf);

#endif
