/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What if_nametoindex(3) leaves out: names of more than 15 bytes, which netlink alone takes; rtnetlink(7). */
#include "option/interface.h"

#include "base/cleanup.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_SIZE 32768 /* bytes of all that is told of one */

struct question {
	struct nlmsghdr header;
	struct ifinfomsg link;
	struct rtattr attribute;
	char name[INTERFACE_NAME_MAXIMUM + 1];
};

/* The beginning of every answer; an error has a code where a link has family and type. */
struct answer {
	struct nlmsghdr header;
	union {
		struct ifinfomsg link;
		struct nlmsgerr error;
	} of;
};

bool interface_is_name(const char *name, size_t length)
{
	return length > 0 && length <= INTERFACE_NAME_MAXIMUM && memchr(name, '/', length) == NULL;
}

static unsigned int read_answer(const char *bytes, size_t length)
{
	struct answer answer = { 0 };

	memcpy(&answer, bytes, length < sizeof(answer) ? length : sizeof(answer));
	if (answer.header.nlmsg_type == RTM_NEWLINK)
		return (unsigned int)answer.of.link.ifi_index;
	errno = answer.header.nlmsg_type == NLMSG_ERROR ? -answer.of.error.error : EPROTO;
	return 0;
}

static unsigned int ask(const struct question *question)
{
	cleanup_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	char bytes[ANSWER_SIZE];
	ssize_t got;

	if (fd < 0 || send(fd, question, question->header.nlmsg_len, 0) < 0)
		return 0;
	do
		got = recv(fd, bytes, sizeof(bytes), 0);
	while (got < 0 && errno == EINTR);
	return got < 0 ? 0 : read_answer(bytes, (size_t)got);
}

unsigned int interface_index(const char *name)
{
	size_t length = strlen(name);
	struct question question = {
		.header = { .nlmsg_len = sizeof(question), .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST },
		.attribute = { .rta_len = (unsigned short)RTA_LENGTH(length + 1), .rta_type = IFLA_ALT_IFNAME },
	};

	if (length < IF_NAMESIZE || length > INTERFACE_NAME_MAXIMUM)
		return if_nametoindex(name);
	memcpy(question.name, name, length);
	question.header.nlmsg_len -= (uint32_t)(sizeof(question.name) - RTA_ALIGN(length + 1));
	return ask(&question);
}

int interface_own_name(const char *name, char own[IF_NAMESIZE])
{
	size_t length = strlen(name);
	unsigned int index;

	if (length < IF_NAMESIZE) {
		memcpy(own, name, length + 1);
		return 0;
	}
	index = interface_index(name);
	return index != 0 && if_indextoname(index, own) != NULL ? 0 : -1;
}
