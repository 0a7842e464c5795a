/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a recording with its timing: each message is held until its time; clock_nanosleep(2). */
#include "cmd/recording.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "codec/stamp.h"
#include "core/target.h"
#include "option/interface.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define READ_SIZE (256U << 10)
#define SNIFFED 4096 /* bytes at the beginning that tell the format */
#define DURATION_MAXIMUM 1e18 /* nanoseconds */

/* What came of looking for a message. */
enum held { HELD_ERROR = -1, HELD_END, HELD_ONE, HELD_LATER };

struct recording {
	const struct recording_settings *settings;
	const struct codec *codec; /* NULL: not known yet */
	struct codec_context context;
	struct buf input;
	size_t taken; /* bytes of input that were decoded */
	bool at_end;
	bool is_held;
	struct message held; /* waits for its time; borrows from input and context */
	bool began;
	struct timespec first; /* time of the round's first message */
	nanoseconds started;   /* when that was sent */
	nanoseconds due;
	uint64_t rounds, sent;
	uint64_t passed_over; /* messages that the settings do not want */
	char other[CODEC_INTERFACE_MAXIMUM]; /* the interface of the first of those */
};

int recording_map(struct recording_settings *settings, const char *word, struct error *err)
{
	const char *equals = strchr(word, '=');
	struct recording_mapping *mapping = &settings->mappings[settings->mapping_count];
	size_t length = equals != NULL ? (size_t)(equals - word) : 0;

	if (length == 0 || length >= sizeof(mapping->from) || equals[1] == '\0')
		return error_usage(err, "\"%s\": FROM=TO expected, as in vcan0=can1", word);
	if (settings->mapping_count == RECORDING_MAPPINGS)
		return error_usage(err, "%d names can be mapped", RECORDING_MAPPINGS);
	memcpy(mapping->from, word, length);
	mapping->from[length] = '\0';
	mapping->to = interface_index(equals + 1);
	if (mapping->to == 0)
		return error_system(err, "interface %s", equals + 1);
	settings->mapping_count++;
	return 0;
}

static bool is_capture(const struct buf *bytes)
{
	static const uint32_t magics[] = { 0x0a0d0d0a, 0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1 };
	uint32_t magic;

	if (bytes->length < sizeof(magic))
		return false;
	memcpy(&magic, bytes->data, sizeof(magic));
	for (size_t i = 0; i < array_length(magics); i++)
		if (magic == magics[i])
			return true;
	return bytes->length >= 8 && memcmp(bytes->data, "btsnoop", 8) == 0;
}

/* What the first bytes look like; a log of candump where nothing else does. NULL: more could tell. */
static const struct codec *sniff(const struct buf *bytes, bool is_all)
{
	const char *text = buf_text(bytes);

	if (is_capture(bytes))
		return codec_find("pcap");
	text += strspn(text, " \t\r\n");
	if (*text == '{')
		return codec_find("json");
	if (strncmp(text, "date ", 5) == 0 || strncmp(text, "base ", 5) == 0 ||
	    strstr(text, "Begin Triggerblock") != NULL)
		return codec_find("asc");
	return *text == '(' || is_all || bytes->length >= SNIFFED ? codec_find("candump") : NULL;
}

/* A pipe or a terminal may have nothing yet, while others are waited for, too. */
static bool has_input(const struct endpoint *endpoint)
{
	return endpoint->ready_in == READY_ALWAYS || endpoint_sees(endpoint, POLLIN);
}

static enum held read_more(struct endpoint *endpoint, struct recording *recording, struct error *err)
{
	char *room;
	ssize_t got = -1;

