/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of flags.def, looked up by name, symbol and value. */
#include "option/flags.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "option/headers.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#define TABLE(id, title) const struct name flags_##id[] = {
#define F(name, value) { name, (int64_t)(value), #value },
#define END                                                                                        \
	{ NULL, 0, NULL }                                                                          \
	}                                                                                          \
	;
#include "option/flags.def"
#undef TABLE
#undef F
#undef END

#define F(name, value)
#define END
const struct name *flags_table(enum flags table)
{
	static const struct name *const tables[FLAGS_COUNT] = {
#define TABLE(id, title) [FLAGS_##id] = flags_##id,
#include "option/flags.def"
#undef TABLE
	};

	return tables[table];
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

const struct name *flags_find(enum flags table, const char *text)
{
	for (const struct name *row = flags_table(table); row->name != NULL; row++)
		if (name_equal(row->name, text) || strcasecmp(row->help, text) == 0)
			return row;
	return NULL;
}

const char *flags_name(enum flags table, int64_t value)
{
	return name_of(flags_table(table), value);
}

const char *flags_symbol(enum flags table, int64_t value)
{
	for (const struct name *row = flags_table(table); row->name != NULL; row++)
		if (row->value == value)
			return row->help;
	return NULL;
}

int flags_read(enum flags table, const char *text, int64_t *value, struct error *err)
{
	const struct name *row = flags_find(table, text);
	const char *nearest;

	if (row != NULL) {
		*value = row->value;
		return 0;
	}
	if ((text[0] >= '0' && text[0] <= '9') || text[0] == '-')
		return number_signed(text, INT64_MIN, INT64_MAX, value, err);
	error_usage(err, "\"%s\" is none of the %s", text, flags_title(table));
	nearest = name_nearest(flags_table(table), text);
	if (nearest != NULL)
		error_hint(err, "did you mean \"%s\"?", nearest);
	else
		error_hint(err, "they begin with \"%s\"; a number will do as well",
			   flags_table(table)->name);
	return -1;
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

	for (const struct name *row = flags_table(table); row->name != NULL; row++) {
		uint64_t bits = (uint64_t)row->value;

		if (bits == 0 || (value & bits) != bits)
			continue;
		buf_print(out, "%s%s", joint, symbols ? row->help : row->name);
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
