/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of sockets that a line makes sure of, read as often as its time allows; getsockopt(2). */
#include "shell/check.h"

#include "base/memory.h"
#include "option/sockopt_part.h"
#include "shell/match.h"

#include <string.h>

/* No event tells that an option changed. */
#define CHECK_INTERVAL (5 * NANOSECONDS_PER_MILLISECOND)

static int check_constant(const struct source *source, const struct sockopt_part *part,
			  const struct term *term, struct error *err)
{
	if (!term_is_constant(term) || sockopt_part_check(part, buf_text(&term->parts[0].text), err) == 0)
		return 0;
	return source_error(source, term->place, err);
}

/* A name without its level's may be another option once it is known what the endpoint is. */
static bool is_whole_name(const char *name, const struct sockopt *row)
{
	return name_equal_length(name, strcspn(name, "."), sockopt_name(row));
}

int check_parsed(const struct source *source, const struct condition *condition, struct error *err)
{
	for (size_t i = 0; i < condition->count; i++) {
		const struct clause *clause = &condition->clauses[i];
		const char *name = buf_text(&clause->left.text);
		struct error wrong = { 0 };
		struct sockopt_part part;
		int found = sockopt_part_find(name, NULL, &part, &wrong);

		if (part.row != NULL && !is_whole_name(name, part.row))
			continue;
		if (found == 0 && check_constant(source, &part, &clause->right, &wrong) == 0)
			continue;
		if (found < 0)
			source_error(source, clause->left.place, &wrong);
		if (err != NULL)
			*err = wrong;
		return -1;
	}
	return 0;
}

/* One clause: the option, what it is to be, and what it is. */
struct check {
	struct sockopt_part part;
	const struct clause *clause;
	struct buf wanted, value; /* bytes */
};

static void check_release(struct check *check)
{
	buf_release(&check->wanted);
	buf_release(&check->value);
}

static int prepare(struct shell *shell, const struct channel *channel, struct check *check, struct error *err)
{
	const struct target *target = channel->codec.target;
	const int *levels = target != NULL && target->family != NULL ? target->family->levels : NULL;
	const struct clause *clause = check->clause;
	cleanup_buf struct buf text = { 0 };

	if (term_work_out(shell, &clause->right, &text, err) < 0)
		return -1;
	if (sockopt_part_find(buf_text(&clause->left.text), levels, &check->part, err) < 0)
		return source_error(shell->source, clause->left.place, err);
	if (sockopt_part_read(&check->part, buf_text(&text), &check->wanted, err) < 0)
		return source_error(shell->source, clause->right.place, err);
	return 0;
}

/* Names are looked for in names, numbers are compared however they are spelled: 1, 0, -1. */
static int holds(const struct channel *channel, struct check *check, struct error *err)
{
	void (*print)(const struct sockopt_part *, const struct buf *, struct buf *) =
		check->clause->how == COMPARE_HAS ? sockopt_part_print : sockopt_part_print_plain;
	cleanup_buf struct buf left = { 0 }, right = { 0 };

	buf_clear(&check->value);
	if (sockopt_part_get(&check->part, channel_descriptor(channel), &check->value, err) < 0)
		return error_context(err, "%s", channel->name);
	print(&check->part, &check->value, &left);
	print(&check->part, &check->wanted, &right);
	return bytes_compare(&left, check->clause->how, &right);
}

static int fail(struct shell *shell, const struct step *step, const struct channel *channel,
		const struct check *check, struct error *err)
{
	cleanup_buf struct buf value = { 0 };
	struct buf *out = &shell->diagnosis;
	struct place place = check->clause->place;

	sockopt_part_print(&check->part, &check->value, &value);
	buf_clear(out);
	buf_print(out, "  expected  %.*s\n  is        %s\n", (int)place.length,
		  step->source->text + place.at, buf_text(&value));
	failure_describe_channel(channel, out);
	journal_print(&shell->journal, out);
	error_set(err, step->most > 0 ? ERROR_TIMEOUT : ERROR_FAILED, "%s: %s is %s", channel->name,
		  buf_text(&check->clause->left.text), buf_text(&value));
	return source_error(step->source, place, err);
}

static int await(struct shell *shell, const struct step *step, const struct channel *channel,
		 struct check *check, nanoseconds until, struct error *err)
{
	int result = prepare(shell, channel, check, err);

	while (result == 0) {
		nanoseconds now = deadline_now();

		result = holds(channel, check, err);
		if (result == 0 && now >= until)
			return fail(shell, step, channel, check, err);
		if (result == 0)
			result = shell_pass_time(shell, deadline_earlier(now + CHECK_INTERVAL, until), err);
	}
	return result < 0 ? -1 : 0;
}

int check_run(struct shell *shell, const struct step *step, struct channel *channel,
	      const struct condition *condition, struct error *err)
{
	nanoseconds until = step->most > 0 ? shell_deadline(shell, step) : 0;
	int result = 0;

	for (size_t i = 0; result == 0 && i < condition->count; i++) {
		struct check check = { .clause = &condition->clauses[i] };

		result = await(shell, step, channel, &check, until, err);
		if (result == 0 && step->as != NULL) {
			content_release(&shell->got);
			sockopt_part_print(&check.part, &check.value, &shell->got.bytes);
			shell->has_got = true;
		}
		check_release(&check);
	}
	return result;
}
