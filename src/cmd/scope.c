/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cutting lists and ranges out of a spec and putting each value in; readdir(3). */
#include "cmd/scope.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "core/family.h"
#include "spec/spec.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

static int read_number(const char *text, bool hex, uint64_t *value, struct error *err)
{
	return hex ? number_hex(text, UINT32_MAX, value, err) :
		     number_unsigned(text, 0, UINT32_MAX, value, err);
}

static int add_range(struct axis *axis, uint64_t first, uint64_t last, struct error *err)
{
	if (last < first)
		return error_usage(err, "the range ends before it begins");
	if (axis->count + (last - first) >= SCOPE_MAXIMUM)
		return error_usage(err, "more than %u specs", SCOPE_MAXIMUM);
	axis->values = memory_resize(axis->values, axis->count + (size_t)(last - first) + 1,
				     sizeof(*axis->values));
	for (uint64_t value = first; value <= last; value++)
		axis->values[axis->count++] = value;
	return 0;
}

/* What was typed, and how a range is written. */
static int refuse(const struct axis *axis, const char *part, struct error *err)
{
	error_usage(err, "\"%s\" is no range", part);
	return error_hint(err, "a range has a %s on both sides of the \"-\", as in %s; \"+\" joins several",
			  axis->hex ? "hex number" : "number", axis->hex ? "7E8-7EF" : "8000-8100");
}

/* "80", or "8000-8100". */
static int read_part(struct axis *axis, const char *part, struct error *err)
{
	cleanup_free char *from = memory_string(part);
	char *to = strchr(from, '-');
	uint64_t first, last;

	if (to != NULL)
		*to++ = '\0';
	if (read_number(from, axis->hex, &first, NULL) < 0 ||
	    read_number(to != NULL ? to : from, axis->hex, &last, NULL) < 0)
		return refuse(axis, part, err);
	return add_range(axis, first, last, err);
}

static int read_list(struct axis *axis, const char *text, struct error *err)
{
	cleanup_free char *copy = memory_string(text);
	char *rest = copy, *part;

	while ((part = strsep(&rest, "+")) != NULL)
		if (read_part(axis, part, err) < 0)
			return -1;
	return 0;
}

static bool is_hex(const struct shape_field *shape)
{
	return shape->hex || shape->type == FIELD_HEX;
}

/* Whether a field's text is numbers joined by "+" and "-", or begins as such do. */
static bool is_list(const struct shape_field *shape, const struct spec_text *text)
{
	const char *digits = is_hex(shape) ? "0123456789abcdefABCDEFx" : "0123456789x";
	size_t first = text->bytes != NULL ? strspn(text->bytes, digits) : 0;
	bool is_word = shape->kind == FIELD_WORD && shape->type != FIELD_SET;

	if (first == 0 || text->quoted || (text->bytes[first] != '-' && text->bytes[first] != '+'))
		return false;
	/* The name of a host may begin with digits. */
	return is_word || strspn(text->bytes, "0123456789x+-") == text->length;
}

static const struct axis *find_hex(const struct scope *scope)
{
	for (size_t i = 0; i < scope->axis_count; i++)
		if (scope->axes[i].hex)
			return &scope->axes[i];
	return NULL;
}

/* Hex fields go in step: the others multiply. */
static int count_specs(struct scope *scope, const struct axis *axis, struct error *err)
{
	const struct axis *other = axis->hex ? find_hex(scope) : NULL;

	if (other != NULL && other->count != axis->count)
		return error_usage(err, "lists of both ends differ in length: %zu and %zu",
				   other->count, axis->count);
	if (other == NULL)
		scope->count *= axis->count;
	return scope->count > SCOPE_MAXIMUM ? error_usage(err, "more than %u specs", SCOPE_MAXIMUM) :
					      0;
}

