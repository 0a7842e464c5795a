/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring of the last events. */
#include "shell/journal.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SHOWN 48 /* bytes of what passed */

static void add(struct journal *journal, const char *text)
{
	struct journal_entry *entry = &journal->entries[journal->next];

	free(entry->text);
	*entry = (struct journal_entry){ .at = deadline_now(), .text = memory_string(text) };
	journal->next = (journal->next + 1) % JOURNAL_LENGTH;
}

void journal_add(struct journal *journal, const char *format, ...)
{
	char text[200];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	add(journal, text);
}

void journal_add_bytes(struct journal *journal, const char *name, const char *sign,
		       const void *bytes, size_t length)
{
	cleanup_buf struct buf line = { 0 };

	buf_print(&line, "%s %s %zu byte%s: ", name, sign, length, length == 1 ? "" : "s");
	bytes_print_safe(&line, bytes, length < SHOWN ? length : SHOWN);
	buf_add_string(&line, length > SHOWN ? " ..." : "");
	add(journal, buf_text(&line));
}

void journal_print(const struct journal *journal, const char *prefix, struct buf *out)
{
	for (size_t i = 0; i < JOURNAL_LENGTH; i++) {
		const struct journal_entry *entry =
			&journal->entries[(journal->next + i) % JOURNAL_LENGTH];

		if (entry->text != NULL)
			buf_print(out, "%s%9.3f s  %s\n", prefix,
				  (double)(entry->at - journal->began) / NANOSECONDS_PER_SECOND,
				  entry->text);
	}
}

void journal_release(struct journal *journal)
{
	for (size_t i = 0; i < JOURNAL_LENGTH; i++)
		free(journal->entries[i].text);
	*journal = (struct journal){ 0 };
}
