/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs that steer a script: variables, branches, loops, tests, limits. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "shell/evidence.h"
#include "shell/match.h"
#include "shell/need.h"
#include "shell/tally.h"
#include "shell/task.h"
#include "shell/words.h"

#include <stdlib.h>
#include <string.h>

#define AGAIN_DEFAULT 0

static int run_set(struct shell *shell, const struct step *step, struct error *err)
{
	struct content content = { 0 };

	if (term_work_out(shell, &step->fillings[1].term, &content.bytes, err) < 0) {
		content_release(&content);
		return -1;
	}
	variable_set(shell, step->fillings[0].name, &content);
	return 0;
}

static int run_if(struct shell *shell, const struct step *step, struct error *err)
{
	int holds = condition_holds(shell, &step->fillings[0].condition, NULL, NULL, err);

	return holds == 1 ? shell_run_block(shell, &step->fillings[1].block, err) : holds;
}

/* A line that fails is told and does not end the script. */
static int run_try(struct shell *shell, const struct step *step, struct error *err)
{
	struct error failed = { 0 };
	int result = shell_run_block(shell, &step->fillings[0].block, &failed);

	(void)err;
	if (result >= 0 || shell_is_over(shell) || shell->task_failed) {
		if (result < 0)
			*err = failed;
		return result;
	}
	journal_add(&shell->journal, "tried: %s", failed.text);
	shell_say(shell, "tried: %s", failed.text);
	return 0;
}

/* FLOW_PASS leaves the loop. */
static int turn(struct shell *shell, const struct block *block, bool *leave, struct error *err)
{
	int result = shell_run_block(shell, block, err);

	*leave = result != 0;
	return result == FLOW_PASS ? 0 : result;
}

static int run_repeat(struct shell *shell, const struct step *step, struct error *err)
{
	char *text cleanup_free = term_text(shell, &step->fillings[0].term, err);
	uint64_t count;
	bool leave = false;
	int result = 0;

	if (text == NULL)
		return -1;
	if (number_size(text, UINT32_MAX, &count, err) < 0)
		return source_error(step->source, step->fillings[0].place, err);
	for (uint64_t i = 0; i < count && !leave; i++)
		result = turn(shell, &step->fillings[1].block, &leave, err);
	return result;
}

static int run_each(struct shell *shell, const struct step *step, struct error *err)
{
	char **words = step_words(shell, &step->fillings[1], err);
	bool leave = false;
	int result = 0;

	for (size_t i = 0; words != NULL && words[i] != NULL && !leave; i++) {
		variable_set_text(shell, step->fillings[0].name, words[i]);
		result = turn(shell, &step->fillings[2].block, &leave, err);
	}
	step_words_free(words);
	return words != NULL ? result : -1;
}

static void keep_got(struct shell *shell, const char *as)
{
	struct content copy = { 0 };

	buf_add(&copy.bytes, buf_text(&shell->got.bytes), shell->got.bytes.length);
	variable_set(shell, "match", &copy);
	if (as != NULL)
		variable_set(shell, as, &shell->got);
}

/* The alternatives as the engine wants them. */
static const struct expected **patterns_of(const struct filling *cases)
{
	const struct expected **patterns = memory_array(cases->alternative_count + 1, sizeof(*patterns));

	for (size_t i = 0; i < cases->alternative_count; i++)
		patterns[i] = &cases->alternatives[i].pattern;
	return patterns;
}

static int run_alternative(struct shell *shell, const struct alternative *taken, struct error *err)
{
	keep_got(shell, taken->as);
	return taken->actions.count > 0 ? shell_run_block(shell, &taken->actions, err) : FLOW_PASS;
}

