/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock hostname: shows and sets the name of this host; gethostname(2), sethostname(2). */
#include "base/cleanup.h"
#include "base/json.h"
#include "base/memory.h"
#include "cmd/command.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME_MAXIMUM 64 /* HOST_NAME_MAX of Linux */

static const struct parameter options[] = {
	{ .name = "fqdn", .letter = 'f', .type = VALUE_FLAG, .flags = PARAMETER_COMMON, .help = "the full name, as the resolver knows it" },
	{ .name = NULL },
};

static const struct argument words[] = { { "NEW", ARGUMENT_TEXT, true, false }, { .name = NULL } };

static const char *const examples[] = { "anysock hostname", "anysock hostname --fqdn",
					"anysock hostname newname", NULL };

/* The canonical name where there is one with a dot, else the name itself; given away. */
static char *full_name(const char *name)
{
	struct addrinfo hints = { .ai_flags = AI_CANONNAME, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *list;
	char *full;

	if (getaddrinfo(name, NULL, &hints, &list) != 0)
		return memory_string(name);
	full = memory_string(list->ai_canonname != NULL ? list->ai_canonname : name);
	freeaddrinfo(list);
	return full;
}

static int set(const char *name, struct error *err)
{
	size_t length = strlen(name);

	if (length == 0 || length > NAME_MAXIMUM)
		return error_usage(err, "hostname: a name has 1 to %d bytes", NAME_MAXIMUM);
	if (sethostname(name, length) == 0)
		return 0;
	error_system(err, "hostname: sethostname");
	if (errno == EPERM)
		error_hint(err, "it takes root or the capability CAP_SYS_ADMIN");
	return -1;
}

static void print(struct context *context, bool as_json, const char *name, const char *full)
{
	struct buf text cleanup_buf = { 0 };
	struct json json = { .out = &text };

	if (!as_json) {
		fprintf(context->out, "%s\n", full != NULL ? full : name);
		return;
	}
	json_open_object(&json, NULL);
	json_string(&json, "hostname", name);
	if (full != NULL)
		json_string(&json, "fqdn", full);
	json_close_object(&json);
	fprintf(context->out, "%s\n", buf_text(&text));
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	char name[NAME_MAXIMUM + 1];
	char *full cleanup_free = NULL;

	if (arguments->word_count > 0)
		return set(arguments->words[0], err);
	if (gethostname(name, sizeof(name)) < 0)
		return error_system(err, "hostname: gethostname");
	if (arguments_flag(arguments, "fqdn"))
		full = full_name(name);
	print(context, arguments_flag(arguments, "json"), name, full);
	return 0;
}

const struct command hostname_command = {
	.name = "hostname",
	.summary = "show or set the name of this host",
	.options = options,
	.arguments = words,
	.examples = examples,
	.run = run,
};
