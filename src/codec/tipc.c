/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tipc: messages as the text format has them, and in lines of their own what the cluster tells; linux/tipc.h. */
#include "base/bytes.h"
#include "codec/stamp.h"
#include "codec/text.h"
#include "codec/tipc_topology.h"
#include "core/control.h"
#include "core/target.h"

#include <string.h>
#include <sys/socket.h>

static const struct name rejections[] = {
	{ "no socket has that name", TIPC_ERR_NO_NAME, NULL },
	{ "the socket is gone", TIPC_ERR_NO_PORT, NULL },
	{ "the node is gone", TIPC_ERR_NO_NODE, NULL },
	{ "the receiver is overloaded", TIPC_ERR_OVERLOAD, NULL },
	{ "the connection was closed", TIPC_CONN_SHUTDOWN, NULL },
	{ NULL, 0, NULL },
};

/* Marks a line that is no message. */
#define MARK "* "

static bool is_topology(const struct codec_context *context)
{
	const struct target *target = context->target;

	return target != NULL && target->spec.variant != NULL &&
	       strcmp(target->spec.variant->word, "topology") == 0;
}

/* Why it came back; NULL where it did not. */
static const char *rejection_of(const struct message *message)
{
	const uint32_t *info = control_find(message->control, message->control_length, SOL_TIPC,
					    TIPC_ERRINFO, 2 * sizeof(*info));
	const char *words;

	if (info == NULL)
		return NULL;
	words = name_of(rejections, info[0]);
	return words != NULL ? words : "it came back";
}

/* The bytes that came back stand in the control data. */
static void print_rejected(const struct message *message, struct buf *out)
{
	struct control control;
	size_t offset = 0;

	buf_print(out, MARK "rejected (%s): ", rejection_of(message));
	while (control_next(message->control, message->control_length, &offset, &control))
		if (control.level == SOL_TIPC && control.type == TIPC_RETDATA)
			bytes_print_safe(out, control.data, control.length);
}

static void print_member(const struct codec_context *context, const struct message *message,
			 struct buf *out)
{
	const struct sockaddr_tipc *socket = (const void *)&message->peer.storage;

	buf_print(out, MARK "%s ", message->flags & MSG_EOR ? "left" : "joined");
	if (context->target != NULL && context->target->family->print_address != NULL)
		context->target->family->print_address(context->target, &message->peer, out);
	buf_print(out, " id:0x%x:%u", socket->addr.id.node, socket->addr.id.ref);
}

/* A line that we wrote of an event is none to be sent. */
static bool is_of_event(struct span line)
{
	static const char *const words[] = { MARK "joined ", MARK "left ", MARK "rejected " };

	for (size_t i = 0; i < 3; i++)
		if (line.length >= strlen(words[i]) &&
		    memcmp(line.text, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static int tipc_encode(struct codec_context *context, const struct message *message,
		       struct buf *out, struct error *err)
{
	bool is_member = message->flags & MSG_OOB, is_rejected = rejection_of(message) != NULL;

	stamp_print(context, &message->time, out);
	if (!is_topology(context) && !is_member && !is_rejected)
		text_print(message, is_of_event((struct span){ message->data, message->length }),
			   out);
	else if (is_rejected)
		print_rejected(message, out);
	else if (is_member)
		print_member(context, message, out);
	else if (!tipc_topology_print(message->data, message->length, out))
		return error_set(err, ERROR_FAILED, "a message of %zu bytes is no event of TIPC",
				 message->length);
	buf_add_char(out, '\n');
	return 0;
}

static void describe_event(const struct codec_context *context, const struct message *message,
			   struct json *json, const char *event)
{
	json_string(json, "event", event);
	if (context->target != NULL && context->target->family->describe_address != NULL)
		context->target->family->describe_address(&message->peer, json);
}

static void tipc_describe(struct codec_context *context, const struct message *message,
			  struct json *json, const char *key)
{
	if (is_topology(context)) {
		tipc_topology_describe(message->data, message->length, json, key);
	} else if (rejection_of(message) != NULL) {
		json_open_object(json, key);
		json_string(json, "event", "rejected");
		json_string(json, "reason", rejection_of(message));
		json_close_object(json);
	} else if (message->flags & MSG_OOB) {
		json_open_object(json, key);
		describe_event(context, message, json, message->flags & MSG_EOR ? "left" : "joined");
		json_close_object(json);
	}
}

static int tipc_read_line(struct codec_context *context, struct span line, struct message *message,
			  struct error *err)
{
	struct span words;

	if ((context->timestamps || is_topology(context)) &&
	    stamp_read(context, &line, &message->time, err) < 0)
		return -1;
	words = line;
	span_trim(&words);
	if (is_of_event(line) || (words.length == 0 && is_topology(context)))
		return 0;
	if (!is_topology(context))
		return text_read(context, line, message, err);
	buf_clear(&context->scratch);
	if (tipc_topology_read(words, &context->scratch, err) < 0)
		return -1;
	return reader_message(context, message);
}

const struct codec codec_tipc = {
	.name = "tipc",
	.summary = "TIPC: text, with events of the topology and of groups as lines of their own",
	.text = true,
	.encode = tipc_encode,
	.describe = tipc_describe,
	.read_line = tipc_read_line,
};
