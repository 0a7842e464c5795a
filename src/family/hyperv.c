/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hyper-V sockets by virtual machine and service, which Linux has as vsock; vsock(7), net/vmw_vsock/hyperv_transport.c. */
#include "family/vm.h"

#include "base/memory.h"
#include "base/number.h"

#include <ctype.h>
#include <linux/vm_sockets.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { HYPERV_VM, HYPERV_SERVICE };

#define UUID_LENGTH 36
#define PORT_DIGITS 8
/* Behind its first eight digits, which are a port, a service id that Linux can have. */
#define TEMPLATE "-facb-11e6-bd58-64006a7986d3"

/* Where a virtual machine's id leads to from here. */
static const struct vm {
	const char *name;
	const char *uuid;
	uint32_t cid;
	bool is_passive; /* can be listened at */
	bool is_active;	 /* can be connected to */
} vms[] = {
	{ "wildcard", "00000000-0000-0000-0000-000000000000", VMADDR_CID_ANY, true, false },
	{ "zero", "00000000-0000-0000-0000-000000000000", VMADDR_CID_ANY, true, false },
	{ "children", "90db8b89-0d35-4f79-8ce9-49ea0ac8b7cd", VMADDR_CID_ANY, true, false },
	{ "loopback", "e0e16197-dd56-4a10-9195-5ee7a155a838", VMADDR_CID_LOCAL, true, true },
	{ "parent", "a42e7cda-d03f-480c-9cc2-a4de20abb878", VMADDR_CID_HOST, false, true },
	{ "host", "a42e7cda-d03f-480c-9cc2-a4de20abb878", VMADDR_CID_HOST, false, true },
	{ "broadcast", "ffffffff-ffff-ffff-ffff-ffffffffffff", VMADDR_CID_ANY, false, false },
};

/* For completion and help; the UUIDs are known as well. */
static const struct name vm_names[] = {
	{ "wildcard", 0, "to listen: whoever can reach us" },
	{ "zero", 0, "the same" },
	{ "children", 0, "to listen: the guests of this host" },
	{ "loopback", 0, "this machine" },
	{ "parent", 0, "the host that we are a guest of" },
	{ "host", 0, "the same" },
	{ NULL, 0, NULL },
};

static const struct shape_field fields[] = {
	{ .name = "vmid", .help = "UUID or name of a machine; empty: wildcard to listen, else loopback", .has_default = true, .names = vm_names },
	{ .name = "serviceid", .help = "UUID of a service, its port in eight hex digits and " TEMPLATE },
	{ .name = NULL },
};

static const struct family_type types[] = {
	{ .name = "stream", .type = SOCK_STREAM, .end = END_HALF },
	{ .name = NULL },
};

