/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of kernel algorithms: "hmac(sha256)", or "hmac/sha256" where a shell minds parentheses. */
#include "spec/cut.h"

/*
 * What is open at the cursor, innermost last: '(' for a parenthesis that was
 * typed, '/' for one that a slash stands for and that ends with its item.
 * Those that were typed protect ":" and ",".
 */
struct nesting {
	struct buf open;
	size_t typed;
};

static void close_slashes(struct nesting *nesting, struct buf *out)
{
	struct buf *open = &nesting->open;

	while (open->length > 0 && open->data[open->length - 1] == '/') {
		buf_add_char(out, ')');
		open->length--;
	}
}

static int cut_character(struct cursor *cursor, struct nesting *nesting, struct buf *out)
{
	char c = cursor->text[cursor->at];

	if (c == '\\')
		return cut_escape(cursor, out);
	if (c == ',' || c == ')')
		close_slashes(nesting, out);
	if (c == ')') {
		if (nesting->typed == 0)
			return cut_error(cursor, cursor->at, 1, ") without a ( before it");
		nesting->open.length--;
		nesting->typed--;
	}
	if (c == '(' || c == '/')
		buf_add_char(&nesting->open, c);
	nesting->typed += c == '(';
	buf_add_char(out, c == '/' ? '(' : c);
	cursor->at++;
	return 0;
}

static int cut_nested(struct cursor *cursor, struct nesting *nesting, struct buf *out)
{
	size_t start = cursor->at;

	for (;;) {
		char c = cursor->text[cursor->at];

		if (cut_is_end(c) && (c == '\0' || nesting->typed == 0))
			break;
		if (cut_character(cursor, nesting, out) < 0)
			return -1;
	}
	close_slashes(nesting, out);
	if (nesting->typed > 0)
		return cut_error(cursor, start, cursor->at - start, "( not closed");
	return 0;
}

int cut_algorithm(struct cursor *cursor, struct buf *out)
{
	struct nesting nesting = { 0 };
	int status = cut_nested(cursor, &nesting, out);

	buf_release(&nesting.open);
	return status;
}
