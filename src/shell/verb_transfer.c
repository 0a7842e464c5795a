/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs that send and receive. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "shell/match.h"
#include "shell/transfer.h"

#include <stdlib.h>
#include <string.h>

static int await_one(struct shell *shell, const struct step *step, struct channel *channel,
		     const struct expected *expected, uint64_t skip, bool is_strict, nanoseconds until,
		     struct error *err)
{
	struct match_quest quest = { .patterns = &expected,
				     .count = 1,
				     .is_strict = is_strict,
				     .until = until,
				     .skip_maximum = skip };
	int result = match_await(shell, step, channel, &quest, err);

	match_release(&quest);
	if (result < 0)
		return err->place.text != NULL ? -1 :
						 source_error(step->source, expected->place.length > 0 ? expected->place : step->place, err);
	if (shell->settings.talks && step->as == NULL)
		channel_tell(channel, &shell->got.bytes, shell->host->colored, shell->host->out);
	return 0;
}

static int check_least(struct shell *shell, const struct step *step, nanoseconds began,
		       struct error *err)
{
	nanoseconds took = deadline_now() - began;

	if (step->least == 0 || took >= step->least)
		return 0;
	buf_clear(&shell->diagnosis);
	return error_set(err, ERROR_FAILED, "it came too early, after %.3f s",
			 (double)took / NANOSECONDS_PER_SECOND);
}

/* "skip 3" behind the patterns: so many bytes, or messages, may be skipped for each. */
static int skip_limit(struct shell *shell, const struct step *step, uint64_t *most, struct error *err)
{
	const struct slot *slot = step->verb->slots;
	const struct filling *filling = step->fillings;
	char *text cleanup_free = NULL;

	*most = UINT64_MAX;
	while (slot->name != NULL && (slot->lead == NULL || strcmp(slot->lead, "skip") != 0)) {
		slot++;
		filling++;
	}
	if (slot->name == NULL || !filling->given)
		return 0;
	text = term_text(shell, &filling->term, err);
	if (text == NULL)
		return -1;
	return number_size(text, UINT64_MAX, most, err) < 0 ?
		       source_error(step->source, filling->place, err) : 0;
}

/* Several patterns come one behind the other, and keep all that they matched. */
static int run_patterns(struct shell *shell, const struct step *step, struct channel *channel,
			const struct filling *filling, bool is_strict, struct error *err)
{
	static const struct expected anything = { .kind = EXPECT_ANY };
	nanoseconds began = deadline_now(), until = shell_deadline(shell, step);
	cleanup_buf struct buf all = { 0 };
	uint64_t skip;

	if (filling->pattern_count == 0)
		return await_one(shell, step, channel, &anything, 0, true, until, err);
	if (skip_limit(shell, step, &skip, err) < 0)
		return -1;
	for (size_t i = 0; i < filling->pattern_count; i++) {
		if (await_one(shell, step, channel, &filling->patterns[i], skip, is_strict, until, err) < 0)
			return -1;
		buf_add(&all, buf_text(&shell->got.bytes), shell->got.bytes.length);
	}
	if (filling->pattern_count > 1) {
		buf_clear(&shell->got.bytes);
		buf_add(&shell->got.bytes, buf_text(&all), all.length);
	}
	return check_least(shell, step, began, err);
}

static int run_recv(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);

	return channel != NULL ? run_patterns(shell, step, channel, &step->fillings[1], true, err) : -1;
}

static int run_expect(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);

	return channel != NULL ? run_patterns(shell, step, channel, &step->fillings[1], false, err) : -1;
}

static int run_ask(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	cleanup_buf struct buf data = { 0 };

	if (channel == NULL || term_work_out(shell, &step->fillings[1].term, &data, err) < 0 ||
	    transfer_send(shell, step, channel, &data, shell_deadline(shell, step), err) < 0)
		return -1;
	return run_patterns(shell, step, channel, &step->fillings[2], false, err);
}

