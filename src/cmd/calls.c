/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system calls that opening a target makes, as strace(1) would show them; socket(2), bind(2), connect(2). */
#include "cmd/calls.h"

#include "base/bytes.h"
#include "core/socket.h"
#include "option/flags.h"
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

static void add_option(const struct sockopt_setting *setting, struct buf *out)
{
	const char *level = sockopt_level_name(setting->level);

	if (level != NULL)
		buf_print(out, "setsockopt(fd, %s, ", level);
	else
		buf_print(out, "setsockopt(fd, %d, ", setting->level);
	if (setting->row != NULL)
		buf_print(out, "%s, ", sockopt_symbol(setting->row));
	else
		buf_print(out, "%d, ", setting->number);
	if (setting->null_pointer) {
		buf_print(out, "NULL, %zu)\n", setting->null_length);
		return;
	}
	if (setting->row != NULL && sockopt_is_secret(setting->row))
		buf_add_string(out, "…");
	else if (setting->row != NULL)
		sockopt_print(setting->row, setting->bytes.data, setting->bytes.length, out);
	else
		bytes_print_hex(out, setting->bytes.data, setting->bytes.length);
	buf_print(out, ", %zu)\n", setting->bytes.length);
}

static void add_phase(const struct target *target, enum sockopt_phase phase, struct buf *out)
{
	for (size_t i = 0; i < target->sockopt_count; i++)
		if (target->sockopts[i].phase == phase)
			add_option(&target->sockopts[i], out);
}

/* What the family sets by itself. */
static void add_settings(const struct target *target, const struct address *address,
			 int (*list_them)(const struct target *, int, struct sockopt_list *,
					  struct error *),
			 struct buf *out)
{
	struct sockopt_list list cleanup_sockopt_list = { .count = 0 };

	if (list_them != NULL)
		list_them(target, address->any.sa_family, &list, NULL);
	for (size_t i = 0; i < list.count; i++)
		add_option(&list.items[i], out);
}

static void add_address(const struct target *target, const struct address *address,
			const char *call, struct buf *out)
{
	buf_print(out, "%s(fd, ", call);
	target_print_address(target, address, out);
	buf_print(out, ", %u)\n", address->length);
}

/* A family whose addresses are those of another, as RDS, has a domain of its own. */
static void add_socket(const struct target *target, const struct address *address, struct buf *out)
{
	int domain = target->family->domain > AF_UNSPEC ? target->family->domain :
							  address->any.sa_family;
	int protocol = socket_protocol(target, address);
	bool is_ip = address->any.sa_family == AF_INET || address->any.sa_family == AF_INET6;

	if (target->common.netns != NULL)
		buf_print(out, "setns(%s, CLONE_NEWNET)\n", target->common.netns);
	buf_add_string(out, "socket(");
	add_symbol(out, FLAGS_domain, domain);
	buf_add_string(out, ", ");
	add_symbol(out, FLAGS_type, target->type->type);
	buf_add_string(out, "|SOCK_CLOEXEC|SOCK_NONBLOCK, ");
	if (is_ip && protocol > 0)
		add_symbol(out, FLAGS_protocol, protocol);
	else
		buf_print(out, "%d", protocol);
	buf_add_string(out, ")\n");
	if (target->common.netns != NULL)
		buf_add_string(out, "setns(/proc/self/ns/net, CLONE_NEWNET)\n");
}

/* The first local address that is of the peer's kind. */
static void add_local(const struct target *target, const struct address *address, bool may_block,
		      struct buf *out)
{
	struct address_list list = { 0 };
	size_t i = 0;

	if (target->common.bind == NULL || target->family->resolve == NULL)
		return;
	target->family->resolve(target, ADDRESS_LOCAL, may_block, &list, NULL);
	while (i < list.count && list.items[i].any.sa_family != address->any.sa_family)
		i++;
	if (i < list.count)
		add_address(target, &list.items[i], "bind", out);
	else
		buf_print(out, "bind(fd, %s)\n", target->common.bind);
	address_list_release(&list);
}

static void add_listening(const struct target *target, struct buf *out)
{
	add_phase(target, PHASE_LISTEN, out);
	if (target->type->no_listen)
		return;
	buf_print(out, "listen(fd, %d)\n", target->common.backlog);
	buf_add_string(out, "accept4(fd, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK)\n");
	add_phase(target, PHASE_ACCEPTED, out);
}

void calls_print(const struct target *target, const struct address *address, bool may_block,
		 struct buf *out)
{
	bool is_bound = target->role != ROLE_CONNECT || target->step == STEP_BIND;

	if (target->type == NULL) /* no socket, no calls */
		return;
	add_socket(target, address, out);
	if (target->role != ROLE_CONNECT)
		buf_add_string(out, "setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, on, 4)\n");
	if (target->common.interface != NULL)
		buf_print(out, "setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, %s, %zu)\n",
			  target->common.interface, strlen(target->common.interface) + 1);
	add_settings(target, address, target->family->settings, out);
	add_phase(target, PHASE_BIND, out);
	if (is_bound)
		add_address(target, address, "bind", out);
	else
		add_local(target, address, may_block, out);
	add_phase(target, PHASE_CONNECT, out);
	if (target->role == ROLE_LISTEN)
		add_listening(target, out);
	else if (!is_bound && target->step == STEP_CONNECT)
		add_address(target, address, "connect", out);
	add_phase(target, PHASE_CONNECTED, out);
	add_settings(target, address, target->family->ready_settings, out);
	if (target->family->add_calls != NULL)
		target->family->add_calls(target, out);
}