static int run_case(struct shell *shell, const struct step *step, struct error *err)
{
	const struct filling *cases = &step->fillings[2];
	const struct expected **patterns = patterns_of(cases);
	struct channel *channel = shell_need(shell, step, 0, err);
	struct step timed = *step;
	int result = channel != NULL ? FLOW_AGAIN : -1;

	/* 0 would be none of its own */
	if (step->fillings[1].given)
		timed.most = step->fillings[1].duration > 0 ? step->fillings[1].duration : 1;

	while (result == FLOW_AGAIN) {
		struct match_quest quest = { .patterns = patterns,
					     .count = cases->alternative_count,
					     .until = shell_deadline(shell, &timed),
					     .skip_maximum = UINT64_MAX };

		shell->again = 0;
		result = match_await(shell, &timed, channel, &quest, err);
		if (result == 0)
			result = run_alternative(shell, &cases->alternatives[quest.which], err);
		match_release(&quest);
		timed.most = shell->again > 0 ? shell->again : timed.most;
	}
	free(patterns);
	return result == FLOW_PASS ? 0 : result;
}

static int run_again(struct shell *shell, const struct step *step, struct error *err)
{
	(void)err;
	shell->again = step->fillings[0].given ? step->fillings[0].duration : AGAIN_DEFAULT;
	return FLOW_AGAIN;
}

static int run_pass(struct shell *shell, const struct step *step, struct error *err)
{
	(void)shell;
	(void)step;
	(void)err;
	return FLOW_PASS;
}

static int run_fail(struct shell *shell, const struct step *step, struct error *err)
{
	char *text cleanup_free = term_text(shell, &step->fillings[0].term, err);

	if (text == NULL)
		return -1;
	buf_clear(&shell->diagnosis);
	journal_print(&shell->journal, &shell->diagnosis);
	return error_set(err, ERROR_FAILED, "%s", text);
}

static int skip(struct shell *shell, const char *why)
{
	journal_add(&shell->journal, "left out: %s", why);
	if (shell->tally != NULL && shell->tally->is_running)
		tally_skip(shell->tally, why);
	else
		fprintf(shell->host->errors, "anysock: left out: %s\n", why);
	return FLOW_SKIP;
}

static int run_skip(struct shell *shell, const struct step *step, struct error *err)
{
	char *text cleanup_free = term_text(shell, &step->fillings[0].term, err);

	return text != NULL ? skip(shell, text) : -1;
}

static int run_need(struct shell *shell, const struct step *step, struct error *err)
{
	char **words = step_words(shell, &step->fillings[0], err);
	cleanup_buf struct buf why = { 0 };
	int result;

	if (words == NULL)
		return -1;
	result = need_check(shell, words, &why, err);
	step_words_free(words);
	if (result < 0)
		return source_error(step->source, step->fillings[0].place, err);
	return result == 0 ? skip(shell, buf_text(&why)) : 0;
}

/* What the test before left behind is its own failure, and none of the one that begins. */
static int end_test(struct shell *shell, struct error *err)
{
	struct error failed = { 0 };

	if (task_join_all(shell, NULL, &failed) == 0 && shell_tidy(shell, &failed) == 0)
		return 0;
	if (shell->tally == NULL || !shell->tally->is_running || shell_is_over(shell)) {
		*err = failed;
		return -1;
	}
	shell_fail_test(shell, &failed);
	shell_tidy(shell, NULL);
	return 0;
}

static int run_test(struct shell *shell, const struct step *step, struct error *err)
{
	char *name cleanup_free = term_text(shell, &step->fillings[0].term, err);

	if (name == NULL)
		return -1;
	if (task_is_running(shell))
		return error_usage(err, "a task belongs to a test: it begins none");
	if (end_test(shell, err) < 0)
		return -1;
	shell->began = deadline_now();
	journal_release(&shell->journal);
	shell->journal.began = shell->began;
	evidence_begin(shell);
	if (shell->tally != NULL)
		tally_begin(shell->tally, name);
	return 0;
}

static int run_task(struct shell *shell, const struct step *step, struct error *err)
{
	return task_start(shell, step->fillings[0].name, &step->fillings[1].block, err);
}

static int run_join(struct shell *shell, const struct step *step, struct error *err)
{
	return task_join(shell, step, step->fillings[0].name, err);
}

static int run_sync(struct shell *shell, const struct step *step, struct error *err)
{
	char *text cleanup_free = term_text(shell, &step->fillings[1].term, err);
	uint64_t parties;

	if (text == NULL)
		return -1;
	if (number_unsigned(text, 1, 1000, &parties, err) < 0)
		return source_error(step->source, step->fillings[1].place, err);
	return task_sync(shell, step, step->fillings[0].name, parties, err);
}

