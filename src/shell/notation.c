/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hex{}, json{}, file{}, and the functions that make bytes of numbers and numbers of bytes. */
#include "shell/notation.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#define FILE_MAXIMUM (64U << 20)

/* size 0: no integer. */
struct function {
	const char *name;
	enum notation how;
	size_t size;
	bool little;
	const char *help;
};

static const struct function functions[] = {
	{ "hex", NOTATION_HEX, 0, false, "bytes as pairs of hex digits; ?? and ** stand for any in patterns" },
	{ "json", NOTATION_VERBATIM, 0, false, "the text of an object, or a message in JSON" },
	{ "text", NOTATION_VERBATIM, 0, false, "a message in the family's own text: text{123#DEADBEEF}" },
	{ "file", NOTATION_VERBATIM, 0, false, "what a file holds" },
	{ "u8", NOTATION_CALL, 1, false, "a number as a byte" },
	{ "u16be", NOTATION_CALL, 2, false, "a number as two bytes, the high one first" },
	{ "u16le", NOTATION_CALL, 2, true, "a number as two bytes, the low one first" },
	{ "u32be", NOTATION_CALL, 4, false, "a number as four bytes" },
	{ "u32le", NOTATION_CALL, 4, true, "the same, the low one first" },
	{ "u64be", NOTATION_CALL, 8, false, "a number as eight bytes" },
	{ "u64le", NOTATION_CALL, 8, true, "the same, the low one first" },
	{ "len", NOTATION_CALL, 0, false, "how many bytes, as a number" },
	{ "number", NOTATION_CALL, 0, false, "bytes, the high one first, as a number" },
	{ "tohex", NOTATION_CALL, 0, false, "bytes as hex digits" },
};

const char *notation_at(size_t i, const char **help)
{
	if (i >= array_length(functions))
		return NULL;
	*help = functions[i].help;
	return functions[i].name;
}

static const struct function *find(const char *text, size_t length)
{
	for (size_t i = 0; i < array_length(functions); i++)
		if (strlen(functions[i].name) == length &&
		    memcmp(functions[i].name, text, length) == 0)
			return &functions[i];
	return NULL;
}

static const struct function *next_function(const struct cursor *cursor, size_t *length)
{
	const struct function *function;

	*length = 0;
	while (isalnum((unsigned char)cursor_peek(cursor, *length)))
		++*length;
	function = *length > 0 ? find(cursor->source->text + cursor->at, *length) : NULL;
	if (function == NULL ||
	    cursor_peek(cursor, *length) != (function->how == NOTATION_CALL ? '(' : '{'))
		return NULL;
	return function;
}

enum notation notation_begins(const struct cursor *cursor)
{
	size_t length;
	const struct function *function = next_function(cursor, &length);

	return function != NULL ? function->how : NOTATION_NONE;
}

/* The cursor stands in front of "hex{". A pair of digits, "??" for any byte, "**" for any bytes. */
int notation_hex_pattern(struct cursor *cursor, struct buf *regex, struct buf *bytes, bool *wild,
			 struct error *err)
{
	*wild = false;
	cursor->at += strlen("hex{");
	for (;;) {
		char pair[2];

		while (isspace((unsigned char)cursor_peek(cursor, 0)))
			cursor->at++;
		pair[0] = cursor_peek(cursor, 0);
		pair[1] = cursor_peek(cursor, 1);
		if (pair[0] == '}')
			break;
		if (isxdigit((unsigned char)pair[0]) && isxdigit((unsigned char)pair[1])) {
			bytes_read_hex(pair, 2, bytes, NULL);
			buf_print(regex, "\\x%.2s", pair);
		} else if ((pair[0] == '?' || pair[0] == '*') && pair[0] == pair[1]) {
			*wild = true;
			buf_add_string(regex, pair[0] == '?' ? "." : ".*?");
		} else {
			cursor->is_short = cursor->at >= cursor->end;
			return cursor_error(cursor, err, "two hex digits, ??, ** or } were expected");
		}
		cursor->at += 2;
	}
	cursor->at++;
	return 0;
}

static int parse_hex(struct cursor *cursor, struct term *term, struct error *err)
{
	cleanup_buf struct buf regex = { 0 };
	bool wild;

	if (notation_hex_pattern(cursor, &regex, &term->text, &wild, err) < 0)
		return -1;
	if (!wild)
		return 0;
	error_usage(err, "?? and ** stand in patterns only, not in what is sent");
	return source_error(cursor->source,
			    (struct place){ term->place.at, cursor->at - term->place.at }, err);
}

/* Up to the brace that closes the one behind the name; those in between come in pairs. */
static int parse_verbatim(struct cursor *cursor, const char *name, size_t length, struct term *term,
			  struct error *err)
{
	size_t begin = cursor->at, depth = 1;
	struct term *inside;

