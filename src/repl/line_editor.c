/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line editor of the shell; the only file that knows libedit: editline(3), editrc(5). */
#include "repl/line_editor.h"

#include "base/cleanup.h"
#include "base/library.h"
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if WITH_EDIT
#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#define HISTORY_LINES 2000
#define ROWS_KEPT 1 /* of the screen, that a list of completions leaves: the line itself */

struct edit {
	__typeof__(&el_init) el_init;
	__typeof__(&el_end) el_end;
	__typeof__(&el_set) el_set;
	__typeof__(&el_gets) el_gets;
	__typeof__(&el_line) el_line;
	__typeof__(&el_insertstr) el_insertstr;
	__typeof__(&el_deletestr) el_deletestr;
	__typeof__(&el_source) el_source;
	__typeof__(&el_get) el_get;
	__typeof__(&el_resize) el_resize;
	__typeof__(&history_init) history_init;
	__typeof__(&history_end) history_end;
	__typeof__(&history) history;
};

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(struct edit, el_init),	   LIBRARY_SYMBOL(struct edit, el_end),
	LIBRARY_SYMBOL(struct edit, el_set),	   LIBRARY_SYMBOL(struct edit, el_gets),
	LIBRARY_SYMBOL(struct edit, el_line),	   LIBRARY_SYMBOL(struct edit, el_insertstr),
	LIBRARY_SYMBOL(struct edit, el_deletestr), LIBRARY_SYMBOL(struct edit, el_source),
	LIBRARY_SYMBOL(struct edit, el_get),	   LIBRARY_SYMBOL(struct edit, el_resize),
	LIBRARY_SYMBOL(struct edit, history_init), LIBRARY_SYMBOL(struct edit, history_end),
	LIBRARY_SYMBOL(struct edit, history),
	{ NULL, 0 },
};

static const struct library library = {
	.sonames = "libedit.so.2 libedit.so.0",
	.package = "libedit2",
	.purpose = "editing lines",
	.symbols = symbols,
};

struct line_editor {
	struct edit library;
	struct line_editor_owner *owner;
	EditLine *edit;
	History *history;
	char *path;
	const char *prompt;
	locale_t locale, old_locale;
	mbstate_t decoding;
	int columns; /* as the library knows the terminal */
	int ahead;   /* bytes that were typed before this line was asked for; -1: not looked yet */
	bool is_waiting; /* for a key */
	bool has_hint;	 /* behind the line */
	bool is_reading, was_interrupted;
};

/* Callbacks are given the library's handle alone; its functions are looked up anew, no global keeps them. */
static struct line_editor *editor_of(EditLine *edit)
{
	struct line_editor *editor = NULL;
	struct edit functions;

	if (library_load(&library, &functions, NULL) == 0)
		functions.el_get(edit, EL_CLIENTDATA, &editor);
	return editor;
}

static char *prompt_of(EditLine *edit)
{
	return (char *)(uintptr_t)editor_of(edit)->prompt;
}

static struct winsize size_of_terminal(void)
{
	struct winsize size = { 0 };

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	if (size.ws_col == 0)
		size.ws_col = 80;
	if (size.ws_row == 0)
		size.ws_row = 24;
	return size;
}

static int columns_of_terminal(void)
{
	return size_of_terminal().ws_col;
}

/* Some characters take two columns, some none; one of two that does not fit begins the next row. */
static int place_behind(int column, const char *text, const char *end, int columns)
{
	mbstate_t state = { 0 };

	while (text < end) {
		wchar_t character;
		size_t used = mbrtowc(&character, text, (size_t)(end - text), &state);
		int width = used <= (size_t)(end - text) ? wcwidth(character) : 1;

		if (used == 0 || used > (size_t)(end - text)) {
			memset(&state, 0, sizeof(state));
			used = 1;
		}
		if (width == 2 && column % columns == columns - 1)
			column++;
		column += width > 0 ? width : 0;
		text += used;
	}
	return column;
}

