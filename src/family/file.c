/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and devices, read on the left of a relay and written on its right; open(2). */
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"
#include "family/fifo.h"
#include "family/path.h"
#include "family/plain_calls.h"
#include "family/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { FILE_PATH };

static const struct shape_field fields[] = {
	{ .name = "path", .help = "path of a file or device", .kind = FIELD_REST },
	{ .name = NULL },
};

static const struct shape_alias aliases[] = {
	{ "open", NULL },
	{ "create", "trunc" },
	{ "creat", "trunc" },
	{ NULL, NULL },
};

static const struct parameter parameters[] = {
	{ .name = "append", .aliases = "o-append", .type = VALUE_FLAG, .help = "write behind what is there" },
	{ .name = "trunc", .aliases = "truncate o-trunc", .type = VALUE_FLAG, .help = "write in place of what is there" },
	{ .name = "create", .aliases = "creat o-creat", .type = VALUE_FLAG, .help = "create it where it is absent (no: fail), also with rdwr" },
	{ .name = "excl", .aliases = "o-excl", .type = VALUE_FLAG, .help = "fail where it is present" },
	{ .name = "rdonly", .aliases = "o-rdonly", .type = VALUE_FLAG, .help = "read, never write" },
	{ .name = "wronly", .aliases = "o-wronly", .type = VALUE_FLAG, .help = "write, never read" },
	{ .name = "rdwr", .aliases = "o-rdwr", .type = VALUE_FLAG, .help = "both ways" },
	{ .name = "nofollow", .aliases = "o-nofollow", .type = VALUE_FLAG, .help = "fail on a symbolic link" },
	{ .name = "sync", .aliases = "o-sync", .type = VALUE_FLAG, .help = "each write waits for the disk" },
	{ .name = "seek", .aliases = "offset", .type = VALUE_SIZE, .help = "begin so many bytes from the start" },
	TERMINAL_PARAMETERS,
	{ .name = NULL },
};

static const char *path_of(const struct target *target)
{
	return target->fields[FILE_PATH].text;
}

static int conflict(const struct target *target, const char *one, const char *other,
		    struct error *err)
{
	error_usage(err, "file: %s and %s exclude each other", one, other);
	return target_error_setting(target, target_setting(target, other), err);
}

static int file_check(struct target *target, struct error *err)
{
	static const char *const pairs[][2] = { { "rdonly", "wronly" }, { "rdonly", "rdwr" },
						{ "wronly", "rdwr" },	{ "append", "trunc" },
						{ "rdonly", "append" }, { "rdonly", "trunc" } };
	const struct target_field *path = &target->fields[FILE_PATH];

	if (path->length == 0 || strlen(path->text) != path->length) {
		error_usage(err, "file: a path without NUL bytes expected");
		return target_error_field(target, FILE_PATH, err);
	}
	for (size_t i = 0; i < array_length(pairs); i++)
		if (target_flag(target, pairs[i][0]) && target_flag(target, pairs[i][1]))
			return conflict(target, pairs[i][0], pairs[i][1], err);
	return 0;
}

/* Something that answers: no pipe, and not /dev/null, zero, full and random (major 1). */
static bool is_device(const char *path)
{
	const unsigned int memory_major = 1;
	struct stat status;

	return stat(path, &status) == 0 && S_ISCHR(status.st_mode) &&
	       major(status.st_rdev) != memory_major;
}

/* A device goes both ways, a file only where rdwr says so. */
static int access_of(const struct target *target)
{
	bool reads = target->wants_input, writes = target->wants_output;

	if (target_flag(target, "rdwr"))
		return O_RDWR;
	if (target_flag(target, "rdonly") || !writes)
		return O_RDONLY;
	if (target_flag(target, "wronly") || !reads)
		return O_WRONLY;
	if (is_device(path_of(target)))
		return O_RDWR;
	return target->is_sink ? O_WRONLY : O_RDONLY;
}

static int open_flags(const struct target *target, int access)
{
	int flags = access | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

	if (access != O_RDONLY && target_flag(target, "append"))
		flags |= O_APPEND;
	if (access != O_RDONLY && target_flag(target, "trunc"))
		flags |= O_TRUNC;
	if (target_flag(target, "nofollow"))
		flags |= O_NOFOLLOW;
	if (target_flag(target, "sync"))
		flags |= O_SYNC;
	return flags;
}

static bool creates(const struct target *target, int access)
{
	return target_number(target, "create", access == O_WRONLY) != 0 && access != O_RDONLY;
}

/* Opens; *created tells whether it was absent. */
static int open_path(const struct target *target, int access, bool *created)
{
	int flags = open_flags(target, access);
	int fd = -1;

	if (creates(target, access)) {
		fd = open(path_of(target), flags | O_CREAT | O_EXCL, path_first_mode(target, 0666));
		*created = fd >= 0;
		if (fd >= 0 || errno != EEXIST || target_flag(target, "excl"))
			return fd;
	}
	return open(path_of(target), flags);
}

static int explain(const struct target *target, int access, int code, struct error *err)
{
	const char *path = path_of(target);
	struct stat status;

	if (code == ENXIO && stat(path, &status) == 0 && S_ISFIFO(status.st_mode))
		return fifo_explain(path, err);
	error_code(err, code, "open");
	if (code == ENXIO && stat(path, &status) == 0 && S_ISSOCK(status.st_mode))
		return error_hint(err, "it is a socket: unix:%s", path);
	if (code == ENOENT && access == O_RDWR)
		return error_hint(err, "the option create makes it");
	return -1;
}

