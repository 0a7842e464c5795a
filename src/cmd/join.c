/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of a transfer, read out of the command line. */
#include "cmd/join.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "cmd/open.h"
#include "relay/hub.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct name join_hubs[] = {
	{ "others", JOIN_HUB_OTHERS, "whoever speaks does not hear it" },
	{ "echo", JOIN_HUB_ECHO, "whoever speaks hears it as well" },
	{ NULL, 0, NULL },
};

void join_init(struct join *join)
{
	*join = (struct join){ .left_endpoint = ENDPOINT_CLOSED };
	join->session.forward = join->session.backward = true;
	join->server.session = &join->session;
}

void join_release(struct join *join)
{
	endpoint_close(&join->left_endpoint);
	hub_free(join->hub);
	pattern_free(join->until);
	if (join->left.family != NULL)
		target_release(&join->left);
	if (join->right.family != NULL)
		target_release(&join->right);
	if (join->given != NULL)
		fdpass_release(join->given);
	free(join->given);
	free(join->terminal);
}

/* "pty:PATH", a comma of the path doubled. */
static char *terminal_spec(const char *path)
{
	cleanup_buf struct buf spec = { 0 };

	buf_add_string(&spec, "pty:");
	for (; *path != '\0'; path++)
		buf_print(&spec, *path == ',' ? ",%c" : "%c", *path);
	return buf_steal(&spec);
}

int join_open_console(struct join *join, struct target *console, const struct target *other,
		      const struct arguments *arguments, struct error *err)
{
	static const struct wish wish = { 0 };
	const char *path = target_text(other, "pty", NULL);

	join->is_console = path == NULL;
	if (path != NULL)
		join->terminal = terminal_spec(path);
	return open_target(console, path != NULL ? join->terminal : "-", &wish, arguments, err);
}

static int find_pump(struct join *join, const char *name, struct error *err)
{
	static const struct pump *const pumps[] = { &pump_copy, &pump_splice, &pump_discard, &pump_message, &pump_batch };

	for (size_t i = 0; i < array_length(pumps); i++)
		if (strcmp(name, pumps[i]->name) == 0) {
			join->session.pump = pumps[i];
			return 0;
		}
	return error_usage(err, "--pump: there is no pump \"%s\"", name);
}

bool join_has_goal(const struct arguments *arguments)
{
	static const char *const names[] = { "replies", "count", "until", "quiet-for", "deadline",
					     "read-bytes" };

	for (size_t i = 0; i < array_length(names); i++)
		if (arguments_setting(arguments, names[i]) != NULL)
			return true;
	return false;
}

/* A stream has no messages that could be counted, unless it is framed. */
static int check_countable(const struct target *source, const char *option, struct error *err)
{
	if (source->format != NULL || source->type == NULL || target_has_messages(source))
		return 0;
	error_usage(err, "--%s: a stream of bytes has no messages to count", option);
	return error_hint(err, "frame=line in the spec makes each line one; --until, --quiet-for and "
			       "--read-bytes end a stream");
}

/* A limit would cut a message. */
static int check_measurable(const struct target *source, struct error *err)
{
	if (!target_has_messages(source))
		return 0;
	error_usage(err, "--read-bytes: messages are not measured but counted");
	return error_hint(err, "--replies N ends after N messages, of recv: --count N");
}

static int read_goal(struct join *join, const struct arguments *arguments, struct error *err)
{
	const char *option = arguments_setting(arguments, "count") != NULL ? "count" : "replies";
	const char *until = arguments_text(arguments, "until", NULL);
	struct goal *goal = &join->session.goal;
	const struct target *source = goal->forward ? &join->left : &join->right;

	goal->messages = (uint64_t)arguments_number(arguments, option, 0);
	goal->bytes = (uint64_t)arguments_number(arguments, "read-bytes", 0);
	goal->quiet_for = arguments_number(arguments, "quiet-for", 0);
	if (goal->messages > 0 && check_countable(source, option, err) < 0)
		return -1;
	if (goal->bytes > 0 && check_measurable(source, err) < 0)
		return -1;
	if (until == NULL)
		return 0;
	goal->until = join->until = pattern_new(until, err);
	return goal->until != NULL ? 0 : error_context(err, "--until");
}

/* What could not be done once the work has begun, or would be forgotten. */
static int check_options(const struct join *join, const struct arguments *arguments, struct error *err)
{
	static const char *const of_recordings[] = { "record-size", "record-time", "record-files" };
	int ready = (int)arguments_number(arguments, "ready-fd", -1);

	if (!join->was_told && ready >= 0 && fcntl(ready, F_GETFD) < 0)
		return error_usage(err, "--ready-fd: there is no descriptor %d here", ready);
	for (size_t i = 0; i < array_length(of_recordings); i++)
		if (arguments_setting(arguments, of_recordings[i]) != NULL && arguments_setting(arguments, "record") == NULL)
			return error_usage(err, "--%s: nothing is recorded without --record", of_recordings[i]);
	return 0;
}

/* Both would be written from the start, one over the other. */
static int check_tees(const struct arguments *arguments, struct error *err)
{
	const char *forward = arguments_text(arguments, "tee", NULL);
	const char *backward = arguments_text(arguments, "tee-back", NULL);

	if (forward == NULL || backward == NULL || strcmp(forward, backward) != 0)
		return 0;
	return error_usage(err, "--tee and --tee-back: a file for each is expected");
}

