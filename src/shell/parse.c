/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines to steps: the verb's row of the table says what stands in its slots. */
#include "shell/parse.h"

#include "base/memory.h"
#include "shell/fill.h"
#include "shell/result.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAXIMUM 32

static void filling_release(struct filling *filling)
{
	term_release(&filling->term);
	free(filling->name);
	for (size_t i = 0; i < filling->word_count; i++)
		term_release(&filling->words[i]);
	free(filling->words);
	for (size_t i = 0; i < filling->pattern_count; i++)
		expected_release(&filling->patterns[i]);
	free(filling->patterns);
	condition_release(&filling->condition);
	block_release(&filling->block);
	for (size_t i = 0; i < filling->alternative_count; i++) {
		expected_release(&filling->alternatives[i].pattern);
		block_release(&filling->alternatives[i].actions);
		free(filling->alternatives[i].as);
	}
	free(filling->alternatives);
}

void step_release(struct step *step)
{
	for (size_t i = 0; i < SLOTS_MAXIMUM; i++)
		filling_release(&step->fillings[i]);
	free(step->command);
	free(step->result);
	free(step->as);
	free(step->into);
	*step = (struct step){ 0 };
}

void block_release(struct block *block)
{
	for (size_t i = 0; i < block->count; i++)
		step_release(&block->steps[i]);
	free(block->steps);
	*block = (struct block){ 0 };
}

static int unknown_verb(struct parser *parser, const char *name, struct error *err)
{
	struct name_guess guess = { .wanted = name };

	verb_guess(&guess);
	cursor_error(&parser->cursor, err, "there is no verb \"%s\"", name);
	return guess.nearest != NULL ? error_hint(err, "did you mean \"%s\"?", guess.nearest) :
				       error_hint(err, "\"help\" lists the verbs");
}

/* "+200ms", "@1s" in front of the verb. */
static int parse_time(struct parser *parser, struct step *step, struct error *err)
{
	char sign = cursor_peek(&parser->cursor, 0);

	step->delay = step->moment = -1;
	if (sign != '+' && sign != '@')
		return 0;
	parser->cursor.at++;
	return fill_duration(&parser->cursor, sign == '+' ? &step->delay : &step->moment, err);
}

static int parse_verb(struct parser *parser, struct step *step, struct error *err)
{
	struct cursor *cursor = &parser->cursor;
	struct cursor before;
	struct place place;
	char *name;

	cursor_skip_blanks(cursor);
	before = *cursor;
	place = cursor_name(cursor, false);
	if (place.length == 0 && (cursor_take(cursor, "?") || cursor_take(cursor, "!")))
		place.length = 1;
	name = cursor_text(cursor, place);
	step->verb = verb_find(name);
	if (step->verb == NULL && parser->world->has_command != NULL &&
	    parser->world->has_command(parser->world->context, name)) {
		step->verb = &command_verb;
		step->command = memory_string(name);
	}
	if (step->verb == NULL) {
		*cursor = before;
		if (place.length == 0)
			cursor_error(cursor, err, "a verb was expected");
		else
			unknown_verb(parser, name, err);
	}
	free(name);
	return step->verb != NULL ? 0 : -1;
}

static int parse_result(struct parser *parser, struct step *step, struct error *err)
{
	struct cursor *cursor = &parser->cursor;
	struct place place = cursor_name(cursor, false);

	if (place.length == 0)
		return cursor_error(cursor, err, "a result was expected: ok, refused, timeout, EPIPE ...");
	free(step->result);
	step->result = cursor_text(cursor, place);
	step->result_place = place;
	if (strcmp(step->result, "status") == 0) {
		struct place number = cursor_name(cursor, false);

		free(step->result);
		step->result = cursor_text(cursor, number);
		if (number.length == 0)
			return cursor_error(cursor, err, "an exit status was expected");
	}
	if (!isdigit((unsigned char)step->result[0]) && !result_is_known(step->result)) {
		cursor->at = place.at;
		cursor_error(cursor, err, "there is no result \"%s\"", step->result);
		return error_hint(err, "ok, refused, reset, unreachable, timeout, unavailable, "
				       "usage, failed, a name such as EADDRINUSE, or status N");
	}
	return 0;
}

static int parse_within(struct parser *parser, struct step *step, struct error *err)
{
	struct cursor *cursor = &parser->cursor;

	if (fill_duration(cursor, &step->most, err) < 0)
		return -1;
	if (!cursor_take(cursor, ".."))
		return 0;
	step->least = step->most;
	return fill_duration(cursor, &step->most, err);
}

static int parse_as(struct parser *parser, struct step *step, struct error *err)
{
	struct place place;

	if (cursor_new_name(&parser->cursor, &place, err) < 0)
		return -1;
	if (!step->verb->takes_as) {
		error_usage(err, "%s gives nothing that could have a name", step->verb->name);
		return source_error(parser->cursor.source, place, err);
	}
	free(step->as);
	step->as = cursor_text(&parser->cursor, place);
	parser_declare(parser, step->as);
	return 0;
}

