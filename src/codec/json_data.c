/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a message in an object: as hex and text, and in the words of their family. */
#include "codec/json_data.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/memory.h"
#include "codec/bcm.h"
#include "codec/busframe.h"
#include "core/target.h"

#include <linux/can.h>
#include <string.h>
#include <sys/socket.h>

struct json_state *json_state_of(struct codec_context *context)
{
	if (context->state == NULL)
		context->state = memory_new(sizeof(struct json_state));
	return context->state;
}

static bool is_can(const struct codec_context *context)
{
	const struct target *target = context->target;

	return target != NULL && target->family->domain == AF_CAN && target->type != NULL &&
	       target->type->type == SOCK_RAW;
}

static bool is_bcm(const struct codec_context *context)
{
	const struct target *target = context->target;

	return target != NULL && target->family->domain == AF_CAN && target->protocol == CAN_BCM;
}

/* The family's own format, where it can say more than bytes and text. */
static const struct codec *own_codec(const struct codec_context *context)
{
	const struct target *target = context->target;
	const char *name = NULL;

	if (target != NULL)
		name = target->format != NULL ? target->format : target->text_format;
	return name != NULL ? codec_find(name) : NULL;
}

/* What the family's own format keeps is kept apart from what this one does. */
static struct codec_context *own_context(struct codec_context *context, const struct codec *own)
{
	struct json_state *state = json_state_of(context);

	state->own_codec = own;
	state->own.target = context->target;
	return &state->own;
}

void json_data_print(struct codec_context *context, const struct message *message,
		     struct json *json)
{
	const struct codec *own = own_codec(context);
	struct busframe frame;

	json_unsigned(json, "len", message->length);
	json_hex(json, "data", message->data, message->length);
	if (is_can(context) && busframe_unpack(message->data, message->length, &frame) == 0)
		busframe_describe(&frame, json, "can");
	else if (is_bcm(context))
		bcm_describe(message->data, message->length, json, "bcm");
	else if (message->length > 0 && bytes_are_text(message->data, message->length))
		json_string_length(json, "text", message->data, message->length);
	if (own != NULL && own->describe != NULL)
		own->describe(own_context(context, own), message, json, own->name);
}

/* {"can":{"frame":"123#DEADBEEF"}}, or "can" with just the frame. */
static int read_can(struct codec_context *context, const struct json_value *can, struct error *err)
{
	const struct json_reader *reader = json_state_of(context)->reader;
	uint8_t room[BUSFRAME_DATA_MAXIMUM];
	struct busframe frame;
	struct span text;

	if (json_value_kind(can) == JSON_KIND_OBJECT)
		can = json_value_member(reader, can, "frame");
	if (json_value_kind(can) != JSON_KIND_STRING)
		return error_usage(err, "can: a frame such as \"123#DEADBEEF\" was expected");
	text.text = json_value_text(reader, can, &text.length);
	if (busframe_read(text, &frame, room, err) < 0)
		return error_context(err, "can");
	busframe_pack(&frame, &context->scratch);
	return 0;
}

/* {"bcm":"cycle 123#11 every 1s"}, or an object with that as its text, or with words by key. */
static int read_bcm(struct codec_context *context, const struct json_value *bcm, struct error *err)
{
	const struct json_reader *reader = json_state_of(context)->reader;
	cleanup_buf struct buf line = { 0 };
	struct span text;

	if (json_value_kind(bcm) == JSON_KIND_OBJECT &&
	    json_value_member(reader, bcm, "text") != NULL)
		bcm = json_value_member(reader, bcm, "text");
	if (json_value_kind(bcm) == JSON_KIND_OBJECT)
		bcm_compose(reader, bcm, &line);
	else if (json_value_kind(bcm) == JSON_KIND_STRING) {
		text.text = json_value_text(reader, bcm, &text.length);
		buf_add(&line, text.text, text.length);
	}
	text = (struct span){ buf_text(&line), line.length };
	if (bcm_read(text, &context->scratch, err) < 0)
		return error_context(err, "bcm");
	return 0;
}

/* A line of the family's own format. */
static int read_own(struct codec_context *context, const struct codec *codec, const char *text,
		    size_t length, struct error *err)
{
	struct codec_context *inner = own_context(context, codec);
	struct message message = { 0 };
	bool found = false;

	/* It counts its lines; this is the one that was counted. */
	inner->line = context->line - 1;
	if (codec_decode(codec, inner, text, length, true, &message, &found, err) < 0) {
		return error_context(err, "%s", codec->name);
	}
	if (!found)
		return error_usage(err, "%s: a message was expected", codec->name);
	buf_add(&context->scratch, message.data, message.length);
	return 0;
}

/* {"tipc":"subscribe 1000:0:99"}, or an object for those that make a line of it. */
static int read_own_member(struct codec_context *context, const struct codec *codec,
			   const struct json_value *value, struct error *err)
{
	const struct json_reader *reader = json_state_of(context)->reader;
	cleanup_buf struct buf line = { 0 };
	size_t length = 0;
	const char *text = json_value_text(reader, value, &length);

	if (text != NULL)
		return read_own(context, codec, text, length, err);
	codec->compose(reader, value, &line);
	return read_own(context, codec, buf_text(&line), line.length, err);
}

static bool is_own(const struct codec *own, const struct json_value *value)
{
	enum json_kind kind = json_value_kind(value);

	return own != NULL &&
	       (kind == JSON_KIND_STRING || (kind == JSON_KIND_OBJECT && own->compose != NULL));
}

static int read_hex_member(struct codec_context *context, const struct json_value *value,
			   struct error *err)
{
	size_t length;
	const char *text;

	if (json_value_kind(value) != JSON_KIND_STRING)
		return error_usage(err, "data: a string of hex digits was expected");
	text = json_value_text(json_state_of(context)->reader, value, &length);
	if (bytes_read_hex(text, length, &context->scratch, err) == 0)
		return 0;
	if (err != NULL)
		memset(&err->place, 0, sizeof(err->place));
	return error_context(err, "data");
}

static int read_text_member(struct codec_context *context, const struct json_value *value,
			    struct error *err)
{
	size_t length;
	const char *text;

	if (json_value_kind(value) != JSON_KIND_STRING)
		return error_usage(err, "\"data\" with hex digits, or \"text\", was expected");
	text = json_value_text(json_state_of(context)->reader, value, &length);
	buf_add(&context->scratch, text, length);
	return 0;
}

int json_data_read(struct codec_context *context, const struct json_value *object, struct error *err)
{
	static const struct {
		const char *name;
		int (*read)(struct codec_context *context, const struct json_value *value, struct error *err);
	} members[] = { { "data", read_hex_member }, { "can", read_can }, { "bcm", read_bcm } };
	const struct json_reader *reader = json_state_of(context)->reader;
	const struct codec *own = own_codec(context);
	const struct json_value *value;

	buf_clear(&context->scratch);
	for (size_t i = 0; i < array_length(members); i++) {
		value = json_value_member(reader, object, members[i].name);
		if (value != NULL)
			return members[i].read(context, value, err);
	}
	value = own != NULL ? json_value_member(reader, object, own->name) : NULL;
	if (is_own(own, value))
		return read_own_member(context, own, value, err);
	return read_text_member(context, json_value_member(reader, object, "text"), err);
}