static int read_axes(struct scope *scope, const struct spec *spec, struct error *err)
{
	const struct shape_field *fields = spec_fields(spec);

	scope->count = 1;
	for (size_t i = 0; i < spec->field_count && fields[i].name != NULL; i++) {
		struct axis *axis = &scope->axes[scope->axis_count];
		int status;

		if (!is_list(&fields[i], &spec->fields[i]))
			continue;
		*axis = (struct axis){ .column = spec->fields[i].column,
				       .length = spec->fields[i].source_length,
				       .hex = is_hex(&fields[i]),
				       .width = (int)strcspn(spec->fields[i].bytes, "+-") };
		status = read_list(axis, spec->fields[i].bytes, err);
		if (status == 0)
			status = count_specs(scope, axis, err);
		scope->axis_count++;
		if (status < 0)
			return spec_error_at(spec, &spec->fields[i], err);
	}
	return 0;
}

static void add_socket(struct scope *scope, const char *folder, const char *name)
{
	cleanup_free char *path = memory_print("%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
	cleanup_buf struct buf spec = { 0 };
	struct stat status;

	if (stat(path, &status) < 0 || !S_ISSOCK(status.st_mode))
		return;
	buf_add_string(&spec, "unix:");
	spec_print_text(path, strlen(path), FIELD_REST, &spec);
	scope->sockets = memory_resize(scope->sockets, scope->count + 1, sizeof(char *));
	scope->sockets[scope->count++] = buf_steal(&spec);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_folder(struct scope *scope, const char *path, struct error *err)
{
	cleanup_free char *folder = memory_string(path);
	size_t length = strlen(folder);
	DIR *entries = opendir(folder);
	const struct dirent *entry;

	if (entries == NULL)
		return error_system(err, "%s", folder);
	while (length > 1 && folder[length - 1] == '/')
		folder[--length] = '\0';
	while ((entry = readdir(entries)) != NULL && scope->count < SCOPE_MAXIMUM)
		add_socket(scope, folder, entry->d_name);
	closedir(entries);
	if (scope->count == 0)
		return error_set(err, ERROR_FAILED, "%s: no socket is in this folder", folder);
	qsort(scope->sockets, scope->count, sizeof(char *), by_name);
	return 0;
}

static bool is_folder(const struct spec *spec)
{
	struct stat status;

	return (spec->bare_path || strcmp(spec->shape->name, "unix") == 0) && spec->field_count > 0 &&
	       stat(spec->fields[0].bytes, &status) == 0 && S_ISDIR(status.st_mode);
}

int scope_read(struct scope *scope, const char *word, struct error *err)
{
	struct spec spec;
	int status;

	*scope = (struct scope){ .word = word };
	if (spec_parse(&spec, word, family_vocabulary(), err) < 0)
		return -1;
	status = is_folder(&spec) ? read_folder(scope, spec.fields[0].bytes, err) :
				    read_axes(scope, &spec, err);
	spec_release(&spec);
	return status;
}

void scope_release(struct scope *scope)
{
	for (size_t i = 0; i < scope->axis_count; i++)
		free(scope->axes[i].values);
	for (size_t i = 0; i < scope->count && scope->sockets != NULL; i++)
		free(scope->sockets[i]);
	free(scope->sockets);
}

/* Which value of each axis stands in the spec with that index; the last axis turns fastest. */
static void choose(const struct scope *scope, size_t index, size_t chosen[SHAPE_FIELDS_MAX])
{
	size_t in_step = SIZE_MAX;

	for (size_t i = scope->axis_count; i-- > 0;) {
		const struct axis *axis = &scope->axes[i];

		if (axis->hex && in_step != SIZE_MAX) {
			chosen[i] = in_step;
			continue;
		}
		chosen[i] = index % axis->count;
		index /= axis->count;
		if (axis->hex)
			in_step = chosen[i];
	}
}

char *scope_spec(const struct scope *scope, size_t index)
{
	size_t chosen[SHAPE_FIELDS_MAX], at = 0;
	struct buf spec = { 0 };

	if (scope->sockets != NULL)
		return memory_string(scope->sockets[index]);
	choose(scope, index, chosen);
	for (size_t i = 0; i < scope->axis_count; i++) {
		const struct axis *axis = &scope->axes[i];

		buf_add(&spec, scope->word + at, axis->column - at);
		if (axis->hex)
			buf_print(&spec, "%0*" PRIX64, axis->width, axis->values[chosen[i]]);
		else
			buf_print(&spec, "%" PRIu64, axis->values[chosen[i]]);
		at = axis->column + axis->length;
	}
	buf_add_string(&spec, scope->word + at);
	return buf_steal(&spec);
}