int join_read_options(struct join *join, const struct arguments *arguments, struct error *err)
{
	struct session_settings *session = &join->session;
	const char *pump = arguments_text(arguments, "pump", NULL);

	if (check_tees(arguments, err) < 0)
		return -1;
	if (arguments_flag(arguments, join->is_swapped ? "right-to-left" : "left-to-right"))
		session->backward = false;
	if (arguments_flag(arguments, join->is_swapped ? "left-to-right" : "right-to-left"))
		session->forward = false;
	if (!session->forward && !session->backward)
		return error_usage(err, "%s: nothing would pass: %s goes the other way",
				   arguments_flag(arguments, "left-to-right") ? "-u" : "-U",
				   arguments->command->name);
	session->close_on_first_end = (join->left.common.eof && strcmp(join->left.common.eof, "close") == 0) ||
				      (join->right.common.eof && strcmp(join->right.common.eof, "close") == 0);
	session->rate = (uint64_t)arguments_number(arguments, "rate", 0);
	session->reconnect = arguments_flag(arguments, "reconnect");
	session->kill_after = arguments_number(arguments, "kill-after", 0);
	session->idle_timeout = arguments_number(arguments, "idle-timeout", 0);
	session->timestamps = arguments_setting(arguments, "timestamps") != NULL;
	session->timestamp_style = stamp_styles + arguments_number(arguments, "timestamps", 0);
	session->nanoseconds = arguments_flag(arguments, "nanoseconds");
	if (check_options(join, arguments, err) < 0 || (pump != NULL && find_pump(join, pump, err) < 0))
		return -1;
	return read_goal(join, arguments, err);
}

int join_read_text(struct target *spec, const struct arguments *arguments, struct error *err)
{
	struct target_common *common = &spec->common;
	const char *option = arguments_flag(arguments, "telnet") ? "telnet" : "crlf";

	if (arguments_setting(arguments, option) == NULL)
		return 0;
	if (spec->type != NULL && spec->type->messages)
		return error_usage(err, "--%s is for streams", option);
	common->telnet |= arguments_flag(arguments, "telnet");
	common->crlf = (enum target_crlf)arguments_number(arguments, "crlf", common->crlf);
	return 0;
}

int join_read_hub(struct join *join, bool with_right, const struct arguments *arguments,
		  struct error *err)
{
	const struct target *right = with_right ? &join->right : &join->left;

	if (arguments_setting(arguments, "hub") == NULL)
		return 0;
	if (join->left.role != ROLE_LISTEN || (with_right && right->role == ROLE_LISTEN))
		return error_usage(err, "--hub: one spec must listen, and only one");
	join->hub = hub_new(target_has_messages(right) ? right : &join->left,
			    arguments_number(arguments, "hub", 0) == JOIN_HUB_ECHO);
	join->hub_has_right = with_right;
	join->server.hub = join->hub;
	join->server.keep = true;
	if (join->left.common.eof == NULL)
		join->session.close_on_first_end = true;
	return 0;
}

static const struct codec *need_codec(const struct target *messages, const char *name,
				      struct error *err)
{
	if (strcmp(name, "text") == 0 && messages->text_format != NULL)
		name = messages->text_format;
	return codec_need(name, false, err);
}

/* Raw messages may hold anything: a terminal would obey it. */
static int check_terminal(const struct join *join, const struct target *messages,
			  const struct arguments *arguments, struct error *err)
{
	const struct codec *output = join->session.output;
	bool is_raw = output != NULL ? !output->text : messages->format == NULL;

	if (!join->is_console || !is_raw || arguments_flag(arguments, "force") ||
	    !target_has_messages(messages) || !isatty(STDOUT_FILENO) || isatty(STDIN_FILENO))
		return 0;
	error_usage(err, "raw messages are not written to a terminal");
	return error_hint(err, "--format hex or --format text shows them; --force writes them as they are");
}

int join_read_format(struct join *join, const struct target *messages,
		     const struct arguments *arguments, struct error *err)
{
	const char *format = arguments_text(arguments, "format", NULL);
	const char *colon = format != NULL ? strchr(format, ':') : NULL;
	cleanup_free char *input = NULL;

	if (format != NULL) {
		input = colon != NULL ? memory_copy(format, (size_t)(colon - format)) :
					memory_string(format);
		join->session.input = need_codec(messages, input, err);
		join->session.output = need_codec(messages, colon != NULL ? colon + 1 : format, err);
		join->session.format_given = true;
		if (join->session.input == NULL || join->session.output == NULL)
			return error_context(err, "--format");
	}
	return check_terminal(join, messages, arguments, err);
}

void join_put_listener_left(struct join *join)
{
	struct target swapped = join->left;
	bool forward;

	if (join->right.role != ROLE_LISTEN || join->left.role == ROLE_LISTEN)
		return;
	join->left = join->right;
	join->right = swapped;
	join->is_swapped = true;
	forward = join->session.forward;
	join->session.forward = join->session.backward;
	join->session.backward = forward;
}
