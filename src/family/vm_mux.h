/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The handshake of hypervisors that offer a guest's vsock ports behind one UNIX socket; vsock(7). */
#ifndef FAMILY_VM_MUX_H
#define FAMILY_VM_MUX_H

#include "core/family.h"
#include "core/target.h"

/* For the parameters of a family of stream sockets. */
#define VM_MUX_PARAMETER                                                                           \
	{ .name = "vsock-mux", .aliases = "mux", .type = VALUE_NUMBER, .maximum = UINT32_MAX - 1,  \
	  .argument = "PORT", .help = "ask the hypervisor behind the socket for this port of its guest" }

/* Checks that vsock-mux= stands where it can. */
int vm_mux_check(const struct target *target, struct error *err);
/* Of the slot ready: asks with "CONNECT PORT" where vsock-mux= is given, as Firecracker wants it. */
int vm_mux_ready(const struct target *target, struct endpoint *endpoint, struct error *err);
/* The slot greet: takes the answer, "OK PORT", and not a byte behind its line. */
int vm_mux_greet(const struct target *target, struct endpoint *endpoint, bool is_late,
		 struct error *err);

#endif
