/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing JSON, one value after the other, into a buffer; RFC 8259. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A writer puts commas where they belong. Inside an object each value has a
 * key, inside an array and at the top key is NULL. Strings that are not UTF-8
 * are written with U+FFFD in place of the wrong bytes.
 */
struct json {
	struct buf *out;
	bool needs_comma;
};

void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);
void json_string(struct json *json, const char *key, const char *text);
void json_string_length(struct json *json, const char *key, const void *text, size_t length);
void json_integer(struct json *json, const char *key, int64_t value);
void json_unsigned(struct json *json, const char *key, uint64_t value);
/* Three decimals or as many as asked. */
void json_real(struct json *json, const char *key, double value, int decimals);
void json_boolean(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
/* Bytes as a string of hex digits. */
void json_hex(struct json *json, const char *key, const void *bytes, size_t length);

#endif
