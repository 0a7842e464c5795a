/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pattern against what came so far: yes, no, or more is needed. */
#include "shell/judge.h"

#include "base/memory.h"
#include "base/number.h"

#include <string.h>

static int judge_literal(const struct attempt *attempt, const struct buf *wanted, struct hit *hit)
{
	const struct buf *in = &attempt->channel->in;
	size_t keep = wanted->length > 0 ? wanted->length - 1 : 0;
	const char *found;

	if (attempt->quest->is_strict) {
		size_t common = in->length < wanted->length ? in->length : wanted->length;

		hit->begin = 0;
		hit->end = wanted->length;
		if (memcmp(buf_text(in), buf_text(wanted), common) != 0)
			return VERDICT_NO;
		return common == wanted->length ? VERDICT_YES : VERDICT_MORE;
	}
	found = memmem(buf_text(in), in->length, buf_text(wanted), wanted->length);
	if (found != NULL) {
		hit->begin = (size_t)(found - buf_text(in));
		hit->end = hit->begin + wanted->length;
		return VERDICT_YES;
	}
	hit->begin = in->length > keep ? in->length - keep : 0;
	return VERDICT_MORE;
}

static int judge_regex(const struct attempt *attempt, const struct expected *expected,
		       struct hit *hit, struct error *err)
{
	const struct buf *in = &attempt->channel->in;
	bool strict = attempt->quest->is_strict;
	unsigned int how = (strict ? PATTERN_ANCHORED : 0) | (attempt->at_end ? PATTERN_AT_END : 0);
	int found = pattern_look(expected->regex, buf_text(in), in->length, attempt->from, how,
				 &hit->match, err);

	hit->begin = hit->match.begin;
	hit->end = hit->match.end;
	switch (found) {
	case PATTERN_FOUND:
		return VERDICT_YES;
	case PATTERN_LONGER:
		return VERDICT_LATER;
	case PATTERN_PARTIAL:
		return VERDICT_MORE;
	case PATTERN_ABSENT:
		/* Nothing at all is no mismatch yet. */
		return strict && hit->begin > 0 ? VERDICT_NO : VERDICT_MORE;
	default:
		return -1;
	}
}

/* Its literal is a number, which was checked. */
static size_t count_of(const struct attempt *attempt, size_t i)
{
	uint64_t count = 0;

	number_size(buf_text(&attempt->quest->literals[i]), UINT64_MAX, &count, NULL);
	return (size_t)count;
}

int judge_end(const struct attempt *attempt, const struct expected *expected, struct hit *hit)
{
	const struct channel *channel = attempt->channel;
	bool is_reset = channel->is_broken && channel->broken.kind == ERROR_RESET;

	hit->begin = hit->end = channel->in.length;
	if (attempt->quest->is_strict && (channel->in.length > 0 || channel->letters != NULL))
		return VERDICT_NO;
	if (!channel->has_ended || channel->letters != NULL)
		return VERDICT_MORE;
	return (expected->kind == EXPECT_RESET) == is_reset && (is_reset || !channel->is_broken) ?
		       VERDICT_YES :
		       VERDICT_NO;
}

int judge_stream(const struct attempt *attempt, size_t i, struct hit *hit, struct error *err)
{
	const struct expected *expected = attempt->quest->patterns[i];

	*hit = (struct hit){ .expected = expected, .begin = SIZE_MAX };
	switch (expected->kind) {
	case EXPECT_DATA:
		return judge_literal(attempt, &attempt->quest->literals[i], hit);
	case EXPECT_REGEX:
		return judge_regex(attempt, expected, hit, err);
	case EXPECT_EOF:
	case EXPECT_RESET:
		return judge_end(attempt, expected, hit);
	case EXPECT_ANY:
		hit->begin = 0;
		hit->end = attempt->channel->in.length;
		return hit->end > 0 ? VERDICT_YES : VERDICT_MORE;
	case EXPECT_COUNT:
		hit->begin = 0;
		hit->end = count_of(attempt, i);
		return attempt->channel->in.length >= hit->end ? VERDICT_YES : VERDICT_MORE;
	case EXPECT_FIELDS:
		error_usage(err, "%s is a stream: fields are those of messages", attempt->channel->name);
		return source_error(attempt->shell->source, expected->place, err);
	default:
		return VERDICT_MORE;
	}
}

static int judge_fields(const struct attempt *attempt, const struct expected *expected,
			const struct message *message, struct error *err)
{
	cleanup_buf struct buf json = { 0 };
	int holds;

	channel_print_message(attempt->channel, message, &json);
	holds = condition_holds(attempt->shell, &expected->fields, buf_text(&json), NULL, err);
	return holds < 0 ? -1 : holds ? VERDICT_YES : VERDICT_NO;
}

/* A message is there as a whole. */
int judge_message(const struct attempt *attempt, size_t i, const struct message *message,
			 struct hit *hit, struct error *err)
{
	const struct expected *expected = attempt->quest->patterns[i];
	const struct buf *wanted = &attempt->quest->literals[i];
	unsigned int how = PATTERN_AT_END | (attempt->quest->is_strict ? PATTERN_ANCHORED : 0) |
			   (expected->wild ? PATTERN_ANCHORED | PATTERN_WHOLE : 0);
	int found;

	*hit = (struct hit){ .expected = expected, .end = message->length };
	switch (expected->kind) {
	case EXPECT_ANY:
		return VERDICT_YES;
	case EXPECT_COUNT:
		return message->length == count_of(attempt, i) ? VERDICT_YES : VERDICT_NO;
	case EXPECT_DATA:
		return wanted->length == message->length &&
				       memcmp(buf_text(wanted), message->data, wanted->length) == 0 ?
			       VERDICT_YES :
			       VERDICT_NO;
	case EXPECT_REGEX:
		found = pattern_look(expected->regex, message->data, message->length, 0, how, &hit->match, err);
		if (found < 0)
			return -1;
		return found == PATTERN_FOUND ? VERDICT_YES : VERDICT_NO;
	case EXPECT_FIELDS:
		return judge_fields(attempt, expected, message, err);
	default:
		return VERDICT_NO;
	}
}
