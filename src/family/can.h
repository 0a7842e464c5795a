/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the families of CAN share: interfaces by name, identifiers, errors; linux/can.h. */
#ifndef FAMILY_CAN_H
#define FAMILY_CAN_H

#include "core/endpoint.h"
#include "core/family.h"
#include "core/target.h"

#include <linux/can.h>

#define CAN_INTERFACES_MAXIMUM 16

/* The field that every CAN family begins with. */
/* clang-format off */
#define CAN_INTERFACE_FIELD(words, ...) \
	{ .name = "interface", .help = words, .kind = FIELD_WORD, __VA_ARGS__ }
/* clang-format on */

/* A name of "vcan0+vcan1"; the texts are borrowed. */
struct can_interface {
	const char *name;
	size_t length;
};

/*
 * Cuts the interface field at its "+" signs: how many there are, 0 for any
 * ("" and "any"), -1 with an error that points into the spec.
 */
int can_interfaces(const struct target *target, struct can_interface *interfaces,
		   struct error *err);
/* The same where just one name, and not "any", will do. */
int can_check_one(const struct target *target, struct error *err);

/* The index of an interface in the target's network namespace; -1 and a hint where there is none. */
int can_index(const struct target *target, struct can_interface interface, struct error *err);
/* Fills in family and index of the interface field, which names one. */
int can_address(const struct target *target, struct sockaddr_can *can, struct error *err);
/* Adds the name of an index, "any" for 0, "if7" where it is not known here. */
void can_print_index(int index, struct buf *out);
/* 1 while the interface is up, 0 while it is down, -1 where it is gone; fd is any socket there. */
int can_is_up(int fd, int index);

/* Hex digits, or what C calls the number: "CAN_SFF_MASK". */
int can_read_hex(const char *text, uint64_t maximum, uint64_t *number, struct error *err);
/* Reads an identifier: up to 3 digits standard, 8 digits or more than 7FF extended. */
int can_read_id(const char *text, size_t length, uint32_t *id, struct error *err);
/* "7E8" or "18DAF110" */
void can_print_id(uint32_t id, struct buf *out);

/* What all of them know of errors of opening and sending. */
void can_explain_error(const struct target *target, struct error *err);
void can_describe_interface(const struct address *address, struct json *json);
/* A receive buffer for bursts; so-rcvbuf= comes later and has the last word. */
void can_widen(struct sockopt_list *list);

#endif
