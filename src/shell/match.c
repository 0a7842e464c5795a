/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patterns against what comes: a bounded window of a stream, or message after message. */
#include "shell/match.h"

#include "base/memory.h"
#include "base/number.h"
#include "shell/judge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW (CHANNEL_ROOM - CHANNEL_PIECE)
#define COUNT_MAXIMUM (256U << 20) /* bytes that any(N) takes together */

static void add_groups(struct content *got, const struct hit *hit, const char *bytes)
{
	const struct pattern_match *match = &hit->match;

	for (size_t i = 1; i < match->group_count; i++) {
		const char *name = pattern_group_name(hit->expected->regex, i);
		size_t begin = match->bounds[2 * i], end = match->bounds[2 * i + 1];
		char number[24];

		if (begin == SIZE_MAX || end < begin)
			continue;
		snprintf(number, sizeof(number), "%zu", i);
		content_add_member(got, number, bytes + begin, end - begin);
		if (name != NULL)
			content_add_member(got, name, bytes + begin, end - begin);
	}
}

static void note_skipped(struct match_quest *quest, const char *bytes, size_t length)
{
	size_t shown = length < 64 ? length : 64;

	quest->skipped += length;
	if (length == 0)
		return;
	if (length >= 64)
		buf_clear(&quest->last_skipped);
	buf_add(&quest->last_skipped, bytes + length - shown, shown);
	if (quest->last_skipped.length > 64)
		buf_consume(&quest->last_skipped, quest->last_skipped.length - 64);
}

static void take_stream(struct attempt *attempt, const struct hit *hit)
{
	struct shell *shell = attempt->shell;
	struct buf *in = &attempt->channel->in;

	content_release(&shell->got);
	shell->has_got = true;
	if (hit->expected->kind == EXPECT_REGEX)
		add_groups(&shell->got, hit, buf_text(in));
	buf_add(&shell->got.bytes, buf_text(in) + hit->begin, hit->end - hit->begin);
	journal_add_bytes(&shell->journal, attempt->channel->name, "<", buf_text(in) + hit->begin,
			  hit->end - hit->begin);
	note_skipped(attempt->quest, buf_text(in), hit->begin);
	buf_consume(in, hit->end);
}

static void take_letter(struct attempt *attempt, const struct hit *hit)
{
	struct shell *shell = attempt->shell;
	struct letter *letter = channel_take(attempt->channel);
	const struct message *message = &letter->message;
	struct buf json = { 0 };

	content_release(&shell->got);
	shell->has_got = true;
	channel_print_message(attempt->channel, message, &json);
	shell->got.json = buf_steal(&json);
	buf_add(&shell->got.bytes, message->data, message->length);
	if (hit->expected->kind == EXPECT_REGEX)
		add_groups(&shell->got, hit, message->data);
	journal_add_bytes(&shell->journal, attempt->channel->name, "<", message->data,
			  message->length);
	descriptors_adopt(shell, attempt->step->as, message);
	letter_free(letter);
}

static int check_skipped(const struct match_quest *quest, uint64_t more, struct error *err)
{
	if (quest->skipped <= quest->skip_maximum && more <= quest->skip_maximum - quest->skipped)
		return 0;
	return error_set(err, ERROR_FAILED, "more than %" PRIu64 " bytes had to be skipped", quest->skip_maximum);
}

/* How many bytes in front of a match one of the patterns may look at. */
static size_t lookbehind(const struct match_quest *quest)
{
	size_t most = 0;

	for (size_t i = 0; i < quest->count; i++) {
		const struct expected *expected = quest->patterns[i];
		size_t behind = expected->kind == EXPECT_REGEX ? pattern_lookbehind(expected->regex) : 0;

		most = behind > most ? behind : most;
	}
	return most;
}

/* A match begins there at the earliest: what no pattern needs any more goes; what a strict one waits for stays. */
static int drop_skipped(struct attempt *attempt, size_t from, struct error *err)
{
	struct match_quest *quest = attempt->quest;
	struct buf *in = &attempt->channel->in;
	size_t behind = lookbehind(quest);

	if (in->length > attempt->window && from < CHANNEL_PIECE) {
		if (quest->is_strict)
			return error_set(err, ERROR_FAILED,
					 "no match within the %zu KiB that are looked at together",
					 attempt->window >> 10);
		from = CHANNEL_PIECE;
	}
	if (quest->is_strict || from == 0)
		return 0;
	if (from > in->length)
		from = in->length;
	attempt->from = from < behind ? from : behind;
	note_skipped(quest, buf_text(in), from - attempt->from);
	buf_consume(in, from - attempt->from);
	return check_skipped(quest, attempt->from, err);
}

