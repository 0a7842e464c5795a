/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets between virtual machines and their host, by whatever name they are addressed; vsock(7). */
#include "family/vm.h"

#include "base/list.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/uapi.h"
#include "core/endpoint.h"

#include <errno.h>
#include <linux/vm_sockets.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

const struct name vm_cids[] = {
	{ "any", (uint32_t)VMADDR_CID_ANY, "every CID of this machine" },
	{ "hypervisor", VMADDR_CID_HYPERVISOR, "the hypervisor itself" },
	{ "local", VMADDR_CID_LOCAL, "this machine" },
	{ "host", VMADDR_CID_HOST, "the host that we are a guest of" },
	{ NULL, 0, NULL },
};

const struct name vm_ports[] = {
	{ "any", (uint32_t)VMADDR_PORT_ANY, "a free one" },
	{ NULL, 0, NULL },
};

const struct parameter vm_parameters[] = {
	{ .name = "peer-cid", .aliases = "from", .type = VALUE_TEXT, .argument = "CID+...", .help = "CIDs that may connect; not-CID: that may not" },
	{ .name = NULL },
};

const int vm_levels[] = { AF_VSOCK, SOL_VSOCK, SOL_SOCKET, -1 };

void vm_address_add(struct address_list *list, uint32_t cid, uint32_t port)
{
	struct sockaddr_vm vm = { .svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = port };

	address_list_add(list, &vm, sizeof(vm));
}

static int read_part(const struct name *names, const char *text, size_t length, uint32_t *value,
		     struct error *err)
{
	cleanup_buf struct buf word = { 0 };
	const struct name *row;
	uint64_t number;

	buf_add(&word, text, length);
	row = name_find(names, buf_text(&word));
	if (row == NULL && number_unsigned(buf_text(&word), 0, UINT32_MAX, &number, err) < 0)
		return -1;
	*value = row != NULL ? (uint32_t)row->value : (uint32_t)number;
	return 0;
}

int vm_cid_read(const char *text, size_t length, uint32_t *cid, struct error *err)
{
	if (read_part(vm_cids, text, length, cid, err) == 0)
		return 0;
	return error_hint(err, "a CID is a number, or any, hypervisor, local or host");
}

int vm_port_read(const char *text, size_t length, uint32_t *port, struct error *err)
{
	return read_part(vm_ports, text, length, port, err);
}

static void print_part(const struct name *names, uint32_t value, struct buf *out)
{
	const char *name = name_of(names, value);

	if (name != NULL)
		buf_add_string(out, name);
	else
		buf_print(out, "%u", value);
}

void vm_cid_print(uint32_t cid, struct buf *out)
{
	print_part(vm_cids, cid, out);
}

void vm_port_print(uint32_t port, struct buf *out)
{
	print_part(vm_ports, port, out);
}

uint32_t vm_cid_of(const struct address *address)
{
	return ((const struct sockaddr_vm *)(const void *)&address->storage)->svm_cid;
}

uint32_t vm_port_of(const struct address *address)
{
	return ((const struct sockaddr_vm *)(const void *)&address->storage)->svm_port;
}

static int cid_fits(const void *who, const char *word, struct error *err)
{
	const uint32_t *cid = who;
	uint32_t one;

	if (vm_cid_read(word, strlen(word), &one, err) < 0)
		return -1;
	return one == *cid || one == VMADDR_CID_ANY;
}

int vm_check_peers(const struct target *target, struct error *err)
{
	const struct setting *setting = target_setting(target, "peer-cid");
	const uint32_t nobody = VMADDR_CID_ANY;

	if (setting == NULL)
		return 0;
	if (target->role != ROLE_LISTEN || target->type->no_listen)
		error_usage(err, "peer-cid is for what accepts connections");
	else if (list_admits(setting->value.bytes, cid_fits, &nobody, err) >= 0)
		return 0;
	error_context(err, "peer-cid");
	return target_error_setting(target, setting, err);
}

