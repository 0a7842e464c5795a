/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock send: sends messages, or standard input, and ends once they are delivered. */
#include "base/memory.h"
#include "cmd/join.h"
#include "cmd/open.h"
#include "cmd/words.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct parameter options[] = {
	{ .name = "crlf", .type = VALUE_FLAG, .help = "add CR and LF to each message" },
	JOIN_DEADLINE,
	{ .name = "generate", .type = VALUE_TEXT, .flags = PARAMETER_OPTIONAL, .argument = "OPTIONS", .help = "send made-up frames of CAN instead, with the options of can-generator" },
	{ .name = "lf", .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "add a newline to each message" },
	{ .name = "message", .letter = 'm', .type = VALUE_TEXT, .flags = PARAMETER_REPEATS | PARAMETER_COMMON, .help = "a message, also one that starts with \"-\"" },
	JOIN_NANOSECONDS,
	JOIN_QUIET_FOR,
	JOIN_READ_BYTES,
	JOIN_REPLIES,
	JOIN_TIMESTAMPS(0),
	JOIN_UNTIL,
	{ .name = NULL },
};

static const struct argument words[] = { { "SPEC", ARGUMENT_SPEC, false, false },
					 { "MESSAGE", ARGUMENT_TEXT, true, true },
					 { .name = NULL } };

static const char *const examples[] = {
	"anysock send udp:localhost:514 '<13>hello'",
	"anysock send can:vcan0 123#DEADBEEF 7DF#02010C",
	NULL,
};

struct sending {
	struct join join;
	char **messages; /* borrowed words, --message first */
	size_t count;
	char *generator; /* the spec of what is sent instead; NULL */
};

static void collect(struct sending *sending, const struct arguments *arguments)
{
	sending->messages = memory_array(arguments->setting_count + arguments->word_count,
					 sizeof(char *));
	for (size_t i = 0; i < arguments->setting_count; i++)
		if (strcmp(arguments->settings[i].parameter->name, "message") == 0)
			sending->messages[sending->count++] = arguments->settings[i].value.bytes;
	for (size_t i = 1; i < arguments->word_count; i++)
		sending->messages[sending->count++] = arguments->words[i];
}

static enum words_end end_of(const struct arguments *arguments)
{
	if (arguments_flag(arguments, "crlf"))
		return WORDS_CRLF;
	return arguments_flag(arguments, "lf") ? WORDS_LF : WORDS_PLAIN;
}

/* The codec that words are read by; NULL where each is sent as it is. */
static const struct codec *codec_of(const struct sending *sending)
{
	const struct target *right = &sending->join.right;
	const struct codec *codec = sending->join.session.input;

	if (codec == NULL && target_has_messages(right) && right->format != NULL)
		codec = codec_find(right->format);
	return codec != NULL && codec->text && strcmp(codec->name, "text") != 0 ? codec : NULL;
}

static int open_both(struct sending *sending, const struct arguments *arguments, struct error *err)
{
	struct wish console = { 0 };
	struct wish wish = { .is_sink = true, .seeks_peer = true };
	struct join *join = &sending->join;

	join->is_console = sending->generator == NULL;
	join->session.backward = join_has_goal(arguments);
	join->session.wait_delivered = true;
	console.no_output = wish.no_input = !join->session.backward;
	if (open_target(&join->left, sending->generator ? sending->generator : "-", &console,
			arguments, err) < 0)
		return -1;
	return open_target(&join->right, arguments->words[0], &wish, arguments, err);
}

/* Its options are those of a spec, which the generator is. */
static int choose_generator(struct sending *sending, const struct arguments *arguments,
			    struct error *err)
{
	const char *of = arguments_text(arguments, "generate", "");

	if (arguments_setting(arguments, "generate") == NULL)
		return 0;
	if (arguments->word_count > 1)
		return error_usage(err, "--generate: it makes the messages, none are to be given");
	sending->generator = memory_print("can-generator%s%s", *of ? "," : "", of);
	return 0;
}

static int prepare(struct sending *sending, const struct arguments *arguments, struct error *err)
{
	struct join *join = &sending->join;
	const struct codec *codec;
	bool as_hex;

	if (choose_generator(sending, arguments, err) < 0)
		return -1;
	if (open_both(sending, arguments, err) < 0 || join_read_options(join, arguments, err) < 0 ||
	    join_read_format(join, &join->right, arguments, err) < 0)
		return -1;
	collect(sending, arguments);
	if (sending->count == 0)
		return 0;
	codec = codec_of(sending);
	/* --format text is for the answers: a word is sent as it is, an empty one too. */
	as_hex = codec == NULL && target_has_messages(&join->right);
	if (as_hex)
		join->session.input = codec_find("hex");
	return words_endpoint(&join->left_endpoint, &join->left, &join->right, sending->messages,
			      sending->count, end_of(arguments), codec, as_hex, err);
}

/* Without a word about it a terminal that waits looks like a program that hangs. */
static void say_what_is_read(const struct sending *sending, const struct context *context,
			     const struct arguments *arguments)
{
	if (sending->count == 0 && sending->generator == NULL && isatty(STDIN_FILENO) &&
	    !context->as_json && !arguments_flag(arguments, "quiet"))
		report_line(context->errors, "reading from the terminal; Ctrl-D ends it", false);
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct sending sending = { 0 };
	int status = -1;

	join_init(&sending.join);
	if (prepare(&sending, arguments, err) == 0) {
		say_what_is_read(&sending, context, arguments);
		status = join_run(&sending.join, context, arguments, err);
	}
	join_release(&sending.join);
	free(sending.messages);
	free(sending.generator);
	return status;
}

const struct command send_command = {
	.name = "send",
	.summary = "send messages, or standard input, and end once they are delivered",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
