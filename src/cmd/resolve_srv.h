/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of `anysock resolve` that asks where a domain has a service. */
#ifndef CMD_RESOLVE_SRV_H
#define CMD_RESOLVE_SRV_H

#include "cmd/command.h"

/* The words are a domain and a service ("ldap", "sip/udp"), or the whole name "_ldap._tcp.DOMAIN". */
int resolve_srv(struct context *context, const struct arguments *arguments, struct error *err);

#endif
