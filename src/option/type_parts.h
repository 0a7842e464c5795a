/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of type.h share: single values without the structs around them. */
#ifndef OPTION_TYPE_PARTS_H
#define OPTION_TYPE_PARTS_H

#include "option/type.h"

/* Numbers of 1, 2, 4 or 8 bytes in the machine's order, anywhere in memory. */
uint64_t load_unsigned(const void *at, size_t size);
int64_t load_signed(const void *at, size_t size);
void store_number(void *at, size_t size, uint64_t value);
/* The largest unsigned number of size bytes. */
uint64_t largest(size_t size);
/* From and to network byte order. */
uint64_t swap_network(uint64_t value, size_t size);

/* Whether a kind has always the same size, so that it can be a field of a struct. */
bool kind_is_fixed(enum type_kind kind);
/* The nanoseconds in one unit of a duration kind; 0 for other kinds. */
int64_t kind_unit(enum type_kind kind);
/* Reads a value of fixed size into type->size zeroed bytes. */
int read_fixed(const struct type *type, const char *text, char *at,
	       struct type_reference *reference, struct error *err);
/* The fields of a struct, joined by ":" or blanks, in their order or as NAME=VALUE. */
int read_struct(enum layout layout, const char *text, char *at, struct type_reference *reference,
		struct error *err);
/* Hex digits with hex: in front or without. */
int read_hex_fixed(const char *text, char *at, size_t size, struct error *err);
int read_bdaddr(const char *text, char *at, struct error *err);
int read_mac(const char *text, char *at, struct error *err);
void print_duration(int64_t value, int64_t unit, struct buf *out);
void print_interface(unsigned int index, struct buf *out);
/* The same, but a text is shown in full and a struct in braces, as the field of another. */
void print_fixed(const struct type *type, const char *at, struct buf *out);

#endif
