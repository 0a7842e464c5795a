/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session between two pairs of sockets, whose far ends write and read in pieces as the input says: all that goes in comes out, and both ends are passed on. */
#include "require.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "codec/codec.h"
#include "core/target.h"
#include "relay/pipes.h"
#include "relay/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TURNS_MAXIMUM 100000
#define MOVED_MAXIMUM (1U << 20) /* bytes that an input has us write at each end */
#define ROOM	      65536
#define PERIOD	      2048 /* after which the bytes that we send are the same again */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The far end of one pair. What was sent and what came are bytes, or messages behind their lengths. */
struct far {
	int fd;
	bool has_messages;
	const struct codec *frame; /* puts messages on the stream; NULL: none */
	struct buf waiting;	   /* bytes that are not written yet */
	struct buf sent, came, got;
	bool is_ending, has_ended; /* we: the end is due, is shown */
	bool saw_end;
	bool is_given_up; /* closed before its time: what it would have got is lost */
};

struct drive {
	struct loop_task task;
	struct session_owner owner;
	struct engine engine;
	struct target targets[2];
	struct far far[2];
	const uint8_t *script;
	size_t length, at;
	unsigned int turns;
	bool is_over, had_error;
};

/* What joins what. */
static const struct kind {
	int types[2];
	const char *options[2];
	const struct pump *pump;
} kinds[] = {
	{ { SOCK_STREAM, SOCK_STREAM }, { "", "" }, NULL },
	{ { SOCK_STREAM, SOCK_STREAM }, { "", "" }, &pump_copy },
	{ { SOCK_STREAM, SOCK_STREAM }, { "", "" }, &pump_splice },
	{ { SOCK_SEQPACKET, SOCK_SEQPACKET }, { "", "" }, NULL },
	{ { SOCK_SEQPACKET, SOCK_SEQPACKET }, { "", "" }, &pump_message },
	{ { SOCK_STREAM, SOCK_SEQPACKET }, { ",frame=len16", "" }, NULL },
	{ { SOCK_STREAM, SOCK_SEQPACKET }, { ",frame=slip", "" }, NULL },
	{ { SOCK_STREAM, SOCK_STREAM }, { ",frame=cobs", ",frame=len32" }, NULL },
	{ { SOCK_STREAM, SOCK_STREAM }, { ",frame=hex", ",frame=text" }, NULL },
};

static void add_message(struct buf *out, const char *bytes, size_t length)
{
	buf_add(out, &length, sizeof(length));
	buf_add(out, bytes, length);
}

/* From one byte to some thousands, seldom tens of thousands; most of them odd. */
static size_t size_of(uint8_t byte)
{
	if (byte < 160)
		return byte + 1U;
	return byte < 248 ? (byte - 159U) * 53U : (byte - 247U) * 7907U;
}

static void flush(struct far *far, size_t most)
{
	size_t length = far->waiting.length < most ? far->waiting.length : most;
	ssize_t put =
		length > 0 ? send(far->fd, far->waiting.data, length, MSG_DONTWAIT | MSG_NOSIGNAL)
			   : 0;

	if (put > 0 && far->frame == NULL)
		buf_add(&far->sent, far->waiting.data, (size_t)put);
	if (put > 0)
		buf_consume(&far->waiting, (size_t)put);
	else if (put < 0 && errno != EAGAIN)
		buf_clear(&far->waiting);
}

static void frame(struct far *far, const struct message *message)
{
	struct codec_context context = { 0 };

	if (far->frame->encode(&context, message, &far->waiting, NULL) == 0)
		add_message(&far->sent, message->data, message->length);
	codec_context_release(far->frame, &context);
}

/* Each byte tells where in what is sent it stands; they are made once, for all places that are alike. */
static const char *bytes_at(size_t place)
{
	static char bytes[PERIOD + ROOM];

	if (bytes[1] == 0)
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)(i * 31 >> 3);
	return bytes + place % PERIOD;
}

