/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setsockopt(2) of an option as explain shows it. */
#ifndef OPTION_SOCKOPT_CALL_H
#define OPTION_SOCKOPT_CALL_H

#include "option/sockopt.h"

/* Adds "setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, on, 4)", without an end of line; levels are those of the family. */
void sockopt_add_call(const int *levels, const struct sockopt_setting *setting, struct buf *out);

#endif
