/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may stand behind a text: read off the tables of verbs, families, options, requests and flags. */
#include "base/code.h"
#include "base/memory.h"
#include "core/control.h"
#include "option/flags.h"
#include "option/ioctl.h"
#include "shell/completing.h"
#include "shell/console.h"
#include "shell/group.h"

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

/* $c, and behind a dot what an endpoint tells of itself. */
static void offer_variables(struct completing *completing)
{
	static const char *const given[] = { "TMP", "UID", "PID", "ENV.", "match" };
	const struct shell *shell = completing->shell;
	const char *dot = strchr(completing->word, '.');
	char *before cleanup_free = dot != NULL ? memory_copy(completing->word, (size_t)(dot - completing->word)) : NULL;
	const char *name;

	for (size_t i = 0; dot != NULL && shell_find(shell, before + 1) != NULL && (name = attribute_at(i)) != NULL; i++) {
		char *text cleanup_free = memory_print("%s.%s", before, name);

		completing_offer(completing, text, NULL, false);
	}
	for (size_t i = 0; i < shell->variable_count; i++) {
		char *text cleanup_free = memory_print("$%s", shell->variables[i].name);

		completing_offer(completing, text, "a variable", true);
	}
	for (size_t i = 0; i < array_length(given); i++) {
		char *text cleanup_free = memory_print("$%s", given[i]);

		completing_offer(completing, text, NULL, true);
	}
}

static void offer_endpoints(struct completing *completing)
{
	char *const *members;
	const char *name;

	for (size_t i = 0; i < completing->shell->channel_count; i++) {
		const struct channel *channel = completing->shell->channels[i];

		completing_offer(completing, channel->name, channel_state(channel), false);
	}
	for (size_t i = 0; (name = group_at(completing->shell, i, &members)) != NULL; i++)
		completing_offer(completing, name, "a group", false);
}

static void offer_ioctls(struct completing *completing)
{
	for (size_t i = 0; ioctl_at(i) != NULL; i++)
		completing_offer(completing, ioctl_name(ioctl_at(i)), ioctl_help(ioctl_at(i)), false);
}

/* Options of a command of the program; what is no option is a spec at most. */
static void offer_command(struct completing *completing, const char *command)
{
	struct shell_host *host = completing->shell->host;
	const char *name, *help;

	if (completing->word[0] != '-') {
		completing_offer_spec(completing);
		return;
	}
	for (size_t i = 0; (name = host->option_at(host, command, i, &help)) != NULL; i++) {
		char *text cleanup_free = memory_print("--%s", name);

		completing_offer(completing, text, help, true);
	}
}

/* What may stand behind every verb's own slots. */
static void offer_tail(struct completing *completing)
{
	completing_offer(completing, "within", "how long it may take", false);
	completing_offer(completing, "= ", "what it is to end as", true);
	completing_offer(completing, "| ", "a command that what it prints goes into", true);
	if (completing->verb->takes_as)
		completing_offer(completing, "as", "the name of what it gives", false);
}

