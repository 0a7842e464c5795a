/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hci: packets of Bluetooth controllers as lines: direction, controller, kind, hex; net/bluetooth/hci_mon.h of the kernel. */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/uapi.h"
#include "codec/reader.h"
#include "codec/stamp.h"
#include "core/target.h"

#include <stdlib.h>
#include <string.h>

enum { FIELD_DEVICE, FIELD_CHANNEL };
enum { PACKET_COMMAND = 1, PACKET_EVENT = 4, PACKET_VENDOR = 0xff };

#define HEADER 6 /* of all channels but raw and user: kind, controller, length; 16 bits each, little-endian */
#define UNKNOWN_PACKET "packet" /* its type is the first of the bytes that follow */
#define LOGGED_PRIORITY 6 /* LOG_INFO */

static const struct name packet_types[] = {
	{ "command", PACKET_COMMAND, NULL }, { "acl", 2, NULL }, { "sco", 3, NULL },
	{ "event", PACKET_EVENT, NULL },     { "iso", 5, NULL }, { "vendor", PACKET_VENDOR, NULL },
	{ NULL, 0, NULL },
};

/* What the monitor tells of, and by which sign it is told. */
static const struct kind {
	const char *name;
	uint16_t number;
	char mark;
} kinds[] = {
	{ "new-index", 0, '=' },     { "del-index", 1, '=' },	  { "command", 2, '<' },
	{ "event", 3, '>' },	     { "acl", 4, '<' },		  { "acl", 5, '>' },
	{ "sco", 6, '<' },	     { "sco", 7, '>' },		  { "open", 8, '=' },
	{ "close", 9, '=' },	     { "index-info", 10, '=' },	  { "vendor", 11, '>' },
	{ "system-note", 12, '=' },  { "user-logging", 13, '=' }, { "ctrl-open", 14, '@' },
	{ "ctrl-close", 15, '@' },   { "ctrl-command", 16, '@' }, { "ctrl-event", 17, '@' },
	{ "iso", 18, '<' },	     { "iso", 19, '>' },
};

static uint64_t channel_of(const struct codec_context *context)
{
	const struct target *target = context->target;

	if (target == NULL || target->protocol != BTPROTO_HCI || target->type == NULL)
		return HCI_CHANNEL_RAW;
	return target->fields[FIELD_CHANNEL].number;
}

static bool is_packet_channel(uint64_t channel)
{
	return channel == HCI_CHANNEL_RAW || channel == HCI_CHANNEL_USER;
}

static uint16_t device_of(const struct codec_context *context)
{
	const struct target *target = context->target;

	if (target == NULL || target->protocol != BTPROTO_HCI || target->type == NULL)
		return 0;
	return (uint16_t)target->fields[FIELD_DEVICE].number;
}

static uint16_t get_16(const char *at)
{
	const uint8_t *octets = (const uint8_t *)at;

	return (uint16_t)(octets[0] | octets[1] << 8);
}

static void add_16(struct buf *out, uint64_t value)
{
	buf_add_char(out, (char)(value & 0xff));
	buf_add_char(out, (char)(value >> 8 & 0xff));
}

static void print_start(char mark, uint16_t device, const char *name, unsigned int number, struct buf *out)
{
	buf_print(out, "%c ", mark);
	if (device == HCI_DEV_NONE)
		buf_add_string(out, "none ");
	else
		buf_print(out, "hci%u ", device);
	if (name != NULL)
		buf_add_string(out, name);
	else
		buf_print(out, "0x%02x", number);
}

static void print_bytes(const char *bytes, size_t length, struct buf *out)
{
	if (length > 0)
		buf_add_char(out, ' ');
	bytes_print_hex(out, bytes, length);
}

/* What a message is: its sign, controller and kind, and where its body begins. */
struct reading {
	char mark;
	uint16_t device;
	const char *name;
	unsigned int number;
	size_t body;
};

static void read_packet(const struct codec_context *context, const struct message *message,
			struct reading *reading)
{
	unsigned int type = (uint8_t)message->data[0];

	reading->device = device_of(context);
	reading->number = type;
	reading->name = name_of(packet_types, type);
	reading->body = reading->name != NULL;
	if (reading->name == NULL)
		reading->name = UNKNOWN_PACKET;
	reading->mark = message->direction == MESSAGE_OUT || type == PACKET_COMMAND ? '<' : '>';
}

