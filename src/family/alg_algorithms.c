/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading what the kernel says of its algorithms; /proc/crypto of proc(5). */
#include "family/alg_algorithms.h"

#include "base/name.h"
#include "base/number.h"

#include <string.h>

struct number_row {
	const char *key;
	size_t offset;
};

static const struct number_row numbers[] = {
	{ "priority", offsetof(struct alg_algorithm, priority) },
	{ "blocksize", offsetof(struct alg_algorithm, block) },
	{ "ivsize", offsetof(struct alg_algorithm, iv) },
	{ "chunksize", offsetof(struct alg_algorithm, chunk) },
	{ "min keysize", offsetof(struct alg_algorithm, key_minimum) },
	{ "max keysize", offsetof(struct alg_algorithm, key_maximum) },
	{ "digestsize", offsetof(struct alg_algorithm, digest) },
	{ "maxauthsize", offsetof(struct alg_algorithm, tag) },
	{ "seedsize", offsetof(struct alg_algorithm, seed) },
	{ NULL, 0 },
};

/* The kernel's types and those of AF_ALG by which a program reaches them. */
static const char *const types[][2] = {
	{ "shash", "hash" }, { "ahash", "hash" }, { "skcipher", "skcipher" },
	{ "lskcipher", "skcipher" }, { "aead", "aead" }, { "rng", "rng" },
};

static void take_type(struct alg_algorithm *algorithm, const char *value)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i][0], value) == 0)
			snprintf(algorithm->type, sizeof(algorithm->type), "%s", types[i][1]);
}

static void take_number(struct alg_algorithm *algorithm, const char *key, const char *value)
{
	uint64_t number;
	uint32_t narrow;

	for (const struct number_row *row = numbers; row->key != NULL; row++) {
		if (strcmp(row->key, key) != 0 ||
		    number_unsigned(value, 0, UINT32_MAX, &number, NULL) < 0)
			continue;
		narrow = (uint32_t)number;
		memcpy((char *)algorithm + row->offset, &narrow, sizeof(narrow));
	}
}

static void take(struct alg_algorithm *algorithm, const char *key, const char *value)
{
	if (strcmp(key, "name") == 0)
		snprintf(algorithm->name, sizeof(algorithm->name), "%s", value);
	else if (strcmp(key, "driver") == 0)
		snprintf(algorithm->driver, sizeof(algorithm->driver), "%s", value);
	else if (strcmp(key, "type") == 0)
		take_type(algorithm, value);
	else if (strcmp(key, "internal") == 0)
		algorithm->internal = strcmp(value, "yes") == 0;
	else
		take_number(algorithm, key, value);
}

/* "key    : value" */
static bool cut(char *line, char **value)
{
	char *colon = strchr(line, ':'), *end = colon;

	if (colon == NULL)
		return false;
	while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	*value = colon + 1 + strspn(colon + 1, " \t");
	(*value)[strcspn(*value, "\n")] = '\0';
	return true;
}

int alg_algorithm_next(FILE *file, struct alg_algorithm *algorithm)
{
	char line[256], *value;
	bool found = false;

	*algorithm = (struct alg_algorithm){ 0 };
	while (fgets(line, sizeof(line), file) != NULL) {
		if (cut(line, &value)) {
			found = true;
			take(algorithm, line, value);
		} else if (found) {
			break;
		}
	}
	return found;
}

static FILE *open_list(void)
{
	return fopen("/proc/crypto", "re");
}

void alg_algorithm_find(const char *type, const char *name, struct alg_algorithm *algorithm)
{
	struct alg_algorithm row;
	FILE *file = open_list();

	*algorithm = (struct alg_algorithm){ 0 };
	if (file == NULL)
		return;
	while (alg_algorithm_next(file, &row) > 0) {
		bool is_it = strcmp(row.name, name) == 0 || strcmp(row.driver, name) == 0;

		if (is_it && !row.internal && strcmp(row.type, type) == 0 &&
		    (algorithm->name[0] == '\0' || row.priority > algorithm->priority))
			*algorithm = row;
	}
	fclose(file);
}

void alg_algorithm_nearest(const char *type, const char *wanted, char *nearest, size_t size)
{
	struct name_guess guess = { .wanted = wanted };
	struct alg_algorithm row;
	FILE *file = open_list();

	nearest[0] = '\0';
	if (file == NULL)
		return;
	while (alg_algorithm_next(file, &row) > 0) {
		if (row.internal || strcmp(row.type, type) != 0)
			continue;
		name_guess_offer(&guess, row.name);
		if (guess.nearest == row.name) {
			snprintf(nearest, size, "%s", row.name);
			guess.nearest = nearest;
		}
	}
	fclose(file);
}

static void print_algorithm(const struct alg_algorithm *algorithm, struct buf *lines)
{
	buf_print(lines, "%-10s %-28s %-36s priority %u", algorithm->type, algorithm->name,
		  algorithm->driver, algorithm->priority);
	if (algorithm->block > 0)
		buf_print(lines, ", block %u", algorithm->block);
	if (algorithm->iv > 0)
		buf_print(lines, ", iv %u", algorithm->iv);
	if (algorithm->key_maximum > 0)
		buf_print(lines, ", key %u to %u", algorithm->key_minimum, algorithm->key_maximum);
	if (algorithm->digest > 0)
		buf_print(lines, ", digest %u", algorithm->digest);
	if (algorithm->tag > 0)
		buf_print(lines, ", tag %u", algorithm->tag);
	if (algorithm->seed > 0)
		buf_print(lines, ", seed %u", algorithm->seed);
	buf_add_char(lines, '\n');
}

static void describe_algorithm(const struct alg_algorithm *algorithm, struct json *json)
{
	json_open_object(json, NULL);
	json_string(json, "type", algorithm->type);
	json_string(json, "name", algorithm->name);
	json_string(json, "driver", algorithm->driver);
	json_unsigned(json, "priority", algorithm->priority);
	json_unsigned(json, "block", algorithm->block);
	json_unsigned(json, "iv", algorithm->iv);
	json_unsigned(json, "key_minimum", algorithm->key_minimum);
	json_unsigned(json, "key_maximum", algorithm->key_maximum);
	json_unsigned(json, "digest", algorithm->digest);
	json_unsigned(json, "tag", algorithm->tag);
	json_unsigned(json, "seed", algorithm->seed);
	json_close_object(json);
}

static void list_type(FILE *file, const char *type, struct buf *lines, struct json *json)
{
	struct alg_algorithm row;

	rewind(file);
	while (alg_algorithm_next(file, &row) > 0) {
		if (row.internal || strcmp(row.type, type) != 0)
			continue;
		if (json != NULL)
			describe_algorithm(&row, json);
		else
			print_algorithm(&row, lines);
	}
}

void alg_list(struct buf *lines, struct json *json)
{
	static const char *const in_order[] = { "hash", "skcipher", "aead", "rng" };
	FILE *file = open_list();

	if (file == NULL)
		return;
	if (json != NULL)
		json_open_array(json, "algorithms");
	for (size_t i = 0; i < sizeof(in_order) / sizeof(in_order[0]); i++)
		list_type(file, in_order[i], lines, json);
	if (json != NULL)
		json_close_array(json);
	fclose(file);
}
