/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What reading JSON says in a build without jansson. */
#include "base/json_tree.h"

#if !WITH_JANSSON
struct json_reader *json_reader_new(struct error *err)
{
	error_set(err, ERROR_UNAVAILABLE, "this build cannot read JSON");
	error_hint(err, "build with WITH_JANSSON=yes");
	return NULL;
}

void json_reader_free(struct json_reader *reader)
{
	(void)reader;
}

const struct json_value *json_reader_read(struct json_reader *reader, const char *text,
					  size_t length, struct error *err)
{
	(void)reader;
	(void)text;
	(void)length;
	(void)err;
	return NULL;
}

enum json_kind json_value_kind(const struct json_value *value)
{
	(void)value;
	return JSON_NONE;
}

const struct json_value *json_value_member(const struct json_reader *reader,
					   const struct json_value *object, const char *key)
{
	(void)reader;
	(void)object;
	(void)key;
	return NULL;
}

size_t json_value_count(const struct json_reader *reader, const struct json_value *array)
{
	(void)reader;
	(void)array;
	return 0;
}

const struct json_value *json_value_item(const struct json_reader *reader,
					 const struct json_value *array, size_t index)
{
	(void)reader;
	(void)array;
	(void)index;
	return NULL;
}

const char *json_value_text(const struct json_reader *reader, const struct json_value *string,
			    size_t *length)
{
	(void)reader;
	(void)string;
	if (length != NULL)
		*length = 0;
	return NULL;
}

int64_t json_value_integer(const struct json_reader *reader, const struct json_value *number)
{
	(void)reader;
	(void)number;
	return 0;
}

double json_value_real(const struct json_reader *reader, const struct json_value *number)
{
	(void)reader;
	(void)number;
	return 0;
}

int json_value_each(const struct json_reader *reader, const struct json_value *object,
		    int (*visit)(void *context, const char *key, const struct json_value *value),
		    void *context)
{
	(void)reader;
	(void)object;
	(void)visit;
	(void)context;
	return 0;
}
#endif
