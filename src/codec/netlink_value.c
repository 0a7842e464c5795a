/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, names, addresses and texts of netlink, printed and read. */
#include "codec/netlink_value.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/utf8.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define HEX_PREFIX "hex:"
#define HARDWARE_MAXIMUM 32 /* MAX_ADDR_LEN */

/* A blank parts words, but none stands behind a bracket or at the beginning of a line. */
static void begin_word(struct buf *text, const char *key)
{
	char last = text->length > 0 ? text->data[text->length - 1] : '\n';

	if (strchr("{[\n", last) == NULL)
		buf_add_char(text, ' ');
	if (key != NULL)
		buf_print(text, "%s=", key);
}

void netlink_sink_open(struct netlink_sink *sink, const char *key, char bracket)
{
	if (sink->text != NULL) {
		begin_word(sink->text, key);
		buf_add_char(sink->text, bracket);
	} else if (bracket == '{') {
		json_open_object(sink->json, key);
	} else {
		json_open_array(sink->json, key);
	}
}

void netlink_sink_close(struct netlink_sink *sink, char bracket)
{
	if (sink->text != NULL)
		buf_add_char(sink->text, bracket);
	else if (bracket == '}')
		json_close_object(sink->json);
	else
		json_close_array(sink->json);
}

static bool is_plain(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f || strchr("\"\\{}[]", text[i]) != NULL)
			return false;
	return length > 0;
}

/* How many bytes the first one has; those of what cannot be seen stand in hex. */
static size_t print_quoted_character(const char *text, size_t length, struct buf *out)
{
	uint32_t point;
	size_t taken = utf8_decode(text, length, &point);

	if (taken == 0 || !utf8_is_printable(point)) {
		buf_print(out, "\\x%02x", (unsigned int)(unsigned char)text[0]);
		return 1;
	}
	if (text[0] == '"' || text[0] == '\\')
		buf_add_char(out, '\\');
	buf_add(out, text, taken);
	return taken;
}

void netlink_print_quoted(const char *text, size_t length, struct buf *out)
{
	if (is_plain(text, length)) {
		buf_add(out, text, length);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < length; i += print_quoted_character(text + i, length - i, out))
		;
	buf_add_char(out, '"');
}

void netlink_sink_string(struct netlink_sink *sink, const char *key, const char *text, size_t length)
{
	if (sink->json != NULL) {
		json_string_length(sink->json, key, text, length);
		return;
	}
	begin_word(sink->text, key);
	netlink_print_quoted(text, length, sink->text);
}

void netlink_sink_number(struct netlink_sink *sink, const char *key, uint64_t number)
{
	if (sink->json != NULL) {
		json_unsigned(sink->json, key, number);
		return;
	}
	begin_word(sink->text, key);
	buf_print(sink->text, "%llu", (unsigned long long)number);
}

void netlink_sink_present(struct netlink_sink *sink, const char *key)
{
	if (sink->json != NULL) {
		json_boolean(sink->json, key, true);
		return;
	}
	begin_word(sink->text, NULL);
	buf_add_string(sink->text, key);
}

static void print_signed(struct netlink_sink *sink, const char *key, int64_t number)
{
	if (sink->json != NULL) {
		json_integer(sink->json, key, number);
		return;
	}
	begin_word(sink->text, key);
	buf_print(sink->text, "%lld", (long long)number);
}