/* Up to the row of the prompt, and everything from there on goes away. */
static void leave_line(struct line_editor *editor, struct buf *out)
{
	const LineInfo *line = editor->library.el_line(editor->edit);
	int columns = columns_of_terminal();
	int rows = place_behind((int)strlen(editor->prompt), line->buffer, line->cursor, columns) / columns;

	if (rows > 0)
		buf_print(out, "\033[%dA", rows);
	buf_add_string(out, "\r\033[J");
}

/* The library asks for the terminal's size but once. The terminal has moved the line about: it is drawn anew. */
static void follow_size(struct line_editor *editor)
{
	struct buf out cleanup_buf = { 0 };
	int columns = columns_of_terminal();

	if (columns == editor->columns)
		return;
	editor->columns = columns;
	leave_line(editor, &out);
	fwrite(out.data, 1, out.length, stdout);
	fflush(stdout);
	editor->library.el_resize(editor->edit);
	editor->library.el_set(editor->edit, EL_REFRESH);
}

/* What may follow, in grey behind the end of the line, as far as its row goes. The cursor stays where it is. */
static void draw_hint(struct line_editor *editor)
{
	const LineInfo *line = editor->library.el_line(editor->edit);
	struct pollfd typed = { .fd = STDIN_FILENO, .events = POLLIN };
	struct buf hint cleanup_buf = { 0 };
	char *text cleanup_free = memory_copy(line->buffer, (size_t)(line->cursor - line->buffer));
	int columns = columns_of_terminal();
	int place = place_behind((int)strlen(editor->prompt), line->buffer, line->cursor, columns);

	if (editor->owner->hint == NULL || line->cursor != line->lastchar || poll(&typed, 1, 0) > 0)
		return;
	editor->owner->hint(editor->owner, text, strlen(text), &hint);
	if (hint.length > 0)
		fprintf(stdout, "\0337\033[90m%.*s\033[m\0338", columns - place % columns - 1, buf_text(&hint));
	fflush(stdout);
	editor->has_hint = hint.length > 0;
}

static void erase_hint(struct line_editor *editor)
{
	if (editor->has_hint)
		fputs("\033[K", stdout);
	editor->has_hint = false;
}

static int wait_for_key(struct line_editor *editor)
{
	int waited;

	draw_hint(editor);
	editor->is_waiting = true;
	waited = editor->owner->wait(editor->owner);
	editor->is_waiting = false;
	erase_hint(editor);
	return waited;
}

/*
 * Whether a byte is the end of input. While no line is edited it is the terminal that takes Ctrl-D, and has a
 * NUL stand for it; termios(3), canonical mode.
 */
static bool is_end_typed_ahead(struct line_editor *editor, char byte)
{
	const LineInfo *line = editor->library.el_line(editor->edit);
	bool was_ahead = editor->ahead > 0;

	editor->ahead -= was_ahead;
	return was_ahead && byte == '\0' && line->lastchar == line->buffer;
}

/* One character of standard input, for which other things go on meanwhile. */
static int get_character(EditLine *edit, wchar_t *character)
{
	struct line_editor *editor = editor_of(edit);

	if (editor->ahead < 0 && ioctl(STDIN_FILENO, FIONREAD, &editor->ahead) < 0)
		editor->ahead = 0;
	for (;;) {
		char byte;
		size_t used;
		ssize_t got;

		int waited = wait_for_key(editor);

		if (waited < 0) {
			editor->was_interrupted = true;
			errno = EINTR;
			return -1;
		}
		if (waited == 0)
			return 0;
		follow_size(editor);
		got = read(STDIN_FILENO, &byte, 1);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			return (int)got;
		if (is_end_typed_ahead(editor, byte) || (byte == editor->owner->leave && byte != '\0'))
			return 0;
		used = mbrtowc(character, &byte, 1, &editor->decoding);
		if (used <= 1)
			return 1;
		/* Bytes that are no character are dropped; of one that is, more follow. */
		if (used == (size_t)-1)
			memset(&editor->decoding, 0, sizeof(editor->decoding));
	}
}

static void list_completions(struct line_editor *editor, const struct completions *list)
{
	struct buf out cleanup_buf = { 0 };
	struct winsize size = size_of_terminal();
	size_t rows = size.ws_row > ROWS_KEPT ? size.ws_row - ROWS_KEPT : 1;

	completions_print(list, size.ws_col, rows, &out);
	line_editor_print_above(editor, buf_text(&out));
}

