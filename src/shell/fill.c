/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each kind of slot reads, and whether the names in it are known. */
#include "shell/fill.h"

#include "base/memory.h"
#include "base/number.h"
#include "option/flags.h"
#include "shell/check.h"
#include "shell/cmsg.h"
#include "shell/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void parser_declare(struct parser *parser, const char *name)
{
	parser->names = memory_resize(parser->names, parser->name_count + 1, sizeof(char *));
	parser->names[parser->name_count++] = memory_string(name);
}

void parser_release(struct parser *parser)
{
	for (size_t i = 0; i < parser->name_count; i++)
		free(parser->names[i]);
	free(parser->names);
}

/* What stands behind a dot belongs to the name in front of it. */
static bool is_declared(const struct parser *parser, const char *name)
{
	static const char *const given[] = { "ENV", "TMP", "UID", "PID", "match" };
	char *base cleanup_free = memory_copy(name, strcspn(name, "."));

	if (parser->has_included)
		return true;
	for (size_t i = 0; i < array_length(given); i++)
		if (strcmp(base, given[i]) == 0)
			return true;
	for (size_t i = 0; i < parser->name_count; i++)
		if (strcmp(base, parser->names[i]) == 0)
			return true;
	return parser->world->has_name == NULL ||
	       parser->world->has_name(parser->world->context, base);
}

static int check_declared(struct parser *parser, const char *name, struct place place,
			  const char *what, struct error *err)
{
	struct name_guess guess = { .wanted = name };

	if (is_declared(parser, name))
		return 0;
	for (size_t i = 0; i < parser->name_count; i++)
		name_guess_offer(&guess, parser->names[i]);
	error_usage(err, "there is no %s \"%s\" by then", what, name);
	source_error(parser->cursor.source, place, err);
	return guess.nearest != NULL ? error_hint(err, "did you mean \"%s\"?", guess.nearest) : -1;
}

/* Every variable in it must have been set before. */
static int check_term(struct parser *parser, const struct term *term, struct error *err)
{
	if (term->kind == TERM_VARIABLE &&
	    check_declared(parser, buf_text(&term->text), term->place, "variable or endpoint", err) < 0)
		return -1;
	for (size_t i = 0; i < term->part_count; i++)
		if (check_term(parser, &term->parts[i], err) < 0)
			return -1;
	return 0;
}

static int check_condition(struct parser *parser, const struct condition *condition,
			   struct error *err)
{
	for (size_t i = 0; i < condition->count; i++)
		if (check_term(parser, &condition->clauses[i].left, err) < 0 ||
		    check_term(parser, &condition->clauses[i].right, err) < 0)
			return -1;
	return 0;
}

static int check_expected(struct parser *parser, const struct expected *expected, struct error *err)
{
	if (check_term(parser, &expected->data, err) < 0)
		return -1;
	return check_condition(parser, &expected->fields, err);
}

int fill_duration(struct cursor *cursor, nanoseconds *duration, struct error *err)
{
	struct place place;
	char *text cleanup_free = NULL;

	cursor_skip_blanks(cursor);
	place = (struct place){ .at = cursor->at };
	while (isalnum((unsigned char)cursor_peek(cursor, 0)) ||
	       (cursor_peek(cursor, 0) == '.' && cursor_peek(cursor, 1) != '.'))
		cursor->at++;
	place.length = cursor->at - place.at;
	text = cursor_text(cursor, place);
	if (place.length == 0)
		return cursor_error(cursor, err, "a duration was expected: 250ms, 5s, 1m");
	return number_duration(text, duration, err) < 0 ? source_error(cursor->source, place, err) : 0;
}

static int fill_new(struct parser *parser, struct filling *filling, struct error *err)
{
	struct cursor *cursor = &parser->cursor;
	struct place place;

	if (cursor_take_word(cursor, "-")) {
		filling->name = memory_string("-");
		return 0;
	}
	if (cursor_new_name(cursor, &place, err) < 0)
		return -1;
	filling->name = cursor_text(cursor, place);
	parser_declare(parser, filling->name);
	return 0;
}

/* "c", "p.out"; "$m.fd" names the same as "m.fd". */
static int fill_endpoint(struct parser *parser, struct filling *filling, struct error *err)
{
	struct cursor *cursor = &parser->cursor;

	cursor_take(cursor, "$");
	filling->place = cursor_name(cursor, true);
	if (filling->place.length == 0)
		return cursor_error(cursor, err, "the name of an endpoint was expected");
	filling->name = cursor_text(cursor, filling->place);
	return check_declared(parser, filling->name, filling->place, "endpoint", err);
}

static int fill_spec(struct parser *parser, const struct step *step, struct filling *filling,
		     struct error *err)
{
	struct error wrong = { 0 };
	const char *word;

	if (term_parse_word(&parser->cursor, true, &filling->term, err) < 0)
		return -1;
	if (!term_is_constant(&filling->term) || parser->world->check_spec == NULL)
		return check_term(parser, &filling->term, err);
	word = buf_text(&filling->term.parts[0].text);
	if (parser->world->check_spec(parser->world->context, word,
				      strcmp(step->verb->name, "listen") == 0, &wrong) == 0)
		return 0;
	source_error_inside(parser->cursor.source, filling->term.place, 0, &wrong);
	*err = wrong;
	return -1;
}

