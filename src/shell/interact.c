/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An endpoint has the keyboard: keys pass as they are, lines are edited and sent as a whole; termios(3). */
#include "shell/interact.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "report/report.h"
#include "shell/console.h"
#include "shell/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

struct talk {
	struct shell *shell;
	const struct step *step;
	struct channel *channel;
	char key; /* that comes back */
	struct termios before;
	bool is_changed; /* the terminal */
	struct buf line; /* that has no end yet */
};

/* Keys come one by one and mean nothing, or lines, of which the key that comes back ends one as well. */
static void terminal_start(struct talk *talk)
{
	struct termios now;

	if (tcgetattr(STDIN_FILENO, &talk->before) < 0)
		return;
	now = talk->before;
	if (talk->channel->typed_as == TYPED_CHAR)
		cfmakeraw(&now);
	else
		now.c_cc[VEOL] = (cc_t)talk->key;
	talk->is_changed = tcsetattr(STDIN_FILENO, TCSADRAIN, &now) == 0;
}

static void terminal_stop(const struct talk *talk)
{
	if (talk->is_changed)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &talk->before);
}

/* What came goes to the terminal as it is: that is what the verb is for. */
static void show_raw(struct shell *shell, struct channel *channel)
{
	struct letter *letter;

	fwrite(buf_text(&channel->in), 1, channel->in.length, shell->host->out);
	buf_clear(&channel->in);
	while ((letter = channel_take(channel)) != NULL) {
		fwrite(letter->message.data, 1, letter->message.length, shell->host->out);
		letter_drop(letter);
	}
	channel->shown_bytes = channel->received;
	channel->shown_messages = channel->received_messages;
	fflush(shell->host->out);
}

static int send_bytes(const struct talk *talk, const struct buf *bytes, struct error *err)
{
	if (bytes->length == 0)
		return 0;
	return transfer_type(talk->shell, talk->step, talk->channel, NULL, bytes, err);
}

static int send_text(const struct talk *talk, const struct buf *line, struct error *err)
{
	const char *end = talk->channel->typed_end;
	cleanup_buf struct buf bytes = { 0 };

	buf_add(&bytes, buf_text(line), line->length);
	buf_add_string(&bytes, end != NULL ? end : "\n");
	return send_bytes(talk, &bytes, err);
}

static int send_hex(const struct talk *talk, const struct buf *line, struct error *err)
{
	cleanup_buf struct buf bytes = { 0 };

	if (bytes_read_hex(buf_text(line), line->length, &bytes, err) < 0)
		return -1;
	return send_bytes(talk, &bytes, err);
}

static int send_json(const struct talk *talk, const struct buf *line, struct error *err)
{
	if (line->length == 0)
		return 0;
	return transfer_type(talk->shell, talk->step, talk->channel, "json", line, err);
}

/* A line that cannot be read is told, and the next one may be better. */
static int send_line(const struct talk *talk, const struct buf *line, struct error *err)
{
	static int (*const senders[])(const struct talk *, const struct buf *, struct error *) = {
		[TYPED_LINE] = send_text, [TYPED_HEX] = send_hex, [TYPED_JSON] = send_json,
	};
	struct error wrong = { 0 };

	if (senders[talk->channel->typed_as](talk, line, &wrong) == 0)
		return 0;
	if (wrong.kind == ERROR_USAGE) {
		report_error(talk->shell->host->errors, talk->shell->host->colored, talk->channel->name, &wrong);
		return 0;
	}
	wrong.place.text = NULL;
	*err = wrong;
	return -1;
}

/* Keys as they are, but for Enter where something else was to stand for it. */
static int send_keys(const struct talk *talk, const char *keys, size_t length, struct error *err)
{
	const char *end = talk->channel->typed_end;
	char enter = talk->is_changed ? '\r' : '\n';
	cleanup_buf struct buf bytes = { 0 };

	for (size_t i = 0; i < length; i++)
		if (end != NULL && keys[i] == enter)
			buf_add_string(&bytes, end);
		else
			buf_add_char(&bytes, keys[i]);
	return send_bytes(talk, &bytes, err);
}