static int run_timeout(struct shell *shell, const struct step *step, struct error *err)
{
	(void)err;
	shell->timeout = step->fillings[0].duration;
	return 0;
}

static int run_strict(struct shell *shell, const struct step *step, struct error *err)
{
	(void)step;
	(void)err;
	shell->settings.strict = true;
	return 0;
}

static int run_log(struct shell *shell, const struct step *step, struct error *err)
{
	char *text cleanup_free = term_text(shell, &step->fillings[0].term, err);

	if (text == NULL)
		return -1;
	journal_add(&shell->journal, "%s", text);
	shell_remark(shell, text);
	return 0;
}

static int run_quit(struct shell *shell, const struct step *step, struct error *err)
{
	char *text cleanup_free = NULL;
	uint64_t status = 0;

	if (step->fillings[0].given) {
		text = term_text(shell, &step->fillings[0].term, err);
		if (text == NULL || number_unsigned(text, 0, 255, &status, err) < 0)
			return text != NULL ? source_error(step->source, step->fillings[0].place, err) : -1;
	}
	shell->exit_status = (int)status;
	return FLOW_EXIT;
}

static void print_all(struct shell *shell)
{
	FILE *out = shell->host->out;
	const char *name, *summary;

	for (size_t i = 0; i < verb_group_count; i++) {
		fprintf(out, "%s%s\n", i > 0 ? "\n" : "", verb_groups[i].title);
		for (const struct verb *verb = verb_groups[i].verbs; verb->name != NULL; verb++)
			fprintf(out, "  %-12s %.64s\n", verb->name, verb->help);
	}
	fputs("\ncommands of the program\n", out);
	for (size_t i = 0; (name = shell->host->command_at(shell->host, i, &summary)) != NULL; i++)
		if (verb_find(name) == NULL)
			fprintf(out, "  %-12s %s\n", name, summary);
	fputs("\n\"help VERB\" says more; anysock-script(5) has the language\n", out);
}

static int run_help(struct shell *shell, const struct step *step, struct error *err)
{
	cleanup_buf struct buf text = { 0 };
	char *name cleanup_free = NULL;
	const struct verb *verb;
	char *argv[] = { (char *)(uintptr_t) "help", NULL, NULL };

	if (!step->fillings[0].given) {
		print_all(shell);
		return 0;
	}
	name = term_text(shell, &step->fillings[0].term, err);
	verb = name != NULL ? verb_find(name) : NULL;
	if (verb != NULL) {
		verb_print(verb, &text);
		fputs(buf_text(&text), shell->host->out);
	} else if (name != NULL) {
		argv[1] = name;
		shell->host->run(shell->host, shell->host->out, 2, argv);
	}
	return name != NULL ? 0 : -1;
}

static const struct slot set_slots[] = { { "NAME", SLOT_VARIABLE, false, NULL },
					 { "DATA", SLOT_DATA, false, "=" },
					 { .name = NULL } };
static const struct slot if_slots[] = { { "A == B", SLOT_CONDITION, false, NULL },
					{ "LINE", SLOT_STEP, false, NULL },
					{ .name = NULL } };
static const struct slot line_slots[] = { { "LINE", SLOT_STEP, false, NULL }, { .name = NULL } };
static const struct slot repeat_slots[] = { { "NUMBER", SLOT_VALUE, false, NULL },
					    { "LINE", SLOT_STEP, false, NULL },
					    { .name = NULL } };
static const struct slot each_slots[] = { { "NAME", SLOT_VARIABLE, false, NULL },
					  { "WORD", SLOT_WORDS, false, "in" },
					  { "{LINES}", SLOT_STEP, false, NULL },
					  { .name = NULL } };
static const struct slot case_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					  { "DURATION", SLOT_DURATION, true, NULL },
					  { "{PATTERN LINE ..}", SLOT_CASES, false, NULL },
					  { .name = NULL } };
static const struct slot task_slots[] = { { "NAME", SLOT_VARIABLE, false, NULL },
					  { "{LINES}", SLOT_STEP, false, NULL },
					  { .name = NULL } };
