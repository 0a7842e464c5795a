/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The canonical form of a spec: what is printed here, the parser reads back as the same parts. */
#include "spec/spec.h"

#include "base/cleanup.h"
#include "base/utf8.h"
#include "spec/cut.h"
#include "spec/meaning.h"

#include <ctype.h>
#include <string.h>

/* One character, which may be several bytes; what no terminal should see becomes \xNN. */
static size_t print_character(const char *bytes, size_t length, struct buf *out)
{
	uint32_t point;
	size_t taken = utf8_decode(bytes, length, &point);

	if (taken == 0 || !utf8_is_printable(point)) {
		buf_print(out, "\\x%02x", (unsigned char)bytes[0]);
		return 1;
	}
	buf_add(out, bytes, taken);
	return taken;
}

/* special: what gets a backslash; doubled: what is written twice, NUL for nothing. */
static void print_escaped(const char *bytes, size_t length, const char *special, char doubled,
			  struct buf *out)
{
	for (size_t i = 0; i < length;) {
		if (bytes[i] != '\0' && strchr(special, bytes[i]) != NULL)
			buf_add_char(out, '\\');
		if (bytes[i] != '\0' && bytes[i] == doubled)
			buf_add_char(out, doubled);
		i += print_character(bytes + i, length - i, out);
	}
}

/* An unquoted text must not begin as if it were quoted or in brackets. */
static void guard_start(const char *bytes, size_t length, const char *special, struct buf *out)
{
	if (length > 0 && bytes[0] != '\0' && strchr(special, bytes[0]) != NULL)
		buf_add_char(out, '\\');
}

static void print_quoted(const struct spec_text *part, struct buf *out)
{
	buf_add_char(out, '"');
	print_escaped(part->bytes, part->length, "\"\\", '\0', out);
	buf_add_char(out, '"');
}

static void print_word(const char *bytes, size_t length, struct buf *out)
{
	guard_start(bytes, length, "\"'", out);
	print_escaped(bytes, length, ":,\\", '\0', out);
}

static void print_bracketed(const char *bytes, size_t length, struct buf *out)
{
	buf_add_char(out, '[');
	print_escaped(bytes, length, "]\\", '\0', out);
	buf_add_char(out, ']');
}

static void print_rest(const char *bytes, size_t length, struct buf *out)
{
	guard_start(bytes, length, "\"'", out);
	print_escaped(bytes, length, "\\", ',', out);
}

/* Quotes and backslashes are the command's own; a comma outside them is doubled. */
static void print_command(const char *bytes, size_t length, struct buf *out)
{
	char quote = '\0';

	for (size_t i = 0; i < length; i++) {
		char c = bytes[i];

		if (quote == '\0' && c == ',')
			buf_add_char(out, c);
		if (quote != '\0' && c == quote)
			quote = '\0';
		else if (quote == '\0' && cut_is_quote(c))
			quote = c;
		buf_add_char(out, c);
		if (c == '\\' && quote != '\'' && i + 1 < length)
			buf_add_char(out, bytes[++i]);
	}
}

/* Whether every parenthesis has its partner, so that they protect what is between them. */
static bool is_balanced(const char *bytes, size_t length)
{
	size_t depth = 0;

	for (size_t i = 0; i < length; i++) {
		depth += bytes[i] == '(';
		if (bytes[i] == ')' && depth-- == 0)
			return false;
	}
	return depth == 0;
}

static void print_algorithm(const char *bytes, size_t length, struct buf *out)
{
	bool balanced = is_balanced(bytes, length);
	size_t depth = 0;

	guard_start(bytes, length, "\"'", out);
	for (size_t i = 0; i < length;) {
		char c = bytes[i];

		depth += balanced && c == '(';
		depth -= balanced && c == ')';
		if (c != '\0' &&
		    (strchr("/\\", c) != NULL || (depth == 0 && strchr(":,", c) != NULL) ||
		     (!balanced && strchr("()", c) != NULL)))
			buf_add_char(out, '\\');
		i += print_character(bytes + i, length - i, out);
	}
}

