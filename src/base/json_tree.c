/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading JSON by jansson; the only file that knows its header. */
#include "base/json_tree.h"

#include "base/library.h"
#include "base/memory.h"

#if WITH_JANSSON
#include <jansson.h>

struct jansson {
	__typeof__(&json_loadb) json_loadb;
	__typeof__(&json_delete) json_delete;
	__typeof__(&json_object_get) json_object_get;
	__typeof__(&json_object_iter) json_object_iter;
	__typeof__(&json_object_iter_next) json_object_iter_next;
	__typeof__(&json_object_iter_key) json_object_iter_key;
	__typeof__(&json_object_iter_value) json_object_iter_value;
	__typeof__(&json_array_size) json_array_size;
	__typeof__(&json_array_get) json_array_get;
	__typeof__(&json_string_value) json_string_value;
	__typeof__(&json_string_length) json_string_length;
	__typeof__(&json_integer_value) json_integer_value;
	__typeof__(&json_number_value) json_number_value;
};

static const struct library_symbol jansson_symbols[] = {
	LIBRARY_SYMBOL(struct jansson, json_loadb),
	LIBRARY_SYMBOL(struct jansson, json_delete),
	LIBRARY_SYMBOL(struct jansson, json_object_get),
	LIBRARY_SYMBOL(struct jansson, json_object_iter),
	LIBRARY_SYMBOL(struct jansson, json_object_iter_next),
	LIBRARY_SYMBOL(struct jansson, json_object_iter_key),
	LIBRARY_SYMBOL(struct jansson, json_object_iter_value),
	LIBRARY_SYMBOL(struct jansson, json_array_size),
	LIBRARY_SYMBOL(struct jansson, json_array_get),
	LIBRARY_SYMBOL(struct jansson, json_string_value),
	LIBRARY_SYMBOL(struct jansson, json_string_length),
	LIBRARY_SYMBOL(struct jansson, json_integer_value),
	LIBRARY_SYMBOL(struct jansson, json_number_value),
	{ NULL, 0 },
};

static const struct library jansson_library = {
	.sonames = "libjansson.so.4",
	.package = "libjansson4",
	.purpose = "reading JSON",
	.symbols = jansson_symbols,
};

struct json_reader {
	struct jansson library;
	json_t *root;
};

/* json_decref() of the header would need json_delete() at link time. */
static void forget(struct json_reader *reader)
{
	json_t *root = reader->root;

	reader->root = NULL;
	if (root != NULL && root->refcount != (size_t)-1 && --root->refcount == 0)
		reader->library.json_delete(root);
}

struct json_reader *json_reader_new(struct error *err)
{
	struct json_reader *reader = memory_new(sizeof(*reader));

	if (library_load(&jansson_library, &reader->library, err) < 0) {
		free(reader);
		return NULL;
	}
	return reader;
}

void json_reader_free(struct json_reader *reader)
{
	if (reader == NULL)
		return;
	forget(reader);
	free(reader);
}

static const json_t *node(const struct json_value *value)
{
	return (const json_t *)(const void *)value;
}

static const struct json_value *value_of(const json_t *json)
{
	return (const struct json_value *)(const void *)json;
}

const struct json_value *json_reader_read(struct json_reader *reader, const char *text,
					  size_t length, struct error *err)
{
	size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_error_t problem;

	forget(reader);
	reader->root = reader->library.json_loadb(text, length, flags, &problem);
	if (reader->root == NULL)
		error_usage(err, "column %d: %s", problem.column > 0 ? problem.column : 1,
			    problem.text);
	return value_of(reader->root);
}

enum json_kind json_value_kind(const struct json_value *value)
{
	if (value == NULL)
		return JSON_NONE;
	switch (node(value)->type) {
	case JSON_OBJECT:
		return JSON_KIND_OBJECT;
	case JSON_ARRAY:
		return JSON_KIND_ARRAY;
	case JSON_STRING:
		return JSON_KIND_STRING;
	case JSON_INTEGER:
		return JSON_KIND_INTEGER;
	case JSON_REAL:
		return JSON_KIND_REAL;
	case JSON_NULL:
		return JSON_KIND_NULL;
	default:
		return JSON_KIND_BOOLEAN;
	}
}

const struct json_value *json_value_member(const struct json_reader *reader,
					   const struct json_value *object, const char *key)
{
	return value_of(reader->library.json_object_get(node(object), key));
}

size_t json_value_count(const struct json_reader *reader, const struct json_value *array)
{
	return reader->library.json_array_size(node(array));
}

const struct json_value *json_value_item(const struct json_reader *reader,
					 const struct json_value *array, size_t index)
{
	return value_of(reader->library.json_array_get(node(array), index));
}

const char *json_value_text(const struct json_reader *reader, const struct json_value *string,
			    size_t *length)
{
	if (length != NULL)
		*length = reader->library.json_string_length(node(string));
	return reader->library.json_string_value(node(string));
}

int64_t json_value_integer(const struct json_reader *reader, const struct json_value *number)
{
	double real;

	switch (json_value_kind(number)) {
	case JSON_KIND_BOOLEAN:
		return node(number)->type == JSON_TRUE;
	case JSON_KIND_REAL:
		real = json_value_real(reader, number);
		return real > -9e18 && real < 9e18 ? (int64_t)real : 0;
	default:
		return reader->library.json_integer_value(node(number));
	}
}

double json_value_real(const struct json_reader *reader, const struct json_value *number)
{
	return reader->library.json_number_value(node(number));
}

int json_value_each(const struct json_reader *reader, const struct json_value *object,
		    int (*visit)(void *context, const char *key, const struct json_value *value),
		    void *context)
{
	const struct jansson *library = &reader->library;
	json_t *owner = (json_t *)(void *)(uintptr_t)object;

	if (json_value_kind(object) != JSON_KIND_OBJECT)
		return 0;
	for (void *at = library->json_object_iter(owner); at != NULL;
	     at = library->json_object_iter_next(owner, at)) {
		int result = visit(context, library->json_object_iter_key(at),
				   value_of(library->json_object_iter_value(at)));

		if (result != 0)
			return result;
	}
	return 0;
}
#endif
