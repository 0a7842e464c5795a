/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of a wait in vain: expected and received with the first difference, what was skipped, sockets' state. */
#include "base/bytes.h"
#include "base/memory.h"
#include "shell/match.h"

#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>

#define SHOWN 64 /* bytes of each side */
#define ROW 16

/* The source's own text of a pattern. */
static void describe_pattern(const struct shell *shell, const struct expected *expected,
			     struct buf *out)
{
	const struct source *source = shell->source;

	if (source != NULL && expected->place.at + expected->place.length <= source->length)
		bytes_print_safe(out, source->text + expected->place.at, expected->place.length);
}

static void describe_row(const char *label, const char *bytes, size_t at, size_t length,
			 struct buf *out)
{
	buf_print(out, "  %-9s %04zx ", label, at);
	for (size_t i = 0; i < ROW; i++)
		if (at + i < length)
			buf_print(out, " %02x", (unsigned char)bytes[at + i]);
		else
			buf_add_string(out, "   ");
	buf_add_string(out, "  ");
	for (size_t i = 0; i < ROW && at + i < length; i++)
		buf_add_char(out, bytes[at + i] >= ' ' && bytes[at + i] < 0x7f ? bytes[at + i] : '.');
	buf_add_char(out, '\n');
}

/* The row in which both differ first, and a caret under it. */
static void describe_difference(const struct buf *wanted, const char *came, size_t length,
				struct buf *out)
{
	size_t differs = 0, row;

	while (differs < wanted->length && differs < length &&
	       wanted->data[differs] == came[differs])
		differs++;
	row = differs - differs % ROW;
	describe_row("expected", buf_text(wanted), row, wanted->length, out);
	describe_row("received", came, row, length, out);
	buf_print(out, "  %*s^^ differs from byte %zu on\n", (int)(16 + 3 * (differs - row)), "",
		  differs);
}

static void describe_bytes(const char *label, const void *bytes, size_t length, struct buf *out)
{
	buf_print(out, "  %s %zu byte%s: \"", label, length, length == 1 ? "" : "s");
	bytes_print_safe(out, bytes, length < SHOWN ? length : SHOWN);
	buf_print(out, "\"%s\n", length > SHOWN ? " ..." : "");
}

static void describe_received(struct channel *channel, const struct match_quest *quest,
			      struct buf *out)
{
	const struct message *message = channel->letters != NULL ? &channel->letters->message : NULL;
	const char *bytes = message != NULL ? message->data : buf_text(&channel->in);
	size_t length = message != NULL ? message->length : channel->in.length;
	cleanup_buf struct buf json = { 0 };

	if (message == NULL && length == 0) {
		buf_add_string(out, "  received  nothing\n");
		return;
	}
	if (quest->count == 1 && quest->is_strict && quest->patterns[0]->kind == EXPECT_DATA)
		describe_difference(&quest->literals[0], bytes, length, out);
	else
		describe_bytes("received ", bytes, length, out);
	if (message == NULL)
		return;
	channel_print_message(channel, message, &json);
	buf_print(out, "  message   %s\n", buf_text(&json));
}

void failure_describe_channel(const struct channel *channel, struct buf *out)
{
	const struct endpoint *endpoint = &channel->endpoint;
	cleanup_buf struct buf spec = { 0 };
	int unread, unsent;

	channel_print_spec(channel, &spec);
	buf_print(out, "  %s: %s, %s", channel->name, buf_text(&spec), channel_state(channel));
	if (endpoint->is_socket && ioctl(endpoint->in, FIONREAD, &unread) == 0)
		buf_print(out, ", %d unread in the kernel", unread);
	if (endpoint->is_socket && ioctl(endpoint->out, SIOCOUTQ, &unsent) == 0)
		buf_print(out, ", %d not taken by the peer", unsent);
	buf_add_char(out, '\n');
}

void failure_describe(struct shell *shell, struct channel *channel, const struct match_quest *quest)
{
	struct buf *out = &shell->diagnosis;

	buf_clear(out);
	/* what has no text of its own, as with `silent`, is said by the error */
	for (size_t i = 0; i < quest->count && quest->patterns[i]->place.length > 0; i++) {
		buf_add_string(out, i == 0 ? "  expected  " : "  or        ");
		describe_pattern(shell, quest->patterns[i], out);
		buf_add_char(out, '\n');
	}
	describe_received(channel, quest, out);
	if (quest->skipped > 0) {
		buf_print(out, "  skipped   %llu %s, the last: \"", (unsigned long long)quest->skipped,
			  channel_has_messages(channel) ? "messages" : "bytes");
		bytes_print_safe(out, buf_text(&quest->last_skipped), quest->last_skipped.length);
		buf_add_string(out, "\"\n");
	}
	failure_describe_channel(channel, out);
	buf_add_string(out, "  what happened last:\n");
	journal_print(&shell->journal, "  ", out);
}
