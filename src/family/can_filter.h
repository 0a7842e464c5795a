/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a raw CAN socket is to receive, as candump(1) writes it; linux/can/raw.h. */
#ifndef FAMILY_CAN_FILTER_H
#define FAMILY_CAN_FILTER_H

#include "base/error.h"

#include <linux/can.h>
#include <stdbool.h>
#include <stddef.h>

/* A zeroed set lets all frames pass and no error frames. */
struct can_filters {
	struct can_filter rows[CAN_RAW_FILTER_MAX];
	size_t count;
	can_err_mask_t errors;
	bool join; /* all rows must match */
};

/*
 * Adds what text says: ID:MASK, ID~MASK (all but those), ID, LOW-HIGH, #MASK (error
 * frames), j (all must match). -1 with a usage error.
 */
int can_filters_add(struct can_filters *filters, const char *text, struct error *err);

#endif