static bool is_number_size(size_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

/* Of 1, 2, 4 or 8 bytes. */
static uint64_t get_number(struct netlink_bytes value, bool is_big)
{
	uint64_t number = 0;

	for (size_t i = 0; i < value.length; i++) {
		bool forwards = is_big || BYTE_ORDER == BIG_ENDIAN;
		size_t at = forwards ? i : value.length - 1 - i;

		number = number << 8 | (unsigned char)value.data[at];
	}
	return number;
}

static void put_number(uint64_t number, size_t size, bool is_big, struct buf *out)
{
	for (size_t i = 0; i < size; i++) {
		bool forwards = is_big || BYTE_ORDER == BIG_ENDIAN;
		size_t shift = 8 * (forwards ? size - 1 - i : i);

		buf_add_char(out, (char)(number >> shift));
	}
}

static int64_t sign_extend(uint64_t number, size_t size)
{
	size_t unused = 64 - 8 * size;

	return (int64_t)(number << unused) >> unused;
}

static void print_set(const struct name *names, const char *key, uint64_t bits, struct netlink_sink *sink)
{
	cleanup_buf struct buf joined = { 0 };
	const char *all = name_of(names, (int64_t)bits);

	if (sink->json != NULL)
		json_open_array(sink->json, key);
	for (const struct name *row = names; row->name != NULL; row++) {
		uint64_t bit = (uint64_t)row->value;

		if (all != NULL ? row->name != all : bit == 0 || (bits & bit) != bit)
			continue;
		bits &= ~bit;
		buf_print(&joined, "%s%s", joined.length > 0 ? "+" : "", row->name);
		if (sink->json != NULL)
			json_string(sink->json, NULL, row->name);
	}
	if (bits != 0 && sink->json != NULL)
		json_unsigned(sink->json, NULL, bits);
	if (bits != 0 || joined.length == 0)
		buf_print(&joined, "%s0x%llx", joined.length > 0 ? "+" : "", (unsigned long long)bits);
	if (sink->json != NULL)
		json_close_array(sink->json);
	else
		netlink_sink_string(sink, key, buf_text(&joined), joined.length);
}

static void print_interface(struct netlink_memory *memory, const char *key, uint32_t index,
			    struct netlink_sink *sink)
{
	const char *name = interfaces_known(&memory->interfaces, index, !memory->is_elsewhere);

	if (name != NULL)
		netlink_sink_string(sink, key, name, strlen(name));
	else
		netlink_sink_number(sink, key, index);
}

static void print_hex(const char *key, const char *prefix, struct netlink_bytes value,
		      struct netlink_sink *sink)
{
	cleanup_buf struct buf text = { 0 };

	buf_add_string(&text, prefix);
	bytes_print_hex(&text, value.data, value.length);
	netlink_sink_string(sink, key, buf_text(&text), text.length);
}

static void print_hardware(const char *key, struct netlink_bytes value, struct netlink_sink *sink)
{
	cleanup_buf struct buf text = { 0 };

	for (size_t i = 0; i < value.length; i++)
		buf_print(&text, "%s%02x", i > 0 ? ":" : "", (unsigned char)value.data[i]);
	netlink_sink_string(sink, key, buf_text(&text), text.length);
}

static void print_address(const char *key, struct netlink_bytes value, struct netlink_sink *sink)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(value.length == 4 ? AF_INET : AF_INET6, value.data, text, sizeof(text));
	netlink_sink_string(sink, key, text, strlen(text));
}

static bool fits_text(struct netlink_bytes value)
{
	size_t length = strnlen(value.data, value.length);

	return length + 1 == value.length && bytes_are_text(value.data, length) &&
	       strncmp(value.data, HEX_PREFIX, strlen(HEX_PREFIX)) != 0;
}

static struct netlink_bytes path_of(struct netlink_bytes value)
{
	if (value.length > 0 && value.data[value.length - 1] == '\0')
		value.length--;
	return value;
}

static bool fits_path(struct netlink_bytes value)
{
	size_t first = value.length > 0 && value.data[0] == '\0';

	value = path_of(value);
	return value.length > first && bytes_are_text(value.data + first, value.length - first) &&
	       memchr(value.data + first, '\0', value.length - first) == NULL;
}

static void print_path(const char *key, struct netlink_bytes value, struct netlink_sink *sink)
{
	cleanup_free char *text = memory_copy(value.data, value.length);

	value = path_of(value);
	if (text[0] == '\0')
		text[0] = '@';
	netlink_sink_string(sink, key, text, value.length);
}

