/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another network namespace for a few calls, and back; setns(2), network_namespaces(7). */
#include "core/netns.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "option/interface.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>

static int open_namespace(const char *name, struct error *err)
{
	cleanup_free char *path = strchr(name, '/') != NULL ? memory_string(name) :
							      memory_print("/run/netns/%s", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_refused = fd < 0 && errno == EACCES;

	if (fd >= 0)
		return fd;
	error_system(err, "netns: %s", path);
	if (is_refused && err != NULL) {
		err->kind = ERROR_UNAVAILABLE;
		error_hint(err, "another process's namespace takes its user, or root");
	}
	return -1;
}

static int enter(int fd, struct error *err)
{
	if (setns(fd, CLONE_NEWNET) == 0)
		return 0;
	error_system(err, "setns");
	return error_hint(err, "netns= needs CAP_SYS_ADMIN");
}

int netns_enter(const char *name, int *home, struct error *err)
{
	cleanup_close int here = -1, there = -1;

	*home = -1;
	if (name == NULL)
		return 0;
	here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (here < 0)
		return error_system(err, "/proc/self/ns/net");
	there = open_namespace(name, err);
	if (there < 0 || enter(there, err) < 0)
		return -1;
	*home = steal_fd(&here);
	return 0;
}

int netns_leave(int home, struct error *err)
{
	cleanup_close int fd = home;

	return fd < 0 ? 0 : enter(fd, err);
}

void netns_add_enter(const char *name, struct buf *out)
{
	if (name != NULL)
		buf_print(out, "setns(%s, CLONE_NEWNET)\n", name);
}

void netns_add_leave(const char *name, struct buf *out)
{
	if (name != NULL)
		buf_add_string(out, "setns(/proc/self/ns/net, CLONE_NEWNET)\n");
}

int netns_find_interface(const char *netns, const char *name, int *index, struct error *err)
{
	int home, code;

	if (netns_enter(netns, &home, err) < 0)
		return -1;
	*index = (int)interface_index(name);
	code = errno;
	if (netns_leave(home, err) < 0)
		return -1;
	return *index == 0 ? error_code(err, code, "interface %s", name) : 0;
}
