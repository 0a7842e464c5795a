/* SPDX-License-Identifier: GPL-2.0-or-later */
/* anysock families: what this kernel and this build can do, and why not. */
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/memory.h"
#include "cmd/command.h"
#include "core/family.h"
#include "report/report.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const struct argument words[] = { { "FAMILY", ARGUMENT_FAMILY, true, true }, { .name = NULL } };

static const char *const examples[] = { "anysock families", "anysock families can vsock || exit 77",
					"anysock families ipv6 dual-stack", "anysock families tcp:stream", NULL };

/* listed: the family whose choices are told as well, NULL for none. */
static void print_line(FILE *out, const char *name, const char *type, const struct error *err,
		       const struct family *listed)
{
	cleanup_buf struct buf lines = { 0 };

	fprintf(out, "%-16s %-10s %s", name, type,
		error_is_set(err) ? "no" : "yes");
	if (error_is_set(err)) {
		fprintf(out, "  %s", err->text);
		if (err->hint[0] != '\0')
			fprintf(out, " (%s)", err->hint);
	}
	fputc('\n', out);
	if (listed != NULL && listed->list != NULL)
		listed->list(&lines, NULL);
	fputs(buf_text(&lines), out);
}

static void print_json(FILE *out, const char *name, const char *type, const struct error *err,
		       const struct family *listed)
{
	cleanup_buf struct buf text = { 0 };
	struct json json = { .out = &text };

	json_open_object(&json, NULL);
	json_string(&json, "family", name);
	json_string(&json, "type", type);
	json_boolean(&json, "available", !error_is_set(err));
	if (error_is_set(err))
		json_string(&json, "reason", err->text);
	if (err->hint[0] != '\0')
		json_string(&json, "hint", err->hint);
	if (listed != NULL && listed->list != NULL)
		listed->list(NULL, &json);
	json_close_object(&json);
	fprintf(out, "%s\n", buf_text(&text));
}

static bool print_type(const struct context *context, const struct family *family,
		       const struct family_type *type, bool as_json, bool is_listed)
{
	struct error err = { 0 };

	if (family->probe == NULL || family->probe(&err) == 0)
		family_probe(family, type, &err);
	(as_json ? print_json : print_line)(context->out, family->shape.name,
					    type != NULL ? type->name : "-", &err,
					    is_listed && !error_is_set(&err) ? family : NULL);
	return !error_is_set(&err);
}

/* One line for each type; whether the first type is there. What was asked for is listed in full. */
static bool print_family(const struct context *context, const struct family *family, bool as_json,
			 bool is_listed)
{
	const struct family_type *type = family->types;
	bool is_available = print_type(context, family, type, as_json, is_listed);

	while (type != NULL && (++type)->name != NULL)
		print_type(context, family, type, as_json, false);
	return is_available;
}

static int probe_ipv6(struct error *err)
{
	cleanup_close int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? error_system(err, "IPv6 sockets") : 0;
}

static int probe_dual_stack(struct error *err)
{
	cleanup_close int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	static const int off;

	if (fd < 0)
		return error_system(err, "IPv6 sockets");
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) < 0)
		return error_system(err, "IPv6 sockets for IPv4 too");
	return 0;
}

/* What is asked as families are, though it is part of several. */
static const struct ability {
	const char *name;
	int (*probe)(struct error *err);
} abilities[] = {
	{ "ipv6", probe_ipv6 },
	{ "dual-stack", probe_dual_stack },
};

static const struct ability *ability_find(const char *name)
{
	for (size_t i = 0; i < array_length(abilities); i++)
		if (name_equal(name, abilities[i].name))
			return &abilities[i];
	return NULL;
}

static bool print_ability(const struct context *context, const struct ability *ability, bool as_json)
{
	struct error err = { 0 };

	ability->probe(&err);
	(as_json ? print_json : print_line)(context->out, ability->name, "-", &err, NULL);
	return !error_is_set(&err);
}

/* What a word asks for: an ability, or a family, or one of its types ("sctp:seqpacket"). */
struct question {
	const struct ability *ability;
	const struct family *family;
	const struct family_type *type; /* NULL: all of them */
};

static int unknown_family(const char *name, struct error *err)
{
	struct name_guess guess = { .wanted = name };

	for (size_t i = 0; i < family_count; i++)
		name_guess_offer(&guess, families[i]->shape.name);
	error_usage(err, "families: there is no family \"%s\"", name);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", guess.nearest);
	return -1;
}

static int find_type(const char *name, struct question *question, struct error *err)
{
	cleanup_buf struct buf names = { 0 };

	for (const struct family_type *type = question->family->types; type && type->name; type++) {
		if (name_equal(name, type->name)) {
			question->type = type;
			return 0;
		}
		buf_print(&names, "%s%s", names.length > 0 ? ", " : "", type->name);
	}
	error_usage(err, "families: %s has no type \"%s\"", question->family->shape.name, name);
	return names.length > 0 ? error_hint(err, "one of: %s", buf_text(&names)) : -1;
}

static int read_question(const char *word, struct question *question, struct error *err)
{
	cleanup_free char *name = memory_string(word);
	char *type = strchr(name, ':');

	if (type != NULL)
		*type++ = '\0';
	*question = (struct question){ .ability = type == NULL ? ability_find(name) : NULL,
				       .family = family_find(name) };
	if (question->ability != NULL)
		return 0;
	if (question->family == NULL)
		return unknown_family(name, err);
	return type != NULL ? find_type(type, question, err) : 0;
}

static bool answer(const struct context *context, const char *word, bool as_json)
{
	struct question question;

	read_question(word, &question, NULL);
	if (question.ability != NULL)
		return print_ability(context, question.ability, as_json);
	if (question.type != NULL)
		return print_type(context, question.family, question.type, as_json, false);
	return print_family(context, question.family, as_json, true);
}

static int run(struct context *context, const struct arguments *arguments, struct error *err)
{
	bool as_json = arguments_flag(arguments, "json"), all = true;
	struct question question;

	for (size_t i = 0; i < arguments->word_count; i++)
		if (read_question(arguments->words[i], &question, err) < 0)
			return -1;
	for (size_t i = 0; i < arguments->word_count; i++)
		all &= answer(context, arguments->words[i], as_json);
	if (arguments->word_count > 0)
		return all ? 0 : 3;
	for (size_t i = 0; i < family_count; i++)
		print_family(context, families[i], as_json, false);
	for (size_t i = 0; i < array_length(abilities); i++)
		print_ability(context, &abilities[i], as_json);
	return 0;
}

const struct command families_command = {
	.name = "families",
	.summary = "which families this kernel and this build can do, and why not",
	.arguments = words,
	.examples = examples,
	.run = run,
};
