/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netlink: messages as lines of words by the tables of their protocol, and back; netlink(7). */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "codec/netlink_answer.h"
#include "codec/netlink_compose.h"
#include "codec/stamp.h"
#include "core/target.h"

#include <stdlib.h>
#include <string.h>

/* Of all messages, of requests that ask, of those that make: the same bits mean other things. */
const struct name netlink_flags[] = {
	{ "request", NLM_F_REQUEST, NULL },	{ "multi", NLM_F_MULTI, NULL },
	{ "ack", NLM_F_ACK, NULL },		{ "echo", NLM_F_ECHO, NULL },
	{ "dump-intr", NLM_F_DUMP_INTR, NULL }, { "dump-filtered", NLM_F_DUMP_FILTERED, NULL },
	{ "dump", NLM_F_DUMP, NULL },		{ "root", NLM_F_ROOT, NULL },
	{ "match", NLM_F_MATCH, NULL },		{ "atomic", NLM_F_ATOMIC, NULL },
	{ "replace", NLM_F_REPLACE, NULL },	{ "excl", NLM_F_EXCL, NULL },
	{ "create", NLM_F_CREATE, NULL },	{ "append", NLM_F_APPEND, NULL },
	{ NULL, 0, NULL },
};

enum { FLAGS_OF_ALL = 6, FLAGS_OF_ASKING = 4, FLAGS_OF_MAKING = 4 };

static struct netlink_memory *memory_of(struct codec_context *context)
{
	struct netlink_memory *memory = context->state;

	if (memory != NULL)
		return memory;
	memory = context->state = memory_new(sizeof(*memory));
	memory->is_elsewhere = context->target != NULL && context->target->common.netns != NULL;
	return memory;
}

static void netlink_release(struct codec_context *context)
{
	struct netlink_memory *memory = context->state;

	if (memory == NULL)
		return;
	generic_families_release(&memory->families);
	free(memory);
}

static int protocol_of(const struct codec_context *context)
{
	return context->target != NULL ? context->target->protocol : NETLINK_ROUTE;
}

static void print_flag(const struct name *flag, struct netlink_sink *sink)
{
	if (sink->json != NULL)
		json_string(sink->json, NULL, flag->name);
	else if (flag->value != NLM_F_MULTI && flag->value != NLM_F_DUMP_FILTERED)
		netlink_sink_present(sink, flag->name);
}

/* The rows of a part whose bits are all there; what a row before has said is said. */
static void print_some(const struct name *flags, size_t count, uint16_t bits, struct netlink_sink *sink)
{
	for (size_t i = 0; i < count; i++) {
		uint16_t bit = (uint16_t)flags[i].value;

		if ((bits & bit) != bit)
			continue;
		bits &= (uint16_t)~bit;
		print_flag(&flags[i], sink);
	}
}

static void print_flags(const struct netlink_message *message, int protocol, struct netlink_sink *sink)
{
	uint16_t bits = message->header.nlmsg_flags, type = message->header.nlmsg_type;
	bool is_get = protocol != NETLINK_ROUTE || type % 4 == 2;
	const struct name *rest = netlink_flags + FLAGS_OF_ALL;

	if (sink->json != NULL)
		json_open_array(sink->json, "nlflags");
	print_some(netlink_flags, FLAGS_OF_ALL, bits, sink);
	if (bits & NLM_F_REQUEST && is_get)
		print_some(rest, FLAGS_OF_ASKING, bits, sink);
	else if (type >= NLMSG_MIN_TYPE)
		print_some(rest + FLAGS_OF_ASKING, FLAGS_OF_MAKING, bits, sink);
	if (sink->json != NULL)
		json_close_array(sink->json);
}

/* An interface that is told of by its name is called so from now on. */
static void learn(struct netlink_memory *memory, const struct netlink_message *message)
{
	struct netlink_bytes bytes = message->body;
	struct netlink_attribute one;
	unsigned char header[16];
	unsigned int index;

	if (!netlink_take(&bytes, header, sizeof(header)))
		return;
	memcpy(&index, header + 4, sizeof(index));
	while (netlink_take_attribute(&bytes, &one))
		if (one.type == 3 /* IFLA_IFNAME */)
			interfaces_learn(&memory->interfaces, index,
					 (struct span){ one.value.data, strnlen(one.value.data, one.value.length) });
}

static void print_name(const struct netlink_meaning *meaning, const struct netlink_message *message,
		       struct netlink_sink *sink)
{
	if (sink->json != NULL && meaning->name != NULL)
		json_string(sink->json, "op", meaning->name);
	else if (sink->json != NULL)
		json_unsigned(sink->json, "op", message->header.nlmsg_type);
	else if (meaning->name != NULL)
		buf_add_string(sink->text, meaning->name);
	else
		buf_print(sink->text, "%u", message->header.nlmsg_type);
}

static void print_message(struct codec_context *context, const struct netlink_message *message,
			  struct netlink_sink *sink)
{
	struct netlink_memory *memory = memory_of(context);
	int protocol = protocol_of(context);
	struct netlink_meaning meaning = netlink_meaning_of(memory, protocol, message);
	struct netlink_answer answer;

