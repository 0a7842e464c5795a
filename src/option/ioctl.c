/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of requests and looking rows up in it; ioctl(2). */
#include "option/ioctl.h"

#include "base/memory.h"
#include "option/ioctl_row.h"
#include "option/layout.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define ROW JOIN(row_, __LINE__)

#define IOCTL(family, symbol, style, type, inputs, effect, help)                                   \
	char JOIN(a, ROW)[sizeof(#family)], JOIN(b, ROW)[sizeof(#symbol)], JOIN(c, ROW)[sizeof(help)];
struct strings {
#include "option/ioctls.def"
};
#undef IOCTL
_Static_assert(sizeof(struct strings) <= UINT16_MAX, "offsets have 16 bits");

#define IOCTL(family, symbol, style, type, inputs, effect, help) #family, #symbol, help,
static const struct strings strings = {
#include "option/ioctls.def"
};
#undef IOCTL

#define IOCTL(family, symbol, style, type, inputs, effect, help)                                   \
	{ (uint32_t)(symbol),                                                                      \
	  offsetof(struct strings, JOIN(a, ROW)),                                                  \
	  offsetof(struct strings, JOIN(b, ROW)),                                                  \
	  offsetof(struct strings, JOIN(c, ROW)),                                                  \
	  T_##type,                                                                                \
	  STYLE_##style,                                                                           \
	  inputs,                                                                                  \
	  EFFECT_##effect },
static const struct ioctl rows[] = {
#include "option/ioctls.def"
};
#undef IOCTL

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* Lists that begin with how many entries there is room for. */
static const struct counted counted[] = {
	{ HCIGETDEVLIST, LAYOUT_hci_list, 0, 2, 4 },
	{ HCIGETCONNLIST, LAYOUT_hci_list, 2, 2, 4 },
	{ RFCOMMGETDEVLIST, LAYOUT_hci_list, 0, 2, 4 },
	{ HCIINQUIRY, LAYOUT_hci_inquiry, 8, 1, 10 },
};


const struct counted *ioctl_counted(unsigned long number)
{
	for (size_t i = 0; i < array_length(counted); i++)
		if (counted[i].number == number)
			return &counted[i];
	return &counted[0];
}

const struct ioctl *ioctl_find(const char *name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (name_equal(name, ioctl_name(&rows[i])))
			return &rows[i];
	return NULL;
}

const struct ioctl *ioctl_of(unsigned long number)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].code == number && ioctl_number(&rows[i]) == number)
			return &rows[i];
	return NULL;
}

void ioctl_guess(struct name_guess *guess)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		name_guess_offer(guess, ioctl_name(&rows[i]));
}

const struct ioctl *ioctl_at(size_t i)
{
	return i < ROW_COUNT ? &rows[i] : NULL;
}

const char *ioctl_name(const struct ioctl *row)
{
	return (const char *)&strings + row->symbol;
}

const char *ioctl_help(const struct ioctl *row)
{
	return (const char *)&strings + row->help;
}

const char *ioctl_family(const struct ioctl *row)
{
	return (const char *)&strings + row->family;
}

unsigned long ioctl_number(const struct ioctl *row)
{
	switch (row->style) {
	case STYLE_ETHTOOL:
	case STYLE_NAMED:
		return SIOCETHTOOL;
	case STYLE_VLAN_GET:
		return SIOCGIFVLAN;
	case STYLE_VLAN_SET:
		return SIOCSIFVLAN;
	default:
		return row->code;
	}
}

bool ioctl_changes(const struct ioctl *row)
{
	return row->effect == EFFECT_SET;
}

size_t ioctl_inputs(const struct ioctl *row)
{
	return row->inputs;
}

size_t ioctl_reader_inputs(const struct ioctl *row)
{
	/* Of all that has a name in the device, what is changed is of interest. */
	return row->style == STYLE_NAMED ? row->inputs - 1U : ioctl_reader(row)->inputs;
}

bool ioctl_has_interface(const struct ioctl *row)
{
	return row->style == STYLE_DATA || row->style == STYLE_ETHTOOL || row->style == STYLE_NAMED;
}

struct type ioctl_input_type(const struct ioctl *row)
{
	struct type type = row->type;

	if (row->style == STYLE_COUNTED) {
		type.kind = TYPE_STRUCT;
		type.table = ioctl_counted(row->code)->header;
		type.size = (uint16_t)layout_size(type.table);
	}
	return type;
}

static void print_upper(const char *name, struct buf *out)
{
	for (; *name != '\0'; name++)
		buf_add_char(out, (char)toupper((unsigned char)*name));
}

void ioctl_print_arguments(const struct ioctl *row, struct buf *out)
{
	struct type type = ioctl_input_type(row);
	const struct field *field;
	size_t left = row->inputs;

	if (left > 0 && ioctl_has_interface(row)) {
		buf_add_string(out, "INTERFACE");
		left--;
	}
	if (type.kind != TYPE_STRUCT) {
		if (left > 0)
			buf_add_string(out, type_argument(&type));
		return;
	}
	for (field = layout_fields(type.table); left > 0 && field->name[0] != '\0'; field++, left--) {
		if (out->length > 0)
			buf_add_char(out, ' ');
		print_upper(field->name, out);
	}
}

/* Whether a request shows what another sets: SIOCGIFNAME has the name of an index, not of a name. */
static bool shows(const struct ioctl *reader, const struct ioctl *row)
{
	return row->type.kind != TYPE_STRUCT || reader->type.kind != TYPE_STRUCT ||
	       row->type.table == reader->type.table;
}

const struct ioctl *ioctl_reader(const struct ioctl *row)
{
	static const char pairs[][2][10] = {
		{ "SIOCS", "SIOCG" }, { "TIOCS", "TIOCG" },	{ "TUNSET", "TUNGET" },
		{ "TCSETS", "TCGETS" }, { "ETHTOOL_S", "ETHTOOL_G" }, { "FIOSET", "FIOGET" },
		{ "PPPIOCS", "PPPIOCG" }, { "TIOCMSET", "TIOCMGET" }, { "TIOCMBIS", "TIOCMGET" },
		{ "TIOCMBIC", "TIOCMGET" }, { "TCSETSW", "TCGETS" },	{ "TCSETSF", "TCGETS" },
	};
	const char *name = ioctl_name(row);
	char other[48];

	for (size_t i = 0; row->effect == EFFECT_SET && i < array_length(pairs); i++) {
		size_t length = strlen(pairs[i][0]);
		const struct ioctl *reader;

		if (strncmp(name, pairs[i][0], length) != 0)
			continue;
		snprintf(other, sizeof(other), "%s%s", pairs[i][1], name + length);
		reader = ioctl_find(other);
		if (reader != NULL && reader->effect == EFFECT_GET &&
		    reader->inputs <= row->inputs && shows(reader, row))
			return reader;
	}
	return NULL;
}

