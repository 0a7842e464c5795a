/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message of the CAN broadcast manager as a JSON object; linux/can/bcm.h. */
#include "base/memory.h"
#include "codec/bcm.h"
#include "codec/bcm_words.h"

#include <linux/can.h>

static void describe_time(const char *key, const struct bcm_timeval *time, struct json *json)
{
	cleanup_buf struct buf text = { 0 };

	if (time->tv_sec == 0 && time->tv_usec == 0)
		return;
	bcm_print_time(time, &text);
	json_string(json, key, buf_text(&text));
}

static void describe_flags(uint32_t flags, struct json *json)
{
	json_open_array(json, "flags");
	for (const struct name *row = bcm_flags; row->name != NULL; row++)
		if (row->help != NULL && (flags & (uint32_t)row->value))
			json_string(json, NULL, row->name);
	json_close_array(json);
}

static void describe_frames(const struct bcm *bcm, struct json *json)
{
	cleanup_buf struct buf text = { 0 };
	struct busframe frame;

	json_open_array(json, "frames");
	for (size_t i = 0; i < bcm->head.nframes; i++) {
		bcm_frame(bcm, i, &frame);
		buf_clear(&text);
		busframe_print(&frame, &text);
		json_string(json, NULL, buf_text(&text));
	}
	json_close_array(json);
}

void bcm_describe(const void *bytes, size_t length, struct json *json, const char *key)
{
	cleanup_buf struct buf text = { 0 };
	struct bcm bcm;
	bool receives;

	if (bcm_unpack(bytes, length, &bcm) < 0)
		return;
	receives = bcm_is_receiving(bcm.head.opcode);
	bcm_print(bytes, length, &text, NULL);
	json_open_object(json, key);
	json_string(json, "text", buf_text(&text));
	json_string(json, "op", name_of(bcm_verbs, bcm.head.opcode));
	buf_clear(&text);
	buf_print(&text, bcm.head.can_id & CAN_EFF_FLAG ? "%08X" : "%03X",
		  bcm.head.can_id & (bcm.head.can_id & CAN_EFF_FLAG ? CAN_EFF_MASK : CAN_SFF_MASK));
	json_string(json, "id", buf_text(&text));
	if (bcm.head.count > 0)
		json_unsigned(json, "count", bcm.head.count);
	describe_time(receives ? "timeout" : "at", &bcm.head.ival1, json);
	describe_time(receives ? "throttle" : "every", &bcm.head.ival2, json);
	describe_flags(bcm.head.flags, json);
	describe_frames(&bcm, json);
	json_close_object(json);
}

static void add_text(const struct json_reader *reader, const struct json_value *value,
		     struct buf *line)
{
	size_t length;
	const char *text;

	if (json_value_kind(value) == JSON_KIND_INTEGER) {
		buf_print(line, " %lld", (long long)json_value_integer(reader, value));
		return;
	}
	if (json_value_kind(value) != JSON_KIND_STRING)
		return;
	text = json_value_text(reader, value, &length);
	buf_add_char(line, ' ');
	buf_add(line, text, length);
}

static void add_list(const struct json_reader *reader, const struct json_value *list,
		     struct buf *line)
{
	for (size_t i = 0; i < json_value_count(reader, list); i++)
		add_text(reader, json_value_item(reader, list, i), line);
}

void bcm_compose(const struct json_reader *reader, const struct json_value *object,
		 struct buf *line)
{
	static const char *const valued[] = { "count", "at", "every", "timeout", "throttle" };
	const struct json_value *value;

	add_text(reader, json_value_member(reader, object, "op"), line);
	add_text(reader, json_value_member(reader, object, "id"), line);
	add_list(reader, json_value_member(reader, object, "frames"), line);
	for (size_t i = 0; i < array_length(valued); i++) {
		value = json_value_member(reader, object, valued[i]);
		if (value == NULL)
			continue;
		buf_print(line, " %s", valued[i]);
		add_text(reader, value, line);
	}
	add_list(reader, json_value_member(reader, object, "flags"), line);
}
