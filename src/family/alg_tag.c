/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading and writing the tag's file; open(2). */
#include "family/alg_tag.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_tag(struct alg_tag *tag, const char *path, size_t length, struct error *err)
{
	char *room = buf_reserve(&tag->read, length + 1);
	ssize_t got = read(tag->fd, room, length + 1);

	if (got < 0)
		return error_system(err, "tag: %s", path);
	buf_commit(&tag->read, (size_t)got);
	if ((size_t)got == length)
		return 0;
	error_set(err, ERROR_FAILED, "tag: %s has not %zu bytes", path, length);
	return error_hint(err, "authsize= says how long the tag is");
}

int alg_tag_open(struct alg_tag *tag, const char *path, bool makes, size_t length,
		 struct error *err)
{
	struct stat status;

	*tag = (struct alg_tag){ .fd = -1 };
	if (path == NULL)
		return 0;
	tag->fd = open(path, (makes ? O_WRONLY | O_CREAT : O_RDONLY) | O_CLOEXEC, 0666);
	if (tag->fd < 0)
		return error_system(err, "tag: %s", path);
	if (!makes)
		return read_tag(tag, path, length, err);
	if (fstat(tag->fd, &status) == 0 && status.st_size > 0)
		return error_set(err, ERROR_FAILED, "tag: %s holds data already", path);
	return 0;
}

int alg_tag_append(const struct alg_tag *tag, struct buf *ciphertext)
{
	return tag->fd < 0 ? 0 : buf_add(ciphertext, tag->read.data, tag->read.length);
}

int alg_tag_split(const struct alg_tag *tag, size_t length, struct buf *ciphertext)
{
	size_t rest = ciphertext->length - length;
	ssize_t put;

	if (tag->fd < 0)
		return 0;
	put = write(tag->fd, ciphertext->data + rest, length);
	ciphertext->length = rest;
	if (put < 0 || (size_t)put == length)
		return put < 0 ? -1 : 0;
	errno = EIO;
	return -1;
}

void alg_tag_release(struct alg_tag *tag)
{
	if (tag->fd >= 0)
		close(tag->fd);
	tag->fd = -1;
	buf_release(&tag->read);
}
