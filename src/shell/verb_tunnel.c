/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs for tunnels. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "shell/opener.h"
#include "shell/tunnel.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int run_tunnel(struct shell *shell, const struct step *step, struct error *err)
{
	char *from = term_text(shell, &step->fillings[1].term, err);
	char *to = from != NULL ? term_text(shell, &step->fillings[2].term, err) : NULL;
	struct channel *channel;

	if (to == NULL) {
		free(from);
		return -1;
	}
	channel = opener_listen(shell, step->fillings[0].name, from, err);
	if (channel == NULL) {
		free(to);
		return -1;
	}
	if (tunnel_new(shell, channel, to, step->fillings[3].given, err) != NULL)
		return 0;
	shell_remove(shell, channel);
	return -1;
}

static struct tunnel *need_tunnel(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);

	if (channel == NULL || channel->tunnel != NULL)
		return channel != NULL ? channel->tunnel : NULL;
	error_usage(err, "%s is no tunnel", channel->name);
	source_error(step->source, step->fillings[0].place, err);
	return NULL;
}

/* The number in a slot; -1 with the error. */
static int64_t number_in(struct shell *shell, const struct step *step, size_t slot, uint64_t most,
			 struct error *err)
{
	char *text cleanup_free = term_text(shell, &step->fillings[slot].term, err);
	uint64_t number;

	if (text != NULL && text[0] != '\0' && text[strlen(text) - 1] == '%')
		text[strlen(text) - 1] = '\0';
	if (text == NULL)
		return -1;
	if (number_size(text, most, &number, err) < 0)
		return source_error(step->source, step->fillings[slot].place, err);
	return (int64_t)number;
}

/* Lets so much through and waits until it has gone. */
static int run_let(struct shell *shell, const struct step *step, struct error *err)
{
	struct tunnel *tunnel = need_tunnel(shell, step, err);
	enum lane_side side = step->fillings[1].given ? LANE_FORWARD : LANE_BACKWARD;
	nanoseconds until = shell_deadline(shell, step);
	uint64_t goal;
	int64_t count;

	if (tunnel == NULL)
		return -1;
	if (step->fillings[1].given == step->fillings[2].given)
		return error_usage(err, "let: >NUMBER or <NUMBER was expected");
	count = number_in(shell, step, side == LANE_FORWARD ? 1 : 2, INT64_MAX, err);
	if (count < 0)
		return -1;
	goal = tunnel_passed(tunnel, side) + (uint64_t)count;
	tunnel_allow(tunnel, side, count);
	while (tunnel_passed(tunnel, side) < goal) {
		int waited = shell_wait(shell, -1, 0, until, err);

		if (waited < 0)
			return -1;
		if (waited == 0)
			return shell_timed_out(shell, step, "so much did not come", err);
	}
	return 0;
}

/* An endpoint is not read unasked from then on: its buffers fill, and the peer has to wait. */
static int hold(struct shell *shell, const struct step *step, bool held, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);

	if (channel == NULL)
		return -1;
	channel_hold(channel, held);
	if (channel->tunnel == NULL)
		return 0;
	tunnel_allow(channel->tunnel, LANE_FORWARD, held ? 0 : -1);
	tunnel_allow(channel->tunnel, LANE_BACKWARD, held ? 0 : -1);
	return 0;
}

static int run_pause(struct shell *shell, const struct step *step, struct error *err)
{
	return hold(shell, step, true, err);
}

static int run_resume(struct shell *shell, const struct step *step, struct error *err)
{
	return hold(shell, step, false, err);
}

static int run_cut(struct shell *shell, const struct step *step, struct error *err)
{
	struct tunnel *tunnel = need_tunnel(shell, step, err);

	journal_add(&shell->journal, "%s is cut", step->fillings[0].name);
	return tunnel != NULL ? tunnel_cut(tunnel, false, err) : -1;
}

static int run_delay(struct shell *shell, const struct step *step, struct error *err)
{
	struct tunnel *tunnel = need_tunnel(shell, step, err);

	if (tunnel == NULL)
		return -1;
	tunnel_delay(tunnel, step->fillings[1].duration);
	return 0;
}

static int run_drop(struct shell *shell, const struct step *step, struct error *err)
{
	struct tunnel *tunnel = need_tunnel(shell, step, err);
	int64_t percent = tunnel != NULL ? number_in(shell, step, 1, 100, err) : -1;

	if (percent < 0)
		return -1;
	tunnel_drop(tunnel, (unsigned int)percent);
	return 0;
}

static int run_flip(struct shell *shell, const struct step *step, struct error *err)
{
	struct tunnel *tunnel = need_tunnel(shell, step, err);
	int64_t at = tunnel != NULL ? number_in(shell, step, 1, INT64_MAX, err) : -1;

	if (at < 0)
		return -1;
	tunnel_flip(tunnel, (uint64_t)at);
	return 0;
}

static const struct slot tunnel_slots[] = { { "NAME", SLOT_NEW, false, NULL },
					    { "SPEC", SLOT_SPEC, false, NULL },
					    { "SPEC", SLOT_SPEC, false, NULL },
					    { "", SLOT_ALONE, true, "paused" },
					    { .name = NULL } };
static const struct slot let_slots[] = { { "TUNNEL", SLOT_ENDPOINT, false, NULL },
					 { "NUMBER", SLOT_VALUE, true, ">" },
					 { "NUMBER", SLOT_VALUE, true, "<" },
					 { .name = NULL } };
static const struct slot one_slots[] = { { "TUNNEL", SLOT_ENDPOINT, false, NULL }, { .name = NULL } };
static const struct slot hold_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL }, { .name = NULL } };
static const struct slot delay_slots[] = { { "TUNNEL", SLOT_ENDPOINT, false, NULL },
					   { "DURATION", SLOT_DURATION, false, NULL },
					   { .name = NULL } };
static const struct slot drop_slots[] = { { "TUNNEL", SLOT_ENDPOINT, false, NULL },
					  { "PERCENT", SLOT_VALUE, false, NULL },
					  { .name = NULL } };
static const struct slot flip_slots[] = { { "TUNNEL", SLOT_ENDPOINT, false, NULL },
					  { "NUMBER", SLOT_VALUE, false, "@" },
					  { .name = NULL } };

const struct verb tunnel_verbs[] = {
	{ "tunnel", NULL, "listens at the first spec and joins whoever comes to the second; paused: nothing passes yet", tunnel_slots, run_tunnel, "tunnel t tcp:127.0.0.1:0 $s paused", false, false },
	{ "let", NULL, "lets so many bytes, or messages, pass to the server (>) or to the client (<), and waits until they did", let_slots, run_let, "let t >5", false, false },
	{ "pause", NULL, "lets nothing pass; what comes to an endpoint that is no tunnel stays in the kernel until a line asks for it", hold_slots, run_pause, "pause t", false, false },
	{ "resume", NULL, "lets all pass, and reads again what comes", hold_slots, run_resume, "resume t", false, false },
	{ "delay", NULL, "all that comes from now on waits so long", delay_slots, run_delay, "delay t 20ms", false, false },
	{ "drop", NULL, "loses so many messages of a hundred, spread evenly", drop_slots, run_drop, "drop t 50%", false, false },
	{ "flip", NULL, "damages the byte with that number, from 0, on its way to the server", flip_slots, run_flip, "flip t @3", false, false },
	{ "cut", NULL, "ends the connections through it, which reset breaks; of datagrams what is held is lost", one_slots, run_cut, "cut t", false, false },
	{ .name = NULL },
};
