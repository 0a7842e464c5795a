/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making sockets; socket(2), bind(2). */
#include "core/socket.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "core/netns.h"
#include "option/interface.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int socket_explain(const struct target *target, struct error *err)
{
	const struct family *family = target->family;

	if (err == NULL || err->hint[0] != '\0')
		return -1;
	if (family->explain_error != NULL)
		family->explain_error(target, err);
	if (err->hint[0] != '\0')
		return -1;
	switch (err->code) {
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
	case ESOCKTNOSUPPORT:
		if (family->module != NULL)
			error_hint(err, "this kernel does not offer it now; as root: modprobe %s",
				   family->module);
		break;
	case EPERM:
	case EACCES:
		if (family->capability == NULL)
			break;
		err->kind = ERROR_UNAVAILABLE;
		error_hint(err, "it needs %s: run it as root or give the program that capability",
			   family->capability);
		break;
	default:
		break;
	}
	return -1;
}

/* What may not be had at all is a privilege that is missing, whatever the kernel calls it. */
static int no_socket(int code, struct error *err)
{
	error_code(err, code, "socket");
	if (err != NULL && code == EACCES)
		err->kind = ERROR_UNAVAILABLE;
	return -1;
}

/* socket(2) in another network namespace, and back. */
static int create_in_namespace(const char *name, int domain, int type, int protocol,
			       struct error *err)
{
	cleanup_close int fd = -1;
	int home, code;

	if (netns_enter(name, &home, err) < 0)
		return -1;
	fd = socket(domain, type, protocol);
	code = errno;
	if (netns_leave(home, err) < 0)
		return -1;
	return fd < 0 ? no_socket(code, err) : steal_fd(&fd);
}

int socket_plain(const struct target *target, int domain, int type, int protocol,
		 struct error *err)
{
	int fd;

	type |= SOCK_CLOEXEC | SOCK_NONBLOCK;
	if (target->common.netns != NULL)
		return create_in_namespace(target->common.netns, domain, type, protocol, err);
	fd = socket(domain, type, protocol);
	return fd < 0 ? no_socket(errno, err) : fd;
}

static int bind_to_interface(const struct target *target, int fd, struct error *err)
{
	const char *name = target->common.interface;
	char own[IF_NAMESIZE];

	if (name == NULL)
		return 0;
	if (interface_own_name(name, own) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, own, (socklen_t)strlen(own) + 1) < 0)
		return error_system(err, "interface %s", name);
	return 0;
}

/* A listener that was ended may leave connections behind: its address is free all the same. */
static void reuse_address(const struct target *target, int fd)
{
	static const int on = 1;

	if (target->role != ROLE_CONNECT)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (target->divides_port)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
}

/* Some families, as RDS, use the addresses of another. */
static int domain_of(const struct target *target, const struct address *address)
{
	return target->family->domain > AF_UNSPEC ? target->family->domain : address->any.sa_family;
}

/* ICMP is another protocol over each version of IP. */
int socket_protocol(const struct target *target, const struct address *address)
{
	bool is_other = target->family->protocol6 != 0 && address->any.sa_family == AF_INET6;

	return is_other ? target->family->protocol6 : target->protocol;
}

int socket_settle(const struct target *target, int domain, int fd, struct error *err)
{
	struct sockopt_list list cleanup_sockopt_list = { .count = 0 };

	if (target->family->settings == NULL)
		return 0;
	if (target->family->settings(target, domain, &list, err) < 0)
		return -1;
	return sockopt_list_apply(&list, fd, err);
}

int socket_create(const struct target *target, const struct address *address, struct error *err)
{
	int domain = domain_of(target, address);
	cleanup_close int fd = socket_plain(target, domain, target->type->type,
					    socket_protocol(target, address), err);

	if (fd < 0)
		return socket_explain(target, err);
	reuse_address(target, fd);
	if (bind_to_interface(target, fd, err) < 0 || socket_settle(target, domain, fd, err) < 0)
		return socket_explain(target, err);
	if (target->family->prepare != NULL && target->family->prepare(target, fd, err) < 0)
		return socket_explain(target, err);
	if (target_apply(target, PHASE_BIND, fd, err) < 0)
		return -1;
	return steal_fd(&fd);
}

