/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calls that open what is no socket, as text; open(2), chown(2), chmod(2). */
#include "family/plain_calls.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "family/descriptor.h"

#include <fcntl.h>
#include <string.h>

#define FLAG(name) { #name, name }

static const struct {
	const char *name;
	int bits;
} flag_names[] = {
	FLAG(O_PATH),	  FLAG(O_CREAT),    FLAG(O_EXCL), FLAG(O_TRUNC),  FLAG(O_APPEND),
	FLAG(O_NONBLOCK), FLAG(O_NOFOLLOW), FLAG(O_SYNC), FLAG(O_NOCTTY), FLAG(O_CLOEXEC),
};

static void add_quoted(const char *text, size_t length, struct buf *out)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"')
			buf_add_char(out, '\\');
		bytes_print_safe(out, text + i, 1);
	}
	buf_add_char(out, '"');
}

void plain_add_text(const char *text, struct buf *out)
{
	add_quoted(text, strlen(text), out);
}

static void add_flags(int flags, struct buf *out)
{
	static const char *const ways[] = { [O_RDONLY] = "O_RDONLY", [O_WRONLY] = "O_WRONLY", [O_RDWR] = "O_RDWR" };

	buf_add_string(out, ways[flags & O_ACCMODE]);
	for (size_t i = 0; i < array_length(flag_names); i++)
		if ((flags & flag_names[i].bits) == flag_names[i].bits)
			buf_print(out, "|%s", flag_names[i].name);
}

static void end_line(const char *remark, struct buf *out)
{
	buf_print(out, ")%s%s\n", remark != NULL ? "    " : "", remark != NULL ? remark : "");
}

void plain_add_open(const char *path, int flags, mode_t mode, const char *remark, struct buf *out)
{
	buf_add_string(out, "openat(AT_FDCWD, ");
	plain_add_text(path, out);
	buf_add_string(out, ", ");
	add_flags(flags, out);
	if (flags & O_CREAT)
		buf_print(out, ", 0%o", mode);
	end_line(remark, out);
}

void plain_add_own(const struct target *target, const char *path, struct buf *out)
{
	static const char remark[] = "of what was created";
	const char *user = target_text(target, "user", NULL), *group = target_text(target, "group", NULL);

	if (user == NULL && group == NULL && target->common.mode < 0)
		return;
	plain_add_open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0, remark, out);
	if (user != NULL || group != NULL) {
		buf_print(out, "fchownat(fd, \"\", %s, %s, AT_EMPTY_PATH", user != NULL ? user : "-1", group != NULL ? group : "-1");
		end_line(remark, out);
	}
	if (target->common.mode >= 0) {
		buf_print(out, "chmod(\"/proc/self/fd/...\", 0%o", (unsigned int)target->common.mode);
		end_line(remark, out);
	}
}

void plain_add_grow(const char *descriptor, const char *remark, struct buf *out)
{
	buf_print(out, "fcntl(%s, F_SETPIPE_SZ, %d", descriptor, PIPE_LARGEST);
	end_line(remark, out);
}

void plain_add_take(const char *descriptor, int access, struct buf *out)
{
	bool is_known = strcmp(descriptor, "fd") != 0;
	cleanup_free char *path = memory_print("/proc/self/fd/%s", is_known ? descriptor : "...");

	plain_add_open(path, access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0, "of a pipe or terminal", out);
	buf_print(out, "fcntl(%s, F_DUPFD_CLOEXEC, 3", descriptor);
	end_line("of anything else, or where that is refused", out);
	plain_add_grow("fd", "of a pipe that is smaller", out);
}

void plain_add_write(const char *bytes, size_t length, struct buf *out)
{
	buf_add_string(out, "write(fd, ");
	add_quoted(bytes, length, out);
	buf_print(out, ", %zu)\n", length);
}
