/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fitting a flow to its two sides: codecs and pump. */
#ifndef RELAY_CONVERSION_H
#define RELAY_CONVERSION_H

#include "relay/session.h"

/*
 * Both endpoints are open: chooses the pump, and the codecs where a side has
 * messages. The room that they are received into is made where it has no memory
 * yet, which stays the caller's.
 */
void conversion_choose(struct flow *flow, const struct session_settings *settings,
		       struct message_room *room);

#endif
