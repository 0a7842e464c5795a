/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is at the other end of a connection on this host: SO_PEERCRED and its kin of unix(7). */
#include "core/credentials.h"

#include "base/cleanup.h"
#include "base/uapi.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void read_groups(int fd, struct credentials *credentials)
{
	socklen_t length = sizeof(credentials->groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, credentials->groups, &length) == 0)
		credentials->group_count = length / sizeof(credentials->groups[0]);
}

static void read_security(int fd, struct credentials *credentials)
{
	socklen_t length = sizeof(credentials->security) - 1;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERSEC, credentials->security, &length) < 0)
		length = 0;
	credentials->security[length] = '\0';
}

static void read_name(struct credentials *credentials)
{
	cleanup_close int comm = -1;
	char path[32];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)credentials->ids.pid);
	comm = open(path, O_RDONLY | O_CLOEXEC);
	length = comm < 0 ? 0 : read(comm, credentials->program, sizeof(credentials->program) - 1);
	credentials->program[length > 0 ? length : 0] = '\0';
	credentials->program[strcspn(credentials->program, "\n")] = '\0';
}

/* An id is used again; the pidfd tells whether the process that connected was still there to be named. */
static void read_program(int fd, struct credentials *credentials)
{
	cleanup_close int pidfd = -1;
	socklen_t length = sizeof(pidfd);
	struct pollfd poll_fd = { .events = POLLIN };

	if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &length) < 0)
		return;
	read_name(credentials);
	poll_fd.fd = pidfd;
	if (poll(&poll_fd, 1, 0) != 0)
		credentials->program[0] = '\0';
}

bool credentials_read(int fd, struct credentials *credentials)
{
	socklen_t length = sizeof(credentials->ids);

	*credentials = (struct credentials){ 0 };
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials->ids, &length) < 0 ||
	    credentials->ids.uid == (uid_t)-1)
		return false;
	read_groups(fd, credentials);
	read_security(fd, credentials);
	read_program(fd, credentials);
	return true;
}

void credentials_print(const struct credentials *credentials, struct buf *out)
{
	buf_print(out, "pid %d", (int)credentials->ids.pid);
	if (credentials->program[0] != '\0')
		buf_print(out, " (%s)", credentials->program);
	buf_print(out, ", uid %u, gid %u", credentials->ids.uid, credentials->ids.gid);
	if (credentials->security[0] != '\0')
		buf_print(out, ", %s", credentials->security);
}

void credentials_describe(const struct credentials *credentials, struct json *json, const char *key)
{
	json_open_object(json, key);
	json_integer(json, "pid", credentials->ids.pid);
	json_unsigned(json, "uid", credentials->ids.uid);
	json_unsigned(json, "gid", credentials->ids.gid);
	json_open_array(json, "groups");
	for (size_t i = 0; i < credentials->group_count; i++)
		json_unsigned(json, NULL, credentials->groups[i]);
	json_close_array(json);
	if (credentials->security[0] != '\0')
		json_string(json, "security", credentials->security);
	if (credentials->program[0] != '\0')
		json_string(json, "program", credentials->program);
	json_close_object(json);
}
