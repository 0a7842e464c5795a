/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading words such as "ifname=v0 linkinfo={kind=veth}" into the bytes of a message of netlink. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "codec/netlink_print.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAXIMUM 16
#define BODY_MAXIMUM  (1U << 20) /* bytes of a message */

struct words {
	struct netlink_memory *memory;
	const char *text; /* the whole line, for places in errors */
	const char *at, *end;
	unsigned int depth;
	struct buf *out;
};

static int refuse(const struct words *words, const char *what, struct error *err)
{
	error_usage(err, "%s", what);
	return error_place(err, words->text, (size_t)(words->at - words->text), 0);
}

static size_t header_size(const struct netlink_body *body)
{
	return ((size_t)body->size + 3) & ~(size_t)3;
}

static void skip_blanks(struct words *words)
{
	while (words->at < words->end && (*words->at == ' ' || *words->at == '\t'))
		words->at++;
}

static bool is_at(const struct words *words, char c)
{
	return words->at < words->end && *words->at == c;
}

static bool is_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.' || c == '/';
}

static char *take_key(struct words *words)
{
	const char *start = words->at;

	while (words->at < words->end && is_key(*words->at))
		words->at++;
	return memory_copy(start, (size_t)(words->at - start));
}

static int take_escape(struct words *words, struct buf *text, struct error *err)
{
	const char *at = words->at;

	if (words->end - at >= 3 && at[0] == 'x' && hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0) {
		buf_add_char(text, (char)(hex_digit(at[1]) << 4 | hex_digit(at[2])));
		words->at += 3;
		return 0;
	}
	if (at == words->end || (*at != '"' && *at != '\\' && *at != '/'))
		return refuse(words, "\\\", \\\\ or \\xHH was expected", err);
	buf_add_char(text, *words->at++);
	return 0;
}

static int take_quoted(struct words *words, struct buf *text, struct error *err)
{
	words->at++;
	while (words->at < words->end && *words->at != '"') {
		char c = *words->at++;

		if (c != '\\')
			buf_add_char(text, c);
		else if (take_escape(words, text, err) < 0)
			return -1;
	}
	if (!is_at(words, '"'))
		return refuse(words, "a closing quote is missing", err);
	words->at++;
	return 0;
}

int netlink_word_read(struct span *line, struct buf *out, struct error *err)
{
	struct words words = { .text = line->text, .at = line->text, .end = line->text + line->length };

	skip_blanks(&words);
	if (words.at == words.end)
		return 0;
	if (is_at(&words, '"') && take_quoted(&words, out, err) < 0)
		return -1;
	while (words.at < words.end && *words.at != ' ' && *words.at != '\t')
		buf_add_char(out, *words.at++);
	*line = (struct span){ words.at, (size_t)(words.end - words.at) };
	return 1;
}

/* A plain value, or one in quotes. */
static int take_text(struct words *words, struct buf *text, struct error *err)
{
	if (is_at(words, '"'))
		return take_quoted(words, text, err);
	while (words->at < words->end && strchr(" \t{}[]\"", *words->at) == NULL)
		buf_add_char(text, *words->at++);
	return 0;
}

/* What the value at start does not fit into. */
static int refuse_value(const struct words *words, const struct netlink_field *field, const char *start,
			struct error *err)
{
	error_context(err, "%s", field->name);
	return error_place(err, words->text, (size_t)(start - words->text), (size_t)(words->at - start));
}

static int read_value(struct words *words, const struct netlink_field *field, struct error *err)
{
	cleanup_buf struct buf text = { 0 };
	const char *start = words->at;

	if (take_text(words, &text, err) < 0)
		return -1;
	if (strlen(buf_text(&text)) != text.length && field->kind != NETLINK_TEXT)
		return refuse(words, "a NUL has no place here", err);
	if (netlink_value_read(words->memory, field, buf_text(&text), text.length, words->out, err) == 0)
		return 0;
	return refuse_value(words, field, start, err);
}

static int read_attributes(struct words *words, const struct netlink_field *fields, struct error *err);
/* A word of a body that begins at start; header NULL: one that is nested. */
static int read_one(struct words *words, const struct netlink_body *body, size_t start,
		    struct nlmsghdr *header, struct error *err);
static int read_attribute(struct words *words, const struct netlink_field *field, size_t nest,
			  struct error *err);

