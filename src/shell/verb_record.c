/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs for recordings: what passes an endpoint goes to a file, and comes from one again. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "shell/command.h"
#include "shell/state.h"
#include "shell/tape.h"

#include <stdlib.h>
#include <string.h>

static int run_record(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	char *path cleanup_free = NULL;
	struct tape *tape;

	if (channel == NULL)
		return -1;
	path = term_text(shell, &step->fillings[1].term, err);
	if (path == NULL)
		return -1;
	if (strcmp(path, "off") == 0) {
		tape = channel->tape;
		channel->tape = NULL;
		return tape_close(tape, err);
	}
	if (channel->listening >= 0)
		return error_usage(err, "%s listens: record what it accepts", channel->name);
	tape = tape_new(shell->host, &channel->endpoint, &channel->anchor->target, path, err);
	if (tape == NULL)
		return -1;
	tape_close(channel->tape, NULL);
	channel->tape = tape;
	return 0;
}

/* The command of that name, to the endpoint's descriptor. */
static int run_replay(struct shell *shell, const struct step *step, struct error *err)
{
	const struct channel *channel = shell_need(shell, step, 1, err);
	char *path cleanup_free = channel != NULL ? term_text(shell, &step->fillings[0].term, err) : NULL;
	char *speed cleanup_free = NULL;
	char *spec cleanup_free = NULL;
	const char *words[6] = { "replay", path };

	if (path == NULL)
		return -1;
	spec = memory_print("fd:%d", channel_descriptor(channel));
	words[2] = spec;
	if (step->fillings[2].given) {
		speed = term_text(shell, &step->fillings[2].term, err);
		if (speed == NULL)
			return -1;
		words[3] = "--speed";
		words[4] = speed;
	}
	return command_run(shell, step, words, NULL, err);
}

static const struct slot record_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					    { "FILE|off", SLOT_FILE, false, NULL },
					    { .name = NULL } };
static const struct slot replay_slots[] = { { "FILE", SLOT_FILE, false, NULL },
					    { "ENDPOINT", SLOT_ENDPOINT, false, "to" },
					    { "FACTOR", SLOT_VALUE, true, "speed" },
					    { .name = NULL } };

const struct verb record_verbs[] = {
	{ "record", NULL, "writes what passes an endpoint from now on to a pcapng file, until off or its end", record_slots, run_record, "record c session.pcapng", false, false },
	{ "replay", NULL, "sends what a file recorded, with its timing, as the command of that name", replay_slots, run_replay, "replay session.pcapng to c speed 10", false, false },
	{ .name = NULL },
};
