/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Printing the members and attributes of netlink's messages. */
#include "codec/netlink_print.h"

#include "base/bytes.h"
#include "base/cleanup.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAXIMUM 16 /* of nests: the kernel's own limit is 10 */
#define KEY_SIZE      8
/* Types that come several times in one nest: each is looked for in all of it. The kernel has a few. */
#define REPEATED_MAXIMUM 64

struct printer {
	struct netlink_memory *memory;
	struct netlink_sink *sink;
	unsigned int depth;
};

/* Which types of attributes were met in one nest. */
struct seen {
	uint8_t bits[(NETLINK_TYPE_MAXIMUM + 1) / 8];
};

static bool note_seen(struct seen *seen, uint16_t type)
{
	uint8_t bit = (uint8_t)(1U << type % 8);
	bool was_seen = seen->bits[type / 8] & bit;

	seen->bits[type / 8] |= bit;
	return was_seen;
}

static void print_attributes(struct printer *printer, const struct netlink_field *fields,
			     struct netlink_bytes bytes);

const struct netlink_field *netlink_field_of(const struct netlink_field *fields, uint16_t number)
{
	for (; fields != NULL && fields->name != NULL; fields++)
		if (fields->number == number)
			return fields;
	return NULL;
}

static const struct netlink_field *choose(const struct netlink_choice *choice, struct netlink_bytes word)
{
	size_t length = strnlen(word.data, word.length);

	for (; choice->word != NULL; choice++)
		if (strlen(choice->word) == length && memcmp(choice->word, word.data, length) == 0)
			return choice->fields;
	return NULL;
}

const struct netlink_field *netlink_nest_fields(const struct netlink_field *nest,
						struct netlink_bytes siblings)
{
	struct netlink_attribute one;

	while (nest->choices != NULL && netlink_take_attribute(&siblings, &one))
		if (one.type == nest->chosen_by)
			return choose(nest->choices, one.value);
	return nest->fields;
}

static struct netlink_bytes part_of(struct netlink_bytes bytes, size_t offset, size_t size)
{
	return (struct netlink_bytes){ bytes.data + offset, size };
}

static bool is_zero(struct netlink_bytes bytes)
{
	for (size_t i = 0; i < bytes.length; i++)
		if (bytes.data[i] != '\0')
			return false;
	return true;
}

/* What is 0 goes without saying where people read. */
static void print_members(struct printer *printer, const struct netlink_field *members,
			  struct netlink_bytes bytes)
{
	for (; members->name != NULL; members++) {
		struct netlink_bytes value;

		if ((size_t)members->number + members->size > bytes.length)
			continue;
		value = part_of(bytes, members->number, members->size);
		if (printer->sink->text != NULL && (members->quiet || (is_zero(value) && !members->told)))
			continue;
		netlink_value_print(printer->memory, members, members->name, value, printer->sink);
	}
}

/* Whether all of it is attributes. */
static bool are_attributes(struct netlink_bytes bytes)
{
	struct netlink_attribute one;

	while (netlink_take_attribute(&bytes, &one))
		;
	return bytes.length == 0;
}

static void print_list(struct printer *printer, const struct netlink_field *list, const char *key,
		       struct netlink_bytes bytes);
static void print_records(struct printer *printer, const struct netlink_field *records, const char *key,
			  struct netlink_bytes bytes);

static size_t header_size(const struct netlink_body *body)
{
	return ((size_t)body->size + 3) & ~(size_t)3;
}

static struct netlink_bytes behind_header(const struct netlink_body *body, struct netlink_bytes bytes)
{
	size_t size = header_size(body);

	size = size < bytes.length ? size : bytes.length;
	return part_of(bytes, size, bytes.length - size);
}

static void print_body(struct printer *printer, const struct netlink_body *body, struct netlink_bytes bytes)
{
	print_members(printer, body->header, bytes);
	print_attributes(printer, body->attributes, behind_header(body, bytes));
}

/* The first record's bytes, taken off with its padding. */
static bool take_record(const struct netlink_body *body, struct netlink_bytes *bytes,
			struct netlink_bytes *record)
{
	struct netlink_bytes rest = *bytes;
	uint16_t length;

