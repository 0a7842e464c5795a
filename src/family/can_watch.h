/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told of the frames that come by, besides printing them: numbers that are missing, the load of the bus. */
#ifndef FAMILY_CAN_WATCH_H
#define FAMILY_CAN_WATCH_H

#include "core/endpoint.h"

#include <linux/can.h>

/* clang-format off */
#define CAN_WATCH_PARAMETERS \
	{ .name = "load", .type = VALUE_TEXT, .argument = "BITRATE[:BITRATE]", .help = "tell each second how many frames came and how busy the bus was; the second rate is that of CAN FD data" }, \
	{ .name = "sequence", .type = VALUE_HEX, .flags = PARAMETER_OPTIONAL, .maximum = CAN_EFF_MASK, .fallback = 2, .argument = "ID", .help = "tell where the first bytes of the frames with that identifier do not count up (2)" }
/* clang-format on */

struct can_watch {
	bool counts, measures;
	canid_t id; /* of the frames that count */
	bool has_next;
	uint8_t next;		    /* the number that is due */
	uint64_t bitrate, data_bitrate;
	uint64_t frames;	    /* of this second */
	nanoseconds busy;	    /* of this second */
	nanoseconds since;	    /* when it began; 0: not yet */
	struct message kept;	    /* what came together with a notice */
	bool has_kept;
};

/* Reads the options; no system calls. */
int can_watch_init(struct can_watch *watch, const struct target *target, struct error *err);
/*
 * Looks at a message that was received: 1, or ENDPOINT_NOTICE, and the message
 * is kept for can_watch_kept(), with whatever it borrows.
 */
int can_watch_message(struct can_watch *watch, const char *name, struct message *message,
		      struct error *err);
/* The message that was kept; false where none was. */
bool can_watch_kept(struct can_watch *watch, struct message *message);
/* Nothing came: 0 or ENDPOINT_NOTICE; says when it is to be called again. */
int can_watch_silence(struct can_watch *watch, struct endpoint *endpoint, const char *name,
		      struct error *err);

#endif
