/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an interface tells of its CAN controller. */
#ifndef CMD_INTERFACE_CAN_H
#define CMD_INTERFACE_CAN_H

#include "base/buf.h"
#include "base/json.h"
#include "core/netlink.h"

#include <linux/can/netlink.h>
#include <stdbool.h>

/* Virtual ones have no controller; of others a driver tells what it knows. */
struct interface_can {
	bool has_state, has_errors, has_mode, has_counts;
	uint32_t state; /* enum can_state */
	uint32_t bitrate, sample_point, data_bitrate; /* 0 unknown; thousandths of a bit */
	uint32_t restart; /* milliseconds until it leaves bus-off by itself; 0: never */
	struct can_berr_counter errors;
	struct can_ctrlmode mode;
	struct can_device_stats counts;
};

/* Asks the kernel; what it does not tell stays zero. */
void interface_can_read(unsigned int index, struct interface_can *can);
/* What an answer to RTM_GETLINK tells of it. */
void interface_can_take(struct netlink_bytes answer, struct interface_can *can);
/* "classic, state error-active, ..." */
void interface_can_print(const struct interface_can *can, unsigned int mtu, struct buf *out);
/* The members of an object "can". */
void interface_can_json(const struct interface_can *can, unsigned int mtu, struct json *json);

#endif
