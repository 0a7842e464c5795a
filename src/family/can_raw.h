/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames in and out of a raw CAN socket: pacing, own echoes, interfaces that come and go. */
#ifndef FAMILY_CAN_RAW_H
#define FAMILY_CAN_RAW_H

#include "base/deadline.h"
#include "core/endpoint.h"

/* How long a bus that takes nothing is waited for, where send-timeout= says nothing. */
#define CAN_SEND_TIMEOUT (2 * NANOSECONDS_PER_SECOND)

/* Whether our own frames are to be seen before they count as sent: nothing else is received then. */
bool can_raw_echoes(const struct target *target);
/* Makes the state of a socket that is bound; the slot ready. */
int can_raw_ready(const struct target *target, struct endpoint *endpoint, struct error *err);

#endif