static void put(struct far *far, size_t length)
{
	size_t place = far->sent.length + far->waiting.length;
	const char *bytes = bytes_at(place);
	struct message message = { .data = bytes, .length = length };

	if (far->is_ending || place > MOVED_MAXIMUM)
		return;
	/* Of text each byte takes its time, and becomes several. */
	if (far->frame != NULL && far->frame->text)
		message.length = length / 8 + 1;
	if (far->frame != NULL)
		frame(far, &message);
	else if (!far->has_messages)
		buf_add(&far->waiting, bytes, length);
	else if (send(far->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length)
		add_message(&far->sent, bytes, length);
}

static void take(struct far *far, size_t most)
{
	static char bytes[ROOM];
	ssize_t got = recv(far->fd, bytes, far->has_messages ? sizeof(bytes) : most, MSG_DONTWAIT);

	if (got > 0 && far->has_messages)
		add_message(&far->came, bytes, (size_t)got);
	else if (got > 0)
		buf_add(&far->came, bytes, (size_t)got);
	else if (got == 0 || errno != EAGAIN)
		far->saw_end = true;
}

static void end(struct far *far)
{
	far->is_ending = true;
	if (far->has_ended || far->waiting.length > 0)
		return;
	shutdown(far->fd, SHUT_WR);
	far->has_ended = true;
}

static void give_up(struct far *far)
{
	close(far->fd);
	far->fd = -1;
	buf_clear(&far->waiting);
	far->is_ending = far->has_ended = far->saw_end = far->is_given_up = true;
}

static void step(struct far *far, uint8_t what, uint8_t byte)
{
	if (far->fd < 0)
		return;
	if (what % 16 < 6)
		put(far, size_of(byte));
	if (what % 16 < 8)
		flush(far, size_of(what % 2 ? (uint8_t)(byte * 7) : 255));
	else if (what % 16 < 14)
		take(far, size_of(byte));
	else if (what % 16 == 14)
		end(far);
	else if (byte < 32 && (far->frame == NULL || !far->frame->text))
		give_up(far); /* what was written of a line is a line */
}

static void finish(struct far *far)
{
	if (far->fd < 0)
		return;
	flush(far, SIZE_MAX);
	take(far, ROOM);
	end(far);
}

static void turn(struct loop_task *task)
{
	struct drive *drive = container_of(task, struct drive, task);
	bool is_played = drive->at + 2 > drive->length;

	for (size_t i = 0; i < 2 && is_played; i++)
		finish(&drive->far[i]);
	if (!is_played) {
		uint8_t what = drive->script[drive->at];

		step(&drive->far[what >> 7], what, drive->script[drive->at + 1]);
		drive->at += 2;
	}
	require(drive->turns++ < TURNS_MAXIMUM, "no end");
	if (drive->is_over && drive->far[0].saw_end && drive->far[1].saw_end)
		loop_stop(drive->engine.loop);
	else
		loop_queue(drive->engine.loop, task);
}

static void over(struct session_owner *owner, struct session *session)
{
	struct drive *drive = container_of(owner, struct drive, owner);

	drive->is_over = true;
	drive->had_error = session_error(session) != NULL;
	if (drive->had_error && !drive->far[0].is_given_up && !drive->far[1].is_given_up)
		require(false, session_error(session)->text);
}

static void open_pair(struct drive *drive, size_t i, const struct kind *kind,
		      struct endpoint *endpoint)
{
	struct far *far = &drive->far[i];
	struct target *target = &drive->targets[i];
	struct error err = { 0 };
	struct spec spec;
	char text[64];
	int pair[2];

	require(socketpair(AF_UNIX, kind->types[i] | SOCK_CLOEXEC, 0, pair) == 0,
		"no pair of sockets");
	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &(int){ 8192 }, sizeof(int));
	far->fd = pair[0];
	far->has_messages = kind->types[i] != SOCK_STREAM;
	snprintf(text, sizeof(text), "fd:%d%s", pair[1], kind->options[i]);
	require(spec_parse(&spec, text, family_vocabulary(), &err) == 0 &&
			target_bind(target, &spec, &err) == 0,
		err.text);
	target->wants_input = target->wants_output = true;
	require(target->family->open(target, NULL, endpoint, &err) == 0, err.text);
	far->frame = target->common.frame != NULL ? codec_find(target->common.frame) : NULL;
	close(pair[1]);
}

