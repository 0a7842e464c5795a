/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of a wait in vain: expected and received with the first difference, what was skipped, sockets' state. */
#include "base/bytes.h"
#include "base/memory.h"
#include "shell/match.h"

#include <ctype.h>
#include <string.h>

#define SHOWN 64 /* bytes of each side */
#define ROW 16

/* The source's own text, as far as it is there. */
static void describe_place(const struct shell *shell, struct place place, struct buf *out)
{
	const struct source *source = shell->source;

	if (source != NULL && place.at + place.length <= source->length)
		bytes_print_safe(out, source->text + place.at, place.length);
}

/* Bytes of one side; of those that are wanted some may be any. */
struct side {
	const char *label;
	const char *bytes;
	const char *wild; /* 1 for one that may be any; NULL: none */
	size_t length;
};

static bool is_wild(const struct side *side, size_t i)
{
	return side->wild != NULL && side->wild[i] != 0;
}

static void describe_row(const struct side *side, size_t at, struct buf *out)
{
	size_t end = side->length < at + ROW ? side->length : at + ROW;

	buf_print(out, "  %-9s %04zx ", side->label, at);
	for (size_t i = at; i < at + ROW; i++)
		if (i >= end)
			buf_add_string(out, "   ");
		else if (is_wild(side, i))
			buf_add_string(out, " ??");
		else
			buf_print(out, " %02x", (unsigned char)side->bytes[i]);
	buf_add_string(out, "  ");
	for (size_t i = at; i < end; i++)
		buf_add_char(out, is_wild(side, i) ? '?' : isprint((unsigned char)side->bytes[i]) ? side->bytes[i] : '.');
	buf_add_char(out, '\n');
}

/* The row in which both differ first, and a caret under it. */
static void describe_difference(const struct side *wanted, const struct side *came, struct buf *out)
{
	size_t differs = 0, row;

	while (differs < wanted->length && differs < came->length &&
	       (is_wild(wanted, differs) || wanted->bytes[differs] == came->bytes[differs]))
		differs++;
	row = differs - differs % ROW;
	describe_row(wanted, row, out);
	describe_row(came, row, out);
	buf_print(out, "  %*s^^ differs from byte %zu on\n", (int)(16 + 3 * (differs - row)), "",
		  differs);
}

/* The bytes of hex{7f ?? **}, which are known up to the **. */
static void read_wild(const char *text, struct buf *bytes, struct buf *wild)
{
	for (text += strlen("hex{"); *text != '\0' && *text != '}' && *text != '*'; text++) {
		if (isspace((unsigned char)*text))
			continue;
		if (*text == '?' || bytes_read_hex(text, 2, bytes, NULL) < 0)
			buf_add_char(bytes, '?');
		buf_add_char(wild, *text == '?');
		text++;
	}
}

static void describe_wild(const struct shell *shell, const struct expected *expected,
			  const struct side *came, struct buf *out)
{
	cleanup_buf struct buf text = { 0 }, bytes = { 0 }, wild = { 0 };

	describe_place(shell, expected->place, &text);
	read_wild(buf_text(&text), &bytes, &wild);
	describe_difference(&(const struct side){ "expected", buf_text(&bytes), buf_text(&wild), bytes.length },
			    came, out);
}

/* The first of a message's fields that is not as it should be. */
static void describe_clause(struct shell *shell, const struct expected *expected, const char *json,
			    struct buf *out)
{
	const struct clause *failed = NULL;
	cleanup_buf struct buf value = { 0 };
	int found;

	if (condition_holds(shell, &expected->fields, json, &failed, NULL) != 0 || failed == NULL)
		return;
	found = field_find(shell, json, buf_text(&failed->left.text), &value, NULL);
	buf_print(out, "  but       ");
	if (found == 1) {
		buf_print(out, "%s is \"", buf_text(&failed->left.text));
		bytes_print_safe(out, value.data, value.length < SHOWN ? value.length : SHOWN);
		buf_add_string(out, "\", not ");
		describe_place(shell, failed->place, out);
	} else {
		buf_print(out, "it has no field %s", buf_text(&failed->left.text));
	}
	buf_add_char(out, '\n');
}

static void describe_bytes(const char *label, const void *bytes, size_t length, struct buf *out)
{
	buf_print(out, "  %s %zu byte%s: \"", label, length, length == 1 ? "" : "s");
	bytes_print_safe(out, bytes, length < SHOWN ? length : SHOWN);
	buf_print(out, "\"%s\n", length > SHOWN ? " ..." : "");
}

static void describe_received(struct shell *shell, struct channel *channel,
			      const struct match_quest *quest, struct buf *out)
{
	const struct message *message = channel->letters != NULL ? &channel->letters->message : NULL;
	const struct expected *only = quest->count == 1 && quest->is_strict ? quest->patterns[0] : NULL;
	const struct side came = {
		"received", message != NULL ? message->data : buf_text(&channel->in), NULL,
		message != NULL ? message->length : channel->in.length,
	};
	cleanup_buf struct buf json = { 0 };

	if (message == NULL && came.length == 0) {
		buf_add_string(out, "  received  nothing\n");
		return;
	}
	if (only != NULL && only->kind == EXPECT_DATA)
		describe_difference(&(const struct side){ "expected", buf_text(quest->literals), NULL, quest->literals->length },
				    &came, out);
	else if (only != NULL && only->wild)
		describe_wild(shell, only, &came, out);
	else
		describe_bytes("received ", came.bytes, came.length, out);
	if (message == NULL)
		return;
	channel_print_message(channel, message, &json);
	buf_print(out, "  message   %s\n", buf_text(&json));
	if (only != NULL && only->kind == EXPECT_FIELDS)
		describe_clause(shell, only, buf_text(&json), out);
}

void failure_describe_channel(const struct channel *channel, struct buf *out)
{
	cleanup_buf struct buf spec = { 0 };
	int unread, unsent;

	channel_print_spec(channel, &spec);
	buf_print(out, "  %s: %s, %s", channel->name, buf_text(&spec), channel_state(channel));
	channel_queues(channel, &unread, &unsent);
	if (unread >= 0)
		buf_print(out, ", %d unread in the kernel", unread);
	if (unsent >= 0)
		buf_print(out, ", %d not taken by the peer", unsent);
	buf_add_char(out, '\n');
}

void failure_describe(struct shell *shell, struct channel *channel, const struct match_quest *quest)
{
	struct buf *out = &shell->diagnosis;

	buf_clear(out);
	if (quest->count == 0)
		buf_add_string(out, "  expected  nothing\n");
	for (size_t i = 0; i < quest->count; i++) {
		buf_add_string(out, i == 0 ? "  expected  " : "  or        ");
		describe_place(shell, quest->patterns[i]->place, out);
		buf_add_string(out, quest->patterns[i]->place.length == 0 ? "anything\n" : "\n");
	}
	describe_received(shell, channel, quest, out);
	if (quest->skipped > 0) {
		buf_print(out, "  skipped   %llu %s%s, the last: \"", (unsigned long long)quest->skipped,
			  channel_has_messages(channel) ? "message" : "byte", quest->skipped == 1 ? "" : "s");
		bytes_print_safe(out, buf_text(&quest->last_skipped), quest->last_skipped.length);
		buf_add_string(out, "\"\n");
	}
	failure_describe_channel(channel, out);
	journal_print(&shell->journal, out);
}
