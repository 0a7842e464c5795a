/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may stand behind a text: read off the tables of verbs, families, options, requests and flags. */
#include "base/memory.h"
#include "option/flags.h"
#include "option/ioctl.h"
#include "option/sockopt.h"
#include "shell/console.h"
#include "shell/state.h"

#include <dirent.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

struct completing {
	struct shell *shell;
	struct completions *list;
	const char *word; /* as far as it is typed */
	size_t length;
	const struct verb *verb;
	char *endpoint; /* the line's first word behind the verb; NULL */
};

static void offer(struct completing *completing, const char *text, const char *help, bool is_part)
{
	if (strncasecmp(text, completing->word, completing->length) == 0)
		completions_add(completing->list, text, help, is_part);
}

static void offer_verbs(struct completing *completing)
{
	const char *name, *help;

	for (size_t i = 0; verb_at(i) != NULL; i++)
		offer(completing, verb_at(i)->name, verb_at(i)->help, false);
	for (size_t i = 0; (name = completing->shell->host->command_at(completing->shell->host, i, &help)) != NULL; i++)
		offer(completing, name, help, false);
}

static void offer_endpoints(struct completing *completing)
{
	for (size_t i = 0; i < completing->shell->channel_count; i++) {
		const struct channel *channel = completing->shell->channels[i];

		offer(completing, channel->name, channel_state(channel), false);
	}
}

static void offer_files(struct completing *completing, const char *before, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash != NULL ? (size_t)(slash - path) + 1 : 0;
	char *folder cleanup_free = memory_copy(path, length);
	DIR *open = opendir(length > 0 ? folder : ".");
	const struct dirent *entry;

	while (open != NULL && (entry = readdir(open)) != NULL) {
		char *text cleanup_free = memory_print("%s%s%s%s", before, folder, entry->d_name,
						       entry->d_type == DT_DIR ? "/" : "");

		if (entry->d_name[0] != '.' || path[length] == '.')
			offer(completing, text, NULL, entry->d_type == DT_DIR);
	}
	if (open != NULL)
		closedir(open);
}

static void offer_interfaces(struct completing *completing, const char *before)
{
	struct if_nameindex *all = if_nameindex();

	for (size_t i = 0; all != NULL && all[i].if_name != NULL; i++) {
		char *text cleanup_free = memory_print("%s%s", before, all[i].if_name);

		offer(completing, text, "an interface", false);
	}
	if (all != NULL)
		if_freenameindex(all);
}

/* An option behind the last comma: the family's own, those of all, and socket options. */
static void offer_options(struct completing *completing, const struct family *family)
{
	const char *comma = strrchr(completing->word, ',');
	char *before cleanup_free = memory_copy(completing->word, (size_t)(comma - completing->word) + 1);
	const struct parameter *const tables[] = { family->parameters, target_common_parameters };

	for (size_t table = 0; table < array_length(tables); table++)
		for (const struct parameter *row = tables[table]; row != NULL && row->name != NULL; row++) {
			char *text cleanup_free = memory_print("%s%s%s", before, row->name, row->type == VALUE_FLAG ? "" : "=");

			offer(completing, text, row->help, true);
		}
	for (size_t i = 0; sockopt_at(i) != NULL; i++) {
		const struct sockopt *row = sockopt_at(i);
		char *text cleanup_free = memory_print("%s%s=", before, sockopt_name(row));

		if (family->levels != NULL && sockopt_find(sockopt_name(row), family->levels, true) == row)
			offer(completing, text, sockopt_help(row), true);
	}
}

/* The name of a family, then its first field where that is a thing of this machine, then options. */
static void offer_specs(struct completing *completing)
{
	size_t name = strcspn(completing->word, ":-,");
	char *word cleanup_free = memory_copy(completing->word, name);
	const struct family *family = completing->word[name] != '\0' ? family_find(word) : NULL;
	const char *colon = strchr(completing->word, ':');

	if (strchr(completing->word, '/') == completing->word)
		offer_files(completing, "", completing->word);
	for (size_t i = 0; family == NULL && i < family_count; i++) {
		char *text cleanup_free = memory_print("%s:", families[i]->shape.name);

		offer(completing, text, families[i]->summary, true);
	}
	if (family == NULL)
		return;
	if (strchr(completing->word, ',') != NULL) {
		offer_options(completing, family);
	} else if (colon != NULL) {
		char *before cleanup_free = memory_copy(completing->word, (size_t)(colon - completing->word) + 1);

		if (strchr(colon, '/') != NULL)
			offer_files(completing, before, colon + 1);
		else if (family->domain == AF_CAN || family->domain == AF_PACKET)
			offer_interfaces(completing, before);
	}
}

