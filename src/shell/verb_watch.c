/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs for looking on: scripts in other files, lines again and again, hex dumps, handing an endpoint to the keyboard. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "report/hexdump.h"
#include "shell/interact.h"
#include "shell/task.h"
#include "shell/words.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCRIPT_MAXIMUM (16U << 20)
#define INCLUDE_DEPTH 16
#define ESCAPE_DEFAULT 0x1d /* Ctrl-] */

static int read_file(const char *path, struct buf *out, struct error *err)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	out->maximum = SCRIPT_MAXIMUM;
	while (fd >= 0 && got > 0) {
		char *room = buf_reserve(out, 65536);

		if (room == NULL)
			return error_set(err, ERROR_FAILED, "%s: a script may have 16 MiB", path);
		got = read(fd, room, 65536);
		buf_commit(out, got > 0 ? (size_t)got : 0);
	}
	return fd < 0 || got < 0 ? error_system(err, "%s", path) : 0;
}

static int run_text(struct shell *shell, const char *path, const struct buf *text, struct error *err)
{
	struct source *source = source_new(path, buf_text(text), text->length);
	struct parse_world world;
	struct block block;
	int result;

	shell_world(shell, &world);
	result = script_parse(source, &world, &block, err);
	if (result == 0) {
		result = shell_run_block(shell, &block, err);
		if (result >= 0 && task_join_all(shell, source, err) < 0)
			result = -1;
		if (result < 0)
			task_cancel_all(shell);
		block_release(&block);
	}
	/* The place would point into a text that is gone; the words have file and line. */
	if (result < 0)
		err->place.text = NULL;
	source_free(source);
	return result;
}

static int run_include(struct shell *shell, const struct step *step, struct error *err)
{
	char *path cleanup_free = term_text(shell, &step->fillings[0].term, err);
	cleanup_buf struct buf text = { 0 };
	int result;

	if (path == NULL || read_file(path, &text, err) < 0)
		return -1;
	if (shell->depth >= INCLUDE_DEPTH)
		return error_usage(err, "%s: files include each other too deep", path);
	shell->depth++;
	result = run_text(shell, path, &text, err);
	shell->depth--;
	return result;
}

/* Until the line fails, an interrupt, or the time of "within" is over. */
static int run_watch(struct shell *shell, const struct step *step, struct error *err)
{
	nanoseconds interval = step->fillings[0].duration;
	nanoseconds until = step->most > 0 ? shell_deadline(shell, step) : DEADLINE_NEVER;
	nanoseconds next = deadline_now();

	while (next < until) {
		int result = shell_run_block(shell, &step->fillings[1].block, err);

		fflush(shell->host->out);
		next += shell_scaled(shell, interval);
		if (result == 0)
			result = shell_pass_time(shell, deadline_earlier(next, until), err);
		if (result != 0)
			return result == FLOW_PASS ? 0 : result;
	}
	return 0;
}

static int run_hexdump(struct shell *shell, const struct step *step, struct error *err)
{
	cleanup_buf struct buf data = { 0 };
	struct message message = { 0 };

	if (term_work_out(shell, &step->fillings[0].term, &data, err) < 0)
		return -1;
	message.data = buf_text(&data);
	message.length = data.length;
	hexdump_print(shell->host->out, DIRECTION_BACKWARD, &message);
	return 0;
}

/* "^A" is Ctrl-A. */
static int read_escape(struct shell *shell, const struct step *step, char *key, struct error *err)
{
	const struct filling *filling = &step->fillings[1];
	char *text cleanup_free = filling->given ? term_text(shell, &filling->term, err) : NULL;

	*key = ESCAPE_DEFAULT;
	if (!filling->given)
		return 0;
	if (text == NULL)
		return -1;
	if (text[0] != '^' || text[1] < '@' || text[1] > 'z' || text[2] != '\0') {
		error_usage(err, "a key was expected: ^A is Ctrl-A");
		return source_error(step->source, filling->place, err);
	}
	*key = (char)(text[1] & 0x1f);
	return 0;
}

static int run_interact(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	char key;

	if (channel == NULL || read_escape(shell, step, &key, err) < 0)
		return -1;
	return interact_run(shell, step, channel, key, err);
}

/* Which word was given for which endpoint; -1 with the error. */
static int choose(struct shell *shell, const struct step *step, struct channel **channel, struct error *err)
{
	*channel = shell_need(shell, step, 0, err);
	return *channel != NULL ? step_choice(shell, step, 1, err) : -1;
}