/* The kernel gives up by itself after two seconds, unless it is told our limit. */
int vm_settings(const struct target *target, int domain, struct sockopt_list *list,
		struct error *err)
{
	nanoseconds limit = target->common.connect_timeout;
	struct timeval time = { .tv_sec = limit / NANOSECONDS_PER_SECOND,
				.tv_usec = limit % NANOSECONDS_PER_SECOND / 1000 };

	(void)domain;
	(void)err;
	if (target->role != ROLE_CONNECT || limit <= 0)
		return 0;
	/* Ours is to be the one that ends it, since it says so. */
	time.tv_sec++;
	sockopt_list_add(list, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &time, sizeof(time))->name = "connect-timeout";
	return 0;
}

static bool is_listener(int fd)
{
	int listens = 0;
	socklen_t length = sizeof(listens);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0 && listens;
}

int vm_ready(const struct target *target, struct endpoint *endpoint, struct error *err)
{
	const char *allowed = target_text(target, "peer-cid", NULL);
	struct address peer = { 0 };
	cleanup_buf struct buf name = { 0 };
	uint32_t cid;

	if (allowed == NULL || is_listener(endpoint->in))
		return 0;
	address_of_peer(endpoint->in, &peer);
	cid = vm_cid_of(&peer);
	if (peer.length == 0 || list_admits(allowed, cid_fits, &cid, NULL) > 0)
		return 0;
	vm_cid_print(cid, &name);
	return error_set(err, ERROR_REFUSED, "turned away a connection from CID %s: peer-cid=%s",
			 buf_text(&name), allowed);
}

void vm_source(const struct endpoint *client, struct buf *out)
{
	struct address local, peer;
	uint32_t cid;

	endpoint_addresses(client, &local, &peer);
	cid = vm_cid_of(&peer);
	buf_add(out, &cid, sizeof(cid));
}

/* A peer that closed before we came to read is told as a socket without a connection; what it sent was read first. */
static ssize_t vm_read(struct endpoint *endpoint, void *bytes, size_t size)
{
	ssize_t got = recv(endpoint->in, bytes, size, MSG_DONTWAIT);

	return got < 0 && errno == ENOTCONN ? 0 : got;
}

const struct endpoint_ops vm_ops = { .read = vm_read };

void vm_explain_error(const struct target *target, struct error *err)
{
	/* kind ERROR_NONE leaves what errno says. */
	static const struct {
		int code;
		enum error_kind kind;
		const char *hint;
	} rows[] = {
		{ ECONNRESET, ERROR_REFUSED, "that machine answers: nobody listens on that port" },
		{ ENODEV, ERROR_UNAVAILABLE,
		  "no transport leads there; as root, modprobe vsock_loopback for CID local, vhost_vsock on a "
		  "host, a virtio, VMware or Hyper-V device in a guest" },
		{ ETIMEDOUT, ERROR_NONE, "is there a machine with that CID? connect-timeout= waits longer" },
		{ EADDRNOTAVAIL, ERROR_NONE,
		  "this machine does not have that CID: any is good for all; local needs the module vsock_loopback" },
		{ EADDRINUSE, ERROR_NONE,
		  "another program has that port; see: ss --vsock -lp; port any takes a free one" },
		{ EACCES, ERROR_UNAVAILABLE,
		  "ports below 1024 need CAP_NET_BIND_SERVICE: choose a higher one or run it as root" },
	};

	/* A peer that breaks a connection which came in was there. */
	if (err->code == ECONNRESET && target->role != ROLE_CONNECT)
		return;
	for (size_t i = 0; i < array_length(rows); i++) {
		if (rows[i].code != err->code)
			continue;
		if (rows[i].kind != ERROR_NONE)
			err->kind = rows[i].kind;
		error_hint(err, "%s", rows[i].hint);
	}
	if (err->code == ENODEV && target->type->type == SOCK_DGRAM)
		error_hint(err, "only VMware's transport has datagrams; try type=seqpacket");
}
