/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of a verb's slots a line fills: those that stand in order, and those that a word of their own leads. */
#include "shell/fill.h"

#include <ctype.h>
#include <string.h>

static bool tail_begins(const struct cursor *cursor)
{
	struct cursor ahead = *cursor;

	return cursor_take_word(&ahead, "within") || cursor_take_word(&ahead, "as") ||
	       cursor_take_word(&ahead, "=");
}

static bool take_lead(struct cursor *cursor, const char *lead)
{
	size_t length = strlen(lead);

	if (isalpha((unsigned char)lead[length - 1]) || strcmp(lead, "=") == 0)
		return cursor_take_word(cursor, lead);
	return cursor_take(cursor, lead);
}

bool slots_lead_begins(const struct verb *verb, const struct cursor *cursor)
{
	for (const struct slot *slot = verb->slots; slot->name != NULL; slot++) {
		struct cursor ahead = *cursor;

		if (slot->lead != NULL && take_lead(&ahead, slot->lead))
			return true;
	}
	return false;
}

/* Whether what comes next can fill an optional slot. */
static bool begins(const struct verb *verb, const struct slot *slot, struct cursor *cursor)
{
	if (cursor_at_end(cursor) || tail_begins(cursor) || slots_lead_begins(verb, cursor))
		return false;
	if (slot->kind == SLOT_SOCKOPT || slot->kind == SLOT_CHECK)
		return fields_begin(cursor) == (slot->kind == SLOT_CHECK);
	if (slot->kind == SLOT_DATA)
		return term_begins(cursor);
	if (slot->kind == SLOT_PATTERN || slot->kind == SLOT_PATTERNS)
		return expected_begins(cursor);
	if (slot->kind == SLOT_DURATION)
		return isdigit((unsigned char)cursor_peek(cursor, 0)) != 0;
	return true;
}

static int refuse_missing(struct parser *parser, const struct step *step, const struct slot *slot,
			  struct error *err)
{
	cleanup_buf struct buf slots = { 0 };

	verb_print_slots(step->verb, 0, &slots);
	cursor_error(&parser->cursor, err, "%s: %s%s%s was expected", step->verb->name,
		     slot->lead != NULL ? slot->lead : "", slot->lead != NULL ? " " : "",
		     slot->name);
	return error_hint(err, "%s %s", step->verb->name, buf_text(&slots));
}

/* 1: filled; 0: not there; -1. */
static int try_slot(struct parser *parser, struct step *step, size_t i, struct error *err)
{
	const struct slot *slot = &step->verb->slots[i];
	struct filling *filling = &step->fillings[i];
	struct cursor *cursor = &parser->cursor;

	if (slot->lead != NULL ? !take_lead(cursor, slot->lead) :
				 slot->optional && !begins(step->verb, slot, cursor))
		return 0;
	if (slot->kind == SLOT_ALONE) {
		filling->given = true;
		return 1;
	}
	if (cursor_at_end(cursor))
		return slot->lead != NULL ? refuse_missing(parser, step, slot, err) : 0;
	filling->given = true;
	filling->place.at = cursor->at;
	if (fill_slot(parser, step, slot, filling, err) < 0)
		return -1;
	filling->place.length = cursor->at - filling->place.at;
	return 1;
}

/* The first slot with a word in front of it whose word comes next: 1, 0 none, -1. */
static int fill_one_led(struct parser *parser, struct step *step, struct error *err)
{
	int filled = 0;

	for (size_t i = 0; filled == 0 && step->verb->slots[i].name != NULL; i++)
		if (step->verb->slots[i].lead != NULL &&
		    (!step->fillings[i].given || step->verb->slots[i].kind == SLOT_CONTROL))
			filled = try_slot(parser, step, i, err);
	return filled;
}

/* They may come in any order. */
static int fill_led(struct parser *parser, struct step *step, struct error *err)
{
	int filled;

	do
		filled = fill_one_led(parser, step, err);
	while (filled > 0);
	return filled;
}

int fill_slots(struct parser *parser, struct step *step, struct error *err)
{
	const struct slot *slots = step->verb->slots;

	for (size_t i = 0; slots != NULL && slots[i].name != NULL; i++) {
		int filled = try_slot(parser, step, i, err);

		if (filled < 0)
			return -1;
		if (filled == 0 && !slots[i].optional)
			return refuse_missing(parser, step, &slots[i], err);
	}
	return slots != NULL ? fill_led(parser, step, err) : 0;
}
