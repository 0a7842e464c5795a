/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A CAN frame as a JSON object. */
#include "codec/busframe.h"

#include <linux/can.h>

static const char *const kinds[] = {
	[BUSFRAME_CLASSIC] = "classic",
	[BUSFRAME_FD] = "fd",
	[BUSFRAME_XL] = "xl",
};

static void describe_xl(const struct busframe *frame, struct json *json)
{
	json_unsigned(json, "prio", frame->id);
	json_unsigned(json, "vcid", frame->vcid);
	json_unsigned(json, "flags", frame->flags);
	json_unsigned(json, "sdt", frame->sdt);
	json_unsigned(json, "af", frame->af);
}

static void describe_error(const struct busframe *frame, struct json *json)
{
	cleanup_buf struct buf words = { 0 };

	busframe_print_error(frame, &words);
	json_string(json, "error", buf_text(&words));
}

static void describe_id(const struct busframe *frame, struct json *json)
{
	bool is_extended = (frame->id & CAN_EFF_FLAG) != 0;

	if (frame->id & CAN_ERR_FLAG) {
		describe_error(frame, json);
		return;
	}
	json_unsigned(json, "id", frame->id & (is_extended ? CAN_EFF_MASK : CAN_SFF_MASK));
	if (is_extended)
		json_boolean(json, "extended", true);
	if (busframe_is_remote(frame))
		json_boolean(json, "remote", true);
	if (frame->kind == BUSFRAME_FD) {
		json_boolean(json, "brs", (frame->flags & CANFD_BRS) != 0);
		json_boolean(json, "esi", (frame->flags & CANFD_ESI) != 0);
	}
	if (frame->raw_dlc != 0)
		json_unsigned(json, "raw_dlc", frame->raw_dlc);
}

void busframe_describe(const struct busframe *frame, struct json *json, const char *key)
{
	cleanup_buf struct buf text = { 0 };

	busframe_print(frame, &text);
	json_open_object(json, key);
	json_string(json, "frame", buf_text(&text));
	json_string(json, "kind", kinds[frame->kind]);
	if (frame->kind == BUSFRAME_XL)
		describe_xl(frame, json);
	else
		describe_id(frame, json);
	json_unsigned(json, "len", frame->length);
	if (!busframe_is_remote(frame))
		json_hex(json, "data", frame->data, frame->length);
	json_close_object(json);
}
