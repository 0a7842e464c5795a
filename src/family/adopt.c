/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that somebody else opened: what they are, and an endpoint around them; socket(7), fcntl(2). */
#include "family/adopt.h"

#include "base/memory.h"
#include "core/endpoint.h"
#include "family/descriptor.h"
#include "family/plain_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Rows for what a socket can turn out to be; half-closing works for the first two alone. */
const struct family_type adopt_types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_HALF },
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_HALF, .messages = true },
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = "raw", .type = SOCK_RAW, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = "rdm", .type = SOCK_RDM, .end = END_NONE, .messages = true, .no_listen = true },
	{ .name = NULL },
};
static const struct family_type whole_stream = { .name = "stream", .type = SOCK_STREAM, .end = END_WHOLE };
static const struct family_type whole_seqpacket = {
	.name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_WHOLE, .messages = true
};
static const struct family_type waiting_dgram = {
	.name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true, .waits = true
};

const int adopt_levels[] = { SOL_SOCKET, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IP, IPPROTO_IPV6, -1 };

static int socket_number(int fd, int option)
{
	int value = 0;
	socklen_t length = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &length) < 0 ? -1 : value;
}

static bool can_half_close(int fd, int type)
{
	int domain = socket_number(fd, SO_DOMAIN);

	if (domain == AF_UNIX || domain == AF_VSOCK)
		return true;
	return type == SOCK_STREAM && (domain == AF_INET || domain == AF_INET6) &&
	       socket_number(fd, SO_PROTOCOL) != IPPROTO_SCTP;
}

/* NULL: it is no socket. */
static const struct family_type *type_of(int fd)
{
	int number = socket_number(fd, SO_TYPE);

	if (number == SOCK_STREAM && !can_half_close(fd, number))
		return &whole_stream;
	if (number == SOCK_SEQPACKET && !can_half_close(fd, number))
		return &whole_seqpacket;
	if (number == SOCK_DGRAM && socket_number(fd, SO_DOMAIN) == AF_UNIX)
		return &waiting_dgram;
	for (const struct family_type *type = adopt_types; type->name != NULL; type++)
		if (type->type == number)
			return type;
	return NULL;
}

static bool accepts(const struct target *target)
{
	return target->role == ROLE_LISTEN && !target->type->no_listen;
}

static bool is_listening(int fd)
{
	return socket_number(fd, SO_ACCEPTCONN) == 1;
}

/*
 * A command that listens serves a connection that was accepted already, as under inetd(8), and
 * a relay accepts from a socket that listens: which it is was decided by whoever opened it.
 */
static void choose_role(struct target *target, int fd)
{
	if (target->type->no_listen || target->spec.role_given)
		return;
	target->role = is_listening(fd) ? ROLE_LISTEN : ROLE_CONNECT;
}

int adopt_check(struct target *target, int fd, const char *label, struct error *err)
{
	target->type = type_of(fd);
	if (target->type != NULL) {
		target->protocol = socket_number(fd, SO_PROTOCOL);
		choose_role(target, fd);
		return 0;
	}
	if (target->role == ROLE_LISTEN)
		return error_set(err, ERROR_FAILED, "%s is no socket", label);
	if (target->sockopt_count > 0)
		return error_set(err, ERROR_FAILED, "%s is no socket and has no socket options",
				 label);
	return 0;
}

static const enum sockopt_phase phases[] = { PHASE_BIND, PHASE_CONNECT, PHASE_LISTEN, PHASE_CONNECTED };

static bool is_kept(const struct target *target, int fd)
{
	return fd > STDERR_FILENO && !target->common.inherit;
}

