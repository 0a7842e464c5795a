/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setsockopt(2) of an option as text, as strace(1) has it. */
#include "option/sockopt_call.h"

#include "base/bytes.h"

/* The value as the option's row has it; bytes where no row does. */
static void add_value(const struct sockopt *row, const struct sockopt_setting *setting, struct buf *out)
{
	if (row == NULL)
		bytes_print_hex(out, setting->bytes.data, setting->bytes.length);
	else if (sockopt_is_secret(row))
		buf_add_string(out, "…");
	else
		sockopt_print(row, setting->bytes.data, setting->bytes.length, out);
}

static void add_level(const struct sockopt *row, int level, struct buf *out)
{
	const char *name = row != NULL && sockopt_level(row) == level ? sockopt_row_level(row) :
									sockopt_level_name(level);

	if (name != NULL)
		buf_add_string(out, name);
	else
		buf_print(out, "%d", level);
}

void sockopt_add_call(const int *levels, const struct sockopt_setting *setting, struct buf *out)
{
	const struct sockopt *row = setting->row;

	if (row == NULL)
		row = sockopt_of(levels, setting->level, setting->number);
	buf_add_string(out, "setsockopt(fd, ");
	add_level(row, setting->level, out);
	if (row != NULL)
		buf_print(out, ", %s, ", sockopt_symbol(row));
	else
		buf_print(out, ", %d, ", setting->number);
	if (setting->null_pointer) {
		buf_print(out, "NULL, %zu)", setting->null_length);
		return;
	}
	add_value(row, setting, out);
	buf_print(out, ", %zu)", sockopt_length(setting));
}
