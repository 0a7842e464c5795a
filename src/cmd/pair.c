/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock pair: two programs joined by a pair of sockets; socketpair(2). */
#include "base/cleanup.h"
#include "cmd/command.h"
#include "cmd/programs.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct name families_of_pairs[] = {
	{ "tipc", AF_TIPC, NULL },
	{ "unix", AF_UNIX, NULL },
	{ NULL, 0, NULL },
};

static const struct name types[] = {
	{ "stream", SOCK_STREAM, NULL },
	{ "dgram", SOCK_DGRAM, NULL },
	{ "seqpacket", SOCK_SEQPACKET, NULL },
	{ "rdm", SOCK_RDM, NULL },
	{ NULL, 0, NULL },
};

static const struct parameter options[] = {
	{ .name = "family", .type = VALUE_CHOICE, .names = families_of_pairs, .help = "of the sockets; unix where it is not given" },
	{ .name = "type", .type = VALUE_CHOICE, .names = types, .flags = PARAMETER_COMMON, .help = "of the sockets; stream where it is not given" },
	{ .name = NULL },
};

static const char *const examples[] = {
	"anysock pair -- ./server -- ./client --fast",
	"anysock pair --type seqpacket -- ./left -- ./right",
	NULL,
};

/* The words behind the second "--", which is cut off; NULL with the error. */
static char **split_programs(const struct arguments *arguments, struct error *err)
{
	char **word = arguments->program;

	while (word != NULL && *word != NULL && strcmp(*word, "--") != 0)
		word++;
	if (word == NULL || *word == NULL || word == arguments->program || word[1] == NULL) {
		error_usage(err, "two programs expected");
		error_hint(err, "anysock pair -- PROGRAM [ARGUMENT...] -- PROGRAM [ARGUMENT...]");
		return NULL;
	}
	*word = NULL;
	return word + 1;
}

static int make_pair(const struct arguments *arguments, int ends[2], struct error *err)
{
	int domain = (int)arguments_number(arguments, "family", AF_UNIX);
	int type = (int)arguments_number(arguments, "type", SOCK_STREAM);

	if (socketpair(domain, type | SOCK_CLOEXEC, 0, ends) == 0)
		return 0;
	error_system(err, "socketpair");
	if (err->code == EAFNOSUPPORT && domain == AF_TIPC)
		error_hint(err, "try: modprobe tipc");
	else if (err->code == EPROTONOSUPPORT || err->code == ESOCKTNOSUPPORT)
		error_hint(err, "these sockets have no pairs of that type");
	return -1;
}

static int start_at(struct program *program, char *const *arguments, int end, struct error *err)
{
	const struct program_descriptors descriptors = { .standard = { end, end } };

	return program_start(program, arguments, &descriptors, err);
}

/* Each has one end only: what one leaves the other sees. */
static int start_both(const struct arguments *arguments, char **second, struct program programs[2],
		      struct error *err)
{
	cleanup_close int left = -1, right = -1;
	int ends[2];

	if (make_pair(arguments, ends, err) < 0)
		return -1;
	left = ends[0];
	right = ends[1];
	if (start_at(&programs[0], arguments->program, left, err) < 0)
		return -1;
	return start_at(&programs[1], second, right, err);
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	struct program programs[2] = { { .pidfd = -1 }, { .pidfd = -1 } };
	nanoseconds deadline = deadline_after(arguments_number(arguments, "timeout", 0));
	char **second = split_programs(arguments, err);
	struct error late = { 0 };
	int started;

	if (second == NULL)
		return -1;
	started = start_both(arguments, second, programs, err);
	/* Where the second does not start the first sees its end, and is waited for. */
	if (programs_wait(programs, 2, deadline, context, started < 0 ? &late : err) < 0 || started < 0)
		return -1;
	return programs[1].status != 0 ? programs[1].status : programs[0].status;
}

const struct command pair_command = {
	.name = "pair",
	.summary = "join two programs by a pair of sockets",
	.options = options,
	.program = "PROGRAM [ARGUMENT...] -- PROGRAM [ARGUMENT...]",
	.examples = examples,
	.run = run,
};
