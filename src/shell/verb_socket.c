/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs for what a socket knows of itself, and the program's own commands. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "shell/check.h"
#include "shell/command.h"
#include "shell/words.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int run_program_command(struct shell *shell, const struct step *step, struct error *err)
{
	const char *const fixed[] = { step->command, NULL };

	return command_run(shell, step, fixed, &step->fillings[0], err);
}

static int run_anysock(struct shell *shell, const struct step *step, struct error *err)
{
	static const char *const fixed[] = { NULL };

	return command_run(shell, step, fixed, &step->fillings[0], err);
}

/* sockopt and ioctl are the commands of that name, for the descriptor of the endpoint. */
static int run_on_descriptor(struct shell *shell, const struct step *step, const char *command,
			     struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	char *spec cleanup_free = NULL;
	const char *fixed[4] = { command, NULL };

	if (channel == NULL)
		return -1;
	spec = memory_print("fd:%d", channel_descriptor(channel));
	fixed[1] = spec;
	if (step->as != NULL && strcmp(command, "sockopt") == 0) {
		fixed[1] = "--values";
		fixed[2] = spec;
	}
	return command_run(shell, step, fixed, &step->fillings[1], err);
}

/* Reads or sets first, then makes sure. */
static int run_sockopt(struct shell *shell, const struct step *step, struct error *err)
{
	const struct filling *check = &step->fillings[2];
	struct channel *channel = shell_need(shell, step, 0, err);

	if (channel == NULL)
		return -1;
	if ((!check->given || step->fillings[1].given) && run_on_descriptor(shell, step, "sockopt", err) < 0)
		return -1;
	return check->given ? check_run(shell, step, channel, &check->condition, err) : 0;
}

static int run_ioctl(struct shell *shell, const struct step *step, struct error *err)
{
	return run_on_descriptor(shell, step, "ioctl", err);
}

/* Verbs that show what $NAME.ATTRIBUTE is too. */
static const char *const shown[][2] = {
	{ "getsockname", "local" },	{ "getpeername", "peer" },    { "fileno", "fd" },
	{ "family", "family" },		{ "type", "type" },	      { "proto", "proto" },
	{ "gettimeout", "timeout" },	{ "getblocking", "blocking" },
	{ "getinheritable", "inheritable" },
};

static int run_show(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	const char *name = NULL;

	if (channel == NULL)
		return -1;
	for (size_t i = 0; i < array_length(shown); i++)
		if (strcmp(shown[i][0], step->verb->name) == 0)
			name = shown[i][1];
	content_release(&shell->got);
	if (name == NULL || channel_attribute(shell, channel, name, &shell->got.bytes, err) != 1)
		return error_usage(err, "%s has no such", channel->name);
	shell->has_got = true;
	if (step->as == NULL)
		fprintf(shell->host->out, "%s\n", buf_text(&shell->got.bytes));
	return 0;
}

/* Lines for an endpoint that does not block wait for nothing; one that does waits for as long as it takes. */
static int run_setblocking(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	bool on;

	if (channel == NULL || step_switch(shell, step, 1, &on, err) < 0)
		return -1;
	channel->patience = on ? DEADLINE_NEVER : 0;
	return 0;
}

static int run_settimeout(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	char *text cleanup_free = channel != NULL ? term_text(shell, &step->fillings[1].term, err) : NULL;

	if (text == NULL)
		return -1;
	if (strcmp(text, "none") == 0)
		channel->patience = DEADLINE_NEVER;
	else if (strcmp(text, "default") == 0)
		channel->patience = -1;
	else if (number_duration(text, &channel->patience, err) < 0)
		return source_error(step->source, step->fillings[1].place, err);
	return 0;
}

static int run_setinheritable(struct shell *shell, const struct step *step, struct error *err)
{
	struct channel *channel = shell_need(shell, step, 0, err);
	bool on;

	if (channel == NULL || step_switch(shell, step, 1, &on, err) < 0)
		return -1;
	return fcntl(channel_descriptor(channel), F_SETFD, on ? 0 : FD_CLOEXEC) < 0 ?
		       error_system(err, "%s: FD_CLOEXEC", channel->name) : 0;
}

static const struct slot sockopt_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					     { "NAME[=VALUE]", SLOT_SOCKOPT, true, NULL },
					     { "NAME OP VALUE,..", SLOT_CHECK, true, NULL },
					     { .name = NULL } };
static const struct slot ioctl_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					   { "REQUEST", SLOT_IOCTL, false, NULL },
					   { .name = NULL } };
static const struct slot endpoint_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					      { .name = NULL } };
static const struct slot timeout_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					     { "DURATION|none|default", SLOT_VALUE, false, NULL },
					     { .name = NULL } };
static const struct slot switch_slots[] = { { "ENDPOINT", SLOT_ENDPOINT, false, NULL },
					    { "on|off", SLOT_CHOICE, false, NULL },
					    { .name = NULL } };
static const struct slot words_slots[] = { { "WORD", SLOT_WORDS, true, NULL }, { .name = NULL } };

const struct verb socket_verbs[] = {
	{ "sockopt", "getsockopt setsockopt", "reads or sets socket options, as the command of that name; NAME OP VALUE, with a comparison, fails where that is not so", sockopt_slots, run_sockopt, "sockopt c nodelay=1 so-rcvbuf", true, false },
	{ "ioctl", NULL, "makes a request, as the command of that name", ioctl_slots, run_ioctl, "ioctl c SIOCINQ", true, false },
	{ "getsockname", NULL, "its own address", endpoint_slots, run_show, "getsockname c", true, false },
	{ "getpeername", NULL, "the address of the other end", endpoint_slots, run_show, "getpeername c", true, false },
	{ "fileno", NULL, "the number of its descriptor", endpoint_slots, run_show, "fileno c", true, false },
	{ "family", NULL, "its address family: AF_INET", endpoint_slots, run_show, "family c", true, false },
	{ "type", NULL, "its socket type: SOCK_STREAM", endpoint_slots, run_show, "type c", true, false },
	{ "proto", NULL, "its protocol: IPPROTO_TCP, or a number that has no name there", endpoint_slots, run_show, "proto c", true, false },
	{ "settimeout", NULL, "how long lines wait for this endpoint; none: as long as it takes, default: as all others", timeout_slots, run_settimeout, "settimeout c 200ms", false, false },
	{ "gettimeout", NULL, "that time", endpoint_slots, run_show, "gettimeout c", true, false },
	{ "setblocking", NULL, "off: lines for this endpoint fail with EAGAIN where they would wait; on: they wait as long as it takes", switch_slots, run_setblocking, "setblocking c off", false, false },
	{ "getblocking", NULL, "on or off", endpoint_slots, run_show, "getblocking c", true, false },
	{ "setinheritable", "set-inheritable", "on: programs that are started have the descriptor too, with its number", switch_slots, run_setinheritable, "setinheritable c on", false, false },
	{ "getinheritable", "get-inheritable", "on or off", endpoint_slots, run_show, "getinheritable c", true, false },
	{ "anysock", "command", "a command of the program, also one that is called like a verb", words_slots, run_anysock, "anysock recv tcp:localhost:13", true, false },
	{ .name = NULL },
};

const struct verb command_verb = { "command", NULL, "a command of the program", words_slots, run_program_command, "resolve localhost", true, false };