	if (meaning.body == &netlink_link_body)
		learn(memory, message);
	print_name(&meaning, message, sink);
	print_flags(message, protocol, sink);
	if (sink->json != NULL || message->header.nlmsg_type < NLMSG_MIN_TYPE)
		netlink_sink_number(sink, "seq", message->header.nlmsg_seq);
	if (sink->json != NULL)
		netlink_sink_number(sink, "pid", message->header.nlmsg_pid);
	if (netlink_read_answer(message, &answer))
		netlink_answer_print(memory, protocol, &answer, sink);
	else
		netlink_body_print(memory, meaning.body, message->body, sink);
}

static bool is_event(const struct codec_context *context)
{
	return protocol_of(context) == NETLINK_KOBJECT_UEVENT;
}

/* Where people read, that all is well goes without saying. */
static bool goes_without_saying(const struct netlink_message *message)
{
	struct netlink_answer answer;

	return netlink_read_answer(message, &answer) && answer.code == 0 && answer.words.length == 0;
}

static void print_line(struct codec_context *context, const struct message *message, struct buf *out)
{
	struct netlink_bytes bytes = { message->data, message->length };
	struct netlink_sink sink = { .text = out };
	struct netlink_message one;

	if (is_event(context) && netlink_event_print(message->data, message->length, &sink))
		return;
	if (!is_event(context) && netlink_take_message(&bytes, &one) && bytes.length == 0)
		print_message(context, &one, &sink);
	else
		bytes_print_hex(out, message->data, message->length);
}

static int netlink_encode(struct codec_context *context, const struct message *message,
			  struct buf *out, struct error *err)
{
	struct netlink_bytes bytes = { message->data, message->length };
	cleanup_buf struct buf line = { 0 };
	struct netlink_message one;

	(void)err;
	if (!is_event(context) && netlink_take_message(&bytes, &one) && goes_without_saying(&one))
		return 0;
	stamp_print(context, &message->time, out);
	print_line(context, message, &line);
	buf_add(out, buf_text(&line), line.length);
	buf_add_char(out, '\n');
	return 0;
}

static void netlink_describe(struct codec_context *context, const struct message *message,
			     struct json *json, const char *key)
{
	struct netlink_bytes bytes = { message->data, message->length };
	struct netlink_sink sink = { .json = json };
	struct netlink_message one;

	if (!is_event(context) && (!netlink_take_message(&bytes, &one) || bytes.length > 0))
		return;
	json_open_object(json, key);
	if (is_event(context))
		netlink_event_print(message->data, message->length, &sink);
	else
		print_message(context, &one, &sink);
	json_close_object(json);
}

/* What we wrote of an answer is nothing to send. */
static bool is_answer(struct span line)
{
	static const char *const words[] = { "noop", "error", "done", "overrun" };
	struct span word;

	span_word(&line, &word);
	for (size_t i = 0; i < array_length(words); i++)
		if (span_equal(word, words[i]))
			return true;
	return false;
}

static bool is_hex(struct span line)
{
	for (size_t i = 0; i < line.length; i++)
		if (hex_digit(line.text[i]) < 0)
			return false;
	return line.length >= 2 * sizeof(struct nlmsghdr) && line.length % 2 == 0;
}

/* What is not said: a request that is acknowledged, numbered by its line. */
static int read_message(struct codec_context *context, struct span line, struct buf *out, struct error *err)
{
	struct netlink_memory *memory = memory_of(context);
	struct nlmsghdr header = { .nlmsg_seq = (uint32_t)context->line };
	const char *start = line.text;
	struct netlink_meaning meaning;
	struct span word;
	cleanup_free char *name = NULL;

	if (!span_word(&line, &word))
		return error_usage(err, "a message was expected");
	name = memory_copy(word.text, word.length);
	netlink_begin(out, 0, 0);
	if (netlink_operation_find(memory, protocol_of(context), name, &meaning, &header.nlmsg_type, out, err) < 0 ||
	    netlink_body_read(memory, meaning.body, start, line, out, &header, err) < 0)
		return -1;
	if (!(header.nlmsg_flags & NLM_F_MULTI))
		header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	if (header.nlmsg_flags & NLM_F_REQUEST && (header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
		header.nlmsg_flags &= (uint16_t)~NLM_F_ACK;
	header.nlmsg_len = (uint32_t)out->length;
	memcpy(out->data, &header, sizeof(header));
	return 0;
}

static int read_words(struct codec_context *context, struct span line, struct error *err)
{
	buf_clear(&context->scratch);
	if (is_event(context))
		return netlink_event_read(line, &context->scratch, err);
	if (is_hex(line))
		return bytes_read_hex(line.text, line.length, &context->scratch, err);
	return read_message(context, line, &context->scratch, err);
}

static int netlink_read_line(struct codec_context *context, struct span line,
			     struct message *message, struct error *err)
{
	if (stamp_read(context, &line, &message->time, err) < 0)
		return -1;
	span_trim(&line);
	if (line.length == 0 || line.text[0] == '#' || is_answer(line))
		return 0;
	if (read_words(context, line, err) < 0)
		return -1;
	return reader_message(context, message);
}

const struct codec codec_netlink = {
	.name = "netlink",
	.summary = "netlink: a message a line, by the names of its attributes",
	.text = true,
	.encode = netlink_encode,
	.describe = netlink_describe,
	.compose = netlink_compose,
	.read_line = netlink_read_line,
	.release = netlink_release,
};
