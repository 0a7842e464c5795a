/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qrtr: control packets of QRTR as lines, all else as the text format has it; struct qrtr_ctrl_pkt of linux/qrtr.h. */
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "codec/reader.h"
#include "codec/stamp.h"
#include "codec/text.h"
#include "core/target.h"

#include <endian.h>
#include <linux/qrtr.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* What stands behind the command. */
enum body { BODY_NONE, BODY_SERVER, BODY_CLIENT };

static const struct command {
	const char *name;
	uint32_t number;
	enum body body;
} commands[] = {
	{ "hello", QRTR_TYPE_HELLO, BODY_NONE },
	{ "bye", QRTR_TYPE_BYE, BODY_NONE },
	{ "new-server", QRTR_TYPE_NEW_SERVER, BODY_SERVER },
	{ "del-server", QRTR_TYPE_DEL_SERVER, BODY_SERVER },
	{ "del-client", QRTR_TYPE_DEL_CLIENT, BODY_CLIENT },
	{ "resume-tx", QRTR_TYPE_RESUME_TX, BODY_CLIENT },
	{ "exit", QRTR_TYPE_EXIT, BODY_NONE },
	{ "ping", QRTR_TYPE_PING, BODY_NONE },
	{ "new-lookup", QRTR_TYPE_NEW_LOOKUP, BODY_SERVER },
	{ "del-lookup", QRTR_TYPE_DEL_LOOKUP, BODY_SERVER },
};

static uint32_t port_of(const struct address *address)
{
	const struct sockaddr_qrtr *qrtr = (const void *)&address->storage;

	return address->length >= sizeof(*qrtr) && address->any.sa_family == AF_QIPCRTR ? qrtr->sq_port : 0;
}

/* The spec's port is the name service's, or the message comes from there. */
static bool is_control(const struct codec_context *context, const struct message *message)
{
	const struct target *target = context->target;

	if (message != NULL && message->peer.length > 0)
		return port_of(&message->peer) == QRTR_PORT_CTRL;
	return target != NULL && target->format != NULL && strcmp(target->format, "qrtr") == 0;
}

static const struct command *unpack(const struct message *message, struct qrtr_ctrl_pkt *packet)
{
	size_t length = message->length < sizeof(*packet) ? message->length : sizeof(*packet);

	memset(packet, 0, sizeof(*packet));
	memcpy(packet, message->data, length);
	for (size_t i = 0; i < array_length(commands); i++)
		if (length >= sizeof(packet->cmd) && commands[i].number == le32toh(packet->cmd))
			return &commands[i];
	return NULL;
}

/* What ends the list of services that are there when one asks. */
static bool is_end(const struct command *command, const struct qrtr_ctrl_pkt *packet)
{
	return command->number == QRTR_TYPE_NEW_SERVER && packet->server.service == 0 &&
	       packet->server.node == 0 && packet->server.port == 0;
}

static void print_server(const struct qrtr_ctrl_pkt *packet, struct buf *out)
{
	uint32_t instance = le32toh(packet->server.instance);

	buf_print(out, " %u:%u:%u", le32toh(packet->server.service), instance >> 8, instance & 0xff);
	if (packet->server.node != 0 || packet->server.port != 0)
		buf_print(out, " %u:%u", le32toh(packet->server.node), le32toh(packet->server.port));
}

static int qrtr_encode(struct codec_context *context, const struct message *message,
		       struct buf *out, struct error *err)
{
	struct qrtr_ctrl_pkt packet;
	const struct command *command;

	if (!is_control(context, message))
		return codec_text.encode(context, message, out, err);
	command = unpack(message, &packet);
	if (command == NULL)
		return codec_text.encode(context, message, out, err);
	stamp_print(context, &message->time, out);
	if (is_end(command, &packet))
		buf_add_string(out, "end-of-list");
	else
		buf_add_string(out, command->name);
	if (command->body == BODY_SERVER && !is_end(command, &packet))
		print_server(&packet, out);
	if (command->body == BODY_CLIENT)
		buf_print(out, " %u:%u", le32toh(packet.client.node), le32toh(packet.client.port));
	buf_add_char(out, '\n');
	return 0;
}

static void describe_server(const struct qrtr_ctrl_pkt *packet, struct json *json)
{
	uint32_t instance = le32toh(packet->server.instance);

	json_unsigned(json, "service", le32toh(packet->server.service));
	json_unsigned(json, "instance", instance >> 8);
	json_unsigned(json, "version", instance & 0xff);
	json_unsigned(json, "node", le32toh(packet->server.node));
	json_unsigned(json, "port", le32toh(packet->server.port));
}