static int run_view(struct shell *shell, const struct step *step, struct error *err)
{
	static const enum channel_view views[] = { VIEW_TEXT, VIEW_HEX, VIEW_JSON, VIEW_CHANGES, VIEW_NONE };
	struct channel *channel;
	int place = choose(shell, step, &channel, err);

	if (place < 0)
		return -1;
	channel->view = views[place];
	return 0;
}

static int run_mode(struct shell *shell, const struct step *step, struct error *err)
{
	static const enum typed_as modes[] = { TYPED_LINE, TYPED_CHAR, TYPED_HEX, TYPED_JSON };
	struct channel *channel;
	int place = choose(shell, step, &channel, err);

	if (place < 0)
		return -1;
	channel->typed_as = modes[place];
	return 0;
}

static int run_eol(struct shell *shell, const struct step *step, struct error *err)
{
	static const char *const ends[] = { "\r\n", "\n", "" };
	struct channel *channel;
	int place = choose(shell, step, &channel, err);

	if (place < 0)
		return -1;
	channel->typed_end = ends[place];
	return 0;
}

/* A script of what was typed; never over a file that is there. */
static int run_save(struct shell *shell, const struct step *step, struct error *err)
{
	char *path cleanup_free = term_text(shell, &step->fillings[0].term, err);
	int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0777) : -1;
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool is_bad;

	if (file == NULL)
		return path != NULL ? error_system(err, "%s", path) : -1;
	is_bad = fputs("#!/usr/bin/anysock shell\n", file) < 0 || fputs(buf_text(&shell->done), file) < 0;
	if (fclose(file) != 0 || is_bad)
		return error_system(err, "%s", path);
	return 0;
}

static int run_hints(struct shell *shell, const struct step *step, struct error *err)
{
	bool on;

	if (step_switch(shell, step, 0, &on, err) < 0)
		return -1;
	shell->hints_off = !on;
	return 0;
}

static const struct slot switch_slots[] = { { "on|off", SLOT_CHOICE, false, NULL }, { .name = NULL } };
static const struct slot file_slots[] = { { "FILE", SLOT_FILE, false, NULL }, { .name = NULL } };
static const struct slot watch_slots[] = { { "DURATION", SLOT_DURATION, false, NULL },
					   { "LINE", SLOT_STEP, false, NULL },
					   { .name = NULL } };
static const struct slot data_slots[] = { { "DATA", SLOT_DATA, false, NULL }, { .name = NULL } };
static const struct slot interact_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					      { "^KEY", SLOT_VALUE, true, "escape" },
					      { .name = NULL } };
static const struct slot view_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					  { "text|hex|json|changes|none", SLOT_CHOICE, false, NULL },
					  { .name = NULL } };
static const struct slot mode_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					  { "line|char|hex|json", SLOT_CHOICE, false, NULL },
					  { .name = NULL } };
static const struct slot eol_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					 { "crlf|lf|none", SLOT_CHOICE, false, NULL },
					 { .name = NULL } };

const struct verb watch_verbs[] = {
	{ "include", "source", "runs the lines of a file", file_slots, run_include, "include \"setup.as\"", false, false },
	{ "watch", NULL, "runs a line again and again, so far apart, until an interrupt; or { lines }, until the end of a within behind them", watch_slots, run_watch, "watch 100ms { ls } within 1s", false, false },
	{ "hexdump", NULL, "shows bytes as hex and text", data_slots, run_hexdump, "hexdump $match", false, false },
	{ "interact", NULL, "hands an endpoint to the keyboard; Ctrl-], or another key, comes back", interact_slots, run_interact, "interact c", false, false },
	{ "mode", NULL, "what interact sends: each key as it is typed; or lines that are edited here, as text, as the bytes of hex digits, or as messages in JSON", mode_slots, run_mode, "mode c line", false, false },
	{ "eol", NULL, "what stands for Enter in what is typed: lines end with \\n by default, and a key is sent as it is", eol_slots, run_eol, "eol c crlf", false, false },
	{ "view", NULL, "how what comes is shown: as text, in the family's own where it has one, hex digits, JSON, with what changed since the last of its kind marked, or not at all", view_slots, run_view, "view c hex", false, false },
	{ "hints", NULL, "whether what may follow is shown in grey behind a line that is typed: on, or off", switch_slots, run_hints, "hints off", false, false },
	{ "save", NULL, "writes the lines that were typed and worked as a script", file_slots, run_save, "save \"what-i-did.as\"", false, false },
	{ .name = NULL },
};
