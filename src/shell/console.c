/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What arrives while one types is read at once and shown above the line; in the order in which it came. */
#include "shell/console.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "shell/state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define SHOWN 4096		 /* bytes shown of one piece */

struct console {
	struct line_editor_owner owner;
	struct shell *shell;
	struct line_editor *editor;
	const struct channel *talks_to; /* whom the line is for that is typed; NULL: for the shell */
};

/* Of a stream, what came since it was shown last; the rest of it stays to be read. */
static void show_stream(struct channel *channel, bool colored, struct buf *out)
{
	uint64_t fresh = channel->received - channel->shown_bytes;
	size_t length = fresh < channel->in.length ? (size_t)fresh : channel->in.length;
	const char *bytes = buf_text(&channel->in) + channel->in.length - length;

	for (size_t at = 0; at < length; at += SHOWN) {
		const struct message piece = { .data = bytes + at,
					       .length = length - at < SHOWN ? length - at : SHOWN };

		channel_show_line(channel, &piece, colored, out);
	}
}

static void show_messages(struct channel *channel, bool colored, struct buf *out)
{
	uint64_t fresh = channel->received_messages - channel->shown_messages;
	size_t old = fresh < channel->letter_count ? channel->letter_count - (size_t)fresh : 0;

	for (const struct letter *letter = channel->letters; letter != NULL; letter = letter->next) {
		if (old > 0)
			old--;
		else
			channel_show_line(channel, &letter->message, colored, out);
	}
}

static void show_all(struct console *console)
{
	struct shell *shell = console->shell;
	cleanup_buf struct buf out = { 0 };

	for (size_t i = 0; i < shell->channel_count; i++) {
		struct channel *channel = shell->channels[i];

		show_stream(channel, shell->host->colored, &out);
		show_messages(channel, shell->host->colored, &out);
		channel_trim(channel);
		channel->shown_bytes = channel->received;
		channel->shown_messages = channel->received_messages;
		if (channel->has_ended && !channel->end_shown && channel->listening < 0) {
			buf_print(&out, "%s: %s\n", channel->name, channel_state(channel));
			channel->end_shown = true;
		}
	}
	if (out.length > 0)
		line_editor_print_above(console->editor, buf_text(&out));
}

static void on_came(struct channel *channel)
{
	(void)channel;
}

/* Each endpoint is read from now on, whoever asks for it. */
static void on_added(struct shell *shell, struct channel *channel)
{
	(void)shell;
	channel->came = on_came;
}

static int wait_for_key(struct line_editor_owner *owner)
{
	struct console *console = container_of(owner, struct console, owner);

	for (;;) {
		int waited;

		waited = shell_wait(console->shell, STDIN_FILENO, EPOLLIN, DEADLINE_NEVER, NULL);
		if (waited < 0)
			return -1;
		show_all(console);
		if (console->shell->is_woken)
			return 1;
		if (console->talks_to != NULL && console->talks_to->has_ended)
			return 0;
	}
}

static void complete(struct line_editor_owner *owner, const char *text, size_t length,
		     struct completions *list)
{
	shell_complete(container_of(owner, struct console, owner)->shell, text, length, list);
}

static void hint(struct line_editor_owner *owner, const char *text, size_t length, struct buf *out)
{
	if (!container_of(owner, struct console, owner)->shell->hints_off)
		shell_hint(text, length, out);
}

struct console *console_new(struct shell *shell, const char *history, struct error *err)
{
	struct console *console = memory_new(sizeof(*console));

	console->owner = (struct line_editor_owner){ .wait = wait_for_key, .complete = complete };
	/* In one colour nobody could tell what was typed. */
	if (shell->host->colored)
		console->owner.hint = hint;
	console->shell = shell;
	console->editor = line_editor_new(&console->owner, history, err);
	if (console->editor == NULL) {
		free(console);
		return NULL;
	}
	shell->added = on_added;
	shell->console = console;
	return console;
}

void console_free(struct console *console)
{
	if (console == NULL)
		return;
	console->shell->added = NULL;
	console->shell->console = NULL;
	line_editor_free(console->editor);
	free(console);
}

/* Other signals than that of Ctrl-C end it. */
static enum line_outcome forget_interrupt(struct console *console, enum line_outcome outcome)
{
	if (outcome == LINE_INTERRUPTED && shell_interrupted(console->shell) != SIGINT)
		return LINE_END;
	if (outcome == LINE_INTERRUPTED)
		shell_resume(console->shell);
	return outcome;
}

enum line_outcome console_read(struct console *console, bool continues, struct buf *line)
{
	enum line_outcome outcome;

	show_all(console);
	outcome = line_editor_read(console->editor, continues ? "... " : "anysock> ", line);
	return forget_interrupt(console, outcome);
}

enum line_outcome console_read_typed(struct console *console, const struct channel *channel, char key,
				     struct buf *line)
{
	const struct line_editor_owner before = console->owner;
	char *prompt cleanup_free = memory_print("%s> ", channel->name);
	enum line_outcome outcome;

	console->owner = (struct line_editor_owner){ .wait = wait_for_key, .leave = key };
	console->talks_to = channel;
	show_all(console);
	outcome = line_editor_read(console->editor, prompt, line);
	console->talks_to = NULL;
	console->owner = before;
	return forget_interrupt(console, outcome);
}

void console_remember(struct console *console, const char *line)
{
	static const char *const secrets[] = { "key=", "password", "secret", "psk", "token" };

	for (size_t i = 0; i < array_length(secrets); i++)
		if (strcasestr(line, secrets[i]) != NULL)
			return;
	line_editor_remember(console->editor, line);
}
