/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading lines from a terminal while other things go on; editline(3). */
#ifndef REPL_LINE_EDITOR_H
#define REPL_LINE_EDITOR_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct line_editor;

/* What may stand where the cursor is. */
struct completion {
	char *text; /* of the whole word; owned */
	const char *help; /* borrowed; NULL */
	bool is_part; /* more of the word follows: no blank behind it */
};

struct completions {
	struct completion *items;
	size_t count;
	size_t begin; /* where the word that they complete begins */
};

void completions_add(struct completions *list, const char *text, const char *help, bool is_part);
void completions_release(struct completions *list);

struct line_editor_owner {
	/* Waits until standard input can be read: 1; 0 no more is wanted; -1 interrupted. */
	int (*wait)(struct line_editor_owner *owner);
	/* Finds what may stand behind length bytes of text. NULL: Tab and "?" are keys as others. */
	void (*complete)(struct line_editor_owner *owner, const char *text, size_t length,
			 struct completions *list);
	/* Adds what may follow length bytes of text, shown behind them; ASCII. NULL: nothing is. */
	void (*hint)(struct line_editor_owner *owner, const char *text, size_t length, struct buf *out);
	char leave; /* the key that ends it; 0: none */
};

/* How many bytes all of them begin with. */
size_t completions_common(const struct completions *list);
/* A line each with its help; by themselves, side by side, where these are more than so many rows. */
void completions_print(const struct completions *list, int columns, size_t rows, struct buf *out);

enum line_outcome { LINE_READ, LINE_END, LINE_INTERRUPTED };

/*
 * On standard input and output, which are terminals. history: a file's path, NULL
 * keeps none. Loads the library; NULL with ERROR_UNAVAILABLE where it is missing.
 */
struct line_editor *line_editor_new(struct line_editor_owner *owner, const char *history,
				    struct error *err);
/* Writes the history. NULL is fine. */
void line_editor_free(struct line_editor *editor);
/* One line with its newline; the prompt is borrowed. */
enum line_outcome line_editor_read(struct line_editor *editor, const char *prompt, struct buf *line);
/* Keeps a line in the history, unless it begins with a blank or is the same as the last. */
void line_editor_remember(struct line_editor *editor, const char *line);
/* Writes text, whole lines, above the line that is being typed, if one is. */
void line_editor_print_above(struct line_editor *editor, const char *text);

#endif
