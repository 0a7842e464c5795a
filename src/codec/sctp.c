/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sctp: messages as text behind their stream and payload protocol, notifications as lines of their own; RFC 6458. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "codec/stamp.h"
#include "codec/text.h"
#include "core/control.h"
#include "core/target.h"

#include <arpa/inet.h>
#include <linux/sctp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Marks a line that is no message. */
#define MARK "* "

static const struct name kinds[] = {
	{ "association", SCTP_ASSOC_CHANGE, NULL },
	{ "address", SCTP_PEER_ADDR_CHANGE, NULL },
	{ "send-failed", SCTP_SEND_FAILED_EVENT, NULL },
	{ "send-failed", SCTP_SEND_FAILED, NULL },
	{ "peer-error", SCTP_REMOTE_ERROR, NULL },
	{ "shutdown", SCTP_SHUTDOWN_EVENT, NULL },
	{ "partial-delivery", SCTP_PARTIAL_DELIVERY_EVENT, NULL },
	{ "adaptation", SCTP_ADAPTATION_INDICATION, NULL },
	{ "authentication", SCTP_AUTHENTICATION_INDICATION, NULL },
	{ "sender-dry", SCTP_SENDER_DRY_EVENT, NULL },
	{ "stream-reset", SCTP_STREAM_RESET_EVENT, NULL },
	{ "assoc-reset", SCTP_ASSOC_RESET_EVENT, NULL },
	{ "stream-change", SCTP_STREAM_CHANGE_EVENT, NULL },
	{ NULL, 0, NULL },
};

static const struct name association_states[] = {
	{ "up", SCTP_COMM_UP, NULL },
	{ "lost", SCTP_COMM_LOST, NULL },
	{ "restarted", SCTP_RESTART, NULL },
	{ "ended", SCTP_SHUTDOWN_COMP, NULL },
	{ "refused", SCTP_CANT_STR_ASSOC, NULL },
	{ NULL, 0, NULL },
};

static const struct name address_states[] = {
	{ "available", SCTP_ADDR_AVAILABLE, NULL },
	{ "unreachable", SCTP_ADDR_UNREACHABLE, NULL },
	{ "removed", SCTP_ADDR_REMOVED, NULL },
	{ "added", SCTP_ADDR_ADDED, NULL },
	{ "primary", SCTP_ADDR_MADE_PRIM, NULL },
	{ "confirmed", SCTP_ADDR_CONFIRMED, NULL },
	{ "potentially-failed", SCTP_ADDR_POTENTIALLY_FAILED, NULL },
	{ NULL, 0, NULL },
};

static const char *word_of(const struct name *names, int64_t value)
{
	const char *word = name_of(names, value);

	return word != NULL ? word : "unknown";
}

/* A notification of at least size bytes, copied; false where it is another or shorter. */
static bool unpack(const struct message *message, uint16_t type, void *into, size_t size)
{
	uint16_t found;

	if (message->length < size)
		return false;
	memcpy(&found, message->data, sizeof(found));
	if (found != type)
		return false;
	memcpy(into, message->data, size);
	return true;
}

static bool is_notification(const struct message *message)
{
	return (message->flags & MSG_NOTIFICATION) != 0 && message->length >= 8;
}

/* What a notification says, by name; the same for lines and for JSON. */
static void describe_association(const struct message *message, struct json *json)
{
	struct sctp_assoc_change change;

	if (!unpack(message, SCTP_ASSOC_CHANGE, &change, sizeof(change)))
		return;
	json_string(json, "state", word_of(association_states, change.sac_state));
	json_unsigned(json, "error", change.sac_error);
	json_unsigned(json, "streams_out", change.sac_outbound_streams);
	json_unsigned(json, "streams_in", change.sac_inbound_streams);
	json_integer(json, "association", change.sac_assoc_id);
}

static void print_address(const struct codec_context *context, const struct sctp_paddr_change *change,
			  struct buf *out)
{
	struct address address = { .length = sizeof(struct sockaddr_in6) };

	memcpy(&address.storage, &change->spc_aaddr, sizeof(change->spc_aaddr));
	if (context->target != NULL && context->target->family->print_address != NULL)
		context->target->family->print_address(context->target, &address, out);
}

static void describe_address(const struct codec_context *context, const struct message *message,
			     struct json *json)
{
	cleanup_buf struct buf text = { 0 };
	struct sctp_paddr_change change;

	if (!unpack(message, SCTP_PEER_ADDR_CHANGE, &change, sizeof(change)))
		return;
	print_address(context, &change, &text);
	json_string(json, "address", buf_text(&text));
	json_string(json, "state", word_of(address_states, change.spc_state));
	json_integer(json, "error", change.spc_error);
	json_integer(json, "association", change.spc_assoc_id);
}

static const char *kind_of(const struct message *message)
{
	uint16_t type;

	memcpy(&type, message->data, sizeof(type));
	return word_of(kinds, type);
}

static void print_notification(const struct codec_context *context, const struct message *message,
			       struct buf *out)
{
	struct sctp_assoc_change association;
	struct sctp_paddr_change address;

