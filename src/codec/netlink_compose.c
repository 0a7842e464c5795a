/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message of netlink that is typed as a JSON object, made into the line that means the same. */
#include "codec/netlink_compose.h"

#include "codec/netlink_value.h"

#include <string.h>

#define DEPTH_MAXIMUM 16

struct composing {
	const struct json_reader *reader;
	struct buf *line;
	unsigned int depth;
	bool is_top;
};

static int compose_member(void *context, const char *key, const struct json_value *value);

static void compose_text(struct composing *composing, const struct json_value *value)
{
	size_t length;
	const char *text = json_value_text(composing->reader, value, &length);

	netlink_print_quoted(text, length, composing->line);
}

static void compose_array(struct composing *composing, const struct json_value *array, bool as_words);

static void compose_value(struct composing *composing, const struct json_value *value)
{
	switch (json_value_kind(value)) {
	case JSON_KIND_STRING:
		compose_text(composing, value);
		break;
	case JSON_KIND_INTEGER:
		buf_print(composing->line, "%lld", (long long)json_value_integer(composing->reader, value));
		break;
	case JSON_KIND_ARRAY:
		buf_add_char(composing->line, '[');
		compose_array(composing, value, false);
		buf_add_char(composing->line, ']');
		break;
	case JSON_KIND_OBJECT:
		buf_add_char(composing->line, '{');
		json_value_each(composing->reader, value, compose_member, composing);
		buf_add_char(composing->line, '}');
		break;
	default:
		break;
	}
}

static void compose_array(struct composing *composing, const struct json_value *array, bool as_words)
{
	if (composing->depth >= DEPTH_MAXIMUM)
		return;
	composing->depth++;
	for (size_t i = 0; i < json_value_count(composing->reader, array); i++) {
		if (i > 0 || as_words)
			buf_add_char(composing->line, ' ');
		compose_value(composing, json_value_item(composing->reader, array, i));
	}
	composing->depth--;
}

/* {"up":true} is there, {"up":false} is not. */
static int compose_member(void *context, const char *key, const struct json_value *value)
{
	struct composing *composing = context;
	bool is_top = composing->is_top;

	if (composing->depth >= DEPTH_MAXIMUM || json_value_kind(value) == JSON_KIND_NULL ||
	    (is_top && strcmp(key, "op") == 0))
		return 0;
	if (is_top && strcmp(key, "nlflags") == 0) {
		compose_array(composing, value, true);
		return 0;
	}
	if (json_value_kind(value) == JSON_KIND_BOOLEAN) {
		if (json_value_integer(composing->reader, value) != 0)
			buf_print(composing->line, " %s", key);
		return 0;
	}
	buf_print(composing->line, " %s=", key);
	composing->depth++;
	composing->is_top = false;
	compose_value(composing, value);
	composing->is_top = is_top;
	composing->depth--;
	return 0;
}

void netlink_compose(const struct json_reader *reader, const struct json_value *object, struct buf *line)
{
	struct composing composing = { .reader = reader, .line = line, .is_top = true };

	compose_value(&composing, json_value_member(reader, object, "op"));
	json_value_each(reader, object, compose_member, &composing);
}