/* Frames that came as the messages that they hold. */
static void unframe(struct far *far)
{
	struct codec_context context = { 0 };
	struct message message;
	ssize_t used = 1;
	bool found;

	for (size_t at = 0; at < far->came.length && used > 0; at += (size_t)used) {
		used = codec_decode(far->frame, &context, far->came.data + at, far->came.length - at,
					  false, &message, &found, NULL);
		require(used >= 0, "what came is no frame");
		if (found)
			add_message(&far->got, message.data, message.length);
	}
	codec_context_release(far->frame, &context);
}

/* All of it, or what came before somebody left. */
static void check(const struct drive *drive, size_t i)
{
	const struct buf *sent = &drive->far[i].sent, *got = &drive->far[!i].got;
	bool was_left = drive->far[0].is_given_up || drive->far[1].is_given_up;

	require(got->length <= sent->length && (was_left || got->length == sent->length),
		"not all came");
	require(got->length == 0 || memcmp(sent->data, got->data, got->length) == 0,
		"something else came");
}

static void run(struct drive *drive, const struct kind *kind)
{
	struct session_settings settings = { .forward = true,
					     .backward = true,
					     .pump = kind->pump };
	const struct session_plan plan = { .engine = &drive->engine,
					   .settings = &settings,
					   .left = &drive->targets[0],
					   .right = &drive->targets[1],
					   .owner = &drive->owner };
	struct endpoint ends[2] = { ENDPOINT_CLOSED, ENDPOINT_CLOSED };
	struct error err = { 0 };

	for (size_t i = 0; i < 2; i++)
		open_pair(drive, i, kind, &ends[i]);
	session_start(&plan, &ends[0], &ends[1]);
	loop_queue(drive->engine.loop, &drive->task);
	require(loop_run(drive->engine.loop, &err) == 0, err.text);
}

static void release(struct far *far)
{
	struct buf *const bufs[] = { &far->waiting, &far->sent, &far->came, &far->got };

	if (far->fd >= 0)
		close(far->fd);
	for (size_t i = 0; i < array_length(bufs); i++)
		buf_release(bufs[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct drive drive = {
		.task.run = turn, .owner.over = over, .script = data + 1, .length = size - 1
	};
	struct error err = { 0 };

	if (size == 0)
		return 0;
	drive.engine.loop = loop_new(&err);
	require(drive.engine.loop != NULL, err.text);
	drive.engine.deadline = DEADLINE_NEVER;
	drive.engine.pipes = pipes_new();
	message_room_init(&drive.engine.room, 2 * ROOM, MESSAGE_CONTROL_MAXIMUM);
	run(&drive, &kinds[data[0] % array_length(kinds)]);
	for (size_t i = 0; i < 2; i++) {
		if (drive.far[i].frame != NULL)
			unframe(&drive.far[i]);
		else
			buf_add(&drive.far[i].got, drive.far[i].came.data,
				drive.far[i].came.length);
	}
	for (size_t i = 0; i < 2; i++)
		check(&drive, i);
	for (size_t i = 0; i < 2; i++) {
		release(&drive.far[i]);
		target_release(&drive.targets[i]);
	}
	loop_free(drive.engine.loop);
	pipes_free(drive.engine.pipes);
	batch_free(drive.engine.spare);
	message_room_release(&drive.engine.room);
	return 0;
}