/* Bytes that are there already are never overwritten unasked. */
static int check_empty(const struct target *target, int access, const struct stat *status,
		       struct error *err)
{
	if (access != O_WRONLY || !S_ISREG(status->st_mode) || status->st_size == 0 ||
	    target_flag(target, "append") || target_flag(target, "trunc") ||
	    target_setting(target, "seek") != NULL)
		return 0;
	error_code(err, EEXIST, "it holds data");
	return error_hint(err, "append writes behind it, trunc in place of it");
}

static int open_checked(const struct target *target, int access, struct stat *status,
			struct error *err)
{
	bool created = false;
	cleanup_close int fd = open_path(target, access, &created);
	int64_t offset = target_number(target, "seek", 0);

	if (fd < 0)
		return explain(target, access, errno, err);
	if (fstat(fd, status) < 0)
		return error_system(err, "stat");
	if (S_ISDIR(status->st_mode))
		return error_code(err, EISDIR, "open");
	if (check_empty(target, access, status, err) < 0)
		return -1;
	if (created && path_own(target, path_of(target), err) < 0)
		return -1;
	if (offset > 0 && lseek(fd, offset, SEEK_SET) < 0)
		return error_system(err, "seek");
	return steal_fd(&fd);
}

static void file_release(struct endpoint *endpoint)
{
	struct terminal *terminal = endpoint->state;

	terminal_restore(terminal);
	free(terminal);
	endpoint->state = NULL;
}

static const struct endpoint_ops terminal_ops = { .release = file_release };
static const struct endpoint_ops fifo_ops = { .read = fifo_read };

static int set_up_terminal(const struct target *target, struct endpoint *endpoint,
			   struct error *err)
{
	struct terminal *terminal = memory_new(sizeof(*terminal));
	int fd = endpoint->in >= 0 ? endpoint->in : endpoint->out;

	endpoint->state = terminal;
	endpoint->ops = &terminal_ops;
	return terminal_set(terminal, target, fd, false, err);
}

/* Answers to what is only read go to /dev/null: unread, they would reset a connection. */
static int give_directions(const struct target *target, int access, int fd, struct endpoint *made,
			   struct error *err)
{
	made->in = access != O_WRONLY && target->wants_input ? fd : -1;
	made->out = access != O_RDONLY && target->wants_output ? fd : -1;
	if (made->in < 0 && made->out < 0) {
		close(fd);
		error_set(err, ERROR_USAGE, "file: %s is wanted the other way", path_of(target));
		return error_hint(err, "rdonly, wronly and -u, -U contradict each other");
	}
	if (access == O_RDONLY && target->wants_output)
		made->out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	return 0;
}

static int file_open(const struct target *target, const struct endpoint *client,
		     struct endpoint *endpoint, struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;
	struct stat status = { 0 };
	int access = access_of(target);
	int fd = open_checked(target, access, &status, err);

	(void)client;
	if (fd < 0)
		return -1;
	made.target = target;
	made.end = END_HALF;
	if (give_directions(target, access, fd, &made, err) < 0)
		return -1;
	if (S_ISFIFO(status.st_mode) && made.in >= 0)
		made.ops = &fifo_ops;
	if (S_ISCHR(status.st_mode) && isatty(fd) && set_up_terminal(target, &made, err) < 0) {
		endpoint_close(&made);
		return -1;
	}
	endpoint_classify(&made);
	endpoint_move(endpoint, &made);
	return 0;
}

/* What is there already; that of excl comes and goes. */
static int foresee_present(const struct target *target, int access, const struct stat *status,
			   struct error *err)
{
	if (S_ISDIR(status->st_mode))
		return error_code(err, EISDIR, "open");
	if (S_ISSOCK(status->st_mode))
		return explain(target, access, ENXIO, err);
	return target_flag(target, "excl") ? 0 : check_empty(target, access, status, err);
}

/* Devices come later, and files to be read. */
static int file_foresee(const struct target *target, struct error *err)
{
	const char *path = path_of(target);
	int access = access_of(target);
	struct stat status;

	if (stat(path, &status) == 0)
		return foresee_present(target, access, &status, err) < 0 ? target_error(target, err) : 0;
	if (!creates(target, access) || strncmp(path, "/dev/", strlen("/dev/")) == 0)
		return 0;
	return path_foresee(target, path, err);
}

/* As the functions above make them. */
static void file_add_open_calls(const struct target *target, struct buf *out)
{
	int access = access_of(target), flags = open_flags(target, access);
	int64_t offset = target_number(target, "seek", 0);
	bool is_new = creates(target, access);

	if (is_new)
		plain_add_open(path_of(target), flags | O_CREAT | O_EXCL, path_first_mode(target, 0666), NULL, out);
	if (!is_new || !target_flag(target, "excl"))
		plain_add_open(path_of(target), flags, 0, is_new ? "where it is there already" : NULL, out);
	if (is_new)
		plain_add_own(target, path_of(target), out);
	if (offset > 0)
		buf_print(out, "lseek(fd, %" PRId64 ", SEEK_SET)\n", offset);
	if (access == O_RDONLY && target->wants_output)
		plain_add_open("/dev/null", O_WRONLY | O_CLOEXEC, 0, "for what comes back", out);
	terminal_add_calls(target, false, out);
}

const struct family file_family = {
	.shape = { .name = "file", .aliases = aliases, .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "files and devices",
	.domain = -1,
	.obeys = OBEYS_OWNER | OBEYS_PATH,
	.parameters = parameters,
	.step = STEP_NONE,
	.check = file_check,
	.foresee = file_foresee,
	.open = file_open,
	.add_open_calls = file_add_open_calls,
};
