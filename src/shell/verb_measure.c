/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs that tell how long things take and how much passes. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "shell/group.h"
#include "shell/latency.h"
#include "shell/stat.h"
#include "shell/words.h"

#include <stdlib.h>

#define COUNT_DEFAULT 100 /* questions, where nothing says how many */

static int run_timing(struct shell *shell, const struct step *step, struct error *err)
{
	return step_switch(shell, step, 0, &shell->is_timed, err);
}

enum latency_slot { LATENCY_ENDPOINT, LATENCY_DATA, LATENCY_PATTERN, LATENCY_COUNT, LATENCY_EVERY, LATENCY_SPECTRUM, LATENCY_JSON };

static int run_latency(struct shell *shell, const struct step *step, struct error *err)
{
	static const struct expected anything = { .kind = EXPECT_ANY };
	const struct filling *fillings = step->fillings;
	cleanup_buf struct buf data = { 0 };
	struct latency_wish wish = {
		.channel = shell_need(shell, step, LATENCY_ENDPOINT, err),
		.data = fillings[LATENCY_DATA].given ? &data : NULL,
		.pattern = fillings[LATENCY_PATTERN].given ? &fillings[LATENCY_PATTERN].patterns[0] : &anything,
		.count = step->most > 0 ? 0 : COUNT_DEFAULT,
		.interval = fillings[LATENCY_EVERY].duration,
		.spectrum = fillings[LATENCY_SPECTRUM].given,
		.as_json = fillings[LATENCY_JSON].given,
	};

	if (wish.channel == NULL || step_number(shell, step, LATENCY_COUNT, 1, TRIPS_MAXIMUM, &wish.count, err) < 0)
		return -1;
	if (wish.data != NULL && term_work_out(shell, &fillings[LATENCY_DATA].term, &data, err) < 0)
		return -1;
	return latency_run(shell, step, &wish, err);
}

enum stat_slot { STAT_ENDPOINTS, STAT_EVERY, STAT_COUNT, STAT_JSON };

static int check_names(struct shell *shell, const struct step *step, char *const *names, struct error *err)
{
	for (size_t i = 0; names[i] != NULL; i++)
		if (shell_find(shell, names[i]) == NULL && group_find(shell, names[i]) == NULL) {
			error_usage(err, "there is no open endpoint \"%s\"", names[i]);
			return source_error(step->source, step->fillings[STAT_ENDPOINTS].words[i].place, err);
		}
	return 0;
}

static int check_interval(const struct step *step, nanoseconds interval, struct error *err)
{
	if (interval > 0)
		return 0;
	error_usage(err, "every: more than 0 was expected");
	return source_error(step->source, step->fillings[STAT_EVERY].place, err);
}

static int run_stat(struct shell *shell, const struct step *step, struct error *err)
{
	const struct filling *fillings = step->fillings;
	char **names = step_words(shell, &fillings[STAT_ENDPOINTS], err);
	struct stat_wish wish = {
		.names = names,
		.interval = fillings[STAT_EVERY].given ? fillings[STAT_EVERY].duration : NANOSECONDS_PER_SECOND,
		.as_json = fillings[STAT_JSON].given,
	};
	int result = -1;

	if (names != NULL && check_names(shell, step, names, err) == 0 && check_interval(step, wish.interval, err) == 0 &&
	    step_number(shell, step, STAT_COUNT, 1, UINT32_MAX, &wish.count, err) == 0)
		result = stat_run(shell, step, &wish, err);
	step_words_free(names);
	return result;
}

static const struct slot timing_slots[] = { { "on|off", SLOT_CHOICE, false, NULL }, { .name = NULL } };
static const struct slot latency_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					     { "DATA", SLOT_VALUE, true, NULL },
					     { "PATTERN", SLOT_PATTERN, true, NULL },
					     { "NUMBER", SLOT_VALUE, true, "count" },
					     { "DURATION", SLOT_DURATION, true, "every" },
					     { "", SLOT_ALONE, true, "spectrum" },
					     { "", SLOT_ALONE, true, "--json" },
					     { .name = NULL } };
static const struct slot stat_slots[] = { { "ENDPOINT", SLOT_ENDPOINTS, true, NULL },
					  { "DURATION", SLOT_DURATION, true, "every" },
					  { "NUMBER", SLOT_VALUE, true, "count" },
					  { "", SLOT_ALONE, true, "--json" },
					  { .name = NULL } };

const struct verb measure_verbs[] = {
	{ "timing", NULL, "whether each line that opens, sends or receives tells how long it took, until its answer was there, and how many bytes went and came: on, or off", timing_slots, run_timing, "timing on", false, false },
	{ "latency", NULL, "how long answers take, by percentiles: asks so often, 100 times or for the time of within; without DATA of the answers so far", latency_slots, run_latency, "latency c \"PING\\r\\n\" \"PONG\" count 3", true, false },
	{ "stat", NULL, "adds a row to a table, each second: what passed an endpoint, how fast, and its queues; until an interrupt, or the end of within", stat_slots, run_stat, "stat c every 100ms count 3", false, false },
	{ .name = NULL },
};
