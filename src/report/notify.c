/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling a service manager that we are ready, what we do and that we end; sd_notify(3). */
#include "report/notify.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define STATUS_INTERVAL NANOSECONDS_PER_SECOND

struct notify {
	struct observer observer;
	int fd;
	pid_t owner; /* a process that it forked off says nothing */
	bool is_ready;
	struct buf place; /* what we listen on */
	uint64_t accepted, closed;
	nanoseconds last_status;
};

/* Nobody is told of what fails here: the manager has timeouts of its own. */
static void say(const struct notify *notify, const char *text)
{
	ssize_t ignored = send(notify->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);

	(void)ignored;
}

/* A path, or "@" and an abstract name. */
static int open_socket(const char *name)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t length = strlen(name);
	cleanup_close int fd = -1;

	if ((*name != '/' && *name != '@') || length >= sizeof(un.sun_path))
		return -1;
	memcpy(un.sun_path, name, length);
	if (*name == '@')
		un.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (const void *)&un,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0)
		return -1;
	return steal_fd(&fd);
}

static void tell_status(struct notify *notify, bool at_once)
{
	cleanup_buf struct buf text = { 0 };
	nanoseconds now = deadline_now();

	if (!at_once && now - notify->last_status < STATUS_INTERVAL)
		return;
	notify->last_status = now;
	buf_print(&text, "STATUS=listening on %s, %" PRIu64 " open of %" PRIu64 " connections",
		  buf_text(&notify->place), notify->accepted - notify->closed, notify->accepted);
	say(notify, buf_text(&text));
}

static void note_place(struct notify *notify, const struct endpoint *listener)
{
	if (notify->place.length > 0)
		buf_add_string(&notify->place, " and ");
	endpoint_print_local(listener, &notify->place);
	tell_status(notify, true);
}

static void on_event(struct observer *observer, const struct event *event)
{
	struct notify *notify = container_of(observer, struct notify, observer);

	switch (event->kind) {
	case EVENT_LISTENING:
		note_place(notify, event->subject);
		break;
	case EVENT_OPENED:
		notify_ready(notify);
		break;
	case EVENT_ACCEPTED:
		notify->accepted++;
		tell_status(notify, false);
		break;
	case EVENT_CLOSED:
		notify->closed++;
		if (notify->place.length > 0)
			tell_status(notify, false);
		break;
	default:
		break;
	}
}

struct notify *notify_new(void)
{
	const char *name = getenv("NOTIFY_SOCKET");
	int fd = name != NULL ? open_socket(name) : -1;
	struct notify *notify;

	if (fd < 0)
		return NULL;
	notify = memory_new(sizeof(*notify));
	notify->observer.event = on_event;
	notify->fd = fd;
	notify->owner = getpid();
	return notify;
}

void notify_free(struct notify *notify)
{
	if (notify == NULL)
		return;
	if (notify->owner == getpid())
		say(notify, "STOPPING=1");
	close(notify->fd);
	buf_release(&notify->place);
	free(notify);
}

struct observer *notify_observer(struct notify *notify, struct observer *next)
{
	if (notify == NULL)
		return next;
	notify->observer.next = next;
	return &notify->observer;
}

void notify_ready(struct notify *notify)
{
	if (notify == NULL || notify->is_ready)
		return;
	notify->is_ready = true;
	say(notify, "READY=1");
}