/* One look at a stream with all patterns: a verdict; the earliest match wins. */
static int look_at_stream(struct attempt *attempt, struct hit *best, struct error *err)
{
	struct match_quest *quest = attempt->quest;
	size_t from = SIZE_MAX;
	int verdict = VERDICT_NO;

	best->begin = SIZE_MAX;
	for (size_t i = 0; i < quest->count; i++) {
		struct hit hit;
		int one = judge_stream(attempt, i, &hit, err);

		if (one < 0)
			return -1;
		if (one >= VERDICT_LATER && (verdict < VERDICT_LATER || hit.begin < best->begin)) {
			*best = hit;
			quest->which = i;
			verdict = one;
		} else if (one > verdict) {
			verdict = one;
		}
		if (hit.begin < from)
			from = hit.begin;
	}
	if (verdict >= VERDICT_LATER && check_skipped(quest, best->begin, err) < 0)
		return -1;
	if (verdict < VERDICT_LATER && drop_skipped(attempt, from == SIZE_MAX ? 0 : from, err) < 0)
		return -1;
	return verdict;
}

static int look_at_letter(struct attempt *attempt, struct hit *hit, struct error *err)
{
	struct match_quest *quest = attempt->quest;
	const struct letter *letter = attempt->channel->letters;

	for (size_t i = 0; i < quest->count; i++) {
		int one = judge_message(attempt, i, &letter->message, hit, err);

		if (one == VERDICT_YES)
			quest->which = i;
		if (one != VERDICT_NO)
			return one;
	}
	return VERDICT_NO;
}

static int look_for_end(struct attempt *attempt, struct hit *hit)
{
	struct match_quest *quest = attempt->quest;

	for (size_t i = 0; i < quest->count; i++) {
		const struct expected *expected = quest->patterns[i];

		*hit = (struct hit){ .expected = expected };
		if (expected->kind != EXPECT_EOF && expected->kind != EXPECT_RESET)
			continue;
		if (judge_end(attempt, expected, hit) == VERDICT_YES) {
			quest->which = i;
			return VERDICT_YES;
		}
	}
	return attempt->at_end ? VERDICT_NO : VERDICT_MORE;
}

static int look_at_messages(struct attempt *attempt, struct hit *hit, struct error *err)
{
	struct match_quest *quest = attempt->quest;

	while (attempt->channel->letters != NULL) {
		int verdict = look_at_letter(attempt, hit, err);
		struct letter *letter;

		if (verdict != VERDICT_NO || quest->is_strict)
			return verdict;
		letter = channel_take(attempt->channel);
		buf_clear(&quest->last_skipped);
		buf_add(&quest->last_skipped, letter->message.data,
			letter->message.length < 64 ? letter->message.length : 64);
		letter_drop(letter);
		if (++quest->skipped > quest->skip_maximum)
			return error_set(err, ERROR_FAILED, "more than %llu messages had to be skipped",
					 (unsigned long long)quest->skip_maximum);
	}
	return look_for_end(attempt, hit);
}

static bool waits_for_end(const struct match_quest *quest)
{
	for (size_t i = 0; i < quest->count; i++)
		if (quest->patterns[i]->kind == EXPECT_EOF || quest->patterns[i]->kind == EXPECT_RESET)
			return true;
	return false;
}

/* Nothing more comes, and it was not what was wanted. */
static int ended(struct attempt *attempt, struct error *err)
{
	const struct channel *channel = attempt->channel;

	if (channel->is_broken && !waits_for_end(attempt->quest)) {
		*err = channel->broken;
		return error_context(err, "%s", channel->name);
	}
	return error_set(err, ERROR_FAILED, "%s: %s came before what was expected", channel->name,
			 channel->is_broken ? error_kind_name(channel->broken.kind) : "the end");
}

static bool has_kind(const struct match_quest *quest, enum expected_kind kind)
{
	for (size_t i = 0; i < quest->count; i++)
		if (quest->patterns[i]->kind == kind)
			return true;
	return false;
}

/* The time is over: a pattern of its own in case. */
static int time_is_over(struct attempt *attempt, struct error *err)
{
	struct match_quest *quest = attempt->quest;

	for (size_t i = 0; i < quest->count && has_kind(quest, EXPECT_TIMEOUT); i++)
		if (quest->patterns[i]->kind == EXPECT_TIMEOUT) {
			quest->which = i;
			attempt->shell->has_got = false;
			return 0;
		}
	return shell_timed_out(attempt->shell, attempt->step, attempt->channel->name, err);
}

