/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address families of other kernels: read, and refused with where they exist. */
#include "core/family.h"
#include "core/target.h"

static const struct shape_field control_fields[] = {
	{ .name = "name", .help = "name or id of the control" },
	{ .name = "unit", .help = "unit of the control", .optional = true, .has_default = true },
	{ .name = NULL },
};

static const struct shape_field divert_fields[] = {
	{ .name = "port", .help = "divert port", .type = FIELD_NUMBER, .maximum = UINT16_MAX },
	{ .name = NULL },
};

static const struct shape_field link_fields[] = {
	{ .name = "interface", .help = "name of an interface" },
	{ .name = NULL },
};

static int refuse_control(struct error *err)
{
	error_set(err, ERROR_UNAVAILABLE,
		  "kernel-control: PF_SYSTEM sockets exist on macOS, not on Linux");
	return error_hint(err, "Linux talks to its kernel by netlink: anysock help netlink");
}

static int refuse_divert(struct error *err)
{
	error_set(err, ERROR_UNAVAILABLE,
		  "divert: divert sockets exist on FreeBSD, OpenBSD and macOS, not on Linux");
	return error_hint(err, "Linux hands packets to programs by nfnetlink_queue and by tun devices");
}

static int refuse_link(struct error *err)
{
	error_set(err, ERROR_UNAVAILABLE,
		  "link: AF_LINK addresses exist on the BSDs and macOS, not on Linux");
	return error_hint(err, "Linux has packet sockets: packet:INTERFACE");
}

static int control_check(struct target *target, struct error *err)
{
	refuse_control(err);
	return target_error_field(target, 0, err);
}

static int divert_check(struct target *target, struct error *err)
{
	refuse_divert(err);
	return target_error_field(target, 0, err);
}

static int link_check(struct target *target, struct error *err)
{
	refuse_link(err);
	return target_error_field(target, 0, err);
}

const struct family kernel_control_family = {
	.shape = { .name = "kernel-control", .roles = ROLE_BIT(ROLE_CONNECT), .fields = control_fields },
	.summary = "macOS: controls of the kernel (not on Linux)",
	.domain = -1,
	.step = STEP_NONE,
	.check = control_check,
	.probe = refuse_control,
};

const struct family divert_family = {
	.shape = { .name = "divert", .roles = ROLES_ALL, .fields = divert_fields },
	.summary = "FreeBSD: packets taken out of the firewall (not on Linux)",
	.domain = -1,
	.step = STEP_NONE,
	.check = divert_check,
	.probe = refuse_divert,
};

const struct family link_family = {
	.shape = { .name = "link", .roles = ROLE_BIT(ROLE_CONNECT), .fields = link_fields },
	.summary = "BSD: addresses of interfaces (not on Linux)",
	.domain = -1,
	.step = STEP_NONE,
	.check = link_check,
	.probe = refuse_link,
};