/* Whether a value has the form that its kind is printed in. */
static bool fits(const struct netlink_field *field, struct netlink_bytes value)
{
	switch ((enum netlink_kind)field->kind) {
	case NETLINK_PRESENT:
		return value.length == 0;
	case NETLINK_UNSIGNED:
	case NETLINK_SIGNED:
	case NETLINK_BIG:
	case NETLINK_NAMED:
	case NETLINK_SET:
	case NETLINK_INTERFACE:
		return is_number_size(value.length) && value.length == field->size;
	case NETLINK_TEXT:
		return fits_text(value);
	case NETLINK_PATH:
		return fits_path(value);
	case NETLINK_ADDRESS:
		return value.length == 4 || value.length == 16;
	case NETLINK_HARDWARE:
		return value.length > 0 && value.length <= HARDWARE_MAXIMUM;
	default:
		return false;
	}
}

static void print_named(const struct name *names, const char *key, uint64_t number, struct netlink_sink *sink)
{
	const char *name = name_of(names, (int64_t)number);

	if (name != NULL)
		netlink_sink_string(sink, key, name, strlen(name));
	else
		netlink_sink_number(sink, key, number);
}

/* Flags in network byte order have names too: bytes that say so are no numbers of ours. */
static void print_number(struct netlink_memory *memory, const struct netlink_field *field, const char *key,
			 struct netlink_bytes value, struct netlink_sink *sink)
{
	bool is_big = field->kind == NETLINK_BIG;
	uint64_t number = get_number(value, is_big);

	if (field->kind == NETLINK_SIGNED)
		print_signed(sink, key, sign_extend(number, value.length));
	else if (field->kind == NETLINK_SET)
		print_set(field->names, key, number, sink);
	else if (field->kind == NETLINK_INTERFACE)
		print_interface(memory, key, (uint32_t)number, sink);
	else if (field->names != NULL)
		print_named(field->names, key, number, sink);
	else
		netlink_sink_number(sink, key, number);
}

void netlink_value_print(struct netlink_memory *memory, const struct netlink_field *field,
			 const char *key, struct netlink_bytes value, struct netlink_sink *sink)
{
	if (!fits(field, value))
		print_hex(key, field->kind == NETLINK_BYTES ? "" : HEX_PREFIX, value, sink);
	else if (field->kind == NETLINK_PRESENT)
		netlink_sink_present(sink, key);
	else if (field->kind == NETLINK_TEXT)
		netlink_sink_string(sink, key, value.data, value.length - 1);
	else if (field->kind == NETLINK_PATH)
		print_path(key, value, sink);
	else if (field->kind == NETLINK_ADDRESS)
		print_address(key, value, sink);
	else if (field->kind == NETLINK_HARDWARE)
		print_hardware(key, value, sink);
	else
		print_number(memory, field, key, value, sink);
}

static int add_number(const struct netlink_field *field, uint64_t number, struct buf *out)
{
	put_number(number, field->size, field->kind == NETLINK_BIG, out);
	return 0;
}

static int read_signed(const struct netlink_field *field, const char *text, struct buf *out, struct error *err)
{
	int64_t most = (int64_t)(UINT64_MAX >> (65 - 8 * field->size)), number;

	if (number_signed(text, -most - 1, most, &number, err) < 0)
		return -1;
	put_number((uint64_t)number, field->size, false, out);
	return 0;
}

