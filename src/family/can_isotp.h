/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of ISO-TP sockets: padding, addressing, flow control, link layer; linux/can/isotp.h. */
#ifndef FAMILY_CAN_ISOTP_H
#define FAMILY_CAN_ISOTP_H

#include "core/target.h"

extern const struct parameter isotp_parameters[];

/* Whether their values go together; no system calls. */
int isotp_options_check(const struct target *target, struct error *err);
/* The slot settings. */
int isotp_settings(const struct target *target, int domain, struct sockopt_list *list,
		   struct error *err);

#endif
