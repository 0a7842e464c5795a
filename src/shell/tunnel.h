/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hostile middle between a client and a server: it holds, delays, drops, damages and cuts what passes. */
#ifndef SHELL_TUNNEL_H
#define SHELL_TUNNEL_H

#include "shell/state.h"

enum lane_side { LANE_FORWARD, LANE_BACKWARD }; /* from the client to the server, and back */

struct tunnel;

/*
 * Makes the listening channel one end of a tunnel: whoever connects is joined
 * to a connection to word, which is taken over. It is freed with the channel.
 */
struct tunnel *tunnel_new(struct shell *shell, struct channel *channel, char *word, bool is_paused,
			  struct error *err);
/* What may pass from now on, in bytes or messages; -1 all, 0 nothing. */
void tunnel_allow(struct tunnel *tunnel, enum lane_side side, int64_t count);
/* How much passed so far. */
uint64_t tunnel_passed(const struct tunnel *tunnel, enum lane_side side);
void tunnel_delay(struct tunnel *tunnel, nanoseconds duration);
/* Every so manieth message in a hundred is lost; streams lose nothing. */
void tunnel_drop(struct tunnel *tunnel, unsigned int percent);
/* The byte with that number, from 0, is damaged on its way to the server. */
void tunnel_flip(struct tunnel *tunnel, uint64_t at);
/* Ends the connections that pass through it, with RST or without; of datagrams what is held, and who asked, is forgotten. */
int tunnel_cut(struct tunnel *tunnel, bool with_reset, struct error *err);

#endif
