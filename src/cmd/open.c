/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text to spec to target, under the options of the command line; stat(2). */
#include "cmd/open.h"

#include "base/memory.h"
#include "codec/codec.h"
#include "family/launch.h"
#include "spec/spec.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* A bare path is unix: where it is a socket, else file:. */
static void follow_bare_path(struct spec *spec)
{
	struct stat status;

	if (spec->bare_path && stat(spec->fields[0].bytes, &status) == 0 &&
	    S_ISSOCK(status.st_mode))
		spec->shape = &family_find("unix")->shape;
}

static int apply_role(struct spec *spec, const struct wish *wish, struct error *err)
{
	if (wish->listens)
		return spec_imply_role(spec, ROLE_LISTEN, err);
	return 0;
}

/* `listen tcp:8080` is complete only where the role is known. */
static int parse(struct spec *spec, const char *word, const struct wish *wish, struct error *err)
{
	if (wish->listens)
		return spec_parse_as(spec, word, family_vocabulary(), ROLE_LISTEN, err);
	return spec_parse(spec, word, family_vocabulary(), err);
}

/* Options of the command line stand for those that the spec does not have. */
static void apply_global(struct target *target, const struct arguments *arguments)
{
	struct target_common *common = &target->common;

	if (common->connect_timeout == 0)
		common->connect_timeout = arguments_number(arguments, "connect-timeout", 0);
	if (common->accept_timeout == 0)
		common->accept_timeout = arguments_number(arguments, "accept-timeout", 0);
	if (common->idle_timeout == 0)
		common->idle_timeout = arguments_number(arguments, "idle-timeout", 0);
	if (common->eof == NULL && arguments_setting(arguments, "eof") != NULL)
		common->eof = name_of(target_eofs, arguments_number(arguments, "eof", 0));
	if (arguments_flag(arguments, "ipv4"))
		target->preferred_domain = AF_INET;
	if (arguments_flag(arguments, "ipv6"))
		target->preferred_domain = AF_INET6;
}

/* The core knows of framings only that there are some. */
static int check_frame(const struct target *target, struct error *err)
{
	const char *name = target->common.frame;

	if (name == NULL || codec_need(name, true, err) != NULL)
		return 0;
	return target_error_setting(target, target_setting(target, "frame"), err);
}

static int check_role(const struct target *target, const struct wish *wish, struct error *err)
{
	if (!wish->seeks_peer || target->role != ROLE_LISTEN)
		return 0;
	error_usage(err, "what listens waits for others, and nothing can be sent to it");
	error_hint(err, "whoever connects is sent something by: anysock listen %.200s < FILE",
		   target->spec.source);
	return error_place(err, target->spec.source, 0, strcspn(target->spec.source, ":,"));
}

int open_target(struct target *target, const char *word, const struct wish *wish,
		const struct arguments *arguments, struct error *err)
{
	struct spec spec;

	if (parse(&spec, word, wish, err) < 0)
		return -1;
	follow_bare_path(&spec);
	if (apply_role(&spec, wish, err) < 0) {
		spec_release(&spec);
		return -1;
	}
	if (target_bind(target, &spec, err) < 0)
		return -1;
	target->wants_input = !wish->no_input;
	target->wants_output = !wish->no_output;
	target->is_watched = wish->watches;
	target->is_sink = wish->is_sink;
	target->serves_program = wish->serves_program;
	apply_global(target, arguments);
	return check_role(target, wish, err) < 0 ? -1 : check_frame(target, err);
}

/* As the spec of it would have it, but for its arguments, which may hold what is nobody's affair. */
static int name_program(struct spec *spec, const char *name, struct error *err)
{
	struct spec_text *command;

	if (spec_parse(spec, "exec:program", family_vocabulary(), err) < 0)
		return -1;
	command = &spec->fields[0];
	free(command->bytes);
	command->bytes = memory_string(name);
	command->length = strlen(name);
	return 0;
}

int open_program(struct target *target, char **program, struct error *err)
{
	struct spec spec;

	if (launch_find(program[0], err) < 0 || name_program(&spec, program[0], err) < 0)
		return -1;
	if (target_bind(target, &spec, err) < 0)
		return -1;
	target->program = program;
	return 0;
}
