/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a message of the CAN broadcast manager, and their words; linux/can/bcm.h. */
#ifndef CODEC_BCM_WORDS_H
#define CODEC_BCM_WORDS_H

#include "base/name.h"
#include "codec/busframe.h"

#include <linux/can/bcm.h>
#include <stdbool.h>

#define BCM_FRAMES_MAXIMUM 257 /* as the kernel has it, and one for the mask of a multiplex filter */

#define BCM_SECONDS_MAXIMUM 1000000000 /* of a time */

/* struct bcm_msg_head without its frames, so that it can be a member. */
struct bcm_head {
	uint32_t opcode, flags, count;
	struct bcm_timeval ival1, ival2;
	canid_t can_id;
	uint32_t nframes;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct bcm_head) == sizeof(struct bcm_msg_head), "the kernel's layout");

struct bcm {
	struct bcm_head head;
	const uint8_t *frames; /* head.nframes structs, one behind the other; borrowed */
	size_t frame_size;
};

extern const struct name bcm_verbs[]; /* of opcodes */
extern const struct name bcm_flags[]; /* those that are printed have a help */

/* The row of a word, or of the kernel's name for it: "cycle", "TX_SETUP", "CAN_BCM_TX_SETUP"; NULL for none. */
const struct name *bcm_find(const struct name *table, const char *name);

/* The kernel's bytes cut up: -1 where they are none. */
int bcm_unpack(const void *bytes, size_t length, struct bcm *bcm);
/* The flags that go without saying with these frames and times. */
uint32_t bcm_implied_flags(const struct bcm *bcm, bool has_times);
/* Whether its times are called timeout and throttle, not at and every. */
bool bcm_is_receiving(uint32_t opcode);
/* One of the frames; its data is NULL where the bytes are no frame. */
void bcm_frame(const struct bcm *bcm, size_t i, struct busframe *frame);
/* "250us", "1.5s": what number_duration() reads. */
void bcm_print_time(const struct bcm_timeval *time, struct buf *out);

#endif
