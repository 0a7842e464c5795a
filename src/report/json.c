/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One object a line for each event. */
#include "report/json.h"

#include "base/cleanup.h"
#include "base/code.h"
#include "base/json.h"
#include "core/credentials.h"
#include "core/secret.h"
#include "report/stream.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const types[] = {
	[EVENT_LISTENING] = "listening", [EVENT_OPENING] = "opening", [EVENT_OPENED] = "opened",
	[EVENT_RETRY] = "retry",
	[EVENT_ACCEPTED] = "accepted",	 [EVENT_END] = "end",	      [EVENT_CLOSED] = "closed",
	[EVENT_ERROR] = "error",	 [EVENT_NOTICE] = "notice",   [EVENT_PAUSED] = "paused",
	[EVENT_DROPPED] = "dropped",	 [EVENT_CHECKSUM] = "checksum",
};

void json_time_print(struct json *json)
{
	struct timespec now;
	struct tm utc;
	char text[48];
	size_t length;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	length = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text + length, sizeof(text) - length, ".%09ldZ", now.tv_nsec);
	json_string(json, "time", text);
	json_real(json, "mono", (double)deadline_now() / NANOSECONDS_PER_SECOND, 6);
}

static void print_text(struct json *json, const char *key, struct buf *text)
{
	json_string_length(json, key, buf_text(text), text->length);
	buf_clear(text);
}

static void print_credentials(struct json *json, int fd)
{
	struct credentials peer;

	if (credentials_read(fd, &peer))
		credentials_describe(&peer, json, "credentials");
}

static void print_ends(struct json *json, const struct event *event)
{
	cleanup_buf struct buf text = { 0 };

	if (!event->subject->is_socket)
		return;
	endpoint_print_local(event->subject, &text);
	print_text(json, "local", &text);
	if (event->kind == EVENT_LISTENING)
		return;
	endpoint_print_peer(event->subject, &text);
	print_text(json, "peer", &text);
	print_credentials(json, event->subject->in);
}

static void print_subject(struct json *json, const struct event *event)
{
	cleanup_buf struct buf text = { 0 };
	const struct target *target = event->target;

	if (event->subject != NULL) {
		print_ends(json, event);
		target = event->subject->target;
	}
	if (target == NULL)
		return;
	target_print(target, &text);
	print_text(json, "spec", &text);
}

static void print_notes(struct json *json, const struct event *event)
{
	cleanup_buf struct buf text = { 0 };

	if (event->kind == EVENT_LISTENING)
		return;
	endpoint_print_note(event->subject, &text);
	if (text.length > 0)
		print_text(json, "note", &text);
	endpoint_print_note(event->other, &text);
	if (text.length > 0)
		print_text(json, "other_note", &text);
}

static void print_transfer(struct json *json, const char *key, const struct transfer *transfer)
{
	json_open_object(json, key);
	json_unsigned(json, "bytes", transfer->bytes);
	if (transfer->messages > 0)
		json_unsigned(json, "messages", transfer->messages);
	if (transfer->lost > 0)
		json_unsigned(json, "lost", transfer->lost);
	if (transfer->refused > 0)
		json_unsigned(json, "refused", transfer->refused);
	if (transfer->pump != NULL)
		json_string(json, "pump", transfer->pump);
	json_close_object(json);
}

static void print_transfers(struct json *json, const struct transfer transfers[2])
{
	print_transfer(json, "forward", &transfers[DIRECTION_FORWARD]);
	print_transfer(json, "backward", &transfers[DIRECTION_BACKWARD]);
}

/* Of UTF-8. */
static size_t characters(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0U) != 0x80;
	return count;
}

/* What was typed, and which part of it is wrong, from 1 on. */
static void print_place(struct json *json, const struct error_place *place)
{
	cleanup_free char *text = secret_hide(place->text, place);
	size_t left = strlen(text) - place->column;

	json_open_object(json, "place");
	json_string(json, "text", text);
	json_unsigned(json, "column", characters(text, place->column) + 1);
	json_unsigned(json, "length", characters(text + place->column, place->length < left ? place->length : left));
	json_close_object(json);
}

static void print_error(struct json *json, const struct error *err)
{
	cleanup_free char *text = secret_hide(err->text, &err->place);
	cleanup_free char *hint = secret_hide(err->hint, &err->place);
	const char *name = code_name(err->code);

	json_open_object(json, "error");
	json_string(json, "kind", error_kind_name(err->kind));
	if (name != NULL)
		json_string(json, err->code < 0 ? "gai" : "errno", name);
	json_string(json, "text", text);
	if (hint[0] != '\0')
		json_string(json, "hint", hint);
	if (err->place.text != NULL)
		print_place(json, &err->place);
	json_close_object(json);
}

static const char *const directions[] = { [DIRECTION_FORWARD] = "forward",
					  [DIRECTION_BACKWARD] = "backward" };

static void begin(struct json *json, const char *type, uint64_t session)
{
	json_open_object(json, NULL);
	json_integer(json, "v", 1);
	json_string(json, "type", type);
	json_time_print(json);
	if (session > 0)
		json_unsigned(json, "session", session);
}

static void end(struct json *json, FILE *stream)
{
	json_close_object(json);
	buf_add_char(json->out, '\n');
	stream_write(stream, json->out);
}

void json_statistics_print(FILE *stream, uint64_t sessions, uint64_t errors,
			   const struct transfer totals[2])
{
	cleanup_buf struct buf out = { 0 };
	struct json json = { .out = &out };

	begin(&json, "statistics", 0);
	json_unsigned(&json, "sessions", sessions);
	json_unsigned(&json, "errors", errors);
	print_transfers(&json, totals);
	end(&json, stream);
}

void json_message_print(FILE *stream, uint64_t session, enum direction direction,
			const struct message *message)
{
	cleanup_buf struct buf out = { 0 };
	struct json json = { .out = &out };

	begin(&json, "message", session);
	json_string(&json, "direction", directions[direction]);
	json_unsigned(&json, "bytes", message->length);
	json_hex(&json, "data", message->data, message->length);
	end(&json, stream);
}

static void print_checksum(struct json *json, const struct event *event)
{
	json_unsigned(json, "bytes", event->transfers[event->direction].bytes);
	json_string(json, "algorithm", event->algorithm);
	json_string(json, "digest", event->digest);
}

void json_event_print(FILE *stream, const struct event *event)
{
	cleanup_buf struct buf out = { 0 };
	struct json json = { .out = &out };

	begin(&json, types[event->kind], event->session);
	print_subject(&json, event);
	print_notes(&json, event);
	if (event->kind == EVENT_END || event->kind == EVENT_CHECKSUM)
		json_string(&json, "direction", directions[event->direction]);
	if (event->kind == EVENT_CHECKSUM)
		print_checksum(&json, event);
	else if (event->transfers != NULL)
		print_transfers(&json, event->transfers);
	if (event->duration > 0)
		json_real(&json, "seconds", (double)event->duration / NANOSECONDS_PER_SECOND, 6);
	if (event->kind == EVENT_OPENED && event->duration > 0)
		json_real(&json, "lookup", (double)event->lookup / NANOSECONDS_PER_SECOND, 6);
	if (event->count > 0)
		json_unsigned(&json, "count", event->count);
	if (event->error != NULL)
		print_error(&json, event->error);
	end(&json, stream);
}
