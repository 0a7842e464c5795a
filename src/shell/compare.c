/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conditions: two values compared as numbers, durations or bytes; fields of messages found in their JSON. */
#include "base/bytes.h"
#include "base/json_tree.h"
#include "base/memory.h"
#include "base/name.h"
#include "base/number.h"
#include "shell/state.h"

#include <inttypes.h>
#include <string.h>

/* Values of a field: several where an array stands on the way. */
struct found {
	struct shell *shell;
	struct buf *values;
	size_t count;
};

static struct buf *add_found(struct found *found)
{
	found->values = memory_resize(found->values, found->count + 1, sizeof(*found->values));
	found->values[found->count] = (struct buf){ 0 };
	return &found->values[found->count++];
}

static void found_release(struct found *found)
{
	for (size_t i = 0; i < found->count; i++)
		buf_release(&found->values[i]);
	free(found->values);
}

static void add_leaf(struct found *found, const struct json_value *value)
{
	const struct json_reader *reader = found->shell->reader;
	size_t length;
	const char *text;

	switch (json_value_kind(value)) {
	case JSON_KIND_STRING:
		text = json_value_text(reader, value, &length);
		buf_add(add_found(found), text, length);
		break;
	case JSON_KIND_INTEGER:
	case JSON_KIND_BOOLEAN:
		buf_print(add_found(found), "%" PRId64, json_value_integer(reader, value));
		break;
	case JSON_KIND_REAL:
		buf_print(add_found(found), "%g", json_value_real(reader, value));
		break;
	default:
		break;
	}
}

static void follow(struct found *found, const struct json_value *value, const char *path);

static void follow_array(struct found *found, const struct json_value *value, const char *path)
{
	const struct json_reader *reader = found->shell->reader;

	for (size_t i = 0; i < json_value_count(reader, value); i++)
		follow(found, json_value_item(reader, value, i), path);
}

/* cmsg.ttl, cmsg.pktinfo.interface: of those of that type; cmsg.value: of whichever has such a field. */
static void follow_control(struct found *found, const struct json_value *list, const char *path)
{
	const struct json_reader *reader = found->shell->reader;
	size_t length = strcspn(path, ".");

	for (size_t i = 0; i < json_value_count(reader, list); i++) {
		const struct json_value *item = json_value_item(reader, list, i);
		const char *type = json_value_text(reader, json_value_member(reader, item, "type"), NULL);

		if (type == NULL || !name_equal_length(path, length, type))
			follow(found, item, path);
		else
			follow(found, item, path[length] == '.' ? path + length + 1 : "value");
	}
}

static void follow(struct found *found, const struct json_value *value, const char *path)
{
	const struct json_reader *reader = found->shell->reader;
	size_t length = strcspn(path, ".");
	char *key cleanup_free = memory_copy(path, length);
	const struct json_value *member;

	if (json_value_kind(value) == JSON_KIND_ARRAY && *path != '\0') {
		follow_array(found, value, path);
		return;
	}
	if (*path == '\0') {
		if (json_value_kind(value) == JSON_KIND_ARRAY)
			follow_array(found, value, path);
		add_leaf(found, value);
		return;
	}
	member = json_value_member(reader, value,
				   strcmp(key, "cmsg") == 0 ? "control" :
				   strcmp(key, "fds") == 0	? "descriptors" :
								  key);
	/* Of descriptors it is their number that counts. */
	if (strcmp(key, "cmsg") == 0 && path[length] == '.')
		follow_control(found, member, path + length + 1);
	else if (strcmp(key, "fds") == 0 && json_value_kind(member) == JSON_KIND_ARRAY)
		buf_print(add_found(found), "%zu", json_value_count(reader, member));
	else if (member != NULL)
		follow(found, member, path[length] == '.' ? path + length + 1 : path + length);
}

static int find_all(struct found *found, const char *json, const char *path, struct error *err)
{
	struct shell *shell = found->shell;
	const struct json_value *root;

	if (shell->reader == NULL)
		shell->reader = json_reader_new(err);
	if (shell->reader == NULL)
		return -1;
	root = json_reader_read(shell->reader, json, strlen(json), err);
	if (root == NULL)
		return -1;
	follow(found, root, path);
	for (size_t i = 0; strcmp(path, "data") == 0 && i < found->count; i++) {
		struct buf bytes = { 0 };

		bytes_read_hex(buf_text(&found->values[i]), found->values[i].length, &bytes, NULL);
		buf_release(&found->values[i]);
		found->values[i] = bytes;
	}
	return 0;
}