	if (!netlink_take(&rest, &length, sizeof(length)) || length < body->size || length > bytes->length)
		return false;
	*record = part_of(*bytes, 0, length);
	length = (uint16_t)((length + 3U) & 0xfffcU);
	length = length < bytes->length ? length : (uint16_t)bytes->length;
	*bytes = part_of(*bytes, length, bytes->length - length);
	return true;
}

static bool are_records(const struct netlink_body *body, struct netlink_bytes bytes)
{
	struct netlink_bytes record;

	while (bytes.length > 0)
		if (!take_record(body, &bytes, &record) || !are_attributes(behind_header(body, record)))
			return false;
	return true;
}

/* Whether a value has the parts that its kind says. */
static bool has_parts(const struct netlink_field *field, struct netlink_bytes value)
{
	switch ((enum netlink_kind)field->kind) {
	case NETLINK_NEST:
	case NETLINK_LIST:
		return are_attributes(value);
	case NETLINK_BODY:
		return value.length >= field->body->size && are_attributes(behind_header(field->body, value));
	case NETLINK_RECORDS:
		return are_records(field->body, value);
	default:
		return true;
	}
}

static void print_parts(struct printer *printer, const struct netlink_field *field, const char *key,
			struct netlink_bytes value)
{
	netlink_sink_open(printer->sink, key, '{');
	if (field->kind == NETLINK_NEST)
		print_attributes(printer, field->fields, value);
	else if (field->kind == NETLINK_BODY)
		print_body(printer, field->body, value);
	else
		print_members(printer, field->fields, value);
	netlink_sink_close(printer->sink, '}');
}

/* A value of any kind, in a list without a key; which fields a nest has was chosen already. */
static void print_value(struct printer *printer, const struct netlink_field *field, const char *key,
			struct netlink_bytes value)
{
	static const struct netlink_field unknown = { .kind = NETLINK_BYTES };

	if (printer->depth >= DEPTH_MAXIMUM || !has_parts(field, value))
		field = &unknown;
	printer->depth++;
	if (field->kind == NETLINK_LIST)
		print_list(printer, field, key, value);
	else if (field->kind == NETLINK_RECORDS)
		print_records(printer, field, key, value);
	else if (field->kind == NETLINK_STRUCT || field->kind == NETLINK_NEST || field->kind == NETLINK_BODY)
		print_parts(printer, field, key, value);
	else
		netlink_value_print(printer->memory, field, key, value, printer->sink);
	printer->depth--;
}

static void print_records(struct printer *printer, const struct netlink_field *records, const char *key,
			  struct netlink_bytes bytes)
{
	struct netlink_bytes record;

	netlink_sink_open(printer->sink, key, '[');
	while (take_record(records->body, &bytes, &record)) {
		netlink_sink_open(printer->sink, NULL, '{');
		print_body(printer, records->body, record);
		netlink_sink_close(printer->sink, '}');
	}
	netlink_sink_close(printer->sink, ']');
}

static void print_list(struct printer *printer, const struct netlink_field *list, const char *key,
		       struct netlink_bytes bytes)
{
	struct netlink_field element = { .kind = NETLINK_NEST, .fields = list->fields };
	struct netlink_attribute one;

	if (list->fields == NULL)
		element = (struct netlink_field){ .kind = NETLINK_UNSIGNED, .size = list->size };
	netlink_sink_open(printer->sink, key, '[');
	while (netlink_take_attribute(&bytes, &one))
		print_value(printer, &element, NULL, one.value);
	netlink_sink_close(printer->sink, ']');
}

/* An attribute that no table has: its number and bytes, or what is nested in it. */
static const struct netlink_field *unknown_field(const struct netlink_attribute *attribute, char *key)
{
	static const struct netlink_field bytes = { .name = "", .kind = NETLINK_BYTES };
	static const struct netlink_field nest = { .name = "", .kind = NETLINK_NEST };

	snprintf(key, KEY_SIZE, "%u", attribute->type);
	return attribute->flags & NLA_F_NESTED ? &nest : &bytes;
}

static void find_repeated(struct netlink_bytes bytes, struct seen *repeated)
{
	struct netlink_attribute one;
	struct seen seen = { 0 };

	while (netlink_take_attribute(&bytes, &one))
		if (note_seen(&seen, one.type))
			note_seen(repeated, one.type);
}