/* A host or Bluetooth address that could be taken for more than a word stands in brackets. */
static void print_address(const char *bytes, size_t length, struct buf *out)
{
	if (length > 0 && memchr(bytes, ':', length) != NULL) {
		print_bracketed(bytes, length, out);
		return;
	}
	guard_start(bytes, length, "[", out);
	print_word(bytes, length, out);
}

void spec_print_text(const char *bytes, size_t length, enum field_kind kind, struct buf *out)
{
	switch (kind) {
	case FIELD_HOST:
	case FIELD_BDADDR:
		print_address(bytes, length, out);
		break;
	case FIELD_ALGORITHM:
		print_algorithm(bytes, length, out);
		break;
	case FIELD_REST:
		print_rest(bytes, length, out);
		break;
	case FIELD_COMMAND:
		print_command(bytes, length, out);
		break;
	case FIELD_WORD:
		print_word(bytes, length, out);
		break;
	}
}

void spec_print_name(const struct spec *spec, struct buf *out)
{
	buf_add_string(out, spec->shape->name);
	if (spec->role != meaning_default_role(spec->shape))
		buf_print(out, "-%s", meaning_role_name(spec->role));
}

/*
 * Words without ":" of their own can still add up to an IPv6 address or to part
 * of a Bluetooth address when they stand side by side: brackets keep them apart.
 */
static bool needs_brackets(const struct spec *spec, size_t i, enum field_kind kind)
{
	const struct spec_text *part = &spec->fields[i];
	size_t digits = part->length;

	for (size_t c = 0; c < part->length; c++)
		digits -= isxdigit((unsigned char)part->bytes[c]) != 0;
	if (digits > 0)
		return false;
	if (kind == FIELD_BDADDR)
		return part->length == 2 && i + 1 < spec->field_count;
	return kind == FIELD_HOST && spec->field_count - i >= 3;
}

static void print_field(const struct spec *spec, size_t i, struct buf *out)
{
	const struct spec_text *part = &spec->fields[i];
	enum field_kind kind = spec_fields(spec)[i].kind;

	if (part->quoted)
		print_quoted(part, out);
	else if (needs_brackets(spec, i, kind))
		print_bracketed(part->bytes, part->length, out);
	else
		spec_print_text(part->bytes, part->length, kind, out);
}

/* A path that would not look like one gets its ":" and "," as \xNN. */
static void print_bare_path(const struct spec *spec, struct buf *out)
{
	cleanup_buf struct buf plain = { 0 };
	const struct spec_text *part = &spec->fields[0];
	const char *at;

	print_field(spec, 0, &plain);
	at = buf_text(&plain);
	if (at[strcspn(at, "/:,")] == '/') {
		buf_add(out, plain.data, plain.length);
		return;
	}
	for (; *at != '\0'; at++) {
		if (*at == ':' || *at == ',')
			buf_print(out, "\\x%02x", (unsigned char)*at);
		else
			buf_add_char(out, *at);
		at += *at == ',' && !part->quoted;
	}
}

static void print_option(const struct spec_option *option, bool is_secret, struct buf *out)
{
	buf_print(out, ",%s", option->name.bytes);
	if (option->value.bytes == NULL)
		return;
	buf_add_char(out, '=');
	if (is_secret)
		buf_add_string(out, "…");
	else if (option->value.quoted)
		print_quoted(&option->value, out);
	else
		print_rest(option->value.bytes, option->value.length, out);
}

void spec_print(const struct spec *spec,
		bool (*is_secret)(const void *context, const struct spec_option *option),
		const void *context, struct buf *out)
{
	if (spec->bare_path) {
		print_bare_path(spec, out);
	} else {
		spec_print_name(spec, out);
		for (size_t i = 0; i < spec->field_count; i++) {
			buf_add_char(out, ':');
			print_field(spec, i, out);
		}
	}
	for (size_t i = 0; i < spec->option_count; i++) {
		const struct spec_option *option = &spec->options[i];

		print_option(option, is_secret != NULL && is_secret(context, option), out);
	}
}