static int settle_bound(const struct target *target, int fd, struct error *err)
{
	struct sockopt_list list cleanup_sockopt_list = { .count = 0 };
	struct address local = { 0 };

	address_of_socket(fd, &local);
	if (target->family->bound_settings(target, &local, true, &list, err) < 0)
		return -1;
	return sockopt_list_apply(&list, fd, err);
}

int socket_bind(const struct target *target, int fd, const struct address *address,
		struct error *err)
{
	if (bind(fd, &address->any, address->length) < 0)
		return error_system(err, "bind");
	return target->family->bound_settings != NULL ? settle_bound(target, fd, err) : 0;
}

/* By an option of the family's, or by connect(2). */
static int connect_once(const struct target *target, int fd, const struct address_list *addresses,
			size_t place)
{
	const struct address *address = &addresses->items[place];
	struct sockopt_list list cleanup_sockopt_list = { .count = 0 };
	struct error refusal = { 0 };

	if (target->family->connect_setting != NULL)
		target->family->connect_setting(target, addresses, place, &list);
	if (list.count == 0)
		return connect(fd, &address->any, address->length);
	if (sockopt_list_apply(&list, fd, &refusal) == 0)
		return 0;
	errno = refusal.code;
	return -1;
}

int socket_connect(const struct target *target, int fd, const struct address_list *addresses,
		   size_t place)
{
	int connected;

	do
		connected = connect_once(target, fd, addresses, place);
	while (connected < 0 && errno == EINTR);
	return connected;
}

/* Of several ports the first that is free. */
static int bind_first_that_fits(const struct target *target, const struct address_list *list,
				int fd, const struct address *address, struct error *err)
{
	bool was_tried = false;

	for (size_t i = 0; i < list->count; i++) {
		const struct address *local = &list->items[i];

		if (local->any.sa_family != address->any.sa_family)
			continue;
		was_tried = true;
		if (socket_bind(target, fd, local, err) == 0)
			return 0;
	}
	if (was_tried)
		return -1;
	return error_set(err, ERROR_FAILED, "bind=: not of the same address family as the peer");
}

int socket_bind_local(const struct target *target, int fd, const struct address *address,
		      struct error *err)
{
	struct address_list list = { 0 };
	int bound;

	if (target->common.bind == NULL || target->family->resolve == NULL)
		return 0;
	if (target->family->resolve(target, ADDRESS_LOCAL, true, &list, err) < 0)
		return error_context(err, "bind=");
	bound = bind_first_that_fits(target, &list, fd, address, err);
	address_list_release(&list);
	return bound < 0 ? socket_explain(target, err) : 0;
}

void socket_count_drops(const struct endpoint *endpoint)
{
	static const int on = 1;

	if (endpoint->is_socket && endpoint->messages)
		setsockopt(endpoint->in, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
}

static int settle_ready(const struct target *target, int fd, struct error *err)
{
	struct sockopt_list list cleanup_sockopt_list = { .count = 0 };
	int domain = target->family->domain;
	socklen_t length = sizeof(domain);

	if (target->family->ready_settings == NULL)
		return 0;
	if (domain <= AF_UNSPEC)
		getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length);
	if (target->family->ready_settings(target, domain, &list, err) < 0)
		return -1;
	return sockopt_list_apply(&list, fd, err);
}

/* TCP gives all that it has, unless a protocol of the kernel's is above it, which gives out its own units. */
static bool is_plain_tcp(const struct target *target)
{
	if (target->protocol != IPPROTO_TCP || target->type->type != SOCK_STREAM)
		return false;
	for (size_t i = 0; i < target->sockopt_count; i++)
		if (target->sockopts[i].level == IPPROTO_TCP && target->sockopts[i].number == TCP_ULP)
			return false;
	return true;
}

int socket_endpoint(const struct target *target, int *fd, struct endpoint *endpoint,
		    struct error *err)
{
	struct endpoint made = ENDPOINT_CLOSED;

	if (settle_ready(target, *fd, err) < 0)
		return -1;
	made.ops = target->family->ops;
	made.target = target;
	made.in = made.out = steal_fd(fd);
	made.end = target_end(target);
	made.is_socket = true;
	made.messages = target->type->messages;
	made.empties = is_plain_tcp(target);
	if (target->family->ready != NULL && target->family->ready(target, &made, err) < 0) {
		endpoint_close(&made);
		return -1;
	}
	endpoint_move(endpoint, &made);
	return 0;
}