static void qrtr_describe(struct codec_context *context, const struct message *message,
			  struct json *json, const char *key)
{
	struct qrtr_ctrl_pkt packet;
	const struct command *command = NULL;

	if (is_control(context, message))
		command = unpack(message, &packet);
	if (command == NULL)
		return;
	json_open_object(json, key);
	json_string(json, "command", is_end(command, &packet) ? "end-of-list" : command->name);
	if (command->body == BODY_SERVER && !is_end(command, &packet))
		describe_server(&packet, json);
	if (command->body == BODY_CLIENT) {
		json_unsigned(json, "node", le32toh(packet.client.node));
		json_unsigned(json, "port", le32toh(packet.client.port));
	}
	json_close_object(json);
}

/* "A:B:C" with up to count numbers; those that are not there stay 0. */
static int read_numbers(struct span word, uint32_t *numbers, size_t count, struct error *err)
{
	for (size_t i = 0; i < count && word.length > 0; i++) {
		const char *colon = memchr(word.text, ':', word.length);
		size_t length = colon != NULL ? (size_t)(colon - word.text) : word.length;
		cleanup_free char *text = memory_copy(word.text, length);
		uint64_t number;

		if (number_unsigned(text, 0, UINT32_MAX, &number, err) < 0)
			return -1;
		numbers[i] = (uint32_t)number;
		length += colon != NULL;
		word.text += length;
		word.length -= length;
	}
	return word.length == 0 ? 0 : error_usage(err, "at most %zu numbers were expected", count);
}

static int read_body(enum body body, struct span line, struct qrtr_ctrl_pkt *packet, struct error *err)
{
	uint32_t service[3] = { 0 }, where[2] = { 0 };
	struct span word;

	if (body == BODY_SERVER && span_word(&line, &word) && read_numbers(word, service, 3, err) < 0)
		return -1;
	if (body != BODY_NONE && span_word(&line, &word) && read_numbers(word, where, 2, err) < 0)
		return -1;
	if (span_word(&line, &word))
		return error_usage(err, "nothing more was expected");
	if (service[1] > 0xffffff || service[2] > 0xff)
		return error_usage(err, "an instance has 24 bits, a version 8");
	if (body == BODY_CLIENT) {
		packet->client.node = htole32(where[0]);
		packet->client.port = htole32(where[1]);
		return 0;
	}
	packet->server.service = htole32(service[0]);
	packet->server.instance = htole32(service[1] << 8 | service[2]);
	packet->server.node = htole32(where[0]);
	packet->server.port = htole32(where[1]);
	return 0;
}

static int read_packet(struct span line, struct qrtr_ctrl_pkt *packet, struct error *err)
{
	struct span word = { 0 };

	memset(packet, 0, sizeof(*packet));
	span_word(&line, &word);
	if (span_equal(word, "end-of-list")) {
		packet->cmd = htole32(QRTR_TYPE_NEW_SERVER);
		return 0;
	}
	for (size_t i = 0; i < array_length(commands); i++) {
		if (!span_equal(word, commands[i].name))
			continue;
		packet->cmd = htole32(commands[i].number);
		return read_body(commands[i].body, line, packet, err);
	}
	error_usage(err, "a command of QRTR was expected");
	return error_hint(err, "new-lookup SERVICE[:INSTANCE[:VERSION]], new-server SERVICE:INSTANCE:VERSION "
			       "NODE:PORT, ...");
}

static int qrtr_read_line(struct codec_context *context, struct span line, struct message *message,
			  struct error *err)
{
	struct qrtr_ctrl_pkt packet;

	if (!is_control(context, NULL))
		return codec_text.read_line(context, line, message, err);
	if (stamp_read(context, &line, &message->time, err) < 0)
		return -1;
	span_trim(&line);
	if (line.length == 0)
		return 0;
	if (read_packet(line, &packet, err) < 0)
		return -1;
	buf_clear(&context->scratch);
	buf_add(&context->scratch, &packet, sizeof(packet));
	return reader_message(context, message);
}

const struct codec codec_qrtr = {
	.name = "qrtr",
	.summary = "QRTR: control packets as lines, all else as text",
	.text = true,
	.encode = qrtr_encode,
	.describe = qrtr_describe,
	.read_line = qrtr_read_line,
};