static void read_headed(const struct codec_context *context, const struct message *message,
			struct reading *reading)
{
	reading->number = get_16(message->data);
	reading->device = get_16(message->data + 2);
	reading->mark = message->direction == MESSAGE_OUT ? '<' : '>';
	reading->body = HEADER;
	if (channel_of(context) != HCI_CHANNEL_MONITOR)
		return;
	reading->mark = '?';
	if (reading->number >= array_length(kinds))
		return;
	reading->name = kinds[reading->number].name;
	reading->mark = kinds[reading->number].mark;
}

static bool read_message(const struct codec_context *context, const struct message *message,
			 struct reading *reading)
{
	bool is_packet = is_packet_channel(channel_of(context));

	*reading = (struct reading){ 0 };
	if (message->length < (is_packet ? 1 : HEADER))
		return false;
	if (is_packet)
		read_packet(context, message, reading);
	else
		read_headed(context, message, reading);
	return true;
}

static int hci_encode(struct codec_context *context, const struct message *message, struct buf *out,
		      struct error *err)
{
	struct reading reading;

	(void)err;
	stamp_print(context, &message->time, out);
	if (!read_message(context, message, &reading)) {
		buf_add_string(out, "?");
		print_bytes(message->data, message->length, out);
	} else {
		print_start(reading.mark, reading.device, reading.name, reading.number, out);
		print_bytes(message->data + reading.body, message->length - reading.body, out);
	}
	buf_add_char(out, '\n');
	return 0;
}

/* Where a message holds a command or what an event tells, these are worth a name. */
static void describe_body(const struct reading *reading, const char *body, size_t length, struct json *json)
{
	if (reading->name == NULL || length == 0)
		return;
	if (strcmp(reading->name, "event") == 0)
		json_unsigned(json, "event", (uint8_t)body[0]);
	if (strcmp(reading->name, "command") == 0 && length >= 2) {
		json_unsigned(json, "ogf", get_16(body) >> 10);
		json_unsigned(json, "ocf", get_16(body) & 0x3ff);
	}
}

static void hci_describe(struct codec_context *context, const struct message *message,
			 struct json *json, const char *key)
{
	struct reading reading;

	if (context->target == NULL || context->target->protocol != BTPROTO_HCI ||
	    strcmp(context->target->family->shape.name, "bt-hci") != 0 ||
	    !read_message(context, message, &reading))
		return;
	json_open_object(json, key);
	if (reading.device != HCI_DEV_NONE)
		json_unsigned(json, "device", reading.device);
	json_string(json, "direction", reading.mark == '<' ? "out" : reading.mark == '>' ? "in" : "none");
	json_unsigned(json, "number", reading.number);
	if (reading.name != NULL)
		json_string(json, "kind", reading.name);
	describe_body(&reading, message->data + reading.body, message->length - reading.body, json);
	json_close_object(json);
}

/* A number as C writes it, of at most so much. */
static bool read_number(struct span word, uint64_t maximum, uint64_t *number)
{
	cleanup_free char *text = memory_copy(word.text, word.length);

	return number_unsigned(text, 0, maximum, number, NULL) == 0;
}

static bool starts_as_hex(struct span word)
{
	return word.length > 2 && word.text[0] == '0' && (word.text[1] | 0x20) == 'x';
}

static int read_rest(struct span line, struct buf *out, struct error *err)
{
	span_trim(&line);
	return line.length == 0 ? 0 : bytes_read_hex(line.text, line.length, out, err);
}

/* "0xOGF 0xOCF 01 02": the header and the length are made here. */
static int read_command(struct span line, struct buf *out, struct error *err)
{
	cleanup_buf struct buf body = { 0 };
	struct span word;
	uint64_t ogf, ocf;

	span_word(&line, &word);
	if (!read_number(word, 0x3f, &ogf) || !span_word(&line, &word) ||
	    !read_number(word, 0x3ff, &ocf)) {
		error_usage(err, "OGF and OCF expected: 0x04 0x0001");
		return error_hint(err, "OGF is at most 0x3f, OCF at most 0x3ff; then the parameters in hex");
	}
	if (read_rest(line, &body, err) < 0)
		return -1;
	if (body.length > UINT8_MAX)
		return error_usage(err, "a command has at most 255 bytes of parameters");
	add_16(out, ogf << 10 | ocf);
	buf_add_char(out, (char)body.length);
	buf_add(out, body.data, body.length);
	return 0;
}

