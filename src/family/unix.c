/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UNIX domain sockets: in the file system, abstract, or named by the kernel; unix(7). */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/uapi.h"
#include "core/batch.h"
#include "core/control.h"
#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"
#include "family/path.h"
#include "family/unix_file.h"
#include "family/unix_peer.h"
#include "family/vm_mux.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define PATH_MAXIMUM sizeof(((struct sockaddr_un *)0)->sun_path)
#define PATH_OFFSET offsetof(struct sockaddr_un, sun_path)

enum { UNIX_PATH };

static const struct shape_field fields[] = {
	{ .name = "path", .help = "a path, @NAME for an abstract one, @ for a free one", .kind = FIELD_REST },
	{ .name = NULL },
};

static const struct shape_alias aliases[] = {
	{ "local", NULL },
	{ "unix-stream", "type=stream" },
	{ "unix-dgram", "type=dgram" },
	{ "unix-seqpacket", "type=seqpacket" },
	{ NULL, NULL },
};

static const struct family_type types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_HALF },
	{ .name = "dgram",
	  .type = SOCK_DGRAM,
	  .end = END_NONE,
	  .messages = true,
	  .no_listen = true,
	  .waits = true },
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_HALF, .messages = true },
	{ .name = NULL },
};

static const int levels[] = { SOL_SOCKET, -1 };

static const struct parameter parameters[] = { UNIX_PEER_PARAMETERS, VM_MUX_PARAMETER, { .name = NULL } };

/* One end as it was typed; bytes NULL: this end was not given. */
struct unix_name {
	const char *bytes;
	size_t length;
	bool abstract;
};

static struct unix_name name_of_field(const struct target *target)
{
	const struct target_field *field = &target->fields[UNIX_PATH];

	return (struct unix_name){ field->text, field->length,
				   field->text[0] == '@' && !field->quoted };
}

static struct unix_name name_of_bind(const struct target *target)
{
	const struct setting *setting = target_setting(target, "bind");

	if (setting == NULL)
		return (struct unix_name){ 0 };
	return (struct unix_name){ setting->value.bytes, setting->value.length,
				   setting->value.bytes[0] == '@' };
}

static struct unix_name local_name(const struct target *target)
{
	return target->role == ROLE_CONNECT ? name_of_bind(target) : name_of_field(target);
}

static int check_name(struct unix_name name, struct error *err)
{
	size_t maximum = PATH_MAXIMUM - 1;

	if (name.length == 0)
		return error_usage(err, "a path, or @ and an abstract name, expected");
	if (!name.abstract && memchr(name.bytes, '\0', name.length) != NULL)
		return error_usage(err, "a path has no NUL byte in it");
	/* The @ counts: it stands for the NUL that makes a name abstract. */
	if (name.length <= maximum + name.abstract)
		return 0;
	error_usage(err, "%s of %zu bytes is too long: a UNIX socket's holds at most %zu",
		    name.abstract ? "an abstract name" : "a path", name.length - name.abstract, maximum);
	if (!name.abstract)
		error_hint(err, "a path that is relative to the current directory may be shorter");
	return -1;
}

static const struct family_type *type_of(int number)
{
	for (const struct family_type *type = types; type->name != NULL; type++)
		if (type->type == number)
			return type;
	return types;
}

static int unix_check(struct target *target, struct error *err)
{
	const struct setting *bind = target_setting(target, "bind");

	if (target_setting(target, "type") == NULL && target->role == ROLE_BIND)
		target->type = type_of(SOCK_DGRAM);
	if (target->role == ROLE_BIND && !target->type->no_listen) {
		error_usage(err, "unix-bind: only type=dgram can do without a connection");
		return error_hint(err, "unix-listen accepts connections");
	}
	if (check_name(name_of_field(target), err) < 0) {
		error_context(err, "unix");
		return target_error_field(target, UNIX_PATH, err);
	}
	if (target->role == ROLE_CONNECT && strcmp(target->fields[UNIX_PATH].text, "@") == 0 &&
	    target->fields[UNIX_PATH].length == 1) {
		error_usage(err, "unix: the name of the peer expected");
		return target_error_field(target, UNIX_PATH, err);
	}
	if (vm_mux_check(target, err) < 0 || unix_peer_check(target, err) < 0)
		return -1;
	if (bind == NULL)
		return 0;
	if (target->role != ROLE_CONNECT) {
		error_usage(err, "bind: the spec itself is the local end");
		return target_error_setting(target, bind, err);
	}
	if (check_name(name_of_bind(target), err) == 0)
		return 0;
	error_context(err, "bind");
	return target_error_setting(target, bind, err);
}

