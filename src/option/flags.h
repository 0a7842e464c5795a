/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Constants of the sockets API by name: flags, protocols, families, levels; socket(7), send(2). */
#ifndef OPTION_FLAGS_H
#define OPTION_FLAGS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/name.h"

#include <stdbool.h>
#include <stdint.h>

/* The tables, one for each TABLE() of flags.def. */
enum flags {
#define TABLE(id, title) FLAGS_##id,
#define F(name, value)
#define END
#include "option/flags.def"
#undef TABLE
#undef F
#undef END
	FLAGS_COUNT,
};

/* Some as arrays, for parameters; the help of a row is its symbol. */
#define TABLE(id, title) extern const struct name flags_##id[];
#define F(name, value)
#define END
#include "option/flags_shared.def"
#undef TABLE
#undef F
#undef END

/*
 * The i-th row, false behind the last; its help is its symbol: { "dontwait",
 * MSG_DONTWAIT, "MSG_DONTWAIT" }. Several rows may share a value: the first is printed.
 */
bool flags_at(enum flags table, size_t i, struct name *row);
/* "message": the name of the table itself. */
const char *flags_id(enum flags table);
/* "flags of send and recv": what a table holds. */
const char *flags_title(enum flags table);
/* The value of a name or symbol ("dontwait", "MSG_DONTWAIT"); false where there is none. */
bool flags_find(enum flags table, const char *text, int64_t *value);
/* "dontwait" or NULL. */
const char *flags_name(enum flags table, int64_t value);
/* "MSG_DONTWAIT" or NULL. */
const char *flags_symbol(enum flags table, int64_t value);
/* The value of a symbol of any table: C has one name for one thing. False where there is none. */
bool flags_constant(const char *symbol, int64_t *value);
/* A name, a symbol or a number (decimal or 0x). Usage error with the nearest name. */
int flags_read(enum flags table, const char *text, int64_t *value, struct error *err);
/* The same for several, joined by "+" or "|", ORed. */
int flags_read_set(enum flags table, const char *text, int64_t *value, struct error *err);
/* "peek+dontwait", with a number for bits without a name; "0" where none is set. */
void flags_print_set(enum flags table, uint64_t value, struct buf *out);
/* The same with symbols and "|", as C: "MSG_PEEK|MSG_DONTWAIT". */
void flags_print_symbols(enum flags table, uint64_t value, struct buf *out);

#endif
