/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A descriptor that another process has open, duplicated out of it; pidfd_open(2), pidfd_getfd(2). */
#include "base/cleanup.h"
#include "core/endpoint.h"
#include "family/adopt.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PIDFD_PROCESS, PIDFD_NUMBER };

static const struct shape_field fields[] = {
	{ .name = "process",
	  .help = "id of the process",
	  .type = FIELD_NUMBER,
	  .maximum = INT_MAX },
	{ .name = "number",
	  .help = "number that the descriptor has there",
	  .type = FIELD_NUMBER,
	  .maximum = INT_MAX },
	{ .name = NULL },
};

/* What errors call it. */
struct label {
	char text[32];
};

static struct label label_of(const struct target *target)
{
	struct label label;

	snprintf(label.text, sizeof(label.text), "pidfd:%d:%d",
		 (int)target->fields[PIDFD_PROCESS].number, (int)target->fields[PIDFD_NUMBER].number);
	return label;
}

static int explain(const struct target *target, struct error *err)
{
	int process = (int)target->fields[PIDFD_PROCESS].number;

	error_system(err, "descriptor %d of process %d",
		     (int)target->fields[PIDFD_NUMBER].number, process);
	switch (err->code) {
	case ESRCH:
		return error_hint(err, "no process has the id %d", process);
	case EBADF:
		return error_hint(err, "what it has open: ls -l /proc/%d/fd", process);
	case EPERM:
		return error_hint(err, "it takes the right to trace the process: CAP_SYS_PTRACE, or the same "
				       "user and kernel.yama.ptrace_scope=0");
	default:
		return -1;
	}
}

/* The C library of some has no wrappers for these. */
static int pidfd_descriptor(const struct target *target, struct error *err)
{
	cleanup_close int process =
		(int)syscall(SYS_pidfd_open, (int)target->fields[PIDFD_PROCESS].number, 0U);
	int fd;

	if (process < 0)
		return explain(target, err);
	fd = (int)syscall(SYS_pidfd_getfd, process, (int)target->fields[PIDFD_NUMBER].number, 0U);
	return fd < 0 ? explain(target, err) : fd;
}

static int pidfd_check(struct target *target, struct error *err)
{
	struct error absent = { 0 };
	cleanup_close int fd = pidfd_descriptor(target, &absent);

	if (fd < 0 && target->role == ROLE_LISTEN)
		*err = absent;
	else if (adopt_check(target, fd, label_of(target).text, err) == 0)
		return 0;
	return target_error_field(target, PIDFD_NUMBER, err);
}

static int pidfd_open_endpoint(const struct target *target, const struct endpoint *client,
			       struct endpoint *endpoint, struct error *err)
{
	cleanup_close int fd = pidfd_descriptor(target, err);

	(void)client;
	return fd < 0 ? -1 : adopt_open(target, fd, label_of(target).text, endpoint, err);
}

static void pidfd_add_open_calls(const struct target *target, struct buf *out)
{
	struct error absent = { 0 };
	cleanup_close int fd = pidfd_descriptor(target, &absent);

	buf_print(out, "pidfd_open(%d, 0)\npidfd_getfd(fd, %d, 0)\n", (int)target->fields[PIDFD_PROCESS].number,
		  (int)target->fields[PIDFD_NUMBER].number);
	adopt_add_calls(target, fd, "fd", out);
}

const struct family pidfd_family = {
	.shape = { .name = "pidfd", .roles = ROLES_STREAM, .fields = fields },
	.summary = "descriptors of another process",
	.domain = -1,
	.types = adopt_types,
	.levels = adopt_levels,
	.step = STEP_NONE,
	.check = pidfd_check,
	.open = pidfd_open_endpoint,
	.add_open_calls = pidfd_add_open_calls,
	.descriptor = pidfd_descriptor,
};
