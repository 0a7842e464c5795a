/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a descriptor is, for people and as JSON; fstat(2), socket(7), proc(5). */
#include "cmd/fd_describe.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/name.h"
#include "core/endpoint.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct name kinds[] = {
	{ "socket", S_IFSOCK, NULL },
	{ "pipe", S_IFIFO, NULL },
	{ "file", S_IFREG, NULL },
	{ "directory", S_IFDIR, NULL },
	{ "character device", S_IFCHR, NULL },
	{ "block device", S_IFBLK, NULL },
	{ NULL, 0, NULL },
};

static const struct name accesses[] = {
	{ "read-only", O_RDONLY, NULL },
	{ "write-only", O_WRONLY, NULL },
	{ "read-write", O_RDWR, NULL },
	{ NULL, 0, NULL },
};

static const struct name flags[] = {
	{ "append", O_APPEND, NULL },
	{ "nonblock", O_NONBLOCK, NULL },
	{ "path", O_PATH, NULL },
	{ "direct", O_DIRECT, NULL },
	{ "sync", O_DSYNC, NULL },
	{ NULL, 0, NULL },
};

/* What was found out of a descriptor. */
struct description {
	const char *kind; /* of what fstat(2) knows no name for, what /proc calls it */
	char path[512];	  /* empty where there is none */
	int flags;
	int64_t offset, size; /* of files; -1 */
	bool is_socket;
	struct target target; /* of a socket */
	const char *state;
	struct buf local, peer;
};

static void find_path(struct description *found, int fd)
{
	char name[32];
	ssize_t length;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	length = readlink(name, found->path, sizeof(found->path) - 1);
	found->path[length > 0 ? length : 0] = '\0';
}

static const char *state_of(int fd, bool has_local, bool has_peer)
{
	int listens = 0;
	socklen_t length = sizeof(listens);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0 && listens)
		return "listening";
	if (has_peer)
		return "connected";
	return has_local ? "bound" : "unbound";
}

/* The path that unix(7) gives, or a port: an unbound socket has neither. */
static bool is_named(const struct address *address)
{
	static const struct sockaddr_storage nothing;
	size_t head = sizeof(sa_family_t);

	return address->length > head &&
	       memcmp((const char *)&address->storage + head, (const char *)&nothing + head,
		      address->length - head) != 0;
}

static void find_socket(struct description *found, int fd)
{
	struct address local = { .length = sizeof(local.storage) };
	struct address peer = { .length = sizeof(peer.storage) };
	struct error ignored = { 0 };
	struct spec spec;
	char word[32];
	bool has_peer;

	snprintf(word, sizeof(word), "fd:%d", fd);
	if (spec_parse(&spec, word, family_vocabulary(), &ignored) < 0 ||
	    target_bind(&found->target, &spec, &ignored) < 0)
		return;
	found->is_socket = found->target.type != NULL;
	has_peer = getpeername(fd, &peer.any, &peer.length) == 0;
	if (getsockname(fd, &local.any, &local.length) < 0)
		local.length = 0;
	found->state = state_of(fd, is_named(&local), has_peer);
	target_print_address(&found->target, &local, &found->local);
	if (has_peer)
		target_print_address(&found->target, &peer, &found->peer);
}

static void describe(struct description *found, int fd)
{
	struct stat status = { 0 };

	*found = (struct description){ .offset = -1, .size = -1 };
	fstat(fd, &status);
	find_path(found, fd);
	found->flags = fcntl(fd, F_GETFL);
	found->kind = name_of(kinds, status.st_mode & S_IFMT);
	if (S_ISREG(status.st_mode)) {
		found->offset = lseek(fd, 0, SEEK_CUR);
		found->size = status.st_size;
	}
	if (S_ISSOCK(status.st_mode))
		find_socket(found, fd);
	if (found->kind == NULL)
		found->kind = strncmp(found->path, "anon_inode:", 11) == 0 ? found->path + 11 : "unknown";
}

static void release(struct description *found)
{
	if (found->target.family != NULL)
		target_release(&found->target);
	buf_release(&found->local);
	buf_release(&found->peer);
}

/* "tcp" of "tcp:127.0.0.1:80". */
static int family_length(const struct description *found)
{
	return (int)strcspn(buf_text(&found->local), ":");
}

static void print_socket(const struct description *found, struct buf *out)
{
	buf_print(out, "%.*s %s socket, %s", family_length(found), buf_text(&found->local),
		  found->target.type->name, found->state);
	if (found->peer.length > 0)
		buf_print(out, " to %s from %s", buf_text(&found->peer), buf_text(&found->local));
	else if (strcmp(found->state, "unbound") != 0)
		buf_print(out, " %s %s", strcmp(found->state, "bound") == 0 ? "to" : "on",
			  buf_text(&found->local));
}

void fd_describe(int fd, struct buf *out)
{
	struct description found;
	const char *access;

	describe(&found, fd);
	if (found.is_socket)
		print_socket(&found, out);
	else
		buf_print(out, "%s %s", found.kind, found.path);
	access = name_of(accesses, found.flags & O_ACCMODE);
	if (!found.is_socket)
		buf_print(out, ", %s", access != NULL ? access : "no access");
	for (const struct name *flag = flags; flag->name != NULL; flag++)
		if ((found.flags & flag->value) == flag->value)
			buf_print(out, ", %s", flag->name);
	if (found.offset >= 0)
		buf_print(out, ", at %" PRId64 " of %" PRId64 " bytes", found.offset, found.size);
	release(&found);
}

static void json_flags(struct json *json, int value)
{
	const char *access = name_of(accesses, value & O_ACCMODE);

	if (access != NULL)
		json_string(json, "access", access);
	json_open_array(json, "flags");
	for (const struct name *flag = flags; flag->name != NULL; flag++)
		if ((value & flag->value) == flag->value)
			json_string(json, NULL, flag->name);
	json_close_array(json);
}

void fd_describe_json(int fd, struct json *json)
{
	struct description found;

	describe(&found, fd);
	json_integer(json, "fd", fd);
	json_string(json, "kind", found.kind);
	if (found.is_socket) {
		json_string_length(json, "family", buf_text(&found.local),
				   (size_t)family_length(&found));
		json_string(json, "socktype", found.target.type->name);
		json_integer(json, "protocol", found.target.protocol);
		json_string(json, "state", found.state);
		json_string(json, "local", buf_text(&found.local));
	}
	if (found.peer.length > 0)
		json_string(json, "peer", buf_text(&found.peer));
	json_flags(json, found.flags);
	if (found.path[0] != '\0')
		json_string(json, "path", found.path);
	if (found.offset >= 0) {
		json_integer(json, "offset", found.offset);
		json_integer(json, "size", found.size);
	}
	release(&found);
}
