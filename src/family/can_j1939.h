/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SAE J1939: what its sockets, its transfers and its address claiming share; linux/can/j1939.h. */
#ifndef FAMILY_CAN_J1939_H
#define FAMILY_CAN_J1939_H

#include "core/endpoint.h"
#include "family/can.h"

#include <linux/can/j1939.h>

enum { J1939_INTERFACE, J1939_NAME, J1939_PGN, J1939_ADDR };

extern const struct parameter j1939_parameters[];

/* Checks filter= and bind=; no system calls. */
int j1939_options_check(const struct target *target, struct error *err);
/* The addresses that claim-range= has, by default 128 to 247. */
int j1939_claim_range(const struct target *target, uint8_t *low, uint8_t *high, struct error *err);
/* Filters, priority, broadcasts, notices: the slot settings. */
int j1939_settings(const struct target *target, int domain, struct sockopt_list *list,
		   struct error *err);
/* Our own end, without the interface: what bind= says, or the fields of a bound spec; false for none. */
bool j1939_local(const struct target *target, struct sockaddr_can *can);

/* Transfers: the ops of an endpoint whose socket is bound, and connected where it has a peer. */
int j1939_transfer_init(const struct target *target, struct endpoint *endpoint, struct error *err);

/* An address that is claimed, and defended until it is released; a thread does that. */
struct claim;
enum claim_state {
	CLAIM_WAITS, /* for objections */
	CLAIM_HOLDS,
	CLAIM_LOST, /* no address is left */
};
struct claim *claim_start(const struct target *target, const struct sockaddr_can *wanted,
			  struct error *err);
enum claim_state claim_state(struct claim *claim);
void claim_stop(struct claim *claim);

#endif
