/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets between a host and its virtual machines; vsock(7). */
#include "family/vm.h"

#include <linux/vm_sockets.h>
#include <string.h>
#include <sys/socket.h>

enum { VSOCK_CID, VSOCK_PORT };

static const struct shape_field fields[] = {
	{ .name = "cid", .help = "number or name of a machine; empty: any to listen, else local", .type = FIELD_NUMBER, .has_default = true, .names = vm_cids, .maximum = UINT32_MAX },
	{ .name = "port", .help = "number; any, or 0 to listen: the kernel chooses", .type = FIELD_NUMBER, .names = vm_ports, .maximum = UINT32_MAX },
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_HALF },
	{ .name = "seqpacket", .type = SOCK_SEQPACKET, .end = END_HALF, .messages = true },
	{ .name = "dgram", .type = SOCK_DGRAM, .end = END_NONE, .messages = true, .no_listen = true, .blind = true,
	  .module = "vmw_vsock_vmci_transport" },
	{ .name = NULL },
};

/* "CID:PORT", "CID" or ":PORT" of bind=. */
static int read_local(const char *text, uint32_t *cid, uint32_t *port, struct error *err)
{
	const char *colon = strchr(text, ':');
	size_t length = colon != NULL ? (size_t)(colon - text) : strlen(text);

	*cid = VMADDR_CID_ANY;
	*port = VMADDR_PORT_ANY;
	if (text[0] == '\0')
		return error_usage(err, "CID, CID:PORT or :PORT expected");
	if (length > 0 && vm_cid_read(text, length, cid, err) < 0)
		return -1;
	if (colon == NULL)
		return 0;
	return vm_port_read(colon + 1, strlen(colon + 1), port, err);
}

static int check_bind(const struct target *target, struct error *err)
{
	const struct setting *bind = target_setting(target, "bind");
	uint32_t cid, port;

	if (bind == NULL)
		return 0;
	if (target->role != ROLE_CONNECT)
		error_usage(err, "the spec itself is the local end");
	else if (read_local(bind->value.bytes, &cid, &port, err) == 0)
		return 0;
	error_context(err, "bind");
	return target_error_setting(target, bind, err);
}

static int vsock_check(struct target *target, struct error *err)
{
	if (target->role == ROLE_BIND && !target->type->no_listen) {
		error_usage(err, "vsock-bind: only type=dgram can do without a connection");
		return error_hint(err, "vsock-listen accepts connections");
	}
	if (check_bind(target, err) < 0)
		return -1;
	return vm_check_peers(target, err);
}

/* Where no CID is written a program is served to this machine alone. */
static uint32_t cid_of(const struct target *target)
{
	const struct target_field *field = &target->fields[VSOCK_CID];
	bool is_passive = target->role != ROLE_CONNECT;

	if (!field->given)
		return is_passive && !target->serves_program ? VMADDR_CID_ANY : VMADDR_CID_LOCAL;
	/* What listens at any CID is reached at this machine's own. */
	if (!is_passive && (uint32_t)field->number == VMADDR_CID_ANY)
		return VMADDR_CID_LOCAL;
	return (uint32_t)field->number;
}

static int vsock_resolve(const struct target *target, enum address_end end, bool may_block,
			 struct address_list *list, struct error *err)
{
	uint32_t cid = cid_of(target), port = (uint32_t)target->fields[VSOCK_PORT].number;

	(void)may_block;
	if (end == ADDRESS_LOCAL) {
		if (target->common.bind == NULL)
			return 0;
		if (read_local(target->common.bind, &cid, &port, err) < 0)
			return -1;
	}
	/* To this family 0 is a port; to who types it, it is a free one. */
	if (port == 0 && (target->role != ROLE_CONNECT || end == ADDRESS_LOCAL))
		port = VMADDR_PORT_ANY;
	vm_address_add(list, cid, port);
	return 0;
}

static void vsock_print_address(const struct target *target, const struct address *address,
				struct buf *out)
{
	(void)target;
	vm_cid_print(vm_cid_of(address), out);
	buf_add_char(out, ':');
	vm_port_print(vm_port_of(address), out);
}

static void vsock_describe_address(const struct address *address, struct json *json)
{
	const char *name = name_of(vm_cids, vm_cid_of(address));

	json_unsigned(json, "cid", vm_cid_of(address));
	if (name != NULL)
		json_string(json, "cid_name", name);
	json_unsigned(json, "port", vm_port_of(address));
}

const struct family vsock_family = {
	.shape = { .name = "vsock", .known_as = NAMES("virtio-vsock", "vmci"), .roles = ROLES_ALL, .fields = fields },
	.summary = "sockets between a host and its virtual machines",
	.domain = AF_VSOCK,
	.types = types,
	.levels = vm_levels,
	.parameters = vm_parameters,
	.step = STEP_CONNECT,
	.module = "vsock",
	.check = vsock_check,
	.resolve = vsock_resolve,
	.print_address = vsock_print_address,
	.describe_address = vsock_describe_address,
	.settings = vm_settings,
	.ready = vm_ready,
	.source = vm_source,
	.ops = &vm_ops,
	.explain_error = vm_explain_error,
};