static void make_address(struct unix_name name, struct sockaddr_un *un, socklen_t *length)
{
	*un = (struct sockaddr_un){ .sun_family = AF_UNIX };
	*length = (socklen_t)(PATH_OFFSET + name.length);
	memcpy(un->sun_path, name.bytes, name.length);
	if (!name.abstract)
		(*length)++;
	else if (name.length == 1) /* the kernel chooses a name for an address without one */
		*length = sizeof(sa_family_t);
	else
		un->sun_path[0] = '\0';
}

static int unix_resolve(const struct target *target, enum address_end end, bool may_block,
			struct address_list *list, struct error *err)
{
	struct unix_name name = end == ADDRESS_PEER ? name_of_field(target) : name_of_bind(target);
	struct sockaddr_un un;
	socklen_t length;

	(void)may_block;
	(void)err;
	if (name.bytes == NULL)
		return 0;
	make_address(name, &un, &length);
	address_list_add(list, &un, length);
	return 0;
}

static void unix_print_address(const struct target *target, const struct address *address,
			       struct buf *out)
{
	const struct sockaddr_un *un = (const void *)&address->storage;
	cleanup_buf struct buf name = { 0 };
	size_t length = address->length > PATH_OFFSET ? address->length - PATH_OFFSET : 0;

	(void)target;
	if (length > 0 && un->sun_path[0] == '\0') {
		buf_add_char(&name, '@');
		buf_add(&name, un->sun_path + 1, length - 1);
	} else {
		/* A file whose name begins with @ must not read as an abstract name. */
		buf_add_string(&name, length > 0 && un->sun_path[0] == '@' ? "./" : "");
		buf_add(&name, un->sun_path, strnlen(un->sun_path, length));
	}
	spec_print_text(buf_text(&name), name.length, FIELD_REST, out);
}

static void unix_describe_address(const struct address *address, struct json *json)
{
	const struct sockaddr_un *un = (const void *)&address->storage;
	size_t length = address->length > PATH_OFFSET ? address->length - PATH_OFFSET : 0;

	if (length > 0 && un->sun_path[0] == '\0')
		json_string_length(json, "abstract", un->sun_path + 1, length - 1);
	else
		json_string_length(json, "path", un->sun_path, strnlen(un->sun_path, length));
}

/*
 * Whether nobody is behind a socket file. A datagram socket asks, since that
 * disturbs no listener: a live socket of another type answers EPROTOTYPE.
 */
static bool is_dead(const char *path)
{
	cleanup_close int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	memcpy(un.sun_path, path, strnlen(path, sizeof(un.sun_path)));
	return fd >= 0 && connect(fd, (const void *)&un, sizeof(un)) < 0 && errno == ECONNREFUSED;
}

static int refuse(const char *why, const char *hint, struct error *err)
{
	error_code(err, EADDRINUSE, "%s", why);
	return error_hint(err, "%s", hint);
}

/* A socket file that a crash left behind is reclaimed; a live or foreign one never. */
static int make_room(const struct target *target, const char *path, struct error *err)
{
	/* Held: once it is removed nobody else's inode has its number meanwhile. */
	cleanup_close int held = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;
	uid_t user;
	gid_t group;

	if (held < 0 || fstat(held, &status) < 0)
		return 0;
	if (target->common.unlink_early)
		return unlink(path) < 0 ? error_system(err, "unlink %s", path) : 0;
	if (!S_ISSOCK(status.st_mode))
		return refuse("something that is no socket is there", "unlink-early removes it", err);
	if (path_owner(target, &user, &group, err) < 0)
		return -1;
	if (status.st_uid != geteuid() && status.st_uid != user)
		return refuse("somebody else's socket is there", "unlink-early removes it", err);
	if (!is_dead(path))
		return refuse("another program has this socket", "to see which: ss -xlp", err);
	if (path_remove(path, status.st_dev, status.st_ino) < 0)
		return error_system(err, "remove the dead socket %s", path);
	return 0;
}

