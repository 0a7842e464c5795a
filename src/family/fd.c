/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A descriptor that we inherited, whatever it is; socket(7), fcntl(2). */
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/endpoint.h"
#include "family/adopt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { FD_NUMBER };

static const struct name standard[] = {
	{ "stdin", STDIN_FILENO, NULL },
	{ "stdout", STDOUT_FILENO, NULL },
	{ "stderr", STDERR_FILENO, NULL },
	{ NULL, 0, NULL },
};

static const struct shape_field fields[] = {
	{ .name = "number",
	  .help = "number of the descriptor",
	  .type = FIELD_NUMBER,
	  .names = standard,
	  .maximum = INT_MAX },
	{ .name = NULL },
};

/* What errors call it. */
struct label {
	char text[16];
};

static struct label label_of(int fd)
{
	struct label label;

	snprintf(label.text, sizeof(label.text), "fd:%d", fd);
	return label;
}

/* Looks at the descriptor, so that the rest of the program knows what it is. */
static int fd_check(struct target *target, struct error *err)
{
	int fd = (int)target->fields[FD_NUMBER].number;

	if (adopt_check(target, fd, label_of(fd).text, err) < 0)
		return target_error_field(target, FD_NUMBER, err);
	adopt_keep(target, fd);
	return 0;
}

static int refuse_closed(int fd, struct error *err)
{
	error_code(err, EBADF, "%s", label_of(fd).text);
	return error_hint(err, "whoever starts the program opens it: anysock ... %d<>FILE", fd);
}

static int fd_open(const struct target *target, const struct endpoint *client,
		   struct endpoint *endpoint, struct error *err)
{
	int fd = (int)target->fields[FD_NUMBER].number;

	(void)client;
	if (fcntl(fd, F_GETFD) < 0)
		return refuse_closed(fd, err);
	return adopt_open(target, fd, label_of(fd).text, endpoint, err);
}

/* Nobody but us can open it by then. */
static int fd_foresee(const struct target *target, struct error *err)
{
	int fd = (int)target->fields[FD_NUMBER].number;

	return fcntl(fd, F_GETFD) >= 0 ? 0 : refuse_closed(fd, err);
}

static void fd_add_open_calls(const struct target *target, struct buf *out)
{
	int fd = (int)target->fields[FD_NUMBER].number;
	cleanup_free char *number = memory_print("%d", fd);

	adopt_add_keep_calls(target, fd, out);
	adopt_add_calls(target, fd, number, out);
}

const struct family fd_family = {
	.shape = { .name = "fd", .roles = ROLES_STREAM, .fields = fields },
	.summary = "descriptors that were inherited",
	.domain = -1,
	.types = adopt_types,
	.levels = adopt_levels,
	.step = STEP_NONE,
	.check = fd_check,
	.foresee = fd_foresee,
	.open = fd_open,
	.add_open_calls = fd_add_open_calls,
};
