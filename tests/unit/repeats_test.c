/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the errors that come again are told, and how the others are counted. */
#include "report/repeats.h"

#include "unit.h"

#include <stdio.h>

struct hearing {
	struct repeats repeats;
	struct buf of;
	uint64_t left_out;
};

static bool hear(struct hearing *hearing, const char *text, nanoseconds now)
{
	buf_clear(&hearing->of);
	return repeats_hear(&hearing->repeats, text, now, &hearing->left_out, &hearing->of);
}

static void end(struct hearing *hearing)
{
	repeats_release(&hearing->repeats);
	buf_release(&hearing->of);
}

/* How many of so many turns of these texts, from first to last, are told. */
static unsigned int take_turns(struct hearing *hearing, unsigned int turns, char first, char last)
{
	unsigned int told = 0;

	for (unsigned int i = 0; i < turns; i++)
		for (char c = first; c <= last; c++)
			told += hear(hearing, (char[]){ c, 0 }, 1);
	return told;
}

static void taking_turns_is_no_way_out(struct unit *unit)
{
	struct hearing hearing = { 0 };

	unit_check_int(unit, (int)take_turns(&hearing, 1000, 'a', 'a' + REPEATS_KNOWN - 1),
		       REPEATS_KNOWN * REPEATS_TOLD);
	unit_check_int(unit, hear(&hearing, "c", NANOSECONDS_PER_SECOND + 1), true);
	unit_check_int(unit, (int)hearing.left_out, 1000 - REPEATS_TOLD);
	unit_check_string(unit, buf_text(&hearing.of), "c");
	unit_check_int(unit, hear(&hearing, "c", NANOSECONDS_PER_SECOND + 1), true);
	unit_check_int(unit, (int)hearing.left_out, 0);
	end(&hearing);
}

static void who_makes_place_is_counted(struct unit *unit)
{
	struct hearing hearing = { 0 };

	take_turns(&hearing, REPEATS_TOLD + 5, 'a', 'a');
	take_turns(&hearing, 1, 'b', 'a' + REPEATS_KNOWN - 1);
	unit_check_int(unit, (int)hearing.left_out, 0);
	unit_check_int(unit, hear(&hearing, "another", 1), true);
	unit_check_int(unit, (int)hearing.left_out, 5);
	unit_check_string(unit, buf_text(&hearing.of), "a");
	end(&hearing);
}

static uint64_t take_all(struct hearing *hearing)
{
	uint64_t count, sum = 0;

	while ((count = repeats_take(&hearing->repeats, &hearing->of)) > 0)
		sum += count;
	return sum;
}

/* Texts that nobody has room to know: what is told is bounded, and with what is counted it is all. */
static void many_texts_are_bounded(struct unit *unit)
{
	struct hearing hearing = { 0 };
	unsigned int told = 0;
	uint64_t others, counted = 0;

	for (unsigned int i = 0; i < 20000; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%u", i % 50);
		told += hear(&hearing, text, 1);
		counted += hearing.left_out;
	}
	unit_check_int(unit, (int)told, REPEATS_TOLD_OF_ALL);
	unit_check_int(unit, (int)repeats_take_others(&hearing.repeats, NANOSECONDS_PER_SECOND / 2), 0);
	others = repeats_take_others(&hearing.repeats, NANOSECONDS_PER_SECOND + 1);
	unit_check_int(unit, (int)repeats_take_others(&hearing.repeats, NANOSECONDS_PER_SECOND + 1), 0);
	unit_check_int(unit, (int)(told + others + counted + take_all(&hearing)), 20000);
	unit_check_int(unit, hear(&hearing, "another", NANOSECONDS_PER_SECOND + 1), true);
	end(&hearing);
}

static void the_rest_is_taken(struct unit *unit)
{
	struct hearing hearing = { 0 };

	take_turns(&hearing, REPEATS_TOLD + 3, 'a', 'c');
	for (char c = 'a'; c <= 'c'; c++) {
		buf_clear(&hearing.of);
		unit_check_int(unit, (int)repeats_take(&hearing.repeats, &hearing.of), 3);
		unit_check_string(unit, buf_text(&hearing.of), ((char[]){ c, 0 }));
	}
	unit_check_int(unit, (int)repeats_take(&hearing.repeats, &hearing.of), 0);
	end(&hearing);
}

int main(void)
{
	struct unit unit = { 0 };

	unit_run(&unit, "repeats: texts that take turns are told ten times each", taking_turns_is_no_way_out);
	unit_run(&unit, "repeats: one that makes place for another has its number told", who_makes_place_is_counted);
	unit_run(&unit, "repeats: of many texts some are told, and all are counted", many_texts_are_bounded);
	unit_run(&unit, "repeats: what is left is had at the end, the oldest first", the_rest_is_taken);
	return unit_end(&unit);
}