static void find_completions(struct line_editor *editor, struct completions *list)
{
	const LineInfo *line = editor->library.el_line(editor->edit);
	char *text cleanup_free = memory_copy(line->buffer, (size_t)(line->cursor - line->buffer));

	editor->owner->complete(editor->owner, text, strlen(text), list);
}

/* Tab: what all have in common is typed; where that is nothing, they are shown. */
static unsigned char complete_word(EditLine *edit, int key)
{
	struct line_editor *editor = editor_of(edit);
	const LineInfo *line = editor->library.el_line(edit);
	struct completions list = { 0 };
	size_t typed, length;

	(void)key;
	if (editor->owner->complete == NULL) {
		editor->library.el_insertstr(edit, "\t");
		return CC_REFRESH;
	}
	find_completions(editor, &list);
	typed = (size_t)(line->cursor - line->buffer) - list.begin;
	length = completions_common(&list);
	if (length > typed) {
		char *added cleanup_free = memory_copy(list.items[0].text + typed, length - typed);

		editor->library.el_insertstr(edit, added);
	}
	if (list.count == 1 && !list.items[0].is_part)
		editor->library.el_insertstr(edit, " ");
	else if (list.count > 1 && length <= typed)
		list_completions(editor, &list);
	length = list.count;
	completions_release(&list);
	return length > 0 ? CC_REFRESH : CC_ERROR;
}

/* "?" where a word would begin; inside of one it is itself. */
static unsigned char show_possible(EditLine *edit, int key)
{
	struct line_editor *editor = editor_of(edit);
	const LineInfo *line = editor->library.el_line(edit);
	struct completions list = { 0 };
	bool begins = editor->owner->complete != NULL && (line->cursor == line->buffer || line->cursor[-1] == ' ');

	(void)key;
	for (const char *at = line->buffer; at < line->cursor; at++)
		begins = begins && *at != '"' && *at != '{';
	if (!begins) {
		editor->library.el_insertstr(edit, "?");
		return CC_REFRESH;
	}
	find_completions(editor, &list);
	list_completions(editor, &list);
	completions_release(&list);
	return CC_REFRESH;
}

/* The user's own ~/.editrc has the last word. */
static void bind_keys(struct line_editor *editor)
{
	static const char *const keys[][2] = {
		{ "^I", "anysock-complete" },	     { "?", "anysock-possible" },
		{ "^R", "em-inc-search-prev" },	     { "\033[1;5D", "ed-prev-word" },
		{ "\033[1;5C", "em-next-word" },     { "\033[3~", "ed-delete-next-char" },
		{ "\033[H", "ed-move-to-beg" },	     { "\033[F", "ed-move-to-end" },
	};
	const struct edit *edit = &editor->library;

	edit->el_set(editor->edit, EL_EDITOR, "emacs");
	edit->el_set(editor->edit, EL_ADDFN, "anysock-complete", "completes a word", complete_word);
	edit->el_set(editor->edit, EL_ADDFN, "anysock-possible", "lists what may follow", show_possible);
	for (size_t i = 0; i < array_length(keys); i++)
		edit->el_set(editor->edit, EL_BIND, keys[i][0], keys[i][1], NULL);
	edit->el_source(editor->edit, NULL);
}

static void load_history(struct line_editor *editor)
{
	HistEvent event;

	editor->history = editor->library.history_init();
	editor->library.history(editor->history, &event, H_SETSIZE, HISTORY_LINES);
	editor->library.history(editor->history, &event, H_SETUNIQUE, 1);
	if (editor->path != NULL)
		editor->library.history(editor->history, &event, H_LOAD, editor->path);
	editor->library.el_set(editor->edit, EL_HIST, editor->library.history, editor->history);
}

/* Its own user's alone: what is typed may be nobody else's business. */
static void save_history(struct line_editor *editor)
{
	cleanup_close int fd = -1;
	HistEvent event;
	FILE *file;

	if (editor->path == NULL)
		return;
	fd = open(editor->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fchmod(fd, 0600) < 0)
		return;
	file = fdopen(fd, "w");
	if (file == NULL)
		return;
	steal_fd(&fd);
	editor->library.history(editor->history, &event, H_SAVE_FP, file);
	fclose(file);
}

