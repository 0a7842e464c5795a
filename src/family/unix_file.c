/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file of a bound UNIX socket: by SIOCUNIXFILE, else by the inode that the kernel tells; sock_diag(7). */
#include "family/unix_file.h"

#include "base/cleanup.h"
#include "base/uapi.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANSWER_ROOM 1024

static int ask(int netlink, ino_t socket_inode)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req request;
	} question = {
		.head = { .nlmsg_len = sizeof(question),
			  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST },
		.request = { .sdiag_family = AF_UNIX,
			     .udiag_states = UINT32_MAX,
			     .udiag_ino = (uint32_t)socket_inode,
			     .udiag_show = UDIAG_SHOW_VFS,
			     .udiag_cookie = { UINT32_MAX, UINT32_MAX } },
	};

	return send(netlink, &question, sizeof(question), 0) < 0 ? -1 : 0;
}

uint32_t unix_file_inode(struct netlink_bytes answer)
{
	struct netlink_message message;
	struct netlink_attribute one;
	struct unix_diag_msg socket_message;
	struct unix_diag_vfs file;

	if (!netlink_take_message(&answer, &message) || message.header.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    !netlink_take(&message.body, &socket_message, sizeof(socket_message)))
		return 0;
	while (netlink_take_attribute(&message.body, &one))
		if (one.type == UNIX_DIAG_VFS && netlink_take(&one.value, &file, sizeof(file)))
			return file.udiag_vfs_ino;
	return 0;
}

/* The lower half of the inode that the socket is bound to; 0: the kernel does not tell. */
static uint32_t bound_inode(int fd)
{
	cleanup_close int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	char answer[ANSWER_ROOM];
	struct stat status;
	ssize_t got;

	if (netlink < 0 || fstat(fd, &status) < 0 || ask(netlink, status.st_ino) < 0)
		return 0;
	got = recv(netlink, answer, sizeof(answer), MSG_DONTWAIT);
	return got > 0 ? unix_file_inode((struct netlink_bytes){ answer, (size_t)got }) : 0;
}

int unix_file_open(int fd, const char *path)
{
	uint32_t inode;
	struct stat status;
	int opened = ioctl(fd, SIOCUNIXFILE);

	if (opened >= 0)
		return opened;
	opened = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (opened < 0)
		return -1;
	inode = bound_inode(fd);
	if (inode == 0 || (fstat(opened, &status) == 0 && (uint32_t)status.st_ino == inode))
		return opened;
	close(opened);
	errno = ESTALE;
	return -1;
}