/* What ends the words of a slot is no word of its own everywhere. */
static bool ends_words(const struct step *step, enum slot_kind kind, const struct cursor *cursor)
{
	if (kind == SLOT_ENDPOINTS)
		return slots_lead_begins(step->verb, cursor);
	return kind == SLOT_SOCKOPT && fields_begin(cursor);
}

/* Words up to the end of the line, or to "{", "=" or "as" of its own. */
static int fill_words(struct parser *parser, const struct step *step, enum slot_kind kind,
		      struct filling *filling, struct error *err)
{
	struct cursor *cursor = &parser->cursor;
	struct cursor ahead;

	for (;;) {
		struct term *word;

		ahead = *cursor;
		if (cursor_at_end(cursor) || cursor_take_word(&ahead, "=") ||
		    cursor_take_word(&ahead, "{") ||
		    ends_words(step, kind, cursor) ||
		    (step->verb->takes_as && cursor_take_word(&ahead, "as")))
			return 0;
		filling->words = memory_resize(filling->words, filling->word_count + 1,
					       sizeof(*filling->words));
		word = &filling->words[filling->word_count++];
		*word = (struct term){ 0 };
		if (term_parse_word(cursor, false, word, err) < 0 ||
		    check_term(parser, word, err) < 0)
			return -1;
	}
}

static int fill_endpoints(struct parser *parser, const struct step *step, struct filling *filling,
			  struct error *err)
{
	if (fill_words(parser, step, SLOT_ENDPOINTS, filling, err) < 0)
		return -1;
	for (size_t i = 0; i < filling->word_count; i++) {
		const struct term *word = &filling->words[i];

		if (term_is_constant(word) &&
		    check_declared(parser, buf_text(&word->parts[0].text), word->place, "endpoint", err) < 0)
			return -1;
	}
	return 0;
}

static int fill_patterns(struct parser *parser, bool many, struct filling *filling,
			 struct error *err)
{
	do {
		struct expected *expected;

		filling->patterns = memory_resize(filling->patterns, filling->pattern_count + 1,
						  sizeof(*filling->patterns));
		expected = &filling->patterns[filling->pattern_count++];
		if (expected_parse(&parser->cursor, expected, err) < 0 ||
		    check_expected(parser, expected, err) < 0)
			return -1;
	} while (many && expected_begins(&parser->cursor));
	return 0;
}

static int fill_alternative(struct parser *parser, struct alternative *alternative,
			    struct error *err)
{
	struct cursor *cursor = &parser->cursor;
	struct place name;

	if (expected_parse(cursor, &alternative->pattern, err) < 0 ||
	    check_expected(parser, &alternative->pattern, err) < 0)
		return -1;
	if (cursor_take_word(cursor, "as")) {
		name = cursor_name(cursor, false);
		alternative->as = cursor_text(cursor, name);
		if (name.length == 0)
			return cursor_error(cursor, err, "a name was expected behind \"as\"");
		parser_declare(parser, alternative->as);
	}
	return cursor_at_end(cursor) ? 0 : parse_block(parser, &alternative->actions, err);
}

static int fill_cases(struct parser *parser, struct filling *filling, struct error *err)
{
	struct cursor *cursor = &parser->cursor;

	if (!cursor_take_word(cursor, "{"))
		return cursor_error(cursor, err, "{ was expected");
	for (;;) {
		struct alternative *added;

		cursor_skip_lines(cursor);
		if (cursor_take_word(cursor, "}"))
			return 0;
		cursor->is_short = cursor->at >= cursor->end;
		filling->alternatives = memory_resize(filling->alternatives,
						      filling->alternative_count + 1,
						      sizeof(*filling->alternatives));
		added = &filling->alternatives[filling->alternative_count++];
		*added = (struct alternative){ 0 };
		if (fill_alternative(parser, added, err) < 0)
			return -1;
	}
}

static int fill_check(struct parser *parser, struct filling *filling, struct error *err)
{
	if (fields_parse(&parser->cursor, &filling->condition, err) < 0 ||
	    check_condition(parser, &filling->condition, err) < 0)
		return -1;
	return check_parsed(parser->cursor.source, &filling->condition, err);
}

static int fill_flags(struct parser *parser, struct filling *filling, struct error *err)
{
	int64_t value;

	if (term_parse_word(&parser->cursor, false, &filling->term, err) < 0)
		return -1;
	if (!term_is_constant(&filling->term))
		return check_term(parser, &filling->term, err);
	if (flags_read_set(FLAGS_message, buf_text(&filling->term.parts[0].text), &value, err) == 0)
		return 0;
	return source_error(parser->cursor.source, filling->term.place, err);
}

