/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json: a message a line, as an object with its time, peer, bytes, flags and control data. */
#include "base/json.h"

#include "base/json_tree.h"
#include "base/memory.h"
#include "codec/json_data.h"
#include "codec/reader.h"
#include "codec/stamp.h"
#include "core/control.h"
#include "core/target.h"

#include <stdio.h>
#include <string.h>

#define CONTROL_FIELDS_MAXIMUM 16

static void json_release(struct codec_context *context)
{
	struct json_state *state = context->state;

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
	struct json_state *state = json_state_of(context);
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
	json_data_print(context, message, &json);
	if (message->flags != 0)
		print_flags(message->flags, &json);
	if (message->control_length > 0)
		control_print(message->control, message->control_length,
			      domain_of(context, message), &json, "control");
	json_close_object(&json);
	buf_add_char(out, '\n');
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
	const struct json_reader *reader = json_state_of(context)->reader;
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
	struct json_state *state = json_state_of(context);
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
	const struct json_reader *reader = json_state_of(context)->reader;
	const char *to = json_value_text(reader, json_value_member(reader, object, "to"), NULL);

	if (to == NULL || context->target == NULL || context->target->role != ROLE_BIND)
		return 0;
	return target_read_address(to, &message->peer, err) < 0 ? error_context(err, "to") : 0;
}

static int read_object(struct codec_context *context, struct span line, struct message *message,
		       struct error *err)
{
	struct json_state *state = json_state_of(context);
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
	if (json_data_read(context, object, err) < 0 ||
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