	buf_print(out, MARK "%s", kind_of(message));
	if (unpack(message, SCTP_ASSOC_CHANGE, &association, sizeof(association))) {
		buf_print(out, " %s", word_of(association_states, association.sac_state));
		if (association.sac_state == SCTP_COMM_UP)
			buf_print(out, ", %u streams out, %u in", association.sac_outbound_streams,
				  association.sac_inbound_streams);
	} else if (unpack(message, SCTP_PEER_ADDR_CHANGE, &address, sizeof(address))) {
		buf_add_char(out, ' ');
		print_address(context, &address, out);
		buf_print(out, " %s", word_of(address_states, address.spc_state));
	}
}

/* Of a message that was received; false where the kernel was not asked. */
static bool find_info(const struct message *message, struct sctp_rcvinfo *info)
{
	const void *found = control_find(message->control, message->control_length, IPPROTO_SCTP,
					 SCTP_RCVINFO, sizeof(*info));

	if (found != NULL)
		memcpy(info, found, sizeof(*info));
	return found != NULL;
}

/* Whether a text would be taken for something else. */
static bool has_meaning(const struct message *message)
{
	const char *data = message->data;

	return message->length > 0 && (data[0] == '[' || (message->length >= strlen(MARK) &&
							  memcmp(data, MARK, strlen(MARK)) == 0));
}

static int sctp_encode(struct codec_context *context, const struct message *message,
		       struct buf *out, struct error *err)
{
	struct timespec none = { 0 };
	struct sctp_rcvinfo info;
	bool has_info = find_info(message, &info);

	(void)err;
	stamp_print(context, message->time.tv_sec != 0 ? &message->time : &none, out);
	if (is_notification(message)) {
		print_notification(context, message, out);
	} else {
		if (has_info)
			buf_print(out, "[%u:%u%s] ", info.rcv_sid, ntohl(info.rcv_ppid),
				  info.rcv_flags & SCTP_UNORDERED ? ":unordered" : "");
		text_print(message, !has_info && has_meaning(message), out);
	}
	buf_add_char(out, '\n');
	return 0;
}

static void sctp_describe(struct codec_context *context, const struct message *message,
			  struct json *json, const char *key)
{
	struct sctp_rcvinfo info;
	bool has_info = find_info(message, &info);

	if (!is_notification(message) && !has_info)
		return;
	json_open_object(json, key);
	if (is_notification(message)) {
		json_string(json, "notification", kind_of(message));
		describe_association(message, json);
		describe_address(context, message, json);
	} else {
		json_unsigned(json, "stream", info.rcv_sid);
		json_unsigned(json, "ppid", ntohl(info.rcv_ppid));
		if (info.rcv_flags & SCTP_UNORDERED)
			json_boolean(json, "unordered", true);
	}
	json_close_object(json);
}

/* Takes "[STREAM]", "[STREAM:PPID]" or "[STREAM:PPID:unordered]" off the front: 1, 0 there is none, -1. */
static int read_prefix(struct span *line, struct sctp_sndinfo *info)
{
	const char *end = line->length > 1 && line->text[0] == '[' ? memchr(line->text, ']', line->length) : NULL;
	cleanup_free char *copy = NULL;
	char *rest, *word;
	uint64_t value;

	if (end == NULL)
		return 0;
	copy = memory_copy(line->text + 1, (size_t)(end - line->text) - 1);
	rest = copy;
	for (int place = 0; (word = strsep(&rest, ":")) != NULL; place++) {
		struct span part = { word, strlen(word) };

		if (place == 2 && span_equal(part, "unordered"))
			info->snd_flags |= SCTP_UNORDERED;
		else if (place == 0 && span_decimal(part, &value) && value <= UINT16_MAX)
			info->snd_sid = (uint16_t)value;
		else if (place == 1 && span_decimal(part, &value) && value <= UINT32_MAX)
			info->snd_ppid = htonl((uint32_t)value);
		else
			return -1;
	}
	line->length -= (size_t)(end + 1 - line->text);
	line->text = end + 1;
	if (line->length > 0 && line->text[0] == ' ') {
		line->text++;
		line->length--;
	}
	return 1;
}

static int sctp_read_line(struct codec_context *context, struct span line, struct message *message,
			  struct error *err)
{
	struct sctp_sndinfo info = { 0 };
	int prefix;

	if (context->timestamps && stamp_read(context, &line, &message->time, err) < 0)
		return -1;
	/* A line that we wrote of a notification is none to be sent. */
	if (line.length >= strlen(MARK) && memcmp(line.text, MARK, strlen(MARK)) == 0)
		return 0;
	if (context->target != NULL)
		info.snd_ppid = htonl((uint32_t)target_number(context->target, "ppid", 0));
	prefix = read_prefix(&line, &info);
	if (prefix < 0) {
		error_set(err, ERROR_FAILED, "[STREAM:PPID] was expected");
		return error_hint(err, "a text that begins with a bracket is written \\x5b...");
	}
	if (prefix > 0) {
		buf_clear(&context->scratch_control);
		control_add_bytes(&context->scratch_control, IPPROTO_SCTP, SCTP_SNDINFO, &info,
				  sizeof(info));
		message->control = buf_text(&context->scratch_control);
		message->control_length = context->scratch_control.length;
	}
	return text_read(context, line, message, err);
}

const struct codec codec_sctp = {
	.name = "sctp",
	.summary = "SCTP: text behind [STREAM:PPID], with notifications as lines of their own",
	.text = true,
	.encode = sctp_encode,
	.describe = sctp_describe,
	.read_line = sctp_read_line,
};