/* A name of the table or a number. */
static int read_word(const struct netlink_field *field, const char *word, uint64_t *number, struct error *err)
{
	const struct name *names = field->names, *row = names != NULL ? name_find(names, word) : NULL;
	uint64_t most = field->size < 8 ? ((uint64_t)1 << 8 * field->size) - 1 : UINT64_MAX;
	const char *nearest = names != NULL && row == NULL ? name_nearest(names, word) : NULL;

	if (row != NULL) {
		*number = (uint64_t)row->value;
		return 0;
	}
	if (number_unsigned(word, 0, most, number, err) == 0)
		return 0;
	if (nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", nearest);
	return -1;
}

static int read_set(const struct netlink_field *field, const char *text, struct buf *out, struct error *err)
{
	cleanup_free char *copy = memory_string(text);
	char *rest = copy, *word;
	uint64_t bits = 0;

	while ((word = strsep(&rest, "+ ")) != NULL) {
		uint64_t bit = 0;

		if (word[0] != '\0' && read_word(field, word, &bit, err) < 0)
			return -1;
		bits |= bit;
	}
	return add_number(field, bits, out);
}

/* A number; a name may begin with a digit, too. */
static int read_interface(struct netlink_memory *memory, const struct netlink_field *field,
			  const char *text, struct buf *out, struct error *err)
{
	struct span name = { text, strlen(text) };
	uint64_t index = 0;

	if (number_unsigned(text, 0, UINT32_MAX, &index, NULL) < 0)
		index = memory->is_elsewhere ? 0 : interfaces_index(&memory->interfaces, name);
	if (index == 0 && strcmp(text, "0") != 0) {
		error_usage(err, "there is no interface \"%s\" here", text);
		return error_hint(err, "with netns= interfaces are named by their numbers");
	}
	return add_number(field, index, out);
}

static int read_address(const char *text, struct buf *out, struct error *err)
{
	unsigned char bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1)
		return buf_add(out, bytes, 4);
	if (inet_pton(AF_INET6, text, bytes) == 1)
		return buf_add(out, bytes, 16);
	return error_usage(err, "\"%s\" is no address of IP", text);
}

static int read_hardware(const char *text, struct buf *out, struct error *err)
{
	for (const char *at = text; *at != '\0'; at += at[2] == ':' ? 3 : 2) {
		int high = hex_digit(at[0]), low = high < 0 ? -1 : hex_digit(at[1]);

		if (low < 0 || (at[2] == ':' ? at[3] == '\0' : at[2] != '\0'))
			return error_usage(err, "a hardware address such as 02:00:00:00:00:01 was expected");
		buf_add_char(out, (char)(high << 4 | low));
	}
	return 0;
}

static int read_hex(const char *text, size_t length, struct buf *out, struct error *err)
{
	if (bytes_read_hex(text, length, out, err) == 0)
		return 0;
	if (err != NULL)
		memset(&err->place, 0, sizeof(err->place));
	return -1;
}

int netlink_value_read(struct netlink_memory *memory, const struct netlink_field *field,
		       const char *text, size_t length, struct buf *out, struct error *err)
{
	size_t prefix = strlen(HEX_PREFIX);
	uint64_t number;

	if (length >= prefix && memcmp(text, HEX_PREFIX, prefix) == 0)
		return read_hex(text + prefix, length - prefix, out, err);
	switch ((enum netlink_kind)field->kind) {
	case NETLINK_TEXT:
		buf_add(out, text, length);
		return buf_add_char(out, '\0');
	case NETLINK_PATH:
		return buf_add(out, text, length);
	case NETLINK_SIGNED:
		return read_signed(field, text, out, err);
	case NETLINK_UNSIGNED:
	case NETLINK_BIG:
	case NETLINK_NAMED:
		return read_word(field, text, &number, err) < 0 ? -1 : add_number(field, number, out);
	case NETLINK_SET:
		return read_set(field, text, out, err);
	case NETLINK_INTERFACE:
		return read_interface(memory, field, text, out, err);
	case NETLINK_ADDRESS:
		return read_address(text, out, err);
	case NETLINK_HARDWARE:
		return read_hardware(text, out, err);
	case NETLINK_PRESENT:
		return 0;
	default:
		return read_hex(text, length, out, err);
	}
}
