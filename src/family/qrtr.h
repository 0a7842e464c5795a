/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the QRTR family know of each other; linux/qrtr.h. */
#ifndef FAMILY_QRTR_H
#define FAMILY_QRTR_H

#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"

#include <linux/qrtr.h>

/* A service by its number; 0: any. What the kernel calls an instance is both of the others. */
struct qrtr_service {
	uint32_t service;
	uint32_t instance; /* 24 bits */
	uint32_t version;  /* 8 bits */
};

/* "SERVICE[:INSTANCE[:VERSION]]" */
int qrtr_service_read(const char *text, struct qrtr_service *service, struct error *err);
/* This node's number; 0 where it cannot be asked. */
uint32_t qrtr_own_node(void);
/* Asks the name service of this node to tell of these, now and later; 0, or -1 and errno. */
int qrtr_ask(int fd, const struct qrtr_service *service);
/* Registers the port of a bound socket. */
int qrtr_register(int fd, const struct qrtr_service *service);
/*
 * Adds the addresses where a service is, on a node or, with QRTR_NODE_BCAST, on
 * any. Waits for the name service for some seconds.
 */
int qrtr_find(const struct qrtr_service *service, uint32_t node, struct address_list *list,
	      struct error *err);
/* Whether it ends the list of the services that are there when one asks. */
bool qrtr_is_end(const struct qrtr_ctrl_pkt *packet);
/* Adds the address that an answer of the name service tells, where it is wanted; false: it was the last. */
bool qrtr_take_answer(const void *bytes, size_t length, const struct qrtr_service *service, uint32_t node,
		      struct address_list *list);

/* How messages move: of any port; of one with a service; of a question that ends with its answers. */
extern const struct endpoint_ops qrtr_ops, qrtr_service_ops, qrtr_list_ops;

#endif