static bool is_seen(const struct seen *seen, uint16_t type)
{
	return seen->bits[type / 8] & 1U << type % 8;
}

/* An attribute that is there several times becomes a list of its values. */
static void print_repeated(struct printer *printer, const struct netlink_field *field, const char *key,
			   uint16_t type, struct netlink_bytes from)
{
	struct netlink_attribute one;

	netlink_sink_open(printer->sink, key, '[');
	while (netlink_take_attribute(&from, &one))
		if (one.type == type)
			print_value(printer, field, NULL, one.value);
	netlink_sink_close(printer->sink, ']');
}

/* The first of its type, with those that come behind it, from there on. */
static void print_attribute(struct printer *printer, const struct netlink_field *field, const char *name,
			    const struct netlink_attribute *first, bool is_repeated, struct netlink_bytes from,
			    struct netlink_bytes siblings)
{
	struct netlink_field chosen = *field;

	if (printer->sink->text != NULL && field->quiet)
		return;
	if (field->kind == NETLINK_NEST)
		chosen.fields = netlink_nest_fields(field, siblings);
	if (field->kind != NETLINK_PRESENT && is_repeated)
		print_repeated(printer, &chosen, name, first->type, from);
	else
		print_value(printer, &chosen, name, first->value);
}

/* In text a list of lists could not be told from the list itself. */
static bool is_told_apart(const struct printer *printer, const struct netlink_field *field)
{
	return printer->sink->text != NULL && field != NULL &&
	       (field->kind == NETLINK_LIST || field->kind == NETLINK_RECORDS);
}

static void print_attributes(struct printer *printer, const struct netlink_field *fields,
			     struct netlink_bytes bytes)
{
	struct netlink_bytes siblings = bytes, from = bytes;
	struct netlink_attribute one;
	struct seen seen = { 0 }, repeated = { 0 };
	unsigned int repetitions = 0;
	char key[KEY_SIZE];

	find_repeated(bytes, &repeated);
	for (; repetitions < REPEATED_MAXIMUM && netlink_take_attribute(&bytes, &one); from = bytes) {
		const struct netlink_field *field = netlink_field_of(fields, one.type);
		const char *name = field != NULL ? field->name : key;
		bool is_repeated = is_seen(&repeated, one.type) && !is_told_apart(printer, field);

		if (note_seen(&seen, one.type) && is_repeated)
			continue;
		if (field == NULL)
			field = unknown_field(&one, key);
		repetitions += is_repeated;
		print_attribute(printer, field, name, &one, is_repeated, from, siblings);
	}
	if (bytes.length > 0)
		netlink_value_print(printer->memory, &(struct netlink_field){ .kind = NETLINK_BYTES },
				    "rest", bytes, printer->sink);
}

void netlink_body_print(struct netlink_memory *memory, const struct netlink_body *body,
			struct netlink_bytes bytes, struct netlink_sink *sink)
{
	static const struct netlink_field raw = { .kind = NETLINK_BYTES };
	struct printer printer = { .memory = memory, .sink = sink };

	if (body == NULL || bytes.length < body->size) {
		if (bytes.length > 0)
			netlink_value_print(memory, &raw, "body", bytes, sink);
		return;
	}
	print_body(&printer, body, bytes);
}

/* Goes down to the attribute whose header or value is at an offset of bytes. */
void netlink_path_print(const struct netlink_body *body, struct netlink_bytes bytes, size_t offset,
			struct buf *out)
{
	const struct netlink_field *fields = body->attributes, *field;
	size_t header = header_size(body);
	struct netlink_bytes siblings;
	struct netlink_attribute one;
	const char *at;

	if (offset < header || offset >= bytes.length)
		return;
	at = bytes.data + offset;
	siblings = bytes = part_of(bytes, header, bytes.length - header);
	while (netlink_take_attribute(&bytes, &one)) {
		if (at >= one.value.data + one.value.length)
			continue;
		field = netlink_field_of(fields, one.type);
		buf_print(out, "%s", out->length > 0 ? "." : "");
		if (field != NULL)
			buf_add_string(out, field->name);
		else
			buf_print(out, "%u", one.type);
		if (field == NULL || field->kind != NETLINK_NEST || at < one.value.data)
			return;
		fields = netlink_nest_fields(field, siblings);
		siblings = bytes = one.value;
	}
}
