/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opening a target without blocking: resolve, socket(2), bind(2), connect(2),
 * each address in the order and pacing of RFC 8305, again as retry= says.
 */
#ifndef CORE_OPENING_H
#define CORE_OPENING_H

#include "base/deadline.h"
#include "core/endpoint.h"

struct opening;

enum opening_state { OPENING_WAITS, OPENING_DONE, OPENING_FAILED };

/*
 * Starts to open an active or bound target, borrowed until opening_free().
 * client is the connection it is opened for, NULL where none; borrowed too.
 * The state may be DONE or FAILED at once. deadline is for all tries together.
 */
struct opening *opening_start(const struct target *target, const struct endpoint *client,
			      nanoseconds deadline);
/* Goes on; call when opening_fd() has one of opening_events(), or at opening_deadline(). */
enum opening_state opening_step(struct opening *opening);
enum opening_state opening_state(const struct opening *opening);
/* What poll(2) is to wait for, -1 where only time matters. Changes with each step. */
int opening_fd(const struct opening *opening);
short opening_events(const struct opening *opening);
nanoseconds opening_deadline(const struct opening *opening);
/* The endpoint of a DONE opening, given away. */
void opening_take(struct opening *opening, struct endpoint *endpoint);
/* The error of a FAILED opening: all failures, where all addresses failed. */
const struct error *opening_error(const struct opening *opening);
/* Whether a try failed since this was asked last, and another one is to come: why, and how many failed. */
bool opening_tells_retry(struct opening *opening, struct error *err, uint64_t *tries);
/* How long it took so far in all, and to look the addresses up in the last try. */
nanoseconds opening_duration(const struct opening *opening, nanoseconds *lookup);
/* Frees; what is under way is abandoned. */
void opening_free(struct opening *opening);

/* Opens and waits for it. stop_fd (-1: none) becoming readable ends the wait with EINTR. */
int endpoint_open(struct endpoint *endpoint, const struct target *target,
		  const struct endpoint *client, nanoseconds deadline, int stop_fd,
		  struct error *err);

#endif
