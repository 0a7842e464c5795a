/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listening sockets that go from a process to its successor, so that no connection is refused; SCM_RIGHTS of unix(7). */
#ifndef CMD_HANDOVER_H
#define CMD_HANDOVER_H

#include "cmd/command.h"
#include "core/fdpass.h"
#include "core/socket.h"
#include "relay/server.h"

/* clang-format off */
#define HANDOVER_PARAMETER \
	{ .name = "handover", .type = VALUE_FILE, .argument = "PATH", .help = "take the listening sockets over from who listens at PATH, and hand them over there" }
/* clang-format on */

struct handover;

/*
 * NULL where --handover was not given, or on failure, when err is set. Connects to PATH: whoever
 * listens there for the same spec passes its sockets; else PATH is bound. served and arguments outlive it.
 */
struct handover *handover_begin(const struct target *served, const struct arguments *arguments,
				struct error *err);
/* Whether what a predecessor passed are sockets that serve this spec. */
int handover_check(const struct fdpass *got, const char *spec, struct error *err);
/* The sockets that were taken over, count 0 where there are none; they belong to whoever takes them. */
struct fdpass *handover_sockets(struct handover *handover);
/*
 * We serve: tells the predecessor, which accepts no more and ends with its last
 * session, and waits on the engine's loop for a successor, for whom the server gives up its sockets.
 */
int handover_serve(struct handover *handover, struct engine *engine, struct server *server,
		   struct error *err);
/* Harmless with NULL; the loop is still there. */
void handover_free(struct handover *handover);

#endif
