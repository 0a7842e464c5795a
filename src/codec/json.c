/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json: a message a line, as an object with its time, peer, bytes, flags and control data. */
#include "base/json.h"

#include "base/bytes.h"
#include "base/json_tree.h"
#include "base/memory.h"
#include "codec/bcm.h"
#include "codec/busframe.h"
#include "codec/interface.h"
#include "codec/reader.h"
#include "codec/stamp.h"
#include "core/control.h"
#include "core/target.h"

#include <linux/can.h>
#include <stdio.h>
#include <string.h>

#define CONTROL_FIELDS_MAXIMUM 16

struct state {
	struct json_reader *reader; /* NULL until something is read */
	struct interfaces interfaces;
	struct buf text; /* what is printed into the object */
	const struct codec *own_codec; /* of the family; NULL until it is needed */
	struct codec_context own;
};

static struct state *state_of(struct codec_context *context)
{
	if (context->state == NULL)
		context->state = memory_new(sizeof(struct state));
	return context->state;
}

static void json_release(struct codec_context *context)
{
	struct state *state = context->state;

	if (state == NULL)
		return;
	json_reader_free(state->reader);
	if (state->own_codec != NULL)
		codec_context_release(state->own_codec, &state->own);
	buf_release(&state->text);
	free(state);
}

static int domain_of(const struct codec_context *context, const struct message *message)
{
	if (message != NULL && message->peer.length >= sizeof(sa_family_t))
		return message->peer.any.sa_family;
	return context->target != NULL ? context->target->family->domain : 0;
}

static void print_origin(struct codec_context *context, const struct message *message,
			 struct json *json)
{
	struct state *state = state_of(context);
	bool is_out = message->direction == MESSAGE_OUT;
	const char *interface;

	buf_clear(&state->text);
	if (message->time.tv_sec != 0) {
		stamp_print_rfc3339(&message->time, &state->text);
		json_string(json, "time", buf_text(&state->text));
	}
	if (is_out)
		json_string(json, "direction", "out");
	buf_clear(&state->text);
	if (message->peer.length > 0 && context->target != NULL) {
		target_print_address(context->target, &message->peer, &state->text);
		json_string(json, is_out ? "to" : "from", buf_text(&state->text));
	}
	interface = interfaces_of(&state->interfaces, context, message);
	if (interface[0] != '\0')
		json_string(json, "interface", interface);
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
	struct state *state = state_of(context);

	state->own_codec = own;
	state->own.target = context->target;
	return &state->own;
}

