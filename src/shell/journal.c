/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring of the last events. */
#include "shell/journal.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdlib.h>

#define SHOWN 48 /* bytes of what passed */

static void print_entry(const struct journal *journal, const struct journal_entry *entry, struct buf *out)
{
	buf_print(out, "  %9.3f s  %s\n", (double)(entry->at - journal->began) / NANOSECONDS_PER_SECOND,
		  entry->text);
}

static void add(struct journal *journal, const char *text)
{
	struct journal_entry *entry = &journal->entries[journal->next];

	free(entry->text);
	*entry = (struct journal_entry){ .at = deadline_now(), .text = memory_string(text) };
	journal->next = (journal->next + 1) % JOURNAL_LENGTH;
	if (journal->log != NULL) {
		struct buf line cleanup_buf = { 0 };

		print_entry(journal, entry, &line);
		fputs(buf_text(&line), journal->log);
	}
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

void journal_print(const struct journal *journal, struct buf *out)
{
	const char *title = "  what happened last:\n";

	for (size_t i = 0; i < JOURNAL_LENGTH; i++) {
		const struct journal_entry *entry =
			&journal->entries[(journal->next + i) % JOURNAL_LENGTH];

		if (entry->text == NULL)
			continue;
		buf_add_string(out, title);
		title = "";
		print_entry(journal, entry, out);
	}
}

void journal_release(struct journal *journal)
{
	for (size_t i = 0; i < JOURNAL_LENGTH; i++)
		free(journal->entries[i].text);
	*journal = (struct journal){ 0 };
}