static const struct slot join_slots[] = { { "NAME", SLOT_ENDPOINT, false, NULL }, { .name = NULL } };
static const struct slot sync_slots[] = { { "NAME", SLOT_VARIABLE, false, NULL },
					  { "NUMBER", SLOT_VALUE, false, NULL },
					  { .name = NULL } };
static const struct slot duration_slots[] = { { "DURATION", SLOT_DURATION, false, NULL }, { .name = NULL } };
static const struct slot again_slots[] = { { "DURATION", SLOT_DURATION, true, NULL }, { .name = NULL } };
static const struct slot text_slots[] = { { "TEXT", SLOT_VALUE, false, NULL }, { .name = NULL } };
static const struct slot log_slots[] = { { "TEXT", SLOT_DATA, false, NULL }, { .name = NULL } };
static const struct slot need_slots[] = { { "FEATURE", SLOT_NAMES, false, NULL }, { .name = NULL } };
static const struct slot quit_slots[] = { { "STATUS", SLOT_VALUE, true, NULL }, { .name = NULL } };
static const struct slot help_slots[] = { { "VERB", SLOT_VERB, true, NULL }, { .name = NULL } };
static const struct slot no_slots[] = { { .name = NULL } };

const struct verb script_verbs[] = {
	{ "test", NULL, "ends the test before it and begins another: a point of TAP", text_slots, run_test, "test \"greets\"", false, false },
	{ "need", NULL, "leaves the test out unless all of it is here: a family, root, cmd NAME, interface NAME, spec SPEC, kernel N.M", need_slots, run_need, "need can interface vcan0", false, false },
	{ "skip", NULL, "leaves the rest of the test out", text_slots, run_skip, "skip \"no signal\"", false, false },
	{ "fail", NULL, "fails the test", text_slots, run_fail, "fail \"too slow\"", false, false },
	{ "set", NULL, "sets a variable", set_slots, run_set, "set x = \"abc\" u16be(7)", false, false },
	{ "if", NULL, "runs a line where all of the conditions, joined by commas, hold", if_slots, run_if, "if len($x) > 20 fail \"too long\"", false, false },
	{ "case", NULL, "waits for the first of several patterns and runs its line; eof and timeout are patterns too", case_slots, run_case, "case c 1s { \"yes\" pass; /no (.*)/ as r fail \"no: $r.1\"; timeout fail \"silence\" }", false, false },
	{ "again", NULL, "in a case: waits once more", again_slots, run_again, "again 5s", false, false },
	{ "pass", NULL, "leaves the case or the loop", no_slots, run_pass, "pass", false, false },
	{ "repeat", NULL, "runs a line, or { lines }, so many times", repeat_slots, run_repeat, "repeat 3 send c \"ping\\n\"", false, false },
	{ "each", NULL, "runs lines with the variable set to one word after the other", each_slots, run_each, "each F in tcp udp { log \"$F\" }", false, false },
	{ "try", NULL, "runs a line that may fail", line_slots, run_try, "try close c", false, false },
	{ "task", NULL, "runs lines beside those that follow, until they are joined, or the test or the text ends", task_slots, run_task, "task t { recv a \"x\" }", false, false },
	{ "join", NULL, "waits for a task, and fails as it did", join_slots, run_join, "join t", false, false },
	{ "sync", NULL, "waits until so many tasks, the lines outside of them as one, have come to a barrier of that name", sync_slots, run_sync, "sync ready 2", false, false },
	{ "timeout", NULL, "how long a line may take from now on", duration_slots, run_timeout, "timeout 2s", false, false },
	{ "strict", NULL, "from now on a test fails that leaves bytes unread or programs running", no_slots, run_strict, "strict", false, false },
	{ "log", "echo print", "prints a line", log_slots, run_log, "log \"came: $match\"", false, false },
	{ "help", "?", "lists the verbs, or says what one does", help_slots, run_help, "help send", false, false },
	{ "quit", "bye", "ends the shell, with that status", quit_slots, run_quit, "quit", false, false },
	{ .name = NULL },
};