static void offer_sockopts(struct completing *completing)
{
	const struct channel *channel = completing->endpoint != NULL ? shell_find(completing->shell, completing->endpoint) : NULL;
	const int *levels = channel != NULL && channel->codec.target != NULL ? channel->codec.target->family->levels : NULL;

	for (size_t i = 0; sockopt_at(i) != NULL; i++) {
		const struct sockopt *row = sockopt_at(i);

		if (levels == NULL || sockopt_find(sockopt_name(row), levels, true) == row)
			offer(completing, sockopt_name(row), sockopt_help(row), true);
	}
}

static void offer_ioctls(struct completing *completing)
{
	for (size_t i = 0; ioctl_at(i) != NULL; i++)
		offer(completing, ioctl_name(ioctl_at(i)), ioctl_help(ioctl_at(i)), false);
}

/* Behind the last "+" of those that stand there already. */
static void offer_flags(struct completing *completing, const char *lead)
{
	const char *plus = strrchr(completing->word, '+');
	char *before cleanup_free = plus != NULL ? memory_copy(completing->word, (size_t)(plus - completing->word) + 1) : memory_string(lead);
	struct name row;

	for (size_t i = 0; flags_at(FLAGS_message, i, &row); i++) {
		char *text cleanup_free = memory_print("%s%s", before, row.name);

		offer(completing, text, row.help, true);
	}
}

static void offer_slot(struct completing *completing, const struct slot *slot)
{
	switch (slot->kind) {
	case SLOT_ENDPOINT:
		offer_endpoints(completing);
		break;
	case SLOT_SPEC:
		offer_specs(completing);
		break;
	case SLOT_SOCKOPT:
		offer_sockopts(completing);
		break;
	case SLOT_IOCTL:
		offer_ioctls(completing);
		break;
	case SLOT_VERB:
	case SLOT_STEP:
		offer_verbs(completing);
		break;
	case SLOT_WORDS:
	case SLOT_FILE:
		offer_files(completing, "", completing->word);
		break;
	case SLOT_END:
		offer(completing, "read", "nothing more is received", false);
		offer(completing, "write", "the peer sees the end", false);
		offer(completing, "both", NULL, false);
		break;
	default:
		/* Only said, by "?": there is nothing to complete. */
		if (completing->length == 0 && slot->lead == NULL)
			completions_add(completing->list, slot->name, slot_kind_name(slot->kind), true);
		break;
	}
}

/* Which of the slots the word with that number, from 1, belongs to; words in front of others come at any place. */
static void offer_behind_verb(struct completing *completing, size_t number)
{
	const struct slot *slots = completing->verb->slots;
	size_t place = 0;

	for (const struct slot *slot = slots; slot != NULL && slot->name != NULL; slot++) {
		if (slot->lead != NULL && number > 1 && slot->kind == SLOT_FLAGS)
			offer_flags(completing, slot->lead);
		else if (slot->lead != NULL && number > 1)
			offer(completing, slot->lead, slot->name, true);
		if (slot->lead == NULL && (++place == number || (slot[1].name == NULL && place < number)))
			offer_slot(completing, slot);
	}
}

/* Where the line, or the last of its parts between ";", begins. */
static size_t begin_of_line(const char *text, size_t length)
{
	char quote = '\0';
	size_t begin = 0;

	for (size_t i = 0; i < length; i++) {
		if (quote != '\0')
			quote = text[i] == quote ? '\0' : quote;
		else if (text[i] == '"' || text[i] == '\'')
			quote = text[i];
		else if (strchr(";{}\n", text[i]) != NULL)
			begin = i + 1;
	}
	return begin;
}

void shell_complete(struct shell *shell, const char *text, size_t length, struct completions *list)
{
	size_t at = begin_of_line(text, length), number = 0;
	struct completing completing = { .shell = shell, .list = list };
	char *verb cleanup_free = NULL;
	char *endpoint cleanup_free = NULL;

	for (;;) {
		size_t word;

		at += strspn(text + at, " \t");
		word = strcspn(text + at, " \t");
		if (text[at + word] == '\0')
			break;
		if (number == 0)
			verb = memory_copy(text + at, word);
		if (number == 1)
			endpoint = memory_copy(text + at, word);
		at += word;
		number++;
	}
	list->begin = at;
	completing.word = text + at;
	completing.length = length - at;
	completing.endpoint = endpoint;
	completing.verb = verb != NULL ? verb_find(verb) : NULL;
	if (number == 0)
		offer_verbs(&completing);
	else if (completing.verb != NULL)
		offer_behind_verb(&completing, number);
	else
		offer_specs(&completing);
}
