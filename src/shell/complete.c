/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may stand behind a text: read off the tables of verbs, families, options, requests and flags. */
#include "base/memory.h"
#include "core/control.h"
#include "option/flags.h"
#include "option/ioctl.h"
#include "option/sockopt.h"
#include "shell/completing.h"
#include "shell/console.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void offer_verbs(struct completing *completing)
{
	const char *name, *help;

	for (size_t i = 0; verb_at(i) != NULL; i++)
		completing_offer(completing, verb_at(i)->name, verb_at(i)->help, false);
	for (size_t i = 0; (name = completing->shell->host->command_at(completing->shell->host, i, &help)) != NULL; i++)
		completing_offer(completing, name, help, false);
}

static void offer_endpoints(struct completing *completing)
{
	for (size_t i = 0; i < completing->shell->channel_count; i++) {
		const struct channel *channel = completing->shell->channels[i];

		completing_offer(completing, channel->name, channel_state(channel), false);
	}
}

static void offer_sockopts(struct completing *completing)
{
	const struct channel *channel = completing->endpoint != NULL ? shell_find(completing->shell, completing->endpoint) : NULL;
	const int *levels = channel != NULL && channel->codec.target != NULL ? channel->codec.target->family->levels : NULL;

	for (size_t i = 0; sockopt_at(i) != NULL; i++) {
		const struct sockopt *row = sockopt_at(i);

		if (levels == NULL || sockopt_find(sockopt_name(row), levels, true) == row)
			completing_offer(completing, sockopt_name(row), sockopt_help(row), true);
	}
}

static void offer_ioctls(struct completing *completing)
{
	for (size_t i = 0; ioctl_at(i) != NULL; i++)
		completing_offer(completing, ioctl_name(ioctl_at(i)), ioctl_help(ioctl_at(i)), false);
}

/* Behind the last "+" of those that stand there already. */
static void offer_flags(struct completing *completing, const char *lead)
{
	const char *plus = strrchr(completing->word, '+');
	char *before cleanup_free = plus != NULL ? memory_copy(completing->word, (size_t)(plus - completing->word) + 1) : memory_string(lead);
	struct name row;

	for (size_t i = 0; flags_at(FLAGS_message, i, &row); i++) {
		char *text cleanup_free = memory_print("%s%s", before, row.name);

		completing_offer(completing, text, row.help, true);
	}
}

static const char *level_of(const struct control_row *row)
{
	for (const struct control_level *level = control_levels; level->name != NULL; level++)
		if (level->level == row->level && level->domain == row->domain)
			return level->name;
	return NULL;
}

/* cmsg=LEVEL:TYPE of those that can be sent. */
static void offer_controls(struct completing *completing, const char *lead)
{
	for (const struct control_row *row = control_rows; row->name != NULL; row++) {
		const char *level = level_of(row);
		char *text cleanup_free = memory_print("%s%s:%s", lead, level != NULL ? level : "", row->name);

		if (row->can_send && level != NULL)
			completing_offer(completing, text, "a control message", true);
	}
}

/* "on|off": words in small letters stand for themselves. */
static void offer_choices(struct completing *completing, const char *name)
{
	char *copy cleanup_free = memory_string(name);
	char *rest = copy, *word;

	while ((word = strsep(&rest, "|")) != NULL)
		if (islower((unsigned char)*word))
			completing_offer(completing, word, NULL, false);
}

static void offer_slot(struct completing *completing, const struct slot *slot)
{
	switch (slot->kind) {
	case SLOT_ENDPOINT:
		offer_endpoints(completing);
		break;
	case SLOT_SPEC:
		completing_offer_spec(completing);
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
	case SLOT_COMMAND:
	case SLOT_FILE:
		completing_offer_files(completing, "", completing->word);
		break;
	case SLOT_END:
		completing_offer(completing, "read", "nothing more is received", false);
		completing_offer(completing, "write", "the peer sees the end", false);
		completing_offer(completing, "both", NULL, false);
		break;
	default:
		offer_choices(completing, slot->name);
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
		else if (slot->lead != NULL && number > 1 && slot->kind == SLOT_CONTROL)
			offer_controls(completing, slot->lead);
		else if (slot->lead != NULL && number > 1)
			completing_offer(completing, slot->lead, slot->name, true);
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
		completing_offer_spec(&completing);
}
