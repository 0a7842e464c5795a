/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing byte buffer. */
#include "base/buf.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_release(struct buf *buf)
{
	free(buf->data);
	buf->data = NULL;
	buf->length = buf->capacity = 0;
}

void buf_clear(struct buf *buf)
{
	buf->length = 0;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

char *buf_reserve(struct buf *buf, size_t length)
{
	size_t wanted;

	if (__builtin_add_overflow(buf->length, length, &wanted) ||
	    (buf->maximum > 0 && wanted > buf->maximum)) {
		buf->overflowed = true;
		return NULL;
	}
	if (wanted >= buf->capacity) {
		size_t capacity = buf->capacity > 0 ? buf->capacity : 64;

		while (capacity <= wanted)
			capacity *= 2;
		buf->data = memory_resize(buf->data, capacity, 1);
		buf->capacity = capacity;
	}
	return buf->data + buf->length;
}

void buf_commit(struct buf *buf, size_t length)
{
	buf->length += length;
	buf->data[buf->length] = '\0';
}

int buf_add(struct buf *buf, const void *bytes, size_t length)
{
	char *room = buf_reserve(buf, length);

	if (room == NULL)
		return -1;
	if (length > 0)
		memcpy(room, bytes, length);
	buf_commit(buf, length);
	return 0;
}

int buf_add_string(struct buf *buf, const char *text)
{
	return buf_add(buf, text, strlen(text));
}

int buf_add_char(struct buf *buf, char c)
{
	return buf_add(buf, &c, 1);
}

int buf_print(struct buf *buf, const char *format, ...)
{
	va_list args;
	int length;
	char *room;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		return -1;
	room = buf_reserve(buf, (size_t)length);
	if (room == NULL)
		return -1;
	va_start(args, format);
	vsnprintf(room, (size_t)length + 1, format, args);
	va_end(args);
	buf_commit(buf, (size_t)length);
	return 0;
}

void buf_consume(struct buf *buf, size_t length)
{
	if (length >= buf->length) {
		buf_clear(buf);
		return;
	}
	if (length == 0)
		return;
	memmove(buf->data, buf->data + length, buf->length - length);
	buf->length -= length;
	buf->data[buf->length] = '\0';
}

void buf_truncate(struct buf *buf, size_t length)
{
	if (length >= buf->length)
		return;
	buf->length = length;
	buf->data[length] = '\0';
}

char *buf_steal(struct buf *buf)
{
	char *data = buf->data != NULL ? buf->data : memory_string("");

	buf->data = NULL;
	buf->length = buf->capacity = 0;
	return data;
}

const char *buf_text(const struct buf *buf)
{
	return buf->data != NULL ? buf->data : "";
}
