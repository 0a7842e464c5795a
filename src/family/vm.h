/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the families of virtual machines share: addresses, preparing and judging peers; vsock(7). */
#ifndef FAMILY_VM_H
#define FAMILY_VM_H

#include "core/family.h"
#include "core/target.h"

#include <stdint.h>

/* CIDs and ports by name: any, hypervisor, local, host. */
extern const struct name vm_cids[];
extern const struct name vm_ports[];
/* Options of these families: peer-cid. */
extern const struct parameter vm_parameters[];
/* Levels of socket options, ended by -1. */
extern const int vm_levels[];

/* A zero-padded sockaddr_vm added to a list. */
void vm_address_add(struct address_list *list, uint32_t cid, uint32_t port);
/* A CID or a port by name or number, length bytes of text; -1 with a usage error. */
int vm_cid_read(const char *text, size_t length, uint32_t *cid, struct error *err);
int vm_port_read(const char *text, size_t length, uint32_t *port, struct error *err);
/* By name where it has one. */
void vm_cid_print(uint32_t cid, struct buf *out);
void vm_port_print(uint32_t port, struct buf *out);
uint32_t vm_cid_of(const struct address *address);
uint32_t vm_port_of(const struct address *address);

/* Checks peer-cid=. */
int vm_check_peers(const struct target *target, struct error *err);
/* Slots of struct family. */
int vm_settings(const struct target *target, int domain, struct sockopt_list *list,
		struct error *err);
int vm_ready(const struct target *target, struct endpoint *endpoint, struct error *err);
void vm_source(const struct endpoint *client, struct buf *out);
extern const struct endpoint_ops vm_ops;
void vm_explain_error(const struct target *target, struct error *err);

#endif
