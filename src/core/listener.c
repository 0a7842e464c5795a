/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passive targets: every address bound and listening, connections accepted; listen(2), accept(2). */
#include "core/socket.h"

#include "base/cleanup.h"
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

static int start_listening(const struct target *target, int fd, struct error *err)
{
	/* Some options need a bound socket, whether it then connects or listens. */
	if (target_apply(target, PHASE_CONNECT, fd, err) < 0 ||
	    target_apply(target, PHASE_LISTEN, fd, err) < 0)
		return -1;
	if (target->role != ROLE_LISTEN || target->type->no_listen ||
	    listen(fd, target->common.backlog) == 0)
		return 0;
	error_system(err, "listen");
	return socket_explain(target, err);
}

static int listen_at(const struct target *target, const struct address *address,
		     struct endpoint *endpoint, struct error *err)
{
	cleanup_close int fd = socket_create(target, address, err);

	if (fd < 0)
		return -1;
	if (socket_bind(target, fd, address, err) < 0)
		return socket_explain(target, err);
	/* Closing the endpoint takes away what binding created. */
	if (socket_endpoint(target, &fd, endpoint, err) < 0)
		return -1;
	if (start_listening(target, endpoint->in, err) == 0)
		return 0;
	endpoint_close(endpoint);
	return -1;
}

/* One address is enough; the first error is told where there is none. */
static int listen_at_all(struct listener *listener, const struct target *target,
			 const struct address_list *list, struct error *err)
{
	struct error first = { 0 };

	listener->endpoints = memory_array(list->count, sizeof(*listener->endpoints));
	for (size_t i = 0; i < list->count; i++) {
		struct error now = { 0 };

		if (listen_at(target, &list->items[i], &listener->endpoints[listener->count],
			      &now) == 0)
			listener->count++;
		else if (!error_is_set(&first))
			first = now;
	}
	if (listener->count > 0)
		return 0;
	*err = first;
	return -1;
}

/* A socket that listens already, since somebody handed it to us. */
static int listen_on_given(struct listener *listener, const struct target *target,
			   struct error *err)
{
	listener->endpoints = memory_new(sizeof(*listener->endpoints));
	if (target->family->open(target, NULL, listener->endpoints, err) == 0) {
		listener->count = 1;
		return 0;
	}
	listener_close(listener);
	return -1;
}

int listener_open(struct listener *listener, const struct target *target, struct error *err)
{
	struct address_list list = { 0 };
	int listening;

	*listener = (struct listener){ 0 };
	if (target->family->listen != NULL)
		return target->family->listen(target, listener, err);
	if (target->family->open != NULL)
		return listen_on_given(listener, target, err);
	if (target->family->resolve(target, ADDRESS_PEER, true, &list, err) < 0) {
		address_list_release(&list);
		return -1;
	}
	listening = listen_at_all(listener, target, &list, err);
	address_list_release(&list);
	if (listening < 0)
		listener_close(listener);
	return listening;
}

int listener_open_again(struct listener *listener, const struct target *target,
			const struct listener *first, struct error *err)
{
	*listener = (struct listener){
		.endpoints = memory_array(first->count, sizeof(*listener->endpoints))
	};
	for (; listener->count < first->count; listener->count++) {
		struct address address;

		address_of_socket(first->endpoints[listener->count].in, &address);
		if (listen_at(target, &address, &listener->endpoints[listener->count], err) < 0) {
			listener_close(listener);
			return -1;
		}
	}
	return 0;
}

int listener_adopt(struct listener *listener, const struct target *target, int *fds, size_t count,
		   struct error *err)
{
	*listener = (struct listener){ .endpoints = memory_array(count, sizeof(*listener->endpoints)) };
	for (; listener->count < count; listener->count++) {
		struct endpoint *endpoint = &listener->endpoints[listener->count];

		if (socket_endpoint(target, &fds[listener->count], endpoint, err) < 0) {
			listener_close(listener);
			return -1;
		}
	}
	return 0;
}

void listener_close(struct listener *listener)
{
	for (size_t i = 0; i < listener->count; i++)
		endpoint_close(&listener->endpoints[i]);
	free(listener->endpoints);
	*listener = (struct listener){ 0 };
}

/* accept(2): errors that belong to the connection that was lost, not to the listener. */
static enum accept_result judge(int code, struct error *err)
{
	switch (code) {
	case EAGAIN:
		return ACCEPT_NONE;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
		return ACCEPT_FULL;
	case EBADF:
	case EINVAL:
	case ENOTSOCK:
	case EOPNOTSUPP:
	case EFAULT:
		error_code(err, code, "accept");
		return ACCEPT_ERROR;
	default:
		return ACCEPT_LOST;
	}
}

static int admit(const struct target *target, int fd, struct error *err)
{
	return target->family->admit != NULL ? target->family->admit(target, fd, err) : 0;
}

enum accept_result socket_accept(const struct endpoint *listener, struct endpoint *accepted,
				 struct error *err)
{
	cleanup_close int fd = -1;

	do
		fd = accept4(listener->in, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return judge(errno, err);
	if (admit(listener->target, fd, err) < 0 ||
	    target_apply(listener->target, PHASE_ACCEPTED, fd, err) < 0 ||
	    target_apply(listener->target, PHASE_CONNECTED, fd, err) < 0 ||
	    socket_endpoint(listener->target, &fd, accepted, err) < 0)
		return ACCEPT_REFUSED;
	endpoint_let_inherit(accepted);
	return ACCEPT_DONE;
}
