/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system calls that opening a target makes, as strace(1) would show them; socket(2), bind(2), connect(2). */
#include "cmd/calls.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "core/netns.h"
#include "core/socket.h"
#include "option/flags.h"
#include "option/sockopt_call.h"
#include "option/sockopt_list.h"

#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

static void add_symbol(struct buf *out, enum flags table, int64_t value)
{
	const char *name = flags_symbol(table, value);

	if (name != NULL)
		buf_add_string(out, name);
	else
		buf_print(out, "%" PRId64, value);
}

/* Each family counts its protocols for itself; 0 of IP is whatever the type means. */
static void add_protocol(struct buf *out, int domain, int protocol)
{
	static const struct {
		int domain;
		enum flags table;
	} rows[] = { { AF_INET, FLAGS_protocol },
		     { AF_INET6, FLAGS_protocol },
		     { AF_NETLINK, FLAGS_netlink },
		     { AF_CAN, FLAGS_can_protocol },
		     { AF_BLUETOOTH, FLAGS_btproto } };
	bool is_ip = domain == AF_INET || domain == AF_INET6;

	for (size_t i = 0; i < array_length(rows); i++)
		if (rows[i].domain == domain && !(is_ip && protocol == 0)) {
			add_symbol(out, rows[i].table, protocol);
			return;
		}
	buf_print(out, "%d", protocol);
}

static const struct address *address_of(const struct calls *calls)
{
	return &calls->addresses->items[calls->place];
}

/* A family whose addresses are those of another, as RDS, has a domain of its own. */
static int domain_of(const struct calls *calls)
{
	int domain = calls->target->family->domain;

	return domain > AF_UNSPEC ? domain : address_of(calls)->any.sa_family;
}

static void add_list(const struct calls *calls, const struct sockopt_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		sockopt_add_call(calls->target->family->levels, &list->items[i].setting, calls->out);
		if (i > 0 && list->items[i - 1].need == SOCKOPT_OR_NEXT)
			buf_add_string(calls->out, "    if that was refused");
		buf_add_char(calls->out, '\n');
	}
}

/* What the family sets by itself, as a slot of it lists. */
static void add_settings(const struct calls *calls,
			 int (*list_them)(const struct target *, int, struct sockopt_list *,
					  struct error *))
{
	struct sockopt_list list cleanup_sockopt_list = { .count = 0 };

	if (list_them != NULL)
		list_them(calls->target, domain_of(calls), &list, NULL);
	add_list(calls, &list);
}

static void add_address(const struct calls *calls, const struct address *address, const char *call)
{
	buf_print(calls->out, "%s(fd, ", call);
	target_print_address(calls->target, address, calls->out);
	buf_print(calls->out, ", %u)\n", address->length);
}

static void add_bind(const struct calls *calls, const struct address *address)
{
	struct sockopt_list list cleanup_sockopt_list = { .count = 0 };
	const struct family *family = calls->target->family;

	add_address(calls, address, "bind");
	if (family->bound_settings != NULL)
		family->bound_settings(calls->target, address, calls->may_block, &list, NULL);
	add_list(calls, &list);
}

static void add_socket(const struct calls *calls)
{
	const struct target *target = calls->target;

	netns_add_enter(target->common.netns, calls->out);
	buf_add_string(calls->out, "socket(");
	add_symbol(calls->out, FLAGS_domain, domain_of(calls));
	buf_add_string(calls->out, ", ");
	add_symbol(calls->out, FLAGS_type, target->type->type);
	buf_add_string(calls->out, "|SOCK_CLOEXEC|SOCK_NONBLOCK, ");
	add_protocol(calls->out, domain_of(calls), socket_protocol(target, address_of(calls)));
	buf_add_string(calls->out, ")\n");
	netns_add_leave(target->common.netns, calls->out);
}

/* What core/socket.c does to a new socket. */
static void add_creation(const struct calls *calls)
{
	const struct target *target = calls->target;

	add_socket(calls);
	if (target->role != ROLE_CONNECT)
		buf_add_string(calls->out, "setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, on, 4)\n");
	if (target->common.interface != NULL)
		buf_print(calls->out, "setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, %s, %zu)\n",
			  target->common.interface, strlen(target->common.interface) + 1);
	add_settings(calls, target->family->settings);
	if (target->family->add_prepare_calls != NULL)
		target->family->add_prepare_calls(target, calls->out);
	target_add_calls(target, PHASE_BIND, calls->out);
}

/* The first local address that is of the peer's kind. */
static void add_local(const struct calls *calls)
{
	const struct target *target = calls->target;
	struct address_list list = { 0 };
	size_t i = 0;

	if (target->common.bind == NULL || target->family->resolve == NULL)
		return;
	target->family->resolve(target, ADDRESS_LOCAL, calls->may_block, &list, NULL);
	while (i < list.count && list.items[i].any.sa_family != address_of(calls)->any.sa_family)
		i++;
	if (i < list.count)
		add_bind(calls, &list.items[i]);
	else
		buf_print(calls->out, "bind(fd, %s)\n", target->common.bind);
	address_list_release(&list);
}

/* By an option of the family's, or by connect(2). */
static void add_connect(const struct calls *calls)
{
	struct sockopt_list list cleanup_sockopt_list = { .count = 0 };
	const struct target *target = calls->target;

	if (target->step != STEP_CONNECT)
		return;
	if (target->family->connect_setting != NULL)
		target->family->connect_setting(target, calls->addresses, calls->place, &list);
	add_list(calls, &list);
	if (list.count == 0)
		add_address(calls, address_of(calls), "connect");
}

static void add_ready(const struct calls *calls)
{
	const struct target *target = calls->target;

	add_settings(calls, target->family->ready_settings);
	if (target->family->add_calls != NULL)
		target->family->add_calls(target, calls->out);
}

/* Options of connections are set on what accept(2) gives. */
static void add_listening(const struct calls *calls)
{
	const struct target *target = calls->target;

	add_bind(calls, address_of(calls));
	add_ready(calls);
	target_add_calls(target, PHASE_CONNECT, calls->out);
	target_add_calls(target, PHASE_LISTEN, calls->out);
	if (target->type->no_listen)
		return;
	buf_print(calls->out, "listen(fd, %d)\n", target->common.backlog);
	buf_add_string(calls->out, "fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK)\n");
	target_add_calls(target, PHASE_ACCEPTED, calls->out);
	target_add_calls(target, PHASE_CONNECTED, calls->out);
	add_ready(calls);
}

void calls_print(const struct calls *calls)
{
	const struct target *target = calls->target;
	bool is_bound = target->role == ROLE_BIND || target->step == STEP_BIND;

	if (target->type == NULL) /* no socket, no calls */
		return;
	add_creation(calls);
	if (target->role == ROLE_LISTEN) {
		add_listening(calls);
		return;
	}
	if (is_bound)
		add_bind(calls, address_of(calls));
	else
		add_local(calls);
	target_add_calls(target, PHASE_CONNECT, calls->out);
	if (!is_bound)
		add_connect(calls);
	target_add_calls(target, PHASE_CONNECTED, calls->out);
	add_ready(calls);
}
