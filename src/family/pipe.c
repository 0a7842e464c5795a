/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A named pipe, made where it is absent, or one without a name that gives back what it gets; fifo(7), pipe(2). */
#include "base/cleanup.h"
#include "base/memory.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"
#include "family/descriptor.h"
#include "family/fifo.h"
#include "family/path.h"
#include "family/plain_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIPE_PATH };

static const struct shape_field fields[] = {
	{ .name = "path", .help = "path of a named pipe; none: what is written is read again", .kind = FIELD_REST, .optional = true },
	{ .name = NULL },
};

static const struct shape_alias aliases[] = {
	{ "fifo", NULL },
	{ "echo", NULL },
	{ NULL, NULL },
};

static int pipe_check(struct target *target, struct error *err)
{
	const struct target_field *path = &target->fields[PIPE_PATH];

	if (strlen(path->text) == path->length)
		return 0;
	error_usage(err, "pipe: a path has no NUL byte in it");
	return target_error_field(target, PIPE_PATH, err);
}

static void pipe_release(struct endpoint *endpoint)
{
	struct path_claim *claim = endpoint->state;

	if (endpoint->passed_on)
		path_claim_forget(claim);
	path_claim_release(claim);
	free(claim);
	endpoint->state = NULL;
}

static const struct endpoint_ops named_ops = { .read = fifo_read, .release = pipe_release };

static int open_unnamed(struct endpoint *made, struct error *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return error_system(err, "pipe");
	made->in = ends[0];
	made->out = ends[1];
	descriptor_grow(made->in);
	return 0;
}

static int refuse_other(const char *path, struct error *err)
{
	error_code(err, EEXIST, "it is no pipe");
	return error_hint(err, "file:%s opens a file", path);
}

/* Makes the pipe where nothing is there; what we made we take away again. */
static int make_named(const struct target *target, const char *path, struct endpoint *made,
		      struct error *err)
{
	struct path_claim *claim = memory_new(sizeof(*claim));
	struct stat status;

	made->ops = &named_ops;
	made->state = claim;
	if (target->common.unlink_early && unlink(path) < 0 && errno != ENOENT)
		return error_system(err, "unlink %s", path);
	if (mkfifo(path, path_first_mode(target, 0666)) == 0) {
		path_claim(claim, path);
		return path_own(target, path, err);
	}
	if (errno != EEXIST)
		return error_system(err, "mkfifo");
	if (stat(path, &status) == 0 && S_ISFIFO(status.st_mode))
		return 0;
	return refuse_other(path, err);
}

static int access_of(const struct target *target)
{
	if (!target->wants_input)
		return O_WRONLY;
	return target->wants_output ? O_RDWR : O_RDONLY;
}

static int open_named(const struct target *target, const char *path, struct endpoint *made,
		      struct error *err)
{
	int fd;

	if (make_named(target, path, made, err) < 0)
		return -1;
	fd = open(path, access_of(target) | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENXIO)
		return fifo_explain(path, err);
	if (fd < 0)
		return error_system(err, "open");
	made->in = target->wants_input ? fd : -1;
	made->out = target->wants_output ? fd : -1;
	descriptor_grow(fd);
	return 0;
}

static int pipe_open(const struct target *target, const struct endpoint *client,
		     struct endpoint *endpoint, struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;
	const struct target_field *path = &target->fields[PIPE_PATH];
	int opened;

	(void)client;
	made.target = target;
	made.end = END_HALF;
	opened = path->given ? open_named(target, path->text, &made, err) : open_unnamed(&made, err);
	if (opened < 0) {
		endpoint_close(&made);
		return -1;
	}
	endpoint_classify(&made);
	endpoint_move(endpoint, &made);
	return 0;
}

static int pipe_foresee(const struct target *target, struct error *err)
{
	const struct target_field *path = &target->fields[PIPE_PATH];
	struct stat status;

	if (!path->given)
		return 0;
	if (target->common.unlink_early || stat(path->text, &status) < 0 || S_ISFIFO(status.st_mode))
		return path_foresee(target, path->text, err);
	refuse_other(path->text, err);
	return target_error(target, err);
}

static void add_named_calls(const struct target *target, const char *path, struct buf *out)
{
	if (target->common.unlink_early) {
		buf_add_string(out, "unlink(");
		plain_add_text(path, out);
		buf_add_string(out, ")\n");
	}
	buf_add_string(out, "mknodat(AT_FDCWD, ");
	plain_add_text(path, out);
	buf_print(out, ", S_IFIFO|0%o)\n", path_first_mode(target, 0666));
	plain_add_own(target, path, out);
	plain_add_open(path, access_of(target) | O_CLOEXEC | O_NONBLOCK, 0, NULL, out);
	plain_add_grow("fd", NULL, out);
}

static void pipe_add_open_calls(const struct target *target, struct buf *out)
{
	const struct target_field *path = &target->fields[PIPE_PATH];

	if (path->given) {
		add_named_calls(target, path->text, out);
		return;
	}
	buf_add_string(out, "pipe2([in, out], O_CLOEXEC|O_NONBLOCK)\n");
	plain_add_grow("in", NULL, out);
}

const struct family pipe_family = {
	.shape = { .name = "pipe", .known_as = NAMES("named-pipe"), .aliases = aliases, .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "named pipes, and one that gives back what it gets",
	.domain = -1,
	.obeys = OBEYS_OWNER | OBEYS_PATH,
	.step = STEP_NONE,
	.check = pipe_check,
	.foresee = pipe_foresee,
	.open = pipe_open,
	.add_open_calls = pipe_add_open_calls,
};