static int parse_into_command(struct parser *parser, struct step *step, struct error *err)
{
	struct place place = cursor_command(&parser->cursor);

	if (place.length == 0)
		return cursor_error(&parser->cursor, err, "a command of the system was expected");
	free(step->into);
	step->into = cursor_text(&parser->cursor, place);
	return 0;
}

/* What may stand behind every verb's own slots. */
static int parse_tail(struct parser *parser, struct step *step, struct error *err)
{
	struct cursor *cursor = &parser->cursor;

	for (;;) {
		int parsed;

		if (cursor_take_word(cursor, "within"))
			parsed = parse_within(parser, step, err);
		else if (cursor_take_word(cursor, "as"))
			parsed = parse_as(parser, step, err);
		else if (cursor_take_word(cursor, "="))
			parsed = parse_result(parser, step, err);
		else if (cursor_take(cursor, "|"))
			parsed = parse_into_command(parser, step, err);
		else
			return 0;
		if (parsed < 0)
			return -1;
	}
}

static int refuse_rest(struct parser *parser, const struct step *step, struct error *err)
{
	cleanup_buf struct buf slots = { 0 };

	verb_print_slots(step->verb, 0, &slots);
	cursor_error(&parser->cursor, err, "%s takes nothing more here", step->verb->name);
	return error_hint(err, "%s %s", step->verb->name, buf_text(&slots));
}

static int parse_into(struct parser *parser, struct step *step, struct error *err)
{
	if (parse_time(parser, step, err) < 0 || parse_verb(parser, step, err) < 0 ||
	    fill_slots(parser, step, err) < 0 || parse_tail(parser, step, err) < 0)
		return -1;
	step->place.length = parser->cursor.at - step->place.at;
	parser->has_included |= strcmp(step->verb->name, "include") == 0;
	if (step->verb->as_endpoint && step->as == NULL)
		return cursor_error(&parser->cursor, err, "%s: \"as NAME\" was expected",
				    step->verb->name);
	return cursor_at_end(&parser->cursor) ? 0 : refuse_rest(parser, step, err);
}

int parse_step(struct parser *parser, struct step *step, struct error *err)
{
	int parsed = -1;

	*step = (struct step){ .source = parser->cursor.source };
	cursor_skip_blanks(&parser->cursor);
	step->place.at = parser->cursor.at;
	if (parser->depth >= DEPTH_MAXIMUM)
		return cursor_error(&parser->cursor, err, "too many lines stand in each other");
	parser->depth++;
	parsed = parse_into(parser, step, err);
	parser->depth--;
	if (parsed < 0)
		step_release(step);
	return parsed;
}

static struct step *add_step(struct block *block)
{
	block->steps = memory_resize(block->steps, block->count + 1, sizeof(*block->steps));
	return &block->steps[block->count];
}

int parse_lines(struct parser *parser, bool braced, struct block *block, struct error *err)
{
	struct cursor *cursor = &parser->cursor;
	struct cursor opened = *cursor;

	for (;;) {
		cursor_skip_lines(cursor);
		if (braced && cursor_take_word(cursor, "}"))
			return 0;
		if (cursor->at >= cursor->end && !braced)
			return 0;
		if (cursor->at >= cursor->end) {
			cursor->is_short = true;
			opened.at--;
			return cursor_error(&opened, err, "the closing } of this { is missing");
		}
		if (parse_step(parser, add_step(block), err) < 0)
			return -1;
		block->count++;
	}
}

int parse_block(struct parser *parser, struct block *block, struct error *err)
{
	if (cursor_take_word(&parser->cursor, "{"))
		return parse_lines(parser, true, block, err);
	if (parse_step(parser, add_step(block), err) < 0)
		return -1;
	block->count++;
	return 0;
}

static int parse_all(struct parser *parser, const struct source *source,
		     const struct parse_world *world, struct block *block, struct error *err)
{
	int parsed;

	*parser = (struct parser){ .cursor = { .source = source, .end = source->length }, .world = world };
	*block = (struct block){ 0 };
	if (source->length > 1 && memcmp(source->text, "#!", 2) == 0)
		cursor_skip_blanks(&parser->cursor);
	parsed = parse_lines(parser, false, block, err);
	parser_release(parser);
	if (parsed < 0)
		block_release(block);
	return parsed;
}

int script_parse(const struct source *source, const struct parse_world *world, struct block *block,
		 struct error *err)
{
	struct parser parser;

	return parse_all(&parser, source, world, block, err);
}

bool script_is_open(const struct source *source, const struct parse_world *world)
{
	struct error ignored = { 0 };
	struct parser parser;
	struct block block;

	if (source->length > 1 && strcmp(source->text + source->length - 2, "\\\n") == 0)
		return true;
	if (parse_all(&parser, source, world, &block, &ignored) < 0)
		return parser.cursor.is_short;
	block_release(&block);
	return false;
}
