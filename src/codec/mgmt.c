/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mgmt: controllers and devices, as the kernel's Bluetooth management tells of them, as lines; doc/mgmt-api.txt of BlueZ. */
#include "base/bytes.h"
#include "codec/reader.h"
#include "codec/stamp.h"
#include "core/target.h"

#include <string.h>

enum { CONTROLLER = 0x0001, DEVICE = 0x0012, READ_INFORMATION = 0x0004, STATUS_BLOCKED = 0x12 };
enum { DATA_NAME_SHORT = 0x08, DATA_NAME = 0x09, DATA_CLASS = 0x0d };

#define HEADER 6 /* event, controller, length; 16 bits each, little-endian */
#define SETTING_POWERED 1U
#define NO_RSSI 127

/* The major class of a device; Assigned Numbers, 2.8. */
static const struct name classes[] = {
	{ "computer", 1, NULL }, { "phone", 2, NULL },	  { "network", 3, NULL },
	{ "audio", 4, NULL },	 { "input", 5, NULL },	  { "imaging", 6, NULL },
	{ "wearable", 7, NULL }, { "toy", 8, NULL },	  { "health", 9, NULL },
	{ NULL, 0, NULL },
};

/* What a message tells; bytes are borrowed from it. */
struct told {
	bool is_controller;
	unsigned int index;
	const uint8_t *bdaddr;
	const char *state; /* of a controller */
	int rssi;
	const uint8_t *class, *name; /* NULL where it has none */
	size_t name_length;
};

static unsigned int get_16(const uint8_t *at)
{
	return (unsigned int)at[0] | (unsigned int)at[1] << 8;
}

static bool read_controller(const uint8_t *body, size_t length, struct told *told)
{
	if (length < 3 + 17 || get_16(body) != READ_INFORMATION)
		return false;
	told->is_controller = true;
	told->bdaddr = body + 3;
	told->state = body[3 + 13] & SETTING_POWERED ? "up" : body[2] == STATUS_BLOCKED ? "blocked" : "down";
	return true;
}

static void read_data(const uint8_t *data, size_t length, struct told *told)
{
	for (size_t at = 0; at + 1 < length && data[at] > 0; at += 1U + data[at]) {
		uint8_t type = data[at + 1];

		if (at + 1 + data[at] > length)
			return;
		if (type == DATA_CLASS && data[at] == 4)
			told->class = data + at + 2;
		if (type == DATA_NAME || (type == DATA_NAME_SHORT && told->name == NULL)) {
			told->name = data + at + 2;
			told->name_length = data[at] - 1U;
		}
	}
}

static bool read_device(const uint8_t *body, size_t length, struct told *told)
{
	if (length < 14 || length < 14 + get_16(body + 12))
		return false;
	told->bdaddr = body;
	/* a byte in two's complement */
	told->rssi = body[7] < 128 ? body[7] : body[7] - 256;
	read_data(body + 14, get_16(body + 12), told);
	return true;
}

static bool read_told(const struct message *message, struct told *told)
{
	const uint8_t *at = (const uint8_t *)message->data;

	*told = (struct told){ 0 };
	if (message->length < HEADER || message->length < HEADER + get_16(at + 4))
		return false;
	told->index = get_16(at + 2);
	if (get_16(at) == CONTROLLER)
		return read_controller(at + HEADER, get_16(at + 4), told);
	return get_16(at) == DEVICE && read_device(at + HEADER, get_16(at + 4), told);
}

static void print_bdaddr(const struct told *told, struct buf *out)
{
	for (int i = 5; i >= 0; i--)
		buf_print(out, "%02x%s", told->bdaddr[i], i > 0 ? ":" : "");
}

static const char *class_of(const struct told *told)
{
	return told->class != NULL ? name_of(classes, told->class[1] & 0x1f) : NULL;
}

static void print_device(const struct told *told, struct buf *out)
{
	const char *class = class_of(told);

	buf_add_string(out, "device  ");
	print_bdaddr(told, out);
	if (told->rssi != NO_RSSI)
		buf_print(out, "  %d dBm", told->rssi);
	if (class != NULL)
		buf_print(out, "  %s", class);
	if (told->name_length == 0)
		return;
	buf_add_string(out, "  \"");
	bytes_print_safe(out, told->name, told->name_length);
	buf_add_char(out, '"');
}

static int mgmt_encode(struct codec_context *context, const struct message *message, struct buf *out,
		       struct error *err)
{
	struct told told;

	(void)err;
	stamp_print(context, &message->time, out);
	if (!read_told(message, &told)) {
		buf_add_string(out, "? ");
		bytes_print_hex(out, message->data, message->length);
	} else if (told.is_controller) {
		buf_print(out, "hci%-4u ", told.index);
		print_bdaddr(&told, out);
		buf_print(out, "  %s", told.state);
	} else {
		print_device(&told, out);
	}
	buf_add_char(out, '\n');
	return 0;
}

static void describe_device(const struct told *told, struct json *json)
{
	const char *class = class_of(told);

	if (told->rssi != NO_RSSI)
		json_integer(json, "rssi", told->rssi);
	if (class != NULL)
		json_string(json, "class", class);
	if (told->name_length > 0)
		json_string_length(json, "name", told->name, told->name_length);
}

static void mgmt_describe(struct codec_context *context, const struct message *message,
			  struct json *json, const char *key)
{
	cleanup_buf struct buf bdaddr = { 0 };
	struct told told;

	if (context->target == NULL || context->target->format == NULL ||
	    strcmp(context->target->format, "mgmt") != 0 || !read_told(message, &told))
		return;
	print_bdaddr(&told, &bdaddr);
	json_open_object(json, key);
	if (told.is_controller)
		json_unsigned(json, "controller", told.index);
	json_string(json, "bdaddr", buf_text(&bdaddr));
	if (told.is_controller)
		json_string(json, "state", told.state);
	else
		describe_device(&told, json);
	json_close_object(json);
}

/* Nothing is sent in this format: what it leaves out cannot be made up. */
static int mgmt_read_line(struct codec_context *context, struct span line, struct message *message,
			  struct error *err)
{
	(void)context;
	(void)line;
	(void)message;
	return error_set(err, ERROR_FAILED, "mgmt is only written; to send: --format hex");
}

const struct codec codec_mgmt = {
	.name = "mgmt",
	.summary = "Bluetooth controllers and devices as lines; it is not read",
	.text = true,
	.encode = mgmt_encode,
	.describe = mgmt_describe,
	.read_line = mgmt_read_line,
};
