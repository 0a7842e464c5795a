/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shell at a terminal: lines are edited while what arrives is shown above them. */
#ifndef SHELL_CONSOLE_H
#define SHELL_CONSOLE_H

#include "repl/line_editor.h"
#include "shell/shell.h"

struct channel;
struct console;

/* history: a path, NULL keeps none. NULL with the error where lines cannot be edited here. */
struct console *console_new(struct shell *shell, const char *history, struct error *err);
void console_free(struct console *console);
/* The next line. An interrupt is forgotten: the shell lives on. */
enum line_outcome console_read(struct console *console, bool continues, struct buf *line);
/*
 * A line for an endpoint, while what comes is shown above it: LINE_END where the key was pressed,
 * or the endpoint ended.
 */
enum line_outcome console_read_typed(struct console *console, const struct channel *channel, char key,
				     struct buf *line);
/* Keeps it in the history unless it holds a secret. */
void console_remember(struct console *console, const char *line);

/* complete.c: what may stand behind the text. */
void shell_complete(struct shell *shell, const char *text, size_t length, struct completions *list);
/* What a verb wants behind the text, as in its usage; nothing inside of a word. */
void shell_hint(const char *text, size_t length, struct buf *out);

#endif
