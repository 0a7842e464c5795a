/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may be at the other end of a UNIX socket: peer-uid=, peer-gid=, peer-pid=; SO_PEERCRED of unix(7). */
#ifndef FAMILY_UNIX_PEER_H
#define FAMILY_UNIX_PEER_H

#include "core/endpoint.h"

#include <sys/socket.h>

/* clang-format off */
#define UNIX_PEER_PARAMETERS \
	{ .name = "peer-gid", .type = VALUE_TEXT, .argument = "GROUP+...", .help = "groups one of which the peer must have, by name or number; not-GROUP: may not" }, \
	{ .name = "peer-pid", .type = VALUE_TEXT, .argument = "PID+...", .help = "processes that the peer may be; not-PID: may not" }, \
	{ .name = "peer-uid", .type = VALUE_TEXT, .argument = "USER+...", .help = "users that the peer may run as, by name or number; not-USER: may not" }
/* clang-format on */

/* Checks that the rules can be read; names are looked up when they are applied. */
int unix_peer_check(const struct target *target, struct error *err);
/* Whether a connection's peer may be there: 0, or -1 with an error that says who it is. */
int unix_peer_admit_connection(const struct target *target, int fd, struct error *err);
/* The same of who sent a datagram, by its SCM_CREDENTIALS. */
int unix_peer_admit_sender(const struct target *target, const struct ucred *sender,
			   struct error *err);
/* A slot of struct family: clients are told apart by their user. */
void unix_peer_source(const struct endpoint *client, struct buf *out);
bool unix_peer_has_rules(const struct target *target);

#endif
