/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One field of a spec, by its kind. */
#include "spec/cut.h"

#include "base/cleanup.h"

#include <stdlib.h>

void spec_text_release(struct spec_text *part)
{
	free(part->bytes);
	*part = (struct spec_text){ 0 };
}

static int cut_unquoted(struct cursor *cursor, const struct cut_rule *rule, struct buf *out,
			bool *literal)
{
	switch (rule->kind) {
	case FIELD_HOST:
		return cut_host(cursor, rule, out, literal);
	case FIELD_BDADDR:
		return cut_bdaddr(cursor, out, literal);
	case FIELD_ALGORITHM:
		return cut_algorithm(cursor, out);
	case FIELD_REST:
		return cut_rest(cursor, out);
	case FIELD_COMMAND:
		return cut_command(cursor, out);
	case FIELD_WORD:
		break;
	}
	return cut_word(cursor, out);
}

static bool reaches_the_end(enum field_kind kind)
{
	return kind == FIELD_REST || kind == FIELD_COMMAND;
}

static int cut_quoted_field(struct cursor *cursor, enum field_kind kind, struct buf *out)
{
	char next;

	if (cut_quoted(cursor, out) < 0)
		return -1;
	next = cursor->text[cursor->at];
	if (reaches_the_end(kind) && next != ',' && next != '\0')
		return cut_error(cursor, cursor->at, 1, "after a closing quote only , or the end");
	if (!cut_is_end(next))
		return cut_error(cursor, cursor->at, 1,
				 "after a closing quote only : or , or the end");
	return 0;
}

int cut_field(struct cursor *cursor, const struct cut_rule *rule, struct spec_text *part,
	      bool *literal)
{
	cleanup_buf struct buf out = { 0 };
	size_t start = cursor->at;
	bool quoted = rule->kind == FIELD_COMMAND ? cut_command_is_quoted(cursor)
						  : cut_is_quote(cursor->text[start]);

	*literal = false;
	*part = (struct spec_text){ 0 };
	if (quoted) {
		if (cut_quoted_field(cursor, rule->kind, &out) < 0)
			return -1;
	} else if (cut_unquoted(cursor, rule, &out, literal) < 0) {
		return -1;
	}
	*part = (struct spec_text){ .length = out.length,
				    .column = start,
				    .source_length = cursor->at - start,
				    .quoted = quoted };
	part->bytes = buf_steal(&out);
	return 0;
}