static int start(struct line_editor *editor, struct error *err)
{
	const struct edit *edit = &editor->library;

	if (library_load(&library, &editor->library, err) < 0)
		return -1;
	/* Of this thread alone, so that what else the process prints stays as it is. */
	editor->locale = newlocale(LC_CTYPE_MASK, "", NULL);
	if (editor->locale != NULL)
		editor->old_locale = uselocale(editor->locale);
	editor->edit = edit->el_init("anysock", stdin, stdout, stderr);
	if (editor->edit == NULL)
		return error_set(err, ERROR_FAILED, "the terminal cannot be set up for editing");
	editor->columns = columns_of_terminal();
	edit->el_set(editor->edit, EL_CLIENTDATA, editor);
	edit->el_set(editor->edit, EL_PROMPT, prompt_of);
	edit->el_set(editor->edit, EL_GETCFN, get_character);
	load_history(editor);
	bind_keys(editor);
	return 0;
}

struct line_editor *line_editor_new(struct line_editor_owner *owner, const char *history,
				    struct error *err)
{
	struct line_editor *editor = memory_new(sizeof(*editor));

	editor->owner = owner;
	editor->path = history != NULL ? memory_string(history) : NULL;
	editor->prompt = "";
	if (start(editor, err) == 0)
		return editor;
	line_editor_free(editor);
	return NULL;
}

void line_editor_free(struct line_editor *editor)
{
	if (editor == NULL)
		return;
	if (editor->history != NULL) {
		save_history(editor);
		editor->library.history_end(editor->history);
	}
	if (editor->edit != NULL)
		editor->library.el_end(editor->edit);
	if (editor->locale != NULL) {
		uselocale(editor->old_locale);
		freelocale(editor->locale);
	}
	free(editor->path);
	free(editor);
}

enum line_outcome line_editor_read(struct line_editor *editor, const char *prompt, struct buf *line)
{
	const char *read;
	int count = 0;

	editor->prompt = prompt;
	editor->was_interrupted = false;
	editor->ahead = -1;
	editor->is_reading = true;
	read = editor->library.el_gets(editor->edit, &count);
	editor->is_reading = false;
	if (read == NULL || count <= 0) {
		fputs(editor->was_interrupted ? "^C\n" : "\n", stdout);
		fflush(stdout);
		return editor->was_interrupted ? LINE_INTERRUPTED : LINE_END;
	}
	buf_add(line, read, (size_t)count);
	return LINE_READ;
}

void line_editor_remember(struct line_editor *editor, const char *line)
{
	HistEvent event;

	if (*line != ' ' && *line != '\n' && *line != '\0')
		editor->library.history(editor->history, &event, H_ENTER, line);
}

void line_editor_print_above(struct line_editor *editor, const char *text)
{
	struct buf out cleanup_buf = { 0 };

	if (editor->is_reading) {
		follow_size(editor);
		leave_line(editor, &out);
	}
	buf_add_string(&out, text);
	fwrite(out.data, 1, out.length, stdout);
	fflush(stdout);
	if (editor->is_reading)
		editor->library.el_set(editor->edit, EL_REFRESH);
	if (editor->is_waiting)
		draw_hint(editor);
}
#else
struct line_editor *line_editor_new(struct line_editor_owner *owner, const char *history,
				    struct error *err)
{
	(void)owner;
	(void)history;
	error_set(err, ERROR_UNAVAILABLE, "this build edits no lines");
	return NULL;
}

void line_editor_free(struct line_editor *editor)
{
	(void)editor;
}

enum line_outcome line_editor_read(struct line_editor *editor, const char *prompt, struct buf *line)
{
	(void)editor;
	(void)prompt;
	(void)line;
	return LINE_END;
}

void line_editor_remember(struct line_editor *editor, const char *line)
{
	(void)editor;
	(void)line;
}

void line_editor_print_above(struct line_editor *editor, const char *text)
{
	(void)editor;
	(void)text;
}
#endif