	term->kind = TERM_CALL;
	buf_add(&term->text, name, length);
	cursor->at += length + 1;
	inside = term_add_part(term);
	inside->place.at = cursor->at;
	for (;;) {
		char next = cursor_peek(cursor, 0);

		if (cursor->at >= cursor->end) {
			cursor->is_short = true;
			cursor->at = begin;
			return cursor_error(cursor, err, "the closing } is missing");
		}
		depth += next == '{';
		depth -= next == '}';
		cursor->at++;
		if (depth == 0)
			break;
		buf_add_char(&inside->text, next);
	}
	inside->place.length = inside->text.length;
	return 0;
}

int notation_argument(struct cursor *cursor, struct term *term, struct error *err)
{
	struct place number;

	cursor_skip_blanks(cursor);
	if (term_begins(cursor)) {
		if (term_parse_one(cursor, term, err) < 0)
			return -1;
	} else {
		number = cursor_name(cursor, false);
		*term = (struct term){ .place = number };
		buf_add(&term->text, cursor->source->text + number.at, number.length);
	}
	if (!cursor_take(cursor, ")"))
		return cursor_error(cursor, err, "\")\" was expected");
	return 0;
}

static int parse_call(struct cursor *cursor, const char *name, size_t length, struct term *term,
		      struct error *err)
{
	term->kind = TERM_CALL;
	buf_add(&term->text, name, length);
	cursor->at += length + 1;
	return notation_argument(cursor, term_add_part(term), err);
}

int notation_parse(struct cursor *cursor, struct term *term, struct error *err)
{
	size_t length;
	const struct function *function = next_function(cursor, &length);

	switch (function != NULL ? function->how : NOTATION_NONE) {
	case NOTATION_HEX:
		return parse_hex(cursor, term, err);
	case NOTATION_VERBATIM:
		return parse_verbatim(cursor, function->name, length, term, err);
	case NOTATION_CALL:
		return parse_call(cursor, function->name, length, term, err);
	default:
		return cursor_error(cursor, err, "bytes were expected: \"text\", hex{..}, $variable");
	}
}

static int read_file(const char *path, struct buf *out, struct error *err)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_system(err, "%s", path);
	out->maximum = FILE_MAXIMUM;
	for (;;) {
		char *room = buf_reserve(out, 65536);
		ssize_t got = room != NULL ? read(fd, room, 65536) : -1;

		if (room == NULL)
			return error_set(err, ERROR_FAILED, "%s: longer than 64 MiB", path);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_system(err, "%s", path);
		if (got == 0)
			return 0;
		buf_commit(out, (size_t)got);
	}
}

static int make_number(const struct function *function, const struct buf *value, struct buf *out,
		       struct error *err)
{
	uint64_t most = function->size < 8 ? (1ULL << (8 * function->size)) - 1 : UINT64_MAX;
	uint64_t number;

	if (strlen(buf_text(value)) != value->length)
		return error_usage(err, "%s: bytes with a NUL are no number", function->name);
	if (number_unsigned(buf_text(value), 0, most, &number, err) < 0)
		return error_context(err, "%s", function->name);
	for (size_t i = 0; i < function->size; i++) {
		size_t place = function->little ? i : function->size - 1 - i;

		buf_add_char(out, (char)(unsigned char)(number >> (8 * place)));
	}
	return 0;
}

static int read_number(const struct buf *value, struct buf *out, struct error *err)
{
	uint64_t number = 0;

	if (value->length > sizeof(number))
		return error_usage(err, "number: %zu bytes are more than eight", value->length);
	for (size_t i = 0; i < value->length; i++)
		number = number << 8 | (unsigned char)value->data[i];
	return buf_print(out, "%" PRIu64, number);
}

int notation_call(const char *name, const struct buf *values, size_t count, struct buf *out,
		  struct error *err)
{
	const struct function *function = find(name, strlen(name));
	const struct buf nothing = { 0 };
	const struct buf *value = count > 0 ? values : &nothing;

	if (function != NULL && function->size > 0)
		return make_number(function, value, out, err);
	if (strcmp(name, "file") == 0)
		return read_file(buf_text(value), out, err);
	if (strcmp(name, "len") == 0)
		return buf_print(out, "%zu", value->length);
	if (strcmp(name, "number") == 0)
		return read_number(value, out, err);
	if (strcmp(name, "tohex") == 0)
		bytes_print_hex(out, buf_text(value), value->length);
	else if (strcmp(name, "json") == 0)
		buf_print(out, "{%s}", buf_text(value));
	else
		buf_add(out, buf_text(value), value->length);
	return 0;
}
