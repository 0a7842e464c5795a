/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of flags.def, looked up by name, symbol and value. */
#include "option/flags.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/headers.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#define TABLE(id, title) const struct name flags_##id[] = {
#define F(name, value) { name, (int64_t)(value), #value },
#define END                                                                                        \
	{ NULL, 0, NULL }                                                                          \
	}                                                                                          \
	;
#include "option/flags_shared.def"
#undef TABLE
#undef F
#undef END

/* Rows hold their strings rather than pointers to them: nothing to relocate at start-up. */
struct row {
	int64_t value;
	char name[28], symbol[44];
};

#define TABLE(id, title) static const struct row id##_rows[] = {
#define F(name, value) { (int64_t)(value), name, #value },
#define END                                                                                        \
	{ 0, "", "" }                                                                              \
	}                                                                                          \
	;
#include "option/flags.def"
#undef TABLE
#undef F
#undef END

#define F(name, value)
#define END
static const struct row *rows_of(enum flags table)
{
	static const struct row *const tables[FLAGS_COUNT] = {
#define TABLE(id, title) [FLAGS_##id] = id##_rows,
#include "option/flags.def"
#undef TABLE
	};

	return tables[table];
}

bool flags_at(enum flags table, size_t i, struct name *row)
{
	const struct row *found = &rows_of(table)[i];

	*row = (struct name){ found->name, found->value, found->symbol };
	return found->name[0] != '\0';
}

const char *flags_id(enum flags table)
{
	static const char ids[FLAGS_COUNT][24] = {
#define TABLE(id, title) [FLAGS_##id] = #id,
#include "option/flags.def"
#undef TABLE
	};

	return ids[table];
}

const char *flags_title(enum flags table)
{
	static const char titles[FLAGS_COUNT][40] = {
#define TABLE(id, title) [FLAGS_##id] = title,
#include "option/flags.def"
#undef TABLE
	};

	return titles[table];
}

static const struct row *find_value(enum flags table, int64_t value)
{
	for (const struct row *row = rows_of(table); row->name[0] != '\0'; row++)
		if (row->value == value)
			return row;
	return NULL;
}

bool flags_find(enum flags table, const char *text, int64_t *value)
{
	for (const struct row *row = rows_of(table); row->name[0] != '\0'; row++) {
		if (!name_equal(row->name, text) && strcasecmp(row->symbol, text) != 0)
			continue;
		*value = row->value;
		return true;
	}
	return false;
}

const char *flags_name(enum flags table, int64_t value)
{
	const struct row *row = find_value(table, value);

	return row != NULL ? row->name : NULL;
}

const char *flags_symbol(enum flags table, int64_t value)
{
	const struct row *row = find_value(table, value);

	return row != NULL ? row->symbol : NULL;
}

static const struct row *find_symbol(enum flags table, const char *symbol)
{
	for (const struct row *row = rows_of(table); row->name[0] != '\0'; row++)
		if (strcmp(row->symbol, symbol) == 0)
			return row;
	return NULL;
}

bool flags_constant(const char *symbol, int64_t *value)
{
	const struct row *row = NULL;

	if (!isupper((unsigned char)symbol[0]))
		return false;
	for (enum flags table = 0; row == NULL && table < FLAGS_COUNT; table++)
		row = find_symbol(table, symbol);
	if (row != NULL)
		*value = row->value;
	return row != NULL;
}

int flags_read(enum flags table, const char *text, int64_t *value, struct error *err)
{
	struct name_guess guess = { .wanted = text };

	if (flags_find(table, text, value))
		return 0;
	if ((text[0] >= '0' && text[0] <= '9') || text[0] == '-')
		return number_signed(text, INT64_MIN, INT64_MAX, value, err);
	error_usage(err, "\"%s\" is none of the %s", text, flags_title(table));
	for (const struct row *row = rows_of(table); row->name[0] != '\0'; row++)
		name_guess_offer(&guess, row->name);
	if (guess.nearest != NULL)
		return error_hint(err, "did you mean \"%s\"?", guess.nearest);
	return error_hint(err, "they begin with \"%s\"; a number will do as well",
			  rows_of(table)->name);
}

int flags_read_set(enum flags table, const char *text, int64_t *value, struct error *err)
{
	char *copy cleanup_free = memory_string(text);
	char *rest = copy, *word;

	*value = 0;
	while ((word = strsep(&rest, "+|")) != NULL) {
		int64_t part;

		if (flags_read(table, word, &part, err) < 0)
			return -1;
		*value |= part;
	}
	return 0;
}

static void print_set(enum flags table, uint64_t value, bool symbols, struct buf *out)
{
	const char *joint = "", *between = symbols ? "|" : "+";

	for (const struct row *row = rows_of(table); row->name[0] != '\0'; row++) {
		uint64_t bits = (uint64_t)row->value;

		if (bits == 0 || (value & bits) != bits)
			continue;
		buf_print(out, "%s%s", joint, symbols ? row->symbol : row->name);
		joint = between;
		value &= ~bits;
	}
	if (value != 0)
		buf_print(out, "%s0x%" PRIx64, joint, value);
	else if (joint[0] == '\0')
		buf_add_char(out, '0');
}

void flags_print_set(enum flags table, uint64_t value, struct buf *out)
{
	print_set(table, value, false, out);
}

void flags_print_symbols(enum flags table, uint64_t value, struct buf *out)
{
	print_set(table, value, true, out);
}
