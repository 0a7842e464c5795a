/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of `anysock resolve` that asks where a domain has a service. */
#ifndef CMD_RESOLVE_SRV_H
#define CMD_RESOLVE_SRV_H

#include "cmd/command.h"

#include <arpa/nameser.h>
#include <stdint.h>

struct srv_record {
	uint32_t ttl; /* seconds */
	uint16_t priority, weight, port;
	char target[NS_MAXDNAME];
};

/* The words are a domain and a service ("ldap", "sip/udp"), or the whole name "_ldap._tcp.DOMAIN". */
int resolve_srv(struct context *context, const struct arguments *arguments, struct error *err);
/* The records of a name server's answer in the order in which they are to be tried; *records is the caller's to free. */
size_t srv_read(const unsigned char *answer, size_t length, struct srv_record **records);

#endif