int field_find(struct shell *shell, const char *json, const char *path, struct buf *out,
	       struct error *err)
{
	struct found found = { .shell = shell };
	int result = find_all(&found, json, path, err);

	if (result == 0 && found.count > 0) {
		buf_add(out, buf_text(&found.values[0]), found.values[0].length);
		result = 1;
	}
	found_release(&found);
	return result;
}

static int sign_of(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* What holds a NUL is no text, whatever stands in front of it. */
static bool is_text(const struct buf *value)
{
	return strlen(buf_text(value)) == value->length;
}

struct number {
	bool is_negative;
	uint64_t size;
};

static bool read_number(const struct buf *value, struct number *number)
{
	const char *text = buf_text(value);
	bool has_sign = text[0] == '-';

	if (!is_text(value) || number_unsigned(text + has_sign, 0, UINT64_MAX, &number->size, NULL) < 0)
		return false;
	number->is_negative = has_sign && number->size > 0;
	return true;
}

static bool order_numbers(const struct buf *a, const struct buf *b, int *result)
{
	struct number x, y;
	int larger;

	if (!read_number(a, &x) || !read_number(b, &y))
		return false;
	larger = x.size < y.size ? -1 : x.size > y.size;
	if (x.is_negative != y.is_negative)
		larger = 1;
	*result = x.is_negative ? -larger : larger;
	return true;
}

static bool order_durations(const struct buf *a, const struct buf *b, int *result)
{
	int64_t x, y;

	if (!is_text(a) || !is_text(b) || number_duration(buf_text(a), &x, NULL) < 0 ||
	    number_duration(buf_text(b), &y, NULL) < 0)
		return false;
	*result = sign_of(x, y);
	return true;
}

static int order(const struct buf *a, const struct buf *b)
{
	size_t common = a->length < b->length ? a->length : b->length;
	int result;

	if (order_numbers(a, b, &result) || order_durations(a, b, &result))
		return result;
	result = memcmp(buf_text(a), buf_text(b), common);
	return result != 0 ? result : sign_of((int64_t)a->length, (int64_t)b->length);
}

static bool shares_bits(const struct buf *a, const struct buf *b)
{
	struct number x, y;

	return read_number(a, &x) && read_number(b, &y) && !x.is_negative && !y.is_negative &&
	       (x.size & y.size) != 0;
}

bool bytes_compare(const struct buf *a, enum comparison how, const struct buf *b)
{
	switch (how) {
	case COMPARE_EQUAL:
		return order(a, b) == 0;
	case COMPARE_UNEQUAL:
		return order(a, b) != 0;
	case COMPARE_LESS:
		return order(a, b) < 0;
	case COMPARE_AT_MOST:
		return order(a, b) <= 0;
	case COMPARE_MORE:
		return order(a, b) > 0;
	case COMPARE_AT_LEAST:
		return order(a, b) >= 0;
	case COMPARE_HAS:
		return memmem(buf_text(a), a->length, buf_text(b), b->length) != NULL;
	case COMPARE_BITS:
		return shares_bits(a, b);
	}
	return false;
}

/* One of several values is enough, but all must differ for "!=". */
static int field_holds(struct shell *shell, const struct clause *clause, const char *json,
		       const struct buf *right, struct error *err)
{
	struct found found = { .shell = shell };
	bool all = clause->how == COMPARE_UNEQUAL;
	int holds = all;

	if (find_all(&found, json, buf_text(&clause->left.text), err) < 0) {
		found_release(&found);
		return source_error(shell->source, clause->place, err);
	}
	for (size_t i = 0; i < found.count; i++) {
		int one = bytes_compare(&found.values[i], clause->how, right);

		holds = all ? holds && one : holds || one;
	}
	found_release(&found);
	return holds;
}

static int clause_holds(struct shell *shell, const struct clause *clause, const char *json,
			struct error *err)
{
	cleanup_buf struct buf left = { 0 }, right = { 0 };

	if (term_work_out(shell, &clause->right, &right, err) < 0)
		return -1;
	if (json != NULL)
		return field_holds(shell, clause, json, &right, err);
	if (term_work_out(shell, &clause->left, &left, err) < 0)
		return -1;
	return bytes_compare(&left, clause->how, &right);
}

int condition_holds(struct shell *shell, const struct condition *condition, const char *fields,
		    const struct clause **failed, struct error *err)
{
	for (size_t i = 0; i < condition->count; i++) {
		int holds = clause_holds(shell, &condition->clauses[i], fields, err);

		if (holds == 1)
			continue;
		if (failed != NULL)
			*failed = &condition->clauses[i];
		return holds;
	}
	return 1;
}
