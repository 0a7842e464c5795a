/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading JSON into a tree of values; jansson is loaded for it. */
#ifndef BASE_JSON_TREE_H
#define BASE_JSON_TREE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_reader; /* knows the library; one serves any number of texts */
struct json_value;  /* a node; borrowed from the tree that it stands in */

enum json_kind {
	JSON_NONE, /* what is asked of NULL */
	JSON_KIND_OBJECT,
	JSON_KIND_ARRAY,
	JSON_KIND_STRING,
	JSON_KIND_INTEGER,
	JSON_KIND_REAL,
	JSON_KIND_BOOLEAN,
	JSON_KIND_NULL,
};

/* NULL with ERROR_UNAVAILABLE where the library is not installed. */
struct json_reader *json_reader_new(struct error *err);
void json_reader_free(struct json_reader *reader);
/*
 * Reads one value, which is the whole text; keys that come twice are an error.
 * The tree belongs to the reader and lives until the next call.
 */
const struct json_value *json_reader_read(struct json_reader *reader, const char *text,
					  size_t length, struct error *err);

/* All take NULL and values of any kind: what does not fit is NULL, 0, JSON_NONE. */
enum json_kind json_value_kind(const struct json_value *value);
const struct json_value *json_value_member(const struct json_reader *reader,
					   const struct json_value *object, const char *key);
size_t json_value_count(const struct json_reader *reader, const struct json_value *array);
const struct json_value *json_value_item(const struct json_reader *reader,
					 const struct json_value *array, size_t index);
/* The bytes of a string, with a NUL behind them. */
const char *json_value_text(const struct json_reader *reader, const struct json_value *string,
			    size_t *length);
/* An integer or a boolean; a real is cut off. */
int64_t json_value_integer(const struct json_reader *reader, const struct json_value *number);
double json_value_real(const struct json_reader *reader, const struct json_value *number);
/* Calls visit for each member until it returns other than 0, which is returned. */
int json_value_each(const struct json_reader *reader, const struct json_value *object,
		    int (*visit)(void *context, const char *key, const struct json_value *value),
		    void *context);

#endif
