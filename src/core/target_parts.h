/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What checking a spec against its family consists of, for target.c. */
#ifndef CORE_TARGET_PARTS_H
#define CORE_TARGET_PARTS_H

#include "core/target.h"

/* A number, or what C calls it: "IPPROTO_ICMP". */
int target_read_natural(const char *text, uint64_t maximum, uint64_t *number, struct error *err);
/* Fills target->fields from the spec's. */
int target_read_fields(struct target *target, struct error *err);
/* Refuses what would be ignored: netns= of a program, frame= of datagrams. The type is chosen. */
int target_check_fit(const struct target *target, struct error *err);

#endif