/* is_last: no more follows, so that what has no end is a line, too. */
static int send_lines(struct talk *talk, const char *typed, size_t length, bool is_last, struct error *err)
{
	const char *newline;
	int result = 0;

	buf_add(&talk->line, typed, length);
	while (result == 0 && (newline = memchr(buf_text(&talk->line), '\n', talk->line.length)) != NULL) {
		cleanup_buf struct buf line = { 0 };

		buf_add(&line, talk->line.data, (size_t)(newline - talk->line.data));
		buf_consume(&talk->line, line.length + 1);
		result = send_line(talk, &line, err);
	}
	if (result == 0 && is_last && talk->line.length > 0)
		result = send_line(talk, &talk->line, err);
	return result;
}

/* 1 goes on, 0 the key that comes back or the end, -1. */
static int pass_keys(struct talk *talk, struct error *err)
{
	char keys[4096];
	ssize_t got = read(STDIN_FILENO, keys, sizeof(keys));
	const char *escape = got > 0 ? memchr(keys, talk->key, (size_t)got) : NULL;
	size_t length = escape != NULL ? (size_t)(escape - keys) : got > 0 ? (size_t)got : 0;
	bool is_last = got <= 0 || escape != NULL;
	int result = talk->channel->typed_as == TYPED_CHAR ? send_keys(talk, keys, length, err) :
							     send_lines(talk, keys, length, got <= 0, err);

	return result < 0 ? -1 : !is_last;
}

static int talk_raw(struct talk *talk, struct error *err)
{
	struct shell *shell = talk->shell;
	struct channel *channel = talk->channel;
	uint64_t fresh = channel->received - channel->shown_bytes;
	int result = 1;

	/* What was shown above a line is not shown again. */
	if (fresh < channel->in.length)
		buf_consume(&channel->in, channel->in.length - (size_t)fresh);
	while (result > 0) {
		channel_fill(channel);
		show_raw(shell, channel);
		if (channel->has_ended)
			break;
		channel_watch(channel, shell->loop);
		result = shell_wait(shell, STDIN_FILENO, EPOLLIN, DEADLINE_NEVER, err);
		if (result > 0 && shell->is_woken)
			result = pass_keys(talk, err);
	}
	channel_unwatch(channel);
	return result < 0 ? -1 : 0;
}

/* Edited as those of the shell are; an interrupt throws the line away. */
static int talk_edited(struct talk *talk, struct error *err)
{
	enum line_outcome outcome = LINE_READ;
	int result = 0;

	while (result == 0 && outcome != LINE_END && !talk->channel->has_ended) {
		cleanup_buf struct buf line = { 0 };

		outcome = console_read_typed(talk->shell->console, talk->channel, talk->key, &line);
		if (outcome == LINE_READ && line.length > 0 && line.data[line.length - 1] == '\n')
			buf_truncate(&line, line.length - 1);
		if (outcome == LINE_READ)
			result = send_line(talk, &line, err);
	}
	return result;
}

int interact_run(struct shell *shell, const struct step *step, struct channel *channel, char key,
		 struct error *err)
{
	struct talk talk = { .shell = shell, .step = step, .channel = channel, .key = key };
	bool is_edited = shell->console != NULL && channel->typed_as != TYPED_CHAR;
	int result;

	if (!is_edited)
		terminal_start(&talk);
	fprintf(shell->host->errors, "%s has the keyboard; Ctrl-%c comes back\r\n", channel->name, key | 0x40);
	result = is_edited ? talk_edited(&talk, err) : talk_raw(&talk, err);
	terminal_stop(&talk);
	buf_release(&talk.line);
	fprintf(shell->host->errors, "\nback from %s%s\n", channel->name, channel->has_ended ? ", which ended" : "");
	return result;
}
