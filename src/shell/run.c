/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running lines: when, as what they are to end, and which goes on where a test failed. */
#include "shell/evidence.h"
#include "shell/group.h"
#include "shell/result.h"
#include "shell/state.h"
#include "shell/system.h"
#include "shell/tally.h"
#include "shell/task.h"
#include "shell/timing.h"

#include <string.h>

/* "+200ms", "@1s": the one wait without an event. */
static int wait_for_time(struct shell *shell, const struct step *step, struct error *err)
{
	nanoseconds until = step->delay >= 0 ? deadline_now() + shell_scaled(shell, step->delay) :
			    step->moment >= 0 ? shell->began + shell_scaled(shell, step->moment) : 0;

	return shell_pass_time(shell, until, err);
}

static void keep_result(struct shell *shell, const struct step *step)
{
	struct content copy = { 0 };

	if (!shell->has_got)
		return;
	buf_add(&copy.bytes, buf_text(&shell->got.bytes), shell->got.bytes.length);
	variable_set(shell, "match", &copy);
	if (step->as != NULL && !step->verb->as_endpoint)
		variable_set(shell, step->as, &shell->got);
}

/* A result that was asked for is no failure. */
static int compare_result(struct shell *shell, const struct step *step, int result,
			  struct error *err)
{
	if (step->result == NULL)
		return result;
	if (shell->interrupted != 0 || shell->task_failed || task_is_cancelled(shell))
		return result;
	if (result_matches(step->result, result < 0 ? err : NULL, shell->exit_status)) {
		if (result < 0)
			*err = (struct error){ 0 };
		return result < 0 ? 0 : result;
	}
	if (result >= 0)
		error_set(err, ERROR_FAILED, "%s worked, but was to end as %s", step->verb->name,
			  step->result);
	else
		error_context(err, "not %s", step->result);
	return source_error(step->source, step->result_place, err);
}

/* What it prints goes into a command of the system where the line says so. */
static int run_verb(struct shell *shell, const struct step *step, struct error *err)
{
	const struct group *group = group_of(shell, step);
	struct outlet outlet;
	int result;

	if (step->into != NULL && outlet_open(shell, &outlet, step->into, err) < 0)
		return -1;
	result = group != NULL ? group_run(shell, group, step, err) : step->verb->run(shell, step, err);
	return step->into != NULL ? outlet_close(shell, &outlet, result, err) : result;
}

int shell_run_step(struct shell *shell, const struct step *step, struct error *err)
{
	const struct source *before = shell->source;
	struct timing timing;
	int result;

	shell->source = step->source;
	shell->has_got = false;
	shell->exit_status = 0;
	buf_clear(&shell->diagnosis);
	result = wait_for_time(shell, step, err);
	timing_start(&timing, shell, step);
	if (result == 0)
		result = run_verb(shell, step, err);
	timing_stop(&timing, shell, step);
	result = compare_result(shell, step, result, err);
	if (result >= 0)
		keep_result(shell, step);
	else if (err->place.text == NULL)
		source_error(step->source, step->place, err);
	shell->source = before;
	return result;
}

void shell_failed(struct shell *shell, const struct error *err)
{
	evidence_keep(shell, err);
}

void shell_fail_test(struct shell *shell, const struct error *err)
{
	evidence_keep(shell, err);
	tally_fail(shell->tally, err, &shell->diagnosis);
	buf_clear(&shell->diagnosis);
}

static bool is_test(const struct step *step)
{
	return strcmp(step->verb->name, "test") == 0;
}

/* Where a test failed, the next one in the block is what goes on; past the end where it was the last. */
static bool find_next_test(const struct block *block, size_t *i)
{
	bool has_test = false;

	for (size_t k = 0; k < block->count && !has_test; k++)
		has_test = is_test(&block->steps[k]);
	if (!has_test)
		return false;
	while (*i + 1 < block->count && !is_test(&block->steps[*i + 1]))
		++*i;
	return true;
}

/* Whether the failure was that of a test, which was told, so that the next one can run. */
static bool belongs_to_test(struct shell *shell, const struct block *block, size_t *i, int result,
			    struct error *err)
{
	if (shell->tally == NULL || (result >= 0 && result != FLOW_SKIP) || shell_is_over(shell))
		return false;
	if (result < 0 && !shell->tally->is_running)
		return false;
	if (!find_next_test(block, i))
		return false;
	if (result < 0) {
		shell_fail_test(shell, err);
		*err = (struct error){ 0 };
		shell_tidy(shell, NULL);
	}
	return true;
}

int shell_run_block(struct shell *shell, const struct block *block, struct error *err)
{
	for (size_t i = 0; i < block->count; i++) {
		int result = shell_run_step(shell, &block->steps[i], err);

		if (result != 0 && !belongs_to_test(shell, block, &i, result, err))
			return result;
	}
	return 0;
}

int shell_run(struct shell *shell, const struct block *block, struct error *err)
{
	int result = shell_run_block(shell, block, err);

	/* The lines go away, and with them what runs them. */
	if (result >= 0 && result != FLOW_EXIT && task_join_all(shell, NULL, err) < 0)
		result = -1;
	task_cancel_all(shell);
	return result == FLOW_EXIT ? FLOW_EXIT : result < 0 ? -1 : 0;
}