static void print_bytes(struct codec_context *context, const struct message *message,
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

static void print_flags(int flags, struct json *json)
{
	json_open_array(json, "flags");
	for (const struct name *row = message_flags; row->name != NULL; row++)
		if ((unsigned int)flags & (unsigned int)row->value) {
			json_string(json, NULL, row->name);
			flags = (int)((unsigned int)flags & ~(unsigned int)row->value);
		}
	if (flags != 0)
		json_integer(json, NULL, flags);
	json_close_array(json);
}

static int json_encode(struct codec_context *context, const struct message *message,
		       struct buf *out, struct error *err)
{
	struct json json = { .out = out };

	(void)err;
	json_open_object(&json, NULL);
	json_integer(&json, "v", 1);
	json_string(&json, "type", "message");
	print_origin(context, message, &json);
	print_bytes(context, message, &json);
	if (message->flags != 0)
		print_flags(message->flags, &json);
	if (message->control_length > 0)
		control_print(message->control, message->control_length,
			      domain_of(context, message), &json, "control");
	json_close_object(&json);
	buf_add_char(out, '\n');
	return 0;
}

/* {"can":{"frame":"123#DEADBEEF"}}, or "can" with just the frame. */
static int read_can(struct codec_context *context, const struct json_value *can, struct error *err)
{
	const struct json_reader *reader = state_of(context)->reader;
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
	const struct json_reader *reader = state_of(context)->reader;
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
	const struct json_reader *reader = state_of(context)->reader;
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

static int read_data(struct codec_context *context, const struct json_value *object,
		     struct error *err)
{
	const struct json_reader *reader = state_of(context)->reader;
	const struct json_value *data = json_value_member(reader, object, "data");
	const struct codec *own = own_codec(context);
	const char *text;
	size_t length;

	buf_clear(&context->scratch);
	if (json_value_kind(data) == JSON_KIND_STRING) {
		text = json_value_text(reader, data, &length);
		if (bytes_read_hex(text, length, &context->scratch, err) == 0)
			return 0;
		if (err != NULL)
			memset(&err->place, 0, sizeof(err->place));
		return error_context(err, "data");
	}
	if (data != NULL)
		return error_usage(err, "data: a string of hex digits was expected");
	data = json_value_member(reader, object, "can");
	if (data != NULL)
		return read_can(context, data, err);
	data = json_value_member(reader, object, "bcm");
	if (data != NULL)
		return read_bcm(context, data, err);
	data = own != NULL ? json_value_member(reader, object, own->name) : NULL;
	if (is_own(own, data))
		return read_own_member(context, own, data, err);
	data = json_value_member(reader, object, "text");
	if (json_value_kind(data) != JSON_KIND_STRING)
		return error_usage(err, "\"data\" with hex digits, or \"text\", was expected");
	text = json_value_text(reader, data, &length);
	buf_add(&context->scratch, text, length);
	return 0;
}

static int read_time(const struct json_reader *reader, const struct json_value *object,
		     struct message *message, struct error *err)
{
	const struct json_value *value = json_value_member(reader, object, "time");
	struct span text;
	double seconds;

	switch (json_value_kind(value)) {
	case JSON_NONE:
	case JSON_KIND_NULL:
		return 0;
	case JSON_KIND_STRING:
		text.text = json_value_text(reader, value, &text.length);
		if (stamp_read_rfc3339(text, &message->time) ||
		    stamp_read_seconds(text, &message->time))
			return 0;
		break;
	case JSON_KIND_INTEGER:
	case JSON_KIND_REAL:
		seconds = json_value_real(reader, value);
		if (!(seconds >= 0 && seconds < 1e12))
			break;
		message->time.tv_sec = (time_t)seconds;
		message->time.tv_nsec = (long)((seconds - (double)message->time.tv_sec) * 1e9);
		return 0;
	default:
		break;
	}
	return error_usage(err, "time: seconds since 1970 or a date as RFC 3339 has it "
				"was expected");
}

static int read_flags(const struct json_reader *reader, const struct json_value *object,
		      struct message *message, struct error *err)
{
	const struct json_value *flags = json_value_member(reader, object, "flags");

	if (flags != NULL && json_value_kind(flags) != JSON_KIND_ARRAY)
		return error_usage(err, "flags: a list was expected");
	for (size_t i = 0; i < json_value_count(reader, flags); i++) {
		const struct json_value *flag = json_value_item(reader, flags, i);
		const char *text = json_value_text(reader, flag, NULL);
		const struct name *row = text != NULL ? name_find(message_flags, text) : NULL;
		unsigned int bit = (unsigned int)json_value_integer(reader, flag);

		if (text == NULL && json_value_kind(flag) != JSON_KIND_INTEGER)
			return error_usage(err, "flags: names or numbers were expected");
		if (text != NULL && row == NULL)
			return error_usage(err, "no flag is called \"%s\"", text);
		if (row != NULL)
			bit = (unsigned int)row->value;
		message->flags = (int)((unsigned int)message->flags | bit);
	}
	return 0;
}

/* The members of one control message as they are read. */
struct control_reading {
	const struct json_reader *reader;
	const char *level, *type;
	char level_number[24], type_number[24];
	struct control_value values[CONTROL_FIELDS_MAXIMUM];
	size_t count;
};

static const char *name_or_number(const struct json_reader *reader, const struct json_value *value,
				  char *room, size_t size)
{
	if (json_value_kind(value) != JSON_KIND_INTEGER)
		return json_value_text(reader, value, NULL);
	snprintf(room, size, "%lld", (long long)json_value_integer(reader, value));
	return room;
}

static int read_control_member(void *context, const char *key, const struct json_value *value)
{
	struct control_reading *reading = context;
	struct control_value *added = &reading->values[reading->count];

	if (strcmp(key, "level") == 0) {
		reading->level = name_or_number(reading->reader, value, reading->level_number,
						sizeof(reading->level_number));
	} else if (strcmp(key, "type") == 0) {
		reading->type = name_or_number(reading->reader, value, reading->type_number,
					       sizeof(reading->type_number));
	} else if (reading->count < CONTROL_FIELDS_MAXIMUM) {
		added->name = key;
		added->text = json_value_text(reading->reader, value, &added->length);
		added->number = json_value_integer(reading->reader, value);
		reading->count++;
	}
	return 0;
}

static int read_control(struct codec_context *context, const struct json_value *object,
			struct message *message, struct error *err)
{
	const struct json_reader *reader = state_of(context)->reader;
	const struct json_value *list = json_value_member(reader, object, "control");
	struct buf *out = &context->scratch_control;

	buf_clear(out);
	if (list != NULL && json_value_kind(list) != JSON_KIND_ARRAY)
		return error_usage(err, "control: a list was expected");
	for (size_t i = 0; i < json_value_count(reader, list); i++) {
		struct control_reading reading = { .reader = reader };

		json_value_each(reader, json_value_item(reader, list, i), read_control_member,
				&reading);
		if (reading.level == NULL || reading.type == NULL)
			return error_usage(err, "control: \"level\" and \"type\" were expected");
		/* What came with a message that was received is nothing to send. */
		if (message->time.tv_sec != 0 &&
		    !control_can_send(domain_of(context, NULL), reading.level, reading.type))
			continue;
		if (control_add(out, domain_of(context, NULL), reading.level, reading.type,
				reading.values, reading.count, err) < 0)
			return error_context(err, "control");
	}
	message->control = buf_text(out);
	message->control_length = out->length;
	return 0;
}

static int read_origin(struct codec_context *context, const struct json_value *object,
		       struct message *message, struct error *err)
{
	struct state *state = state_of(context);
	const struct json_value *direction = json_value_member(state->reader, object, "direction");
	const struct json_value *interface = json_value_member(state->reader, object, "interface");
	const char *word = json_value_text(state->reader, direction, NULL);
	struct span name;

	if (word != NULL && strcmp(word, "out") == 0)
		message->direction = MESSAGE_OUT;
	name.text = json_value_text(state->reader, interface, &name.length);
	if (name.text != NULL && !interfaces_note(&state->interfaces, name, context, message))
		return error_usage(err, "interface: the name is too long");
	return 0;
}

/* Only a socket without a peer sends elsewhere; what others print there is what came to pass. */
static int read_to(struct codec_context *context, const struct json_value *object,
		   struct message *message, struct error *err)
{
	const struct json_reader *reader = state_of(context)->reader;
	const char *to = json_value_text(reader, json_value_member(reader, object, "to"), NULL);

	if (to == NULL || context->target == NULL || context->target->role != ROLE_BIND)
		return 0;
	return target_read_address(to, &message->peer, err) < 0 ? error_context(err, "to") : 0;
}

static int read_object(struct codec_context *context, struct span line, struct message *message,
		       struct error *err)
{
	struct state *state = state_of(context);
	const struct json_value *object;

	if (state->reader == NULL)
		state->reader = json_reader_new(err);
	if (state->reader == NULL)
		return -1;
	object = json_reader_read(state->reader, line.text, line.length, err);
	if (object == NULL)
		return -1;
	if (json_value_kind(object) != JSON_KIND_OBJECT)
		return error_set(err, ERROR_FAILED, "an object {...} was expected");
	if (read_data(context, object, err) < 0 ||
	    read_time(state->reader, object, message, err) < 0 ||
	    read_flags(state->reader, object, message, err) < 0 ||
	    read_origin(context, object, message, err) < 0 ||
	    read_to(context, object, message, err) < 0 ||
	    read_control(context, object, message, err) < 0)
		return -1;
	return reader_message(context, message);
}

static int json_read_line(struct codec_context *context, struct span line, struct message *message,
			  struct error *err)
{
	span_trim(&line);
	return line.length == 0 ? 0 : read_object(context, line, message, err);
}

const struct codec codec_json = {
	.name = "json",
	.aliases = "jsonl",
	.summary = "a message a line: an object with time, from, data as hex, text, flags, control",
	.framing = true,
	.text = true,
	.streams = true,
	.encode = json_encode,
	.read_line = json_read_line,
	.release = json_release,
};