static int run_silent(struct shell *shell, const struct step *step, struct error *err)
{
	static const struct match_quest nothing = { .is_strict = true };
	struct channel *channel = shell_need(shell, step, 0, err);
	nanoseconds until = deadline_now() + shell_scaled(shell, step->fillings[1].duration);
	int filled = 0, waited = 1;

	while (channel != NULL && waited > 0) {
		filled = channel_fill(channel);
		if (channel->in.length > 0 || channel->letters != NULL || filled == ENDPOINT_END) {
			failure_describe(shell, channel, &nothing);
			return error_set(err, ERROR_FAILED, "%s is not silent: %s", channel->name,
					 filled == ENDPOINT_END ? "it ended" : "something came");
		}
		if (filled < 0) {
			*err = channel->broken;
			return error_context(err, "%s", channel->name);
		}
		waited = shell_wait_input(shell, channel, until, err);
	}
	return channel == NULL || waited < 0 ? -1 : 0;
}

/* All that is there now, or up to a pattern. */
static int run_drain(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	struct letter *letter;

	if (channel == NULL)
		return -1;
	if (step->fillings[1].given)
		return run_patterns(shell, step, channel, &step->fillings[1], false, err);
	content_release(&shell->got);
	shell->has_got = true;
	while (channel_fill(channel) == 1 || channel->letters != NULL || channel->in.length > 0) {
		buf_add(&shell->got.bytes, buf_text(&channel->in), channel->in.length);
		buf_clear(&channel->in);
		while ((letter = channel_take(channel)) != NULL) {
			buf_add(&shell->got.bytes, letter->message.data, letter->message.length);
			letter_drop(letter);
		}
	}
	shell_say(shell, "%s: %zu bytes taken", channel->name, shell->got.bytes.length);
	return 0;
}

static const struct slot send_slots[] = {
	{ "ENDPOINT", SLOT_ENDPOINT, false, NULL },
	{ "DATA", SLOT_DATA, false, NULL },
	{ "ADDRESS", SLOT_VALUE, true, "to" },
	{ "FLAGS", SLOT_FLAGS, true, "flags=" },
	{ "ENDPOINT,..", SLOT_WORD, true, "fds=" },
	{ "LEVEL:TYPE=VALUE", SLOT_CONTROL, true, "cmsg=" },
	{ "DURATION", SLOT_DURATION, true, "pace" },
	{ "BYTES", SLOT_VALUE, true, "split" },
	{ .name = NULL },
};
static const struct slot recv_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					  { "PATTERN", SLOT_PATTERNS, true, NULL },
					  { .name = NULL } };
static const struct slot expect_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					    { "PATTERN", SLOT_PATTERNS, false, NULL },
					    { "NUMBER", SLOT_VALUE, true, "skip" },
					    { .name = NULL } };
static const struct slot ask_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					 { "DATA", SLOT_VALUE, false, NULL },
					 { "PATTERN", SLOT_PATTERNS, false, NULL },
					 { .name = NULL } };
static const struct slot silent_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					    { "DURATION", SLOT_DURATION, false, NULL },
					    { .name = NULL } };
static const struct slot drain_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					   { "PATTERN", SLOT_PATTERN, true, "until" },
					   { .name = NULL } };

const struct verb transfer_verbs[] = {
	{ "send", "sendall sendto sendmsg sendmsg-afalg", "sends all of the bytes, or one message", send_slots, transfer_run_send, "send c \"GET / HTTP/1.0\\r\\n\\r\\n\"", false, false },
	{ "recv", "recvfrom", "what comes next must match; without a pattern shows it", recv_slots, run_recv, "recv c /^220 .*\\r\\n/", true, false },
	{ "expect", NULL, "skips what comes until it matches", expect_slots, run_expect, "expect c /login: $/", true, false },
	{ "ask", NULL, "sends, and skips what comes until it matches", ask_slots, run_ask, "ask c \"PING\\r\\n\" \"PONG\"", true, false },
	{ "silent", NULL, "nothing may come for so long", silent_slots, run_silent, "silent c 100ms", false, false },
	{ "drain", NULL, "takes all that came, or all up to a pattern", drain_slots, run_drain, "drain c", true, false },
	{ .name = NULL },
};
