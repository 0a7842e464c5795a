/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A terminal for programs that want a device file, under a name of our choice; pty(7), symlink(2). */
#include "base/memory.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"
#include "family/path.h"
#include "family/plain_calls.h"
#include "family/ptmx.h"
#include "family/terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PTY_PATH };

static const struct shape_field fields[] = {
	{ .name = "path", .help = "a symbolic link to the terminal, made and removed", .kind = FIELD_REST, .optional = true },
	{ .name = NULL },
};

static const struct parameter parameters[] = {
	{ .name = "link", .aliases = "symbolic-link", .type = VALUE_FILE, .help = "as the field" },
	{ .name = "hold", .type = VALUE_FLAG, .help = "go on when the last program closes it" },
	TERMINAL_PARAMETERS,
	{ .name = NULL },
};

/* The terminal while it is an endpoint. */
struct pty_state {
	struct ptmx_state terminal; /* first: the slots of ptmx.h look here */
	struct path_claim link;
	int slave; /* kept open by hold; -1 */
};

static int pty_check(struct target *target, struct error *err)
{
	const struct target_field *path = &target->fields[PTY_PATH];

	if (strlen(path->text) != path->length) {
		error_usage(err, "pty: a path has no NUL byte in it");
		return target_error_field(target, PTY_PATH, err);
	}
	return 0;
}

static void pty_release(struct endpoint *endpoint)
{
	struct pty_state *state = endpoint->state;

	if (endpoint->passed_on)
		path_claim_forget(&state->link);
	path_claim_release(&state->link);
	if (state->slave >= 0)
		close(state->slave);
	free(state);
	endpoint->state = NULL;
}

static const struct endpoint_ops pty_ops = {
	.read = ptmx_read,
	.write = ptmx_write,
	.finish = ptmx_finish,
	.release = pty_release,
};

/* A link that a crash left behind leads to a terminal that is gone, or is somebody else's now. */
static int make_room(const struct target *target, const char *path, struct error *err)
{
	struct stat status;

	if (lstat(path, &status) < 0)
		return 0;
	if (!target->common.unlink_early && (!S_ISLNK(status.st_mode) || access(path, F_OK) == 0)) {
		error_code(err, EEXIST, "link");
		return error_hint(err, "unlink-early removes it");
	}
	return unlink(path) < 0 ? error_system(err, "unlink %s", path) : 0;
}

static const char *link_of(const struct target *target)
{
	return target_text(target, "link", target->fields[PTY_PATH].text);
}

static int make_link(const struct target *target, const char *name, struct pty_state *state,
		     struct error *err)
{
	const char *path = link_of(target);

	if (path[0] == '\0')
		return 0;
	if (make_room(target, path, err) < 0)
		return -1;
	if (symlink(name, path) < 0)
		return error_system(err, "symlink %s", path);
	path_claim(&state->link, path);
	return 0;
}

static int set_up(const struct target *target, struct endpoint *made, struct error *err)
{
	struct pty_state *state = made->state;
	char name[64];

	made->in = made->out = ptmx_open(target, true, err);
	if (made->in < 0)
		return -1;
	if (target_flag(target, "hold"))
		state->slave = ptmx_open_slave(made->in, err);
	if (target_flag(target, "hold") && state->slave < 0)
		return -1;
	if (ptsname_r(made->in, name, sizeof(name)) != 0)
		return error_system(err, "name of the terminal");
	if (path_own(target, name, err) < 0)
		return -1;
	return make_link(target, name, state, err);
}

static int pty_open(const struct target *target, const struct endpoint *client,
		    struct endpoint *endpoint, struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;
	struct pty_state *state = memory_new(sizeof(*state));

	(void)client;
	state->slave = -1;
	made.target = target;
	made.end = END_HALF;
	made.ops = &pty_ops;
	made.state = state;
	if (set_up(target, &made, err) < 0) {
		endpoint_close(&made);
		return -1;
	}
	endpoint_classify(&made);
	made.terminal = false;
	endpoint_move(endpoint, &made);
	return 0;
}

static int pty_foresee(const struct target *target, struct error *err)
{
	return path_foresee(target, link_of(target), err);
}

static void pty_add_open_calls(const struct target *target, struct buf *out)
{
	const char *path = link_of(target);

	ptmx_add_open_calls(target, true, out);
	if (target_flag(target, "hold"))
		buf_add_string(out, "ioctl(fd, TIOCGPTPEER, O_RDWR|O_NOCTTY|O_CLOEXEC)\n");
	plain_add_own(target, "/dev/pts/...", out);
	if (path[0] == '\0')
		return;
	buf_add_string(out, "symlink(\"/dev/pts/...\", ");
	plain_add_text(path, out);
	buf_add_string(out, ")\n");
}

const struct family pty_family = {
	.shape = { .name = "pty", .known_as = NAMES("tty", "terminal"), .roles = ROLE_BIT(ROLE_CONNECT), .fields = fields },
	.summary = "a terminal that other programs open",
	.domain = -1,
	.obeys = OBEYS_OWNER | OBEYS_PATH,
	.parameters = parameters,
	.step = STEP_NONE,
	.check = pty_check,
	.foresee = pty_foresee,
	.open = pty_open,
	.add_open_calls = pty_add_open_calls,
};