/* "[up running]" is "up+running". */
static int read_set_list(struct words *words, const struct netlink_field *field, struct error *err)
{
	cleanup_buf struct buf joined = { 0 };
	const char *start = words->at;

	for (words->at++, skip_blanks(words); !is_at(words, ']'); skip_blanks(words)) {
		const char *before = words->at;

		buf_add_char(&joined, ' ');
		if (take_text(words, &joined, err) < 0)
			return -1;
		if (words->at == before)
			return refuse(words, "\"]\" was expected", err);
	}
	words->at++;
	if (netlink_value_read(words->memory, field, buf_text(&joined), joined.length, words->out, err) == 0)
		return 0;
	return refuse_value(words, field, start, err);
}

/* Members stand where their offsets say; what is not said is 0. */
static int read_member(struct words *words, const struct netlink_field *member, size_t header,
		       struct error *err)
{
	size_t before = words->out->length, length;
	bool is_list = is_at(words, '[') && member->kind == NETLINK_SET;

	if ((is_list ? read_set_list(words, member, err) : read_value(words, member, err)) < 0)
		return -1;
	length = words->out->length - before;
	if (length > member->size) {
		buf_truncate(words->out, before);
		return refuse(words, "the value is too long for its place", err);
	}
	memcpy(words->out->data + header + member->number, words->out->data + before, length);
	buf_truncate(words->out, before);
	return 0;
}

static const struct netlink_field *find_field(const struct netlink_field *fields, const char *key)
{
	for (; fields != NULL && fields->name != NULL; fields++)
		if (name_equal(key, fields->name))
			return fields;
	return NULL;
}