/* Without a name of its own a datagram client could not be answered. */
static int name_datagram_client(int fd, struct error *err)
{
	const struct sockaddr_un unnamed = { .sun_family = AF_UNIX };

	if (bind(fd, (const void *)&unnamed, sizeof(unnamed.sun_family)) < 0)
		return error_system(err, "autobind");
	return 0;
}

static int unix_prepare(const struct target *target, int fd, struct error *err)
{
	struct unix_name local = local_name(target);
	uid_t user;
	gid_t group;

	if (local.bytes == NULL)
		return target->type->no_listen ? name_datagram_client(fd, err) : 0;
	if (local.abstract)
		return 0;
	if (path_owner(target, &user, &group, err) < 0 || make_room(target, local.bytes, err) < 0)
		return -1;
	/* bind(2) gives the file the mode of the socket, less the umask. */
	if (target->common.mode >= 0 && fchmod(fd, path_first_mode(target, 0777)) < 0)
		return error_system(err, "fchmod");
	return 0;
}

static void unix_add_prepare_calls(const struct target *target, struct buf *out)
{
	struct unix_name local = local_name(target);

	if (local.bytes == NULL && target->type->no_listen)
		buf_add_string(out, "bind(fd, {AF_UNIX}, 2)\n");
	if (local.bytes == NULL || local.abstract)
		return;
	if (target->common.unlink_early)
		buf_print(out, "unlink(%s)\n", local.bytes);
	if (target->common.mode >= 0)
		buf_print(out, "fchmod(fd, 0%o)\n", path_first_mode(target, 0777));
}

static void unix_release(struct endpoint *endpoint)
{
	struct path_claim *claim = endpoint->state;

	if (claim == NULL)
		return;
	if (endpoint->passed_on)
		path_claim_forget(claim);
	path_claim_release(claim);
	free(claim);
	endpoint->state = NULL;
}

/* What others send is taken off the queue, and told. */
static int unix_receive(struct endpoint *endpoint, struct message_room *room,
			struct message *message, struct error *err)
{
	int got = message_receive(endpoint->in, room, message, err);
	struct ucred sender = { 0 };
	const void *found;

	if (got <= 0)
		return got;
	found = control_find(message->control, message->control_length, SOL_SOCKET, SCM_CREDENTIALS,
			     sizeof(sender));
	if (found != NULL)
		memcpy(&sender, found, sizeof(sender));
	if (unix_peer_admit_sender(endpoint->target, &sender, err) == 0)
		return 1;
	control_close_descriptors(message->control, message->control_length);
	return ENDPOINT_NOTICE;
}

static int unix_receive_many(struct endpoint *endpoint, struct batch *batch, struct error *err)
{
	return batch_receive(batch, endpoint->in, MESSAGE_MAXIMUM, err);
}

static int unix_send_many(struct endpoint *endpoint, struct message *messages, size_t count,
			  struct error *err)
{
	return batch_send(endpoint->out, NULL, messages, count, err);
}

static const struct endpoint_ops bound_ops = { .release = unix_release };
static const struct endpoint_ops datagram_ops = { .receive_many = unix_receive_many,
						  .send_many = unix_send_many,
						  .release = unix_release };
static const struct endpoint_ops choosy_ops = { .receive = unix_receive, .release = unix_release };

/*
 * A time comes with each message and not with the end: it tells an empty message
 * from the end. Of a datagram that not everyone may send, its sender's credentials decide.
 */