/* Names are checked now where nothing is filled in; an interface may come to be by then. */
static int fill_control(struct parser *parser, struct filling *filling, struct error *err)
{
	cleanup_buf struct buf scratch = { 0 };
	struct error wrong = { 0 };
	struct term *word;

	filling->words = memory_resize(filling->words, filling->word_count + 1, sizeof(*filling->words));
	word = &filling->words[filling->word_count++];
	*word = (struct term){ 0 };
	if (term_parse_word(&parser->cursor, false, word, err) < 0)
		return -1;
	if (!term_is_constant(word))
		return check_term(parser, word, err);
	if (cmsg_read(buf_text(&word->parts[0].text), 0, &scratch, &wrong) == 0 || wrong.kind != ERROR_USAGE)
		return 0;
	if (err != NULL)
		*err = wrong;
	return source_error(parser->cursor.source, word->place, err);
}

static int fill_variable(struct parser *parser, struct filling *filling, struct error *err)
{
	struct place place;

	if (cursor_new_name(&parser->cursor, &place, err) < 0)
		return -1;
	filling->name = cursor_text(&parser->cursor, place);
	parser_declare(parser, filling->name);
	return 0;
}

static int fill_command(struct parser *parser, struct filling *filling, struct error *err)
{
	struct place place = cursor_command(&parser->cursor);

	filling->name = cursor_text(&parser->cursor, place);
	return place.length > 0 ? 0 : cursor_error(&parser->cursor, err, "a command of the system was expected");
}

static int fill_end(struct parser *parser, struct filling *filling, struct error *err)
{
	static const char *const ends[][2] = { { "read", "SHUT_RD" },
					       { "write", "SHUT_WR" },
					       { "both", "SHUT_RDWR" } };

	for (size_t i = 0; i < array_length(ends); i++)
		if (cursor_take_word(&parser->cursor, ends[i][0]) ||
		    cursor_take_word(&parser->cursor, ends[i][1])) {
			filling->name = memory_string(ends[i][0]);
			return 0;
		}
	return cursor_error(&parser->cursor, err, "read, write or both was expected");
}

/* One of the words of a list, or the name of a signal: checked now where nothing is filled in. */
static int fill_known(struct parser *parser, const struct slot *slot, struct filling *filling,
		      struct error *err)
{
	const char *text;

	if (term_parse_value(&parser->cursor, &filling->term, err) < 0)
		return -1;
	if (!term_is_constant(&filling->term))
		return check_term(parser, &filling->term, err);
	text = buf_text(&filling->term.parts[0].text);
	if (slot->kind == SLOT_SIGNAL ? signal_read(text, err) > 0 : choice_read(slot->name, text, err) >= 0)
		return 0;
	return source_error(parser->cursor.source, filling->term.place, err);
}

static int fill_term(struct parser *parser, enum slot_kind kind, struct filling *filling,
		     struct error *err)
{
	int parsed;

	if (kind == SLOT_DATA && term_begins(&parser->cursor))
		parsed = term_parse_data(&parser->cursor, &filling->term, err);
	else if (kind == SLOT_VALUE || kind == SLOT_DATA)
		parsed = term_parse_value(&parser->cursor, &filling->term, err);
	else
		parsed = term_parse_word(&parser->cursor, false, &filling->term, err);
	return parsed < 0 ? -1 : check_term(parser, &filling->term, err);
}

int fill_slot(struct parser *parser, struct step *step, const struct slot *slot,
	      struct filling *filling, struct error *err)
{
	switch (slot->kind) {
	case SLOT_NEW:
		return fill_new(parser, filling, err);
	case SLOT_ENDPOINT:
		return fill_endpoint(parser, filling, err);
	case SLOT_ENDPOINTS:
		return fill_endpoints(parser, step, filling, err);
	case SLOT_VARIABLE:
		return fill_variable(parser, filling, err);
	case SLOT_SPEC:
		return fill_spec(parser, step, filling, err);
	case SLOT_WORDS:
	case SLOT_NAMES:
	case SLOT_SOCKOPT:
	case SLOT_IOCTL:
		return fill_words(parser, step, slot->kind, filling, err);
	case SLOT_CHOICE:
	case SLOT_SIGNAL:
		return fill_known(parser, slot, filling, err);
	case SLOT_CHECK:
		return fill_check(parser, filling, err);
	case SLOT_DURATION:
		return fill_duration(&parser->cursor, &filling->duration, err);
	case SLOT_PATTERN:
		return fill_patterns(parser, false, filling, err);
	case SLOT_PATTERNS:
		return fill_patterns(parser, true, filling, err);
	case SLOT_CONDITION:
		if (condition_parse(&parser->cursor, &filling->condition, err) < 0)
			return -1;
		return check_condition(parser, &filling->condition, err);
	case SLOT_STEP:
		return parse_block(parser, &filling->block, err);
	case SLOT_CASES:
		return fill_cases(parser, filling, err);
	case SLOT_FLAGS:
		return fill_flags(parser, filling, err);
	case SLOT_CONTROL:
		return fill_control(parser, filling, err);
	case SLOT_COMMAND:
		return fill_command(parser, filling, err);
	case SLOT_END:
		return fill_end(parser, filling, err);
	default:
		return fill_term(parser, slot->kind, filling, err);
	}
}