static int unknown_key(const struct words *words, const char *key, const struct netlink_field *fields,
		       const struct netlink_field *members, struct error *err)
{
	struct name_guess guess = { .wanted = key };

	error_usage(err, "\"%s\" is no attribute of this message", key);
	for (; members != NULL && members->name != NULL; members++)
		name_guess_offer(&guess, members->name);
	for (; fields != NULL && fields->name != NULL; fields++)
		name_guess_offer(&guess, fields->name);
	if (guess.nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", guess.nearest);
	else if (fields != NULL)
		error_hint(err, "one that has no name here is written by its number: 77=0a0b");
	return error_place(err, words->text, (size_t)(words->at - words->text) - strlen(key), strlen(key));
}

static size_t struct_size(const struct netlink_field *members)
{
	size_t size = 0;

	for (; members->name != NULL; members++)
		if ((size_t)members->number + members->size > size)
			size = (size_t)members->number + members->size;
	return size;
}

static void add_zeroes(struct buf *out, size_t count)
{
	while (count-- > 0)
		buf_add_char(out, '\0');
}

static int read_struct(struct words *words, const struct netlink_field *members, struct error *err)
{
	size_t start = words->out->length;

	add_zeroes(words->out, struct_size(members));
	for (words->at++, skip_blanks(words); !is_at(words, '}'); skip_blanks(words)) {
		cleanup_free char *key = take_key(words);
		const struct netlink_field *member = find_field(members, key);

		if (key[0] == '\0')
			return refuse(words, "\"}\" was expected", err);
		if (member == NULL)
			return unknown_key(words, key, NULL, members, err);
		if (!is_at(words, '='))
			return refuse(words, "\"=\" was expected", err);
		words->at++;
		if (read_member(words, member, start, err) < 0)
			return -1;
	}
	words->at++;
	return 0;
}

static int read_nest(struct words *words, const struct netlink_field *fields, struct error *err)
{
	words->at++;
	if (read_attributes(words, fields, err) < 0)
		return -1;
	if (!is_at(words, '}'))
		return refuse(words, "\"}\" was expected", err);
	words->at++;
	return 0;
}

/* The elements of "[...]": of a list each an attribute of its own number, else the same attribute again. */
static int read_elements(struct words *words, const struct netlink_field *element, bool numbered,
			 size_t nest, struct error *err)
{
	struct netlink_field one = *element;
	const char *before;
	uint16_t number = 0;

	for (words->at++, skip_blanks(words); !is_at(words, ']'); skip_blanks(words)) {
		if (words->at == words->end)
			return refuse(words, "\"]\" was expected", err);
		one.number = numbered ? ++number : element->number;
		before = words->at;
		if (read_attribute(words, &one, nest, err) < 0)
			return -1;
		if (words->at == before)
			return refuse(words, "\"]\" was expected", err);
	}
	words->at++;
	return 0;
}

/* "{...}" of a header and attributes. */
static int read_body(struct words *words, const struct netlink_body *body, struct error *err)
{
	size_t start = words->out->length;

	add_zeroes(words->out, header_size(body));
	for (words->at++, skip_blanks(words); !is_at(words, '}'); skip_blanks(words)) {
		if (words->at == words->end)
			return refuse(words, "\"}\" was expected", err);
		if (read_one(words, body, start, NULL, err) < 0)
			return -1;
	}
	words->at++;
	return 0;
}

/* "[{...} {...}]", each with its length in front. */
static int read_records(struct words *words, const struct netlink_body *body, struct error *err)
{
	for (words->at++, skip_blanks(words); !is_at(words, ']'); skip_blanks(words)) {
		size_t start = words->out->length;
		uint16_t length;

		if (!is_at(words, '{'))
			return refuse(words, "\"{\" or \"]\" was expected", err);
		if (read_body(words, body, err) < 0)
			return -1;
		length = (uint16_t)(words->out->length - start);
		memcpy(words->out->data + start, &length, sizeof(length));
	}
	words->at++;
	return 0;
}

static int read_list(struct words *words, const struct netlink_field *list, struct error *err)
{
	struct netlink_field element = { .name = list->name, .kind = NETLINK_NEST, .fields = list->fields };

	if (list->fields == NULL)
		element = (struct netlink_field){ .name = list->name, .kind = NETLINK_UNSIGNED, .size = list->size };
	return read_elements(words, &element, true, words->out->length, err);
}

static int read_content(struct words *words, const struct netlink_field *field, size_t nest,
			struct error *err)
{
	struct netlink_bytes siblings = { words->out->data + nest, 0 };

	if (is_at(words, '{') && field->kind == NETLINK_STRUCT)
		return read_struct(words, field->fields, err);
	if (is_at(words, '{') && field->kind == NETLINK_BODY)
		return read_body(words, field->body, err);
	if (is_at(words, '[') && field->kind == NETLINK_LIST)
		return read_list(words, field, err);
	if (is_at(words, '[') && field->kind == NETLINK_RECORDS)
		return read_records(words, field->body, err);
	if (is_at(words, '[') && field->kind == NETLINK_SET)
		return read_set_list(words, field, err);
	if (!is_at(words, '{'))
		return read_value(words, field, err);
	if (field->kind != NETLINK_NEST)
		return refuse(words, "this attribute has nothing nested in it", err);
	/* Without the header of this very one, which is not complete. */
	siblings.length = words->out->length - sizeof(struct nlattr) - nest;
	return read_nest(words, netlink_nest_fields(field, siblings), err);
}

static bool is_nested(const struct words *words, const struct netlink_field *field)
{
	return (is_at(words, '{') && field->kind == NETLINK_NEST) ||
	       (is_at(words, '[') && field->kind == NETLINK_LIST);
}

/* nest: where its siblings begin. */
static int read_attribute(struct words *words, const struct netlink_field *field, size_t nest,
			  struct error *err)
{
	bool nested = is_nested(words, field);
	size_t at;
	int result;

	if (words->depth >= DEPTH_MAXIMUM || words->out->length > BODY_MAXIMUM)
		return refuse(words, "this is too deep or too long", err);
	if (is_at(words, '[') && field->kind != NETLINK_LIST && field->kind != NETLINK_SET &&
	    field->kind != NETLINK_RECORDS)
		return read_elements(words, field, false, nest, err);
	at = netlink_open(words->out, (uint16_t)(field->number | (nested ? NLA_F_NESTED : 0)));
	words->depth++;
	result = read_content(words, field, nest, err);
	words->depth--;
	if (result == 0 && netlink_close(words->out, at) < 0)
		return refuse(words, "an attribute has at most 65535 bytes", err);
	return result;
}

/* "77=0a0b" or "77={...}", or a list of either where it is there several times */
static bool number_field(const char *key, const struct words *words, struct netlink_field *field)
{
	size_t left = (size_t)(words->end - words->at);
	bool nested = (left > 1 && strncmp(words->at, "={", 2) == 0) || (left > 2 && strncmp(words->at, "=[{", 3) == 0);
	uint64_t number;

	if (number_unsigned(key, 0, NETLINK_TYPE_MAXIMUM, &number, NULL) < 0)
		return false;
	*field = (struct netlink_field){ .name = "attribute", .number = (uint16_t)number,
					 .kind = nested ? NETLINK_NEST : NETLINK_BYTES };
	return true;
}

static int read_keyed(struct words *words, const char *key, const struct netlink_field *fields,
		      const struct netlink_field *members, size_t nest, struct error *err)
{
	const struct netlink_field *field = find_field(fields, key);
	struct netlink_field numbered;

	if (field == NULL && number_field(key, words, &numbered))
		field = &numbered;
	if (field == NULL)
		return unknown_key(words, key, fields, members, err);
	if (field->kind == NETLINK_PRESENT) {
		netlink_add(words->out, field->number, NULL, 0);
		return 0;
	}
	if (!is_at(words, '='))
		return refuse(words, "\"=\" and a value were expected", err);
	words->at++;
	return read_attribute(words, field, nest, err);
}

static int read_attributes(struct words *words, const struct netlink_field *fields, struct error *err)
{
	size_t nest = words->out->length;

	for (skip_blanks(words); words->at < words->end && *words->at != '}'; skip_blanks(words)) {
		cleanup_free char *key = take_key(words);

		if (key[0] == '\0')
			return refuse(words, "the name of an attribute was expected", err);
		if (read_keyed(words, key, fields, NULL, nest, err) < 0)
			return -1;
	}
	return 0;
}

/* seq=, pid= and flags without a value are the message's own. */
static int read_own(struct words *words, const char *key, struct nlmsghdr *header, struct error *err)
{
	static const struct netlink_field number = { .name = "number", .kind = NETLINK_UNSIGNED, .size = 4 };
	bool is_seq = strcmp(key, "seq") == 0;
	size_t before = words->out->length;
	const struct name *flag;

	if (is_at(words, '=') && (is_seq || strcmp(key, "pid") == 0)) {
		words->at++;
		if (read_value(words, &number, err) < 0)
			return -1;
		memcpy(is_seq ? &header->nlmsg_seq : &header->nlmsg_pid, words->out->data + before, 4);
		buf_truncate(words->out, before);
		return 1;
	}
	flag = !is_at(words, '=') ? name_find(netlink_flags, key) : NULL;
	if (flag == NULL)
		return 0;
	header->nlmsg_flags |= (uint16_t)flag->value;
	return 1;
}

/* Bytes that are nothing known: body=HEX all of it, rest=HEX what stands behind the attributes. */
static int read_raw(struct words *words, const char *key, size_t start, struct error *err)
{
	static const struct netlink_field raw = { .name = "body", .kind = NETLINK_BYTES };

	if (!is_at(words, '='))
		return refuse(words, "\"=\" and bytes in hex were expected", err);
	words->at++;
	if (strcmp(key, "body") == 0)
		buf_truncate(words->out, start);
	return read_value(words, &raw, err);
}

static int read_one(struct words *words, const struct netlink_body *body, size_t start,
		    struct nlmsghdr *header, struct error *err)
{
	cleanup_free char *key = take_key(words);
	const struct netlink_field *member;
	int own;

	if (key[0] == '\0')
		return refuse(words, "a word such as mtu=1500 was expected", err);
	if (header != NULL && (strcmp(key, "body") == 0 || strcmp(key, "rest") == 0))
		return read_raw(words, key, start, err);
	member = body != NULL ? find_field(body->header, key) : NULL;
	if (member != NULL && is_at(words, '=')) {
		words->at++;
		return read_member(words, member, start, err);
	}
	own = header != NULL ? read_own(words, key, header, err) : 0;
	if (own != 0)
		return own < 0 ? -1 : 0;
	if (body == NULL)
		return refuse(words, "body=HEX was expected", err);
	return read_keyed(words, key, body->attributes, body->header,
			  start + header_size(body), err);
}

int netlink_body_read(struct netlink_memory *memory, const struct netlink_body *body,
		      const char *line, struct span text, struct buf *out, struct nlmsghdr *header,
		      struct error *err)
{
	struct words words = { .memory = memory, .text = line, .at = text.text,
			       .end = text.text + text.length, .out = out };
	size_t start = out->length - (body != NULL ? header_size(body) : 0);

	for (skip_blanks(&words); words.at < words.end; skip_blanks(&words))
		if (read_one(&words, body, start, header, err) < 0)
			return -1;
	return 0;
}