static void take(struct attempt *attempt, const struct hit *hit)
{
	channel_answer(attempt->channel);
	if (hit->expected->kind == EXPECT_EOF || hit->expected->kind == EXPECT_RESET) {
		note_skipped(attempt->quest, buf_text(&attempt->channel->in),
			     attempt->channel->in.length);
		buf_clear(&attempt->channel->in);
		content_release(&attempt->shell->got);
		attempt->shell->has_got = true;
		journal_add(&attempt->shell->journal, "%s < %s", attempt->channel->name,
			    hit->expected->kind == EXPECT_EOF ? "end" : "reset");
	} else if (channel_has_messages(attempt->channel)) {
		take_letter(attempt, hit);
	} else {
		take_stream(attempt, hit);
	}
}

/* More is needed: 1 look again, 0 the time is over, -1. */
static int get_more(struct attempt *attempt, nanoseconds until, struct error *err)
{
	struct channel *channel = attempt->channel;
	bool was_over = channel->has_ended;

	if (channel_fill(channel) == 0 || (was_over && attempt->at_end)) {
		int waited = shell_wait_input(attempt->shell, channel, until, err);

		if (waited <= 0)
			return waited;
		channel_fill(channel);
	}
	attempt->at_end = channel->has_ended;
	return 1;
}

/* What came will never match. */
static int refuse(struct attempt *attempt, struct error *err)
{
	const struct channel *channel = attempt->channel;

	if (attempt->at_end && channel->in.length == 0 && channel->letters == NULL)
		return ended(attempt, err);
	return error_set(err, ERROR_FAILED, "%s: something else came", channel->name);
}

static int await(struct attempt *attempt, struct error *err)
{
	struct match_quest *quest = attempt->quest;
	nanoseconds settle = 0;
	size_t seen = 0;

	for (;;) {
		struct hit hit = { 0 };
		bool messages = channel_has_messages(attempt->channel);
		nanoseconds until = quest->until;
		int verdict, more;

		verdict = messages ? look_at_messages(attempt, &hit, err) :
				     look_at_stream(attempt, &hit, err);
		if (verdict < 0)
			return -1;
		if (verdict == VERDICT_LATER && attempt->channel->in.length != seen) {
			seen = attempt->channel->in.length;
			settle = deadline_now() + shell_scaled(attempt->shell, SETTLE_TIME);
		}
		if (verdict == VERDICT_LATER)
			until = deadline_earlier(until, settle);
		if (verdict == VERDICT_YES ||
		    (verdict == VERDICT_LATER && (attempt->at_end || deadline_now() >= until))) {
			take(attempt, &hit);
			return 0;
		}
		if (verdict == VERDICT_NO)
			return refuse(attempt, err);
		if (attempt->at_end)
			return ended(attempt, err);
		more = get_more(attempt, until, err);
		if (more < 0)
			return -1;
		if (more == 0 && verdict != VERDICT_LATER)
			return time_is_over(attempt, err);
	}
}

/* The bytes of a pattern; of any(N) how many, which makes the window as large. */
static int work_out(struct attempt *attempt, const struct expected *expected, struct buf *literal,
		    struct error *err)
{
	size_t length;
	uint64_t count;

	if (expected->kind != EXPECT_DATA && expected->kind != EXPECT_COUNT)
		return 0;
	if (term_work_out(attempt->shell, &expected->data, literal, err) < 0)
		return -1;
	length = literal->length;
	if (expected->kind == EXPECT_COUNT) {
		if (number_size(buf_text(literal), COUNT_MAXIMUM, &count, err) < 0)
			return source_error(attempt->step->source, expected->place, err);
		length = (size_t)count;
	}
	if (attempt->window < length + CHANNEL_PIECE)
		attempt->window = length + CHANNEL_PIECE;
	return 0;
}

static int work_out_literals(struct attempt *attempt, struct match_quest *quest, struct error *err)
{
	quest->literals = memory_array(quest->count, sizeof(*quest->literals));
	for (size_t i = 0; i < quest->count; i++)
		if (work_out(attempt, quest->patterns[i], &quest->literals[i], err) < 0)
			return -1;
	return 0;
}

int match_await(struct shell *shell, const struct step *step, struct channel *channel,
		struct match_quest *quest, struct error *err)
{
	struct attempt attempt = {
		.shell = shell, .channel = channel, .step = step, .quest = quest,
		.window = WINDOW, .at_end = channel->has_ended,
	};

	if (work_out_literals(&attempt, quest, err) < 0)
		return -1;
	if (await(&attempt, err) == 0)
		return 0;
	/* A task's failure has its own report. */
	if (!shell->task_failed)
		failure_describe(shell, channel, quest);
	return -1;
}

void match_release(struct match_quest *quest)
{
	for (size_t i = 0; quest->literals != NULL && i < quest->count; i++)
		buf_release(&quest->literals[i]);
	free(quest->literals);
	buf_release(&quest->last_skipped);
}
