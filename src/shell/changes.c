/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last text of each kind; where there are too many kinds, the one that was met first is forgotten. */
#include "shell/changes.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define KINDS_MAXIMUM 4096
#define MARK "\033[1;31m"
#define UNMARK "\033[m"

struct entry {
	char *kind, *text;
	nanoseconds at;
};

struct changes {
	struct entry entries[KINDS_MAXIMUM];
	size_t count, next;
};

struct changes *changes_new(void)
{
	return memory_new(sizeof(struct changes));
}

void changes_free(struct changes *changes)
{
	for (size_t i = 0; changes != NULL && i < changes->count; i++) {
		free(changes->entries[i].kind);
		free(changes->entries[i].text);
	}
	free(changes);
}

/* That of the kind; one without text where it is the first. */
static struct entry *find(struct changes *changes, const char *kind)
{
	struct entry *entry;

	for (size_t i = 0; i < changes->count; i++)
		if (strcmp(changes->entries[i].kind, kind) == 0)
			return &changes->entries[i];
	entry = &changes->entries[changes->next];
	changes->next = (changes->next + 1) % KINDS_MAXIMUM;
	changes->count += changes->count < KINDS_MAXIMUM;
	free(entry->kind);
	free(entry->text);
	*entry = (struct entry){ .kind = memory_string(kind) };
	return entry;
}

/* Whether the byte is the first of a character of UTF-8. */
static bool begins_character(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

static void print_colored(const char *old, const char *text, struct buf *out)
{
	size_t length = strlen(old);
	bool marked = false;

	for (size_t i = 0; text[i] != '\0'; i++) {
		bool differs = i >= length || old[i] != text[i];

		if (begins_character(text[i]) && differs != marked) {
			buf_add_string(out, marked ? UNMARK : MARK);
			marked = differs;
		}
		buf_add_char(out, text[i]);
	}
	buf_add_string(out, marked ? UNMARK : "");
}

static void print_carets(const char *old, const char *text, size_t indent, struct buf *out)
{
	size_t length = strlen(old);

	if (strcmp(old, text) == 0)
		return;
	buf_print(out, "\n%*s", (int)indent, "");
	for (size_t i = 0; text[i] != '\0'; i++)
		if (begins_character(text[i]))
			buf_add_char(out, i >= length || old[i] != text[i] ? '^' : ' ');
	while (out->data[out->length - 1] == ' ')
		buf_truncate(out, out->length - 1);
}

void changes_print(struct changes *changes, const char *kind, const char *text, size_t indent,
		   bool colored, struct buf *out)
{
	struct entry *entry = find(changes, kind);
	const char *old = entry->text != NULL ? entry->text : text;
	nanoseconds now = deadline_now();

	if (colored)
		print_colored(old, text, out);
	else
		buf_add_string(out, text);
	if (entry->text != NULL)
		buf_print(out, "  +%.3f s", (double)(now - entry->at) / NANOSECONDS_PER_SECOND);
	if (!colored)
		print_carets(old, text, indent, out);
	free(entry->text);
	entry->text = memory_string(text);
	entry->at = now;
}
