/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A descriptor that we inherited, whatever it is; socket(7), fcntl(2). */
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"
#include "family/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

static int socket_number(int fd, int option)
{
	int value = 0;
	socklen_t length = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &length) < 0 ? -1 : value;
}

/* A half-close works for these alone; see shutdown(2) of each family. */
static enum family_end end_of_socket(int fd)
{
	int domain = socket_number(fd, SO_DOMAIN), type = socket_number(fd, SO_TYPE);
	bool is_local = domain == AF_UNIX || domain == AF_VSOCK;

	if (type == SOCK_STREAM && (is_local || domain == AF_INET || domain == AF_INET6))
		return END_HALF;
	if (type == SOCK_SEQPACKET && is_local)
		return END_HALF;
	return type == SOCK_STREAM || type == SOCK_SEQPACKET ? END_WHOLE : END_NONE;
}

static int check_listening(const struct target *target, int fd, struct error *err)
{
	bool listens = socket_number(fd, SO_ACCEPTCONN) == 1;
	bool has_connections = socket_number(fd, SO_TYPE) != SOCK_DGRAM;

	if (target->role == ROLE_LISTEN && has_connections && !listens) {
		error_set(err, ERROR_FAILED, "fd:%d is a socket that does not listen", fd);
		return error_hint(err, "a connected one is used by: anysock connect fd:%d", fd);
	}
	if (target->role != ROLE_LISTEN && listens) {
		error_set(err, ERROR_FAILED, "fd:%d is a listening socket", fd);
		return error_hint(err, "anysock listen fd:%d", fd);
	}
	return 0;
}

static int take_socket(const struct target *target, int fd, struct endpoint *made,
		       struct error *err)
{
	if (check_listening(target, fd, err) < 0)
		return -1;
	made->in = made->out = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (made->in < 0)
		return error_system(err, "fd:%d", fd);
	made->is_socket = true;
	made->messages = socket_number(fd, SO_TYPE) != SOCK_STREAM;
	made->end = (uint8_t)end_of_socket(fd);
	/* accept(2) has no MSG_DONTWAIT: of several that wait one would hang. */
	if (target->role == ROLE_LISTEN)
		fcntl(made->in, F_SETFL, fcntl(made->in, F_GETFL) | O_NONBLOCK);
	return 0;
}

static int take_other(const struct target *target, int fd, struct endpoint *made,
		      struct error *err)
{
	int flags = fcntl(fd, F_GETFL), access = flags & O_ACCMODE;
	bool reads = target->wants_input && access != O_WRONLY;
	bool writes = target->wants_output && access != O_RDONLY;
	int taken;

	if (target->role == ROLE_LISTEN)
		return error_set(err, ERROR_FAILED, "fd:%d is no socket", fd);
	if (!reads && !writes)
		return error_set(err, ERROR_FAILED, "fd:%d is open for %s only", fd,
				 access == O_RDONLY ? "reading" : "writing");
	taken = descriptor_take(fd, reads && writes ? O_RDWR : reads ? O_RDONLY : O_WRONLY,
				&made->shared);
	if (taken < 0)
		return error_system(err, "fd:%d", fd);
	descriptor_grow(taken);
	made->in = reads ? taken : -1;
	made->out = writes ? taken : -1;
	return 0;
}

static int fd_open(const struct target *target, const struct endpoint *client,
		   struct endpoint *endpoint, struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;
	int fd = (int)target->fields[FD_NUMBER].number;
	struct stat status;
	int taken;

	(void)client;
	if (fstat(fd, &status) < 0) {
		error_system(err, "fd:%d", fd);
		return error_hint(err, "whoever starts the program opens it: anysock ... %d<>FILE", fd);
	}
	made.target = target;
	made.end = END_HALF;
	taken = S_ISSOCK(status.st_mode) ? take_socket(target, fd, &made, err) :
					   take_other(target, fd, &made, err);
	if (taken < 0) {
		endpoint_close(&made);
		return -1;
	}
	endpoint_classify(&made);
	endpoint_move(endpoint, &made);
	return 0;
}

const struct family fd_family = {
	.shape = { .name = "fd", .roles = ROLES_STREAM, .fields = fields },
	.summary = "descriptors that were inherited",
	.domain = -1,
	.step = STEP_NONE,
	.open = fd_open,
};