static int unix_ready_settings(const struct target *target, int domain, struct sockopt_list *list,
			       struct error *err)
{
	(void)domain;
	(void)err;
	if (target->type->type == SOCK_SEQPACKET)
		sockopt_list_add_number(list, SOL_SOCKET, SO_TIMESTAMPNS, 1)->need = SOCKOPT_OPTIONAL;
	if (target->type->no_listen && unix_peer_has_rules(target))
		sockopt_list_add_number(list, SOL_SOCKET, SO_PASSCRED, 1);
	return 0;
}

/* An accepted connection has its listener's name, which is not its to remove. */
static bool is_accepted(const struct target *target, int fd)
{
	struct sockaddr_un peer;
	socklen_t length = sizeof(peer);

	if (target->role != ROLE_LISTEN || target->type->no_listen)
		return false;
	return getpeername(fd, (void *)&peer, &length) == 0;
}

/* A datagram is refused when it comes. */
static int keep_others_out(const struct target *target, const struct endpoint *endpoint,
			   struct error *err)
{
	if (target->type->no_listen || !unix_peer_has_rules(target) ||
	    (target->role == ROLE_LISTEN && !is_accepted(target, endpoint->in)))
		return 0;
	return unix_peer_admit_connection(target, endpoint->in, err);
}

/* The file is ours, to be removed in the end, and gets the owner and mode that were asked for. */
static int own_bound(const struct target *target, struct endpoint *endpoint, const char *path,
		     struct error *err)
{
	struct path_claim *claim = memory_new(sizeof(*claim));
	cleanup_close int bound = unix_file_open(endpoint->in, path);

	endpoint->state = claim;
	if (endpoint->ops == NULL)
		endpoint->ops = &bound_ops;
	/* Somebody else has taken the place. */
	if (bound < 0 && errno == ESTALE)
		return 0;
	if (bound < 0) {
		error_system(err, "%s", path);
		path_claim(claim, path);
		return -1;
	}
	path_claim_opened(claim, path, bound);
	return path_own_opened(target, path, bound, err);
}

static int unix_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	struct unix_name local = local_name(target);

	if (vm_mux_ready(target, endpoint, err) < 0 || keep_others_out(target, endpoint, err) < 0)
		return -1;
	if (target->type->no_listen)
		endpoint->ops = unix_peer_has_rules(target) ? &choosy_ops : &datagram_ops;
	if (local.bytes == NULL || local.abstract || is_accepted(target, endpoint->in))
		return 0;
	return own_bound(target, endpoint, local.bytes, err);
}

static void unix_explain_error(const struct target *target, struct error *err)
{
	switch (err->code) {
	case ECONNREFUSED:
		if (target->fields[UNIX_PATH].text[0] != '@')
			error_hint(err, "the socket file is left over: its program has ended or does "
					"not listen");
		break;
	case EPROTOTYPE:
		error_hint(err, "the socket there is not of type %s: try type=%s", target->type->name,
			   target->type->type == SOCK_STREAM ? "dgram or type=seqpacket" : "stream");
		break;
	case ENOTSOCK:
		error_hint(err, "there is a file, not a socket: file:%s", target->fields[UNIX_PATH].text);
		break;
	case EMSGSIZE:
		error_hint(err, "a larger send buffer takes larger messages: so-sndbuf=1M");
		break;
	default:
		break;
	}
}

const struct family unix_family = {
	.shape = { .name = "unix", .known_as = NAMES("uds"), .aliases = aliases, .roles = ROLES_ALL, .fields = fields },
	.summary = "sockets between programs of this host",
	.domain = AF_UNIX,
	.obeys = OBEYS_OWNER | OBEYS_PATH,
	.types = types,
	.levels = levels,
	.parameters = parameters,
	.step = STEP_CONNECT,
	.check = unix_check,
	.resolve = unix_resolve,
	.print_address = unix_print_address,
	.describe_address = unix_describe_address,
	.prepare = unix_prepare,
	.add_prepare_calls = unix_add_prepare_calls,
	.ready_settings = unix_ready_settings,
	.ready = unix_ready,
	.source = unix_peer_source,
	.greet = vm_mux_greet,
	.explain_error = unix_explain_error,
};