void adopt_keep(const struct target *target, int fd)
{
	if (is_kept(target, fd))
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static int apply_options(const struct target *target, int fd, struct error *err)
{
	for (size_t i = 0; i < array_length(phases); i++)
		if (target_apply(target, phases[i], fd, err) < 0)
			return -1;
	return 0;
}

static int check_listening(const struct target *target, int fd, const char *label,
			   struct error *err)
{
	bool listens = is_listening(fd);

	if (accepts(target) && !listens) {
		error_set(err, ERROR_FAILED, "%s is a socket that does not listen", label);
		return error_hint(err, "a connected one is used by: anysock connect %s", label);
	}
	if (target->role != ROLE_LISTEN && listens) {
		error_set(err, ERROR_FAILED, "%s is a listening socket", label);
		return error_hint(err, "anysock listen %s", label);
	}
	return 0;
}

static int take_socket(const struct target *target, int fd, const char *label,
		       struct endpoint *made, struct error *err)
{
	if (target->type == NULL)
		return error_set(err, ERROR_FAILED, "%s is a socket of an unknown type",
				 label);
	if (check_listening(target, fd, label, err) < 0 || apply_options(target, fd, err) < 0)
		return -1;
	made->in = made->out = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (made->in < 0)
		return error_system(err, "%s", label);
	made->is_socket = true;
	made->blocks = (fcntl(made->in, F_GETFL) & O_NONBLOCK) == 0;
	made->messages = target->type->messages;
	made->end = target_end(target);
	/* accept(2) has no MSG_DONTWAIT: of several that wait one would hang. */
	if (accepts(target))
		fcntl(made->in, F_SETFL, fcntl(made->in, F_GETFL) | O_NONBLOCK);
	return 0;
}

/* What is wanted of what it is open for, both where it is not open; -1: nothing. */
static int access_of(const struct target *target, int fd)
{
	int access = fcntl(fd, F_GETFL) & O_ACCMODE;
	bool reads = target->wants_input && access != O_WRONLY;
	bool writes = target->wants_output && access != O_RDONLY;

	if (!reads && !writes)
		return -1;
	return reads && writes ? O_RDWR : reads ? O_RDONLY : O_WRONLY;
}

static int take_other(const struct target *target, int fd, const char *label,
		      struct endpoint *made, struct error *err)
{
	int access = access_of(target, fd);
	bool is_shared = made->shared;
	int taken;

	if (access < 0)
		return error_set(err, ERROR_FAILED, "%s is open for %s only", label,
				 target->wants_input ? "writing" : "reading");
	taken = descriptor_take(fd, access, &is_shared);
	made->shared = is_shared;
	if (taken < 0)
		return error_system(err, "%s", label);
	descriptor_grow(taken);
	made->in = access != O_WRONLY ? taken : -1;
	made->out = access != O_RDONLY ? taken : -1;
	return 0;
}

int adopt_open(const struct target *target, int fd, const char *label, struct endpoint *endpoint,
	       struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;
	struct stat status;
	int taken;

	if (fstat(fd, &status) < 0)
		return error_system(err, "%s", label);
	made.target = target;
	made.end = END_HALF;
	taken = S_ISSOCK(status.st_mode) ? take_socket(target, fd, label, &made, err) :
					   take_other(target, fd, label, &made, err);
	if (taken < 0) {
		endpoint_close(&made);
		return -1;
	}
	endpoint_classify(&made);
	endpoint_move(endpoint, &made);
	return 0;
}

void adopt_add_keep_calls(const struct target *target, int fd, struct buf *out)
{
	if (is_kept(target, fd))
		buf_print(out, "fcntl(%d, F_SETFD, FD_CLOEXEC)\n", fd);
}

static void add_accepting(const struct target *target, struct buf *out)
{
	buf_add_string(out, "fcntl(fd, F_SETFL, O_NONBLOCK)\n");
	buf_add_string(out, "fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK)\n");
	target_add_calls(target, PHASE_ACCEPTED, out);
	target_add_calls(target, PHASE_CONNECTED, out);
}

void adopt_add_calls(const struct target *target, int fd, const char *descriptor, struct buf *out)
{
	int access = access_of(target, fd);

	if (target->type == NULL) {
		plain_add_take(descriptor, access >= 0 ? access : O_RDWR, out);
		return;
	}
	for (size_t i = 0; i < array_length(phases); i++)
		target_add_calls(target, phases[i], out);
	buf_print(out, "fcntl(%s, F_DUPFD_CLOEXEC, 3)\n", descriptor);
	if (accepts(target))
		add_accepting(target, out);
}