	buf_consume(&recording->input, recording->taken);
	recording->taken = 0;
	room = buf_reserve(&recording->input, READ_SIZE);
	errno = EAGAIN;
	if (has_input(endpoint))
		do
			got = read(endpoint->in, room, READ_SIZE);
		while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EAGAIN)
		return HELD_LATER;
	if (got < 0)
		return (enum held)error_system(err, "read");
	buf_commit(&recording->input, (size_t)got);
	recording->at_end = got == 0;
	if (recording->codec == NULL)
		recording->codec = sniff(&recording->input, recording->at_end);
	return HELD_ONE;
}

static int rewind_recording(struct endpoint *endpoint, struct recording *recording, struct error *err)
{
	if (lseek(endpoint->in, 0, SEEK_SET) < 0)
		return error_system(err, "--loop");
	codec_context_release(recording->codec, &recording->context);
	recording->context = (struct codec_context){ .target = recording->settings->target };
	buf_clear(&recording->input);
	recording->taken = 0;
	recording->at_end = recording->began = false;
	return 0;
}

static bool is_wanted(const struct recording_settings *settings, const struct message *message,
		      const char *interface)
{
	return (settings->direction < 0 || (int)message->direction == settings->direction) &&
	       (settings->interface == NULL || strcmp(settings->interface, interface) == 0);
}

/* A name that the recording does not have would else look like a success. */
static int nothing_wanted(const struct recording *recording, struct error *err)
{
	const struct recording_settings *settings = recording->settings;

	if (settings->interface == NULL)
		return error_set(err, ERROR_FAILED, "no message of %" PRIu64 " went that way",
				 recording->passed_over);
	error_set(err, ERROR_FAILED, "no message of %" PRIu64 " is of the interface \"%s\"%s",
		  recording->passed_over, settings->interface,
		  settings->direction >= 0 ? " and went that way" : "");
	if (recording->other[0] == '\0')
		return error_hint(err, "the first does not say of which interface it is");
	return error_hint(err, "the first is of \"%s\"", recording->other);
}

/* Whether it is to be sent; its interface becomes the one that it is sent to. */
static bool select_message(struct recording *recording, struct message *message)
{
	const struct recording_settings *settings = recording->settings;
	const char *name = recording->context.interface;

	if (!is_wanted(settings, message, name)) {
		if (recording->passed_over++ == 0)
			memcpy(recording->other, name, sizeof(recording->other));
		return false;
	}
	for (size_t i = 0; i < settings->mapping_count; i++)
		if (strcmp(settings->mappings[i].from, name) == 0) {
			message->interface = settings->mappings[i].to;
			break;
		}
	return true;
}

/* A time that a file has may be any: no clock gets so far. */
static nanoseconds duration_of(double duration)
{
	return (nanoseconds)(duration < DURATION_MAXIMUM ? duration : DURATION_MAXIMUM);
}

/* When the held message is due: as long after the first as then, divided by the speed. */
static void schedule(struct recording *recording)
{
	const struct timespec *time = &recording->held.time;
	double passed;

	recording->due = 0;
	if (time->tv_sec == 0 && time->tv_nsec == 0)
		return;
	if (!recording->began) {
		recording->began = true;
		recording->first = *time;
		recording->started = deadline_now();
	}
	passed = ((double)time->tv_sec - (double)recording->first.tv_sec) * 1e9 +
		 (double)(time->tv_nsec - recording->first.tv_nsec);
	if (recording->settings->speed > 0 && passed > 0)
		recording->due = recording->started + duration_of(passed / recording->settings->speed);
}

/* 1: went on in the input, and holds a message if that was a whole one that is wanted; 0: more is needed; -1. */
static int decode(struct recording *recording, struct error *err)
{
	size_t left = recording->input.length - recording->taken;
	bool found = false;
	ssize_t used = 0;

	if (recording->codec != NULL && (left > 0 || recording->at_end))
		used = codec_decode(recording->codec, &recording->context,
				    buf_text(&recording->input) + recording->taken, left, recording->at_end,
				    &recording->held, &found, err);
	if (used < 0)
		return -1;
	recording->taken += (size_t)used;
	recording->is_held = found && select_message(recording, &recording->held);
	return used > 0 || found ? 1 : 0;
}