static bool is_uuid(const char *text)
{
	for (size_t i = 0; i < UUID_LENGTH; i++) {
		bool dash = i == PORT_DIGITS || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return text[UUID_LENGTH] == '\0';
}

static const struct vm *find_vm(const struct target *target)
{
	const struct target_field *field = &target->fields[HYPERV_VM];
	bool is_passive = target->role != ROLE_CONNECT;
	const char *text = field->text;

	/* Where no machine is written a program is served to this one alone. */
	if (!field->given)
		text = is_passive && !target->serves_program ? "wildcard" : "loopback";
	for (size_t i = 0; i < array_length(vms); i++)
		if (name_equal(text, vms[i].name) || name_equal(text, vms[i].uuid))
			return &vms[i];
	return NULL;
}

static int refuse_vm(const struct target *target, struct error *err)
{
	const char *text = target->fields[HYPERV_VM].text;
	const char *nearest = name_nearest(vm_names, text);

	if (is_uuid(text)) {
		error_set(err, ERROR_UNAVAILABLE, "hyperv: Linux cannot name a virtual machine by its id");
		error_hint(err, "a guest reaches parent and loopback; a host with vhost reaches its "
				"guests by vsock:CID:PORT");
	} else {
		error_usage(err, "hyperv: vmid: a UUID or wildcard, children, loopback or parent expected");
		if (nearest != NULL)
			error_hint(err, "did you mean \"%s\"?", nearest);
	}
	return target_error_field(target, HYPERV_VM, err);
}

static int check_vm(const struct target *target, struct error *err)
{
	const struct vm *vm = find_vm(target);
	bool is_passive = target->role != ROLE_CONNECT;

	if (vm == NULL)
		return refuse_vm(target, err);
	if (is_passive ? vm->is_passive : vm->is_active)
		return 0;
	if (!vm->is_passive && !vm->is_active)
		error_set(err, ERROR_UNAVAILABLE, "hyperv: Linux has no %s", vm->name);
	else if (is_passive)
		error_usage(err, "hyperv: %s can be connected to, not listened at", vm->name);
	else
		error_usage(err, "hyperv: %s can be listened at, not connected to", vm->name);
	error_hint(err, is_passive ? "to listen: wildcard, children or loopback" :
				     "to connect: parent or loopback");
	return target_error_field(target, HYPERV_VM, err);
}

static int check_service(const struct target *target, struct error *err)
{
	const char *text = target->fields[HYPERV_SERVICE].text;
	uint64_t port;

	if (is_uuid(text) && name_equal(text + PORT_DIGITS, TEMPLATE))
		return 0;
	error_usage(err, is_uuid(text) ? "hyperv: serviceid: on Linux only those of its template exist" :
					 "hyperv: serviceid: a UUID expected");
	if (!is_uuid(text) && number_unsigned(text, 0, UINT32_MAX, &port, NULL) == 0)
		error_hint(err, "port %u is %08x" TEMPLATE, (unsigned int)port, (unsigned int)port);
	else
		error_hint(err, "xxxxxxxx" TEMPLATE ", where xxxxxxxx is the port in hex");
	return target_error_field(target, HYPERV_SERVICE, err);
}

static int hyperv_check(struct target *target, struct error *err)
{
	const struct setting *bind = target_setting(target, "bind");

	if (check_vm(target, err) < 0 || check_service(target, err) < 0 ||
	    vm_check_peers(target, err) < 0)
		return -1;
	if (bind == NULL)
		return 0;
	error_usage(err, "bind: the kernel chooses the local end of a Hyper-V socket");
	return target_error_setting(target, bind, err);
}

static int hyperv_resolve(const struct target *target, enum address_end end, bool may_block,
			  struct address_list *list, struct error *err)
{
	char digits[PORT_DIGITS + 1] = "";
	uint64_t port;

	(void)may_block;
	if (end == ADDRESS_LOCAL)
		return 0;
	memcpy(digits, target->fields[HYPERV_SERVICE].text, PORT_DIGITS);
	if (number_hex(digits, UINT32_MAX, &port, err) < 0)
		return -1;
	vm_address_add(list, find_vm(target)->cid, (uint32_t)port);
	return 0;
}

/* The name of a CID here; a guest of this host has none. */
static const struct vm *vm_of_cid(uint32_t cid)
{
	for (size_t i = 0; i < array_length(vms); i++)
		if (vms[i].cid == cid)
			return &vms[i];
	return NULL;
}

static void hyperv_print_address(const struct target *target, const struct address *address,
				 struct buf *out)
{
	const struct vm *vm = vm_of_cid(vm_cid_of(address));

	(void)target;
	if (vm != NULL)
		buf_print(out, "%s:", vm->name);
	else
		buf_print(out, "cid-%u:", vm_cid_of(address));
	buf_print(out, "%08x" TEMPLATE, vm_port_of(address));
}

/* What is listened at everywhere is reached at home. */
static void hyperv_reached_at(const struct target *target, struct address *address)
{
	struct sockaddr_vm *vm = (void *)&address->storage;

	(void)target;
	if (vm->svm_cid == VMADDR_CID_ANY)
		vm->svm_cid = VMADDR_CID_LOCAL;
}

static void hyperv_describe_address(const struct address *address, struct json *json)
{
	const struct vm *vm = vm_of_cid(vm_cid_of(address));
	cleanup_buf struct buf service = { 0 };

	buf_print(&service, "%08x" TEMPLATE, vm_port_of(address));
	if (vm != NULL) {
		json_string(json, "vm_name", vm->name);
		json_string(json, "vm_id", vm->uuid);
	}
	json_string(json, "service_id", buf_text(&service));
	json_unsigned(json, "cid", vm_cid_of(address));
	json_unsigned(json, "port", vm_port_of(address));
}

const struct family hyperv_family = {
	.shape = { .name = "hyperv", .known_as = NAMES("hyper-v", "hvsock"), .roles = ROLES_STREAM, .fields = fields },
	.summary = "Hyper-V sockets by machine and service, over vsock",
	.domain = AF_VSOCK,
	.types = types,
	.levels = vm_levels,
	.parameters = vm_parameters,
	.step = STEP_CONNECT,
	.module = "hv_sock",
	.check = hyperv_check,
	.resolve = hyperv_resolve,
	.print_address = hyperv_print_address,
	.describe_address = hyperv_describe_address,
	.settings = vm_settings,
	.ready = vm_ready,
	.source = vm_source,
	.ops = &vm_ops,
	.reached_at = hyperv_reached_at,
	.explain_error = vm_explain_error,
};
