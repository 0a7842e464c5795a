/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing JSON; what a terminal should not be shown is written as \u escapes. */
#include "base/json.h"

#include "base/bytes.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

static void add_escape(struct buf *out, uint32_t point)
{
	switch (point) {
	case '"':
		buf_add(out, "\\\"", 2);
		break;
	case '\\':
		buf_add(out, "\\\\", 2);
		break;
	case '\n':
		buf_add(out, "\\n", 2);
		break;
	case '\r':
		buf_add(out, "\\r", 2);
		break;
	case '\t':
		buf_add(out, "\\t", 2);
		break;
	default:
		buf_print(out, "\\u%04" PRIx32, point);
	}
}

/* How many bytes from the front can be copied as they are. */
static size_t plain_run(const char *text, size_t length)
{
	size_t i = 0;

	while (i < length && text[i] >= 0x20 && text[i] < 0x7f && text[i] != '"' && text[i] != '\\')
		i++;
	return i;
}

static void add_string(struct buf *out, const char *text, size_t length)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < length;) {
		size_t used = plain_run(text + i, length - i);
		uint32_t point = 0;

		buf_add(out, text + i, used);
		i += used;
		if (i == length)
			break;
		used = utf8_decode(text + i, length - i, &point);
		if (used == 0)
			buf_add_string(out, REPLACEMENT);
		else if (point == '"' || point == '\\' || !utf8_is_printable(point))
			add_escape(out, point);
		else
			buf_add(out, text + i, used);
		i += used > 0 ? used : 1;
	}
	buf_add_char(out, '"');
}

/* What stands before every value. */
static void start(struct json *json, const char *key)
{
	if (json->needs_comma)
		buf_add_char(json->out, ',');
	json->needs_comma = true;
	if (key != NULL) {
		add_string(json->out, key, strlen(key));
		buf_add_char(json->out, ':');
	}
}

void json_open_object(struct json *json, const char *key)
{
	start(json, key);
	buf_add_char(json->out, '{');
	json->needs_comma = false;
}

void json_close_object(struct json *json)
{
	buf_add_char(json->out, '}');
	json->needs_comma = true;
}

void json_open_array(struct json *json, const char *key)
{
	start(json, key);
	buf_add_char(json->out, '[');
	json->needs_comma = false;
}

void json_close_array(struct json *json)
{
	buf_add_char(json->out, ']');
	json->needs_comma = true;
}

void json_string(struct json *json, const char *key, const char *text)
{
	json_string_length(json, key, text, strlen(text));
}

void json_string_length(struct json *json, const char *key, const void *text, size_t length)
{
	start(json, key);
	add_string(json->out, text, length);
}

void json_integer(struct json *json, const char *key, int64_t value)
{
	start(json, key);
	buf_print(json->out, "%" PRId64, value);
}

void json_unsigned(struct json *json, const char *key, uint64_t value)
{
	start(json, key);
	buf_print(json->out, "%" PRIu64, value);
}

void json_real(struct json *json, const char *key, double value, int decimals)
{
	size_t from;

	if (!isfinite(value)) {
		json_null(json, key);
		return;
	}
	start(json, key);
	from = json->out->length;
	buf_print(json->out, "%.*f", decimals, value);
	/* The locale may have another decimal point; JSON has not. */
	for (size_t i = from; i < json->out->length; i++)
		if (json->out->data[i] == ',')
			json->out->data[i] = '.';
}

void json_boolean(struct json *json, const char *key, bool value)
{
	start(json, key);
	buf_add_string(json->out, value ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
	start(json, key);
	buf_add_string(json->out, "null");
}

void json_hex(struct json *json, const char *key, const void *bytes, size_t length)
{
	start(json, key);
	buf_add_char(json->out, '"');
	bytes_print_hex(json->out, bytes, length);
	buf_add_char(json->out, '"');
}