static void offer_results(struct completing *completing)
{
	completing_offer(completing, "ok", "it works", false);
	completing_offer(completing, "status", "of a command: a number follows", false);
	for (enum error_kind kind = ERROR_FAILED; kind <= ERROR_TIMEOUT; kind++)
		completing_offer(completing, error_kind_name(kind), NULL, false);
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
void completing_offer_choices(struct completing *completing, const char *name)
{
	char *copy cleanup_free = memory_string(name);
	char *rest = copy, *word;

	while ((word = strsep(&rest, "|")) != NULL)
		if (islower((unsigned char)*word))
			completing_offer(completing, word, NULL, false);
}

/* "TERM"; "SIGTERM" once that is how it begins. */
static void offer_signals(struct completing *completing)
{
	bool is_long = strncasecmp(completing->word, "SIG", 3) == 0;
	const char *name;

	for (size_t i = 0; (name = code_signal_at(i)) != NULL; i++) {
		char *text cleanup_free = memory_print("%s%s", is_long ? "SIG" : "", name);

		completing_offer(completing, text, "a signal", false);
	}
}

static void offer_slot(struct completing *completing, const struct slot *slot)
{
	switch (slot->kind) {
	case SLOT_ENDPOINT:
	case SLOT_ENDPOINTS:
		offer_endpoints(completing);
		break;
	case SLOT_SPEC:
		completing_offer_spec(completing);
		break;
	case SLOT_SOCKOPT:
		completing_offer_sockopts(completing);
		break;
	case SLOT_SIGNAL:
		offer_signals(completing);
		break;
	case SLOT_CHECK:
		completing_offer_check(completing);
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
		completing_offer_choices(completing, slot->name);
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
	bool may_lead = number > 1 || (slots != NULL && slots->optional);
	size_t place = 0;

	for (const struct slot *slot = slots; slot != NULL && slot->name != NULL; slot++) {
		if (slot->lead != NULL && may_lead && slot->kind == SLOT_FLAGS)
			offer_flags(completing, slot->lead);
		else if (slot->lead != NULL && may_lead && slot->kind == SLOT_CONTROL)
			offer_controls(completing, slot->lead);
		else if (slot->lead != NULL && may_lead)
			completing_offer(completing, slot->lead, slot->name, slot->kind != SLOT_ALONE);
		if (slot->lead == NULL && (++place == number || (slot[1].name == NULL && place < number)))
			offer_slot(completing, slot);
	}
}

/* Where the line, or the last of its parts between ";", begins; hex{} and the like are no lines. */
static size_t begin_of_line(const char *text, size_t length)
{
	char quote = '\0';
	size_t begin = 0;

	for (size_t i = 0; i < length; i++) {
		bool stands_alone = i == 0 || strchr(" \t", text[i - 1]) != NULL;

		if (quote != '\0')
			quote = text[i] == quote ? '\0' : quote;
		else if (text[i] == '"' || text[i] == '\'')
			quote = text[i];
		else if (strchr(";\n", text[i]) != NULL || (strchr("{}", text[i]) != NULL && stands_alone))
			begin = i + 1;
	}
	return begin;
}

/* The words of a line in front of the cursor. */
struct typed_line {
	const char *words[64];
	size_t lengths[64];
	size_t count;
	const char *last; /* the word that is being typed */
};

/* Blanks in quotes and brackets end no word. */
static size_t word_length(const char *text)
{
	char quote = '\0';
	size_t i = 0;

	for (; text[i] != '\0' && (quote != '\0' || strchr(" \t", text[i]) == NULL); i++)
		if (quote != '\0')
			quote = text[i] == quote ? '\0' : quote;
		else if (strchr("\"'", text[i]) != NULL || (text[i] == '{' && i > 0))
			quote = text[i] == '{' ? '}' : text[i];
	return i;
}

static void cut_words(const char *text, struct typed_line *line)
{
	*line = (struct typed_line){ 0 };
	for (;;) {
		size_t length;

		text += strspn(text, " \t");
		line->last = text;
		length = line->count == 0 && *text == '!' ? 1 : word_length(text);
		if ((text[length] == '\0' && *text != '!') || line->count == array_length(line->words))
			return;
		line->words[line->count] = text;
		line->lengths[line->count++] = length;
		text += length;
	}
}

static const struct verb *verb_of(const struct typed_line *line, size_t i)
{
	char *name cleanup_free = memory_copy(line->words[i], line->lengths[i]);

	return verb_find(name);
}

/* How many words of a verb's line stand in front of the line that is its last slot; 0: it has none. */
static size_t words_before_line(const struct verb *verb)
{
	size_t words = 1;

	for (const struct slot *slot = verb->slots; slot != NULL && slot->name != NULL; slot++) {
		if (slot->kind == SLOT_STEP)
			return words;
		words += slot->kind == SLOT_CONDITION ? 3 : 1;
	}
	return 0;
}

/* The word at which the line begins that the cursor is in: behind "+1s", "try", "repeat 3". */
static size_t begin_of_verb(const struct typed_line *line)
{
	size_t i = 0;

	while (i < line->count) {
		const struct verb *verb = verb_of(line, i);
		size_t before = strchr("+@", *line->words[i]) != NULL ? 1 : verb != NULL ? words_before_line(verb) : 0;

		if (before == 0 || i + before > line->count)
			return i;
		i += before;
	}
	return i;
}

static bool is_word(const struct typed_line *line, size_t i, const char *word)
{
	return line->lengths[i] == strlen(word) && strncmp(line->words[i], word, line->lengths[i]) == 0;
}

static void offer_behind(struct completing *completing, const struct typed_line *line, size_t begin)
{
	size_t number = line->count - begin;
	char *name cleanup_free = number > 0 ? memory_copy(line->words[begin], line->lengths[begin]) : NULL;

	completing->verb = name != NULL ? verb_find(name) : NULL;
	for (size_t i = begin; i < line->count; i++)
		if (is_word(line, i, "|"))
			completing->verb = verb_find("!");
	if (*completing->word == '$')
		offer_variables(completing);
	if (number == 0)
		offer_verbs(completing);
	else if (completing->verb == NULL)
		offer_command(completing, name);
	else if (is_word(line, line->count - 1, "="))
		offer_results(completing);
	else
		offer_behind_verb(completing, number);
	if (completing->verb != NULL && number > 1 && completing->verb->slots != NULL)
		offer_tail(completing);
}

void shell_hint(const char *text, size_t length, struct buf *out)
{
	const struct verb *verb;
	struct typed_line line;
	size_t begin;

	cut_words(text + begin_of_line(text, length), &line);
	begin = begin_of_verb(&line);
	verb = line.count > begin && *line.last == '\0' ? verb_of(&line, begin) : NULL;
	if (verb != NULL)
		verb_print_slots(verb, line.count - begin - 1, out);
}

/* The word with that number, behind the verb; NULL where there is none. */
static char *copy_of_word(const struct typed_line *line, size_t begin, size_t i)
{
	return i > begin && i < line->count ? memory_copy(line->words[i], line->lengths[i]) : NULL;
}

void shell_complete(struct shell *shell, const char *text, size_t length, struct completions *list)
{
	struct completing completing = { .shell = shell, .list = list };
	struct typed_line line;
	size_t begin;

	cut_words(text + begin_of_line(text, length), &line);
	begin = begin_of_verb(&line);
	list->begin = (size_t)(line.last - text);
	completing.word = line.last;
	completing.length = length - list->begin;
	completing.endpoint = copy_of_word(&line, begin, begin + 1);
	completing.before = copy_of_word(&line, begin, line.count - 1);
	completing.left = copy_of_word(&line, begin, line.count - 2);
	offer_behind(&completing, &line, begin);
	free(completing.endpoint);
	free(completing.before);
	free(completing.left);
}
