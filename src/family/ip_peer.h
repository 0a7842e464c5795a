/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which hosts may be the other end of what listens: peer-ip=. */
#ifndef FAMILY_IP_PEER_H
#define FAMILY_IP_PEER_H

#include "core/endpoint.h"

/* Whether peer-ip= can be read, and is for what listens. */
int ip_peer_check(const struct target *target, struct error *err);
/* Whether an address may come: 0, or -1 with an error that says which it is. */
int ip_peer_admits(const struct target *target, const struct address *peer, struct error *err);
/* Slots of struct family. */
int ip_peer_admit(const struct target *target, int fd, struct error *err);
void ip_peer_source(const struct endpoint *client, struct buf *out);

#endif
