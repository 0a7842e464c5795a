/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One end of a session on the loop. */
#ifndef RELAY_SIDE_H
#define RELAY_SIDE_H

#include "relay/flow.h"

/* One that is zeroed, or was closed; what events of this turn may refer to stays until side_release(). */
void side_init(struct side *side, bool is_right);
void side_release(struct side *side);
/* Takes the endpoint in and watches its descriptors; the callbacks find the side by container_of. */
int side_attach(struct side *side, struct endpoint *endpoint, struct loop *loop,
		void (*in_ready)(struct loop_watch *, uint32_t),
		void (*out_ready)(struct loop_watch *, uint32_t),
		void (*child_ready)(struct loop_watch *, uint32_t), struct error *err);
/* What the loop said of in (both directions where out is the same) and of out. */
void side_note_in(struct side *side, uint32_t events);
void side_note_out(struct side *side, uint32_t events);
/*
 * It said EAGAIN: waits for the next edge. Where it is ready all the same no
 * edge will come; it is then tried again after a while.
 */
void side_is_dry(struct side *side);
void side_is_full(struct side *side);
/* Nothing more is written to it, as endpoint_finish() has it. */
int side_finish(struct side *side, struct loop *loop);
/* Closes its descriptors but goes on waiting for its child. */
void side_hang_up(struct side *side, struct loop *loop);
/* Takes the status of the child that ended, and watches it no more. */
void side_reap(struct side *side, struct loop *loop);
/* A program that was joined decides the status: it is waited for. */
static inline bool side_child_is_over(const struct side *side)
{
	return side->endpoint.pidfd < 0 || side->child_exited;
}
/* Stops watching and closes; with reset the peer is told by RST where its protocol has one. */
void side_close(struct side *side, struct loop *loop, bool reset);
static inline bool side_is_open(const struct side *side)
{
	return side->endpoint.in >= 0 || side->endpoint.out >= 0 || side->endpoint.ops != NULL;
}

#endif
