/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock replay: sends a recorded capture or log again, with its timing. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/join.h"
#include "cmd/open.h"
#include "cmd/recording.h"
#include "spec/spec.h"

#include <string.h>

#define DIRECTION_ANY -1

static const struct name directions[] = {
	{ "any", DIRECTION_ANY, NULL },
	{ "in", MESSAGE_IN, "what came" },
	{ "out", MESSAGE_OUT, "what was sent" },
	{ NULL, 0, NULL },
};

static const struct parameter options[] = {
	{ .name = "direction", .type = VALUE_CHOICE, .names = directions, .flags = PARAMETER_COMMON, .help = "only what came, or what was sent, then" },
	{ .name = "interface", .letter = 'i', .type = VALUE_TEXT, .argument = "NAME", .help = "only what the recording has of this interface" },
	{ .name = "limit", .letter = 'n', .type = VALUE_NUMBER, .minimum = 1, .maximum = INT64_MAX, .flags = PARAMETER_COMMON, .help = "end after so many messages" },
	{ .name = "loop", .letter = 'l', .type = VALUE_NUMBER, .minimum = 1, .maximum = INT64_MAX, .flags = PARAMETER_COMMON | PARAMETER_OPTIONAL, .fallback = 0, .argument = "TIMES", .help = "begin again at the end; without a number for ever" },
	{ .name = "speed", .letter = 's', .type = VALUE_FACTOR, .flags = PARAMETER_COMMON, .help = "times as fast: 2, 0.5; 0 without waiting" },
	{ .name = NULL },
};

static const struct argument words[] = { { "FILE", ARGUMENT_FILE, false, false },
					 { "SPEC", ARGUMENT_SPEC, false, false },
					 { "FROM=TO", ARGUMENT_TEXT, true, true },
					 { .name = NULL } };

static const char *const examples[] = {
	"anysock replay drive.pcapng can:vcan0",
	"anysock replay candump.log can:any can0=vcan0 can1=vcan1 --speed 2",
	"anysock replay requests.pcapng udp:localhost:5000 --direction out --record answers.pcapng",
	NULL,
};

struct replay {
	struct join join;
	struct recording_settings settings;
	struct buf spec; /* of the recording, by which errors and events name it */
};

static const char *spec_of(struct replay *replay, const char *path)
{
	if (strcmp(path, "-") == 0)
		return path;
	buf_add_string(&replay->spec, "file:");
	spec_print_text(path, strlen(path), FIELD_REST, &replay->spec);
	return buf_text(&replay->spec);
}

/* Answers are wanted only where they are recorded. */
static int open_both(struct replay *replay, const struct arguments *arguments, struct error *err)
{
	struct join *join = &replay->join;
	bool is_recorded = arguments_text(arguments, "record", NULL) != NULL;
	struct wish console = { .no_output = !is_recorded };
	struct wish wish = { .is_sink = true, .seeks_peer = true, .no_input = !is_recorded };

	join->is_console = true;
	join->session.backward = is_recorded;
	join->session.wait_delivered = true;
	if (open_target(&join->left, spec_of(replay, arguments->words[0]), &console, arguments, err) < 0 ||
	    open_target(&join->right, arguments->words[1], &wish, arguments, err) < 0 ||
	    join_read_options(join, arguments, err) < 0)
		return -1;
	join->session.close_on_first_end |= is_recorded;
	return 0;
}

static int read_settings(struct replay *replay, const struct arguments *arguments,
			 struct error *err)
{
	struct recording_settings *settings = &replay->settings;
	const char *format = arguments_text(arguments, "format", NULL);

	*settings = (struct recording_settings){
		.path = arguments->words[0],
		.console = &replay->join.left,
		.target = &replay->join.right,
		.speed = (double)arguments_number(arguments, "speed", NANOSECONDS_PER_SECOND) /
			 (double)NANOSECONDS_PER_SECOND,
		.rounds = (uint64_t)arguments_number(arguments, "loop", 1),
		.limit = (uint64_t)arguments_number(arguments, "limit", 0),
		.direction = (int)arguments_number(arguments, "direction", DIRECTION_ANY),
		.interface = arguments_text(arguments, "interface", NULL),
	};
	if (format != NULL) {
		settings->codec = codec_need(format, false, err);
		if (settings->codec == NULL)
			return error_context(err, "--format");
	}
	for (size_t i = 2; i < arguments->word_count; i++)
		if (recording_map(settings, arguments->words[i], err) < 0)
			return -1;
	return 0;
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct replay replay = { 0 };
	int status = -1;

	join_init(&replay.join);
	if (open_both(&replay, arguments, err) == 0 && read_settings(&replay, arguments, err) == 0 &&
	    recording_endpoint(&replay.join.left_endpoint, &replay.settings, err) == 0)
		status = join_run(&replay.join, context, arguments, err);
	join_release(&replay.join);
	buf_release(&replay.spec);
	return status;
}

const struct command replay_command = {
	.name = "replay",
	.summary = "send a recorded capture or log again, with its timing",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