/* Decodes until a message is held. */
static enum held hold_next(struct endpoint *endpoint, struct recording *recording, struct error *err)
{
	while (!recording->is_held) {
		int decoded = decode(recording, err);
		enum held more;

		if (decoded < 0)
			return HELD_ERROR;
		if (decoded > 0)
			continue;
		if (recording->at_end)
			return HELD_END;
		more = read_more(endpoint, recording, err);
		if (more != HELD_ONE)
			return more;
	}
	schedule(recording);
	return HELD_ONE;
}

/* The loop counts in milliseconds: the rest of one is slept. */
static bool is_due(struct endpoint *endpoint, const struct recording *recording)
{
	nanoseconds left = recording->due - deadline_now();
	struct timespec until = { .tv_sec = recording->due / NANOSECONDS_PER_SECOND,
				  .tv_nsec = (long)(recording->due % NANOSECONDS_PER_SECOND) };

	if (recording->due == 0 || left <= 0)
		return true;
	if (left > 2 * NANOSECONDS_PER_MILLISECOND) {
		endpoint->try_at = recording->due - 2 * NANOSECONDS_PER_MILLISECOND;
		return false;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
	return true;
}

static int recording_receive(struct endpoint *endpoint, struct message_room *room,
			     struct message *message, struct error *err)
{
	struct recording *recording = endpoint->state;
	uint64_t limit = recording->settings->limit;
	enum held held;

	(void)room;
	if (limit > 0 && recording->sent == limit)
		return ENDPOINT_END;
	held = recording->is_held ? HELD_ONE : hold_next(endpoint, recording, err);
	if (held == HELD_END && recording->sent == 0 && recording->passed_over > 0)
		return nothing_wanted(recording, err);
	if (held == HELD_END && ++recording->rounds != recording->settings->rounds &&
	    recording->context.line > 0) {
		if (rewind_recording(endpoint, recording, err) < 0)
			return -1;
		held = hold_next(endpoint, recording, err);
	}
	if (held == HELD_ERROR)
		return -1;
	if (held == HELD_END)
		return ENDPOINT_END;
	if (held == HELD_LATER || !is_due(endpoint, recording))
		return 0;
	*message = recording->held;
	/* It is sent now, whenever it came. */
	message->time = (struct timespec){ 0 };
	recording->is_held = false;
	recording->sent++;
	return 1;
}

/* Answers are recorded by who wants them, not written here. */
static int recording_send(struct endpoint *endpoint, const struct message *message, struct error *err)
{
	(void)endpoint;
	(void)message;
	(void)err;
	return 1;
}

static void recording_release(struct endpoint *endpoint)
{
	struct recording *recording = endpoint->state;

	if (recording->codec != NULL)
		codec_context_release(recording->codec, &recording->context);
	buf_release(&recording->input);
	free(recording);
}

static const struct endpoint_ops recording_ops = {
	.receive = recording_receive,
	.send = recording_send,
	.release = recording_release,
};

static int open_file(const char *path, struct error *err)
{
	int fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
					  open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? error_system(err, "%s", path) : fd;
}

int recording_endpoint(struct endpoint *endpoint, const struct recording_settings *settings,
		       struct error *err)
{
	cleanup_close int fd = open_file(settings->path, err);
	struct recording *recording;

	if (fd < 0)
		return -1;
	recording = memory_new(sizeof(*recording));
	recording->settings = settings;
	recording->context.target = settings->target;
	*endpoint = ENDPOINT_CLOSED;
	endpoint->in = steal_fd(&fd);
	recording->codec = settings->codec;
	endpoint->ops = &recording_ops;
	endpoint->state = recording;
	endpoint->target = settings->console;
	endpoint->out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	endpoint->messages = true;
	endpoint->end = END_NONE;
	endpoint_classify(endpoint);
	return 0;
}
