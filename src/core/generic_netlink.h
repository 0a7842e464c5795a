/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which families generic netlink has here, by number and name, and their groups; linux/genetlink.h. */
#ifndef CORE_GENERIC_NETLINK_H
#define CORE_GENERIC_NETLINK_H

#include "base/error.h"
#include "core/netlink.h"

#include <linux/genetlink.h>
#include <stddef.h>
#include <stdint.h>

struct generic_group {
	uint32_t number;
	char name[GENL_NAMSIZ];
};

struct generic_family {
	uint16_t number; /* type of its messages */
	uint8_t version;
	char name[GENL_NAMSIZ];
	struct generic_group *groups; /* owned */
	size_t group_count;
};

/* A zeroed one is empty; numbers change as modules come and go. */
struct generic_families {
	struct generic_family *items;
	size_t count;
};

/* Asks the kernel; what was there before goes. */
int generic_families_load(struct generic_families *families, struct error *err);
/* Adds those that a datagram of the kernel's answer tells of: 1 once it was the last, 0 more come, -1 error. */
int generic_families_read(struct generic_families *families, struct netlink_bytes bytes,
			  struct error *err);
void generic_families_release(struct generic_families *families);
/* NULL where there is none. */
const struct generic_family *generic_family_of(const struct generic_families *families,
					       uint16_t number);
const struct generic_family *generic_family_find(const struct generic_families *families,
						 const char *name, size_t length);
/* Loads the kernel module of a family; it is there when families are loaded next. */
void generic_family_request(const char *name, size_t length);

#endif