/* "command 0x03 0x0003", "event 0e...", "0x03 0x0003", or a whole packet in hex. */
static int read_packet_line(struct span line, struct buf *out, struct error *err)
{
	struct span rest = line, word = { 0 };
	cleanup_free char *name = NULL;
	const struct name *row;

	span_word(&rest, &word);
	name = memory_copy(word.text, word.length);
	row = name_find(packet_types, name);
	if (row != NULL) {
		buf_add_char(out, (char)row->value);
		line = rest;
		span_word(&rest, &word);
	} else if (span_equal(word, UNKNOWN_PACKET)) {
		return read_rest(rest, out, err);
	} else if (starts_as_hex(word)) {
		buf_add_char(out, PACKET_COMMAND);
	}
	if (starts_as_hex(word) && (row == NULL || row->value == PACKET_COMMAND))
		return read_command(line, out, err);
	return read_rest(line, out, err);
}

/* What stands in front: the sign, which says the direction, and the controller. */
static uint16_t read_front(struct span *line, uint16_t device, char *mark)
{
	struct span rest = *line, word;
	uint64_t number;

	*mark = '\0';
	if (span_word(&rest, &word) && word.length == 1 && strchr("<>=@?", word.text[0]) != NULL) {
		*mark = word.text[0];
		*line = rest;
		span_word(&rest, &word);
	}
	if (word.length > 3 && memcmp(word.text, "hci", 3) == 0 &&
	    span_decimal((struct span){ word.text + 3, word.length - 3 }, &number) &&
	    number <= UINT16_MAX) {
		*line = rest;
		return (uint16_t)number;
	}
	if (span_equal(word, "none")) {
		*line = rest;
		return HCI_DEV_NONE;
	}
	return device;
}

static bool find_kind(struct span word, char mark, uint64_t *number)
{
	for (size_t i = 0; i < array_length(kinds); i++)
		if (span_equal(word, kinds[i].name) && (mark == '\0' || mark == kinds[i].mark)) {
			*number = kinds[i].number;
			return true;
		}
	return read_number(word, UINT16_MAX, number);
}

/* "0x0005 01" of the control channel, "> hci0 event ..." of the monitor. */
static int read_headed_line(struct span line, char mark, uint16_t device, struct buf *out, struct error *err)
{
	cleanup_buf struct buf body = { 0 };
	struct span word = { 0 };
	uint64_t number;

	span_word(&line, &word);
	if (!find_kind(word, mark, &number)) {
		error_usage(err, "the number of a command expected");
		return error_hint(err, "hci0 0x0005 01: controller, command of the management, parameters in hex");
	}
	if (read_rest(line, &body, err) < 0)
		return -1;
	if (body.length > UINT16_MAX)
		return error_usage(err, "a packet of these channels has at most 65535 bytes");
	add_16(out, number);
	add_16(out, device);
	add_16(out, body.length);
	buf_add(out, body.data, body.length);
	return 0;
}

/* A line for the logs: priority, the length of our name, our name, the line. */
static int read_logged(struct span line, uint16_t device, struct buf *out, struct error *err)
{
	static const char name[] = "anysock";
	size_t length = 2 + sizeof(name) + line.length + 1;

	if (length > UINT16_MAX)
		return error_usage(err, "a line of %zu bytes is too long for the logs", line.length);
	add_16(out, 0);
	add_16(out, device);
	add_16(out, length);
	buf_add_char(out, LOGGED_PRIORITY);
	buf_add_char(out, sizeof(name));
	buf_add(out, name, sizeof(name));
	buf_add(out, line.text, line.length);
	buf_add_char(out, '\0');
	return 0;
}

static int read_words(const struct codec_context *context, struct span line,
		      struct message *message, struct buf *out, struct error *err)
{
	uint64_t channel = channel_of(context);
	uint16_t device = device_of(context);
	char mark = '\0';

	if (channel == HCI_CHANNEL_LOGGING)
		return read_logged(line, device, out, err);
	device = read_front(&line, device, &mark);
	message->direction = mark == '<' ? MESSAGE_OUT : MESSAGE_IN;
	if (is_packet_channel(channel))
		return read_packet_line(line, out, err);
	return read_headed_line(line, mark, device, out, err);
}

static int hci_read_line(struct codec_context *context, struct span line, struct message *message,
			 struct error *err)
{
	if (stamp_read(context, &line, &message->time, err) < 0)
		return -1;
	span_trim(&line);
	if (line.length == 0 || line.text[0] == '#')
		return 0;
	buf_clear(&context->scratch);
	if (read_words(context, line, message, &context->scratch, err) < 0)
		return -1;
	return reader_message(context, message);
}

const struct codec codec_hci = {
	.name = "hci",
	.summary = "Bluetooth controllers: direction, controller, kind and bytes of a packet as a "
		   "line",
	.text = true,
	.encode = hci_encode,
	.describe = hci_describe,
	.read_line = hci_read_line,
};
