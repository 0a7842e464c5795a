/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of verbs, and what can be read off it. */
#include "shell/verb.h"

#include "base/buf.h"
#include "base/memory.h"

#include <string.h>

#define GROUP(x) extern const struct verb x##_verbs[];
#include "shell/verbs.def"
#undef GROUP

const struct verb_group verb_groups[] = {
#define GROUP(x) { #x, x##_verbs },
#include "shell/verbs.def"
#undef GROUP
};
const size_t verb_group_count = array_length(verb_groups);

const struct verb *verb_at(size_t i)
{
	for (size_t group = 0; group < verb_group_count; group++) {
		const struct verb *verb = verb_groups[group].verbs;

		while (verb->name != NULL && i > 0) {
			verb++;
			i--;
		}
		if (verb->name != NULL)
			return verb;
	}
	return NULL;
}

static bool has_alias(const struct verb *verb, const char *name)
{
	const char *rest = verb->aliases != NULL ? verb->aliases : "";

	while (*rest != '\0') {
		size_t length = strcspn(rest, " ");

		if (name_equal_length(rest, length, name))
			return true;
		rest += length + strspn(rest + length, " ");
	}
	return false;
}

const struct verb *verb_find(const char *name)
{
	const struct verb *verb;

	for (size_t i = 0; (verb = verb_at(i)) != NULL; i++)
		if (name_equal(verb->name, name) || has_alias(verb, name))
			return verb;
	return NULL;
}

void verb_guess(struct name_guess *guess)
{
	for (size_t i = 0; verb_at(i) != NULL; i++)
		name_guess_offer(guess, verb_at(i)->name);
}

static bool is_many(enum slot_kind kind)
{
	return kind == SLOT_WORDS || kind == SLOT_ENDPOINTS || kind == SLOT_PATTERNS || kind == SLOT_NAMES ||
	       kind == SLOT_SOCKOPT || kind == SLOT_CONTROL;
}

static void print_slot(const struct slot *slot, const char *gap, struct buf *out)
{
	const char *lead = slot->lead != NULL ? slot->lead : "";
	size_t length = strlen(lead);
	/* "flags=" stands close to its value, a word and "=" of its own do not */
	bool is_close = length == 0 || slot->kind == SLOT_ALONE || (length > 1 && lead[length - 1] == '=') ||
			strchr("><", lead[length - 1]) != NULL;

	buf_print(out, "%s%s%s%s%s%s%s", gap, slot->optional ? "[" : "", lead, is_close ? "" : " ",
		  slot->name, is_many(slot->kind) ? "..." : "", slot->optional ? "]" : "");
}

void verb_print_slots(const struct verb *verb, size_t filled, struct buf *out)
{
	const char *gap = "";

	for (const struct slot *slot = verb->slots; slot != NULL && slot->name != NULL; slot++) {
		if (slot->lead == NULL && filled > 0) {
			filled--;
			continue;
		}
		print_slot(slot, gap, out);
		gap = " ";
	}
	if (verb->takes_as)
		buf_print(out, "%s[as NAME]", gap);
}
void verb_print(const struct verb *verb, struct buf *out)
{
	buf_print(out, "%s ", verb->name);
	verb_print_slots(verb, 0, out);
	buf_print(out, "\n    %s", verb->help);
	if (verb->aliases != NULL)
		buf_print(out, " (also: %s)", verb->aliases);
	buf_print(out, "\n    example: %s\n", verb->example);
}

const char *slot_kind_name(enum slot_kind kind)
{
	static const char *const names[] = {
		[SLOT_NEW] = "new",	    [SLOT_ENDPOINT] = "endpoint", [SLOT_VARIABLE] = "variable",
		[SLOT_SPEC] = "spec",	    [SLOT_DATA] = "data",	  [SLOT_VALUE] = "value",
		[SLOT_WORD] = "word",	    [SLOT_WORDS] = "words",	  [SLOT_DURATION] = "duration",
		[SLOT_PATTERN] = "pattern", [SLOT_PATTERNS] = "patterns", [SLOT_CONDITION] = "condition",
		[SLOT_STEP] = "line",	    [SLOT_CASES] = "cases",	  [SLOT_NAMES] = "feature",
		[SLOT_SOCKOPT] = "sockopt", [SLOT_IOCTL] = "ioctl",	  [SLOT_FLAGS] = "flags",
		[SLOT_END] = "end",	    [SLOT_FILE] = "file",	  [SLOT_VERB] = "verb",
		[SLOT_SIGNAL] = "signal", [SLOT_CHOICE] = "word", [SLOT_ALONE] = "alone", [SLOT_CHECK] = "condition",	    [SLOT_CONTROL] = "control",  [SLOT_ENDPOINTS] = "endpoint", [SLOT_COMMAND] = "command",
	};

	return names[kind];
}
