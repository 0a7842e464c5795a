/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recording: every session is a conversation with a track for each of its ends that is recorded; whole blocks are
 * written at once, so that a file is good whenever it ends. draft-ietf-opsawg-pcapng.
 */
#include "relay/recorder.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/room.h"
#include "codec/interface.h"
#include "codec/track.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUCKETS 256

enum side_number { LEFT, RIGHT, SIDES };

struct conversation {
	struct conversation *next;
	uint64_t session;
	bool known[SIDES]; /* its track has begun */
	uint32_t dropped[SIDES]; /* as the last message said */
	struct track tracks[SIDES];
};

/* An interface block of the file: an end, or an interface of one that has several. */
struct source {
	enum side_number side;
	unsigned int interface;
	uint64_t received;
	struct buf notes; /* of conversations that are over */
};

struct recorder {
	struct observer observer;
	struct recorder_settings settings;
	const struct target *targets[SIDES];
	bool wanted[SIDES];
	struct conversation *conversations[BUCKETS];
	struct source *sources;
	size_t source_count;
	struct interfaces names;
	struct buf out; /* blocks to be written */
	struct buf line; /* a comment being made */
	struct timespec part_started;
	nanoseconds part_began; /* the same, of the clock that nobody sets */
	uint64_t part, part_written;
	uint64_t dropped[SIDES]; /* since the part began, and not written yet */
	uint32_t told[SIDES];	 /* as the last message of a socket for all sessions said */
	uint64_t refused;	 /* messages of peers that were too many */
	int fd; /* -1: writing failed */
	struct error err;
};

static struct timespec now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return time;
}

/* Where neither end is a socket, what is no console is recorded; one with messages rather than the bytes made of them. */
static void choose_sides(struct recorder *recorder)
{
	const struct target *left = recorder->targets[LEFT], *right = recorder->targets[RIGHT];
	bool *wanted = recorder->wanted;

	wanted[LEFT] = left->type != NULL;
	wanted[RIGHT] = right->type != NULL;
	if (!wanted[LEFT] && !wanted[RIGHT]) {
		wanted[RIGHT] = strcmp(right->family->shape.name, "stdio") != 0;
		wanted[LEFT] = !wanted[RIGHT];
	}
	if (wanted[LEFT] && wanted[RIGHT] && target_has_messages(left) != target_has_messages(right)) {
		wanted[LEFT] = target_has_messages(left);
		wanted[RIGHT] = !wanted[LEFT];
	}
}

static bool has_parts(const struct recorder *recorder)
{
	return recorder->settings.part_size > 0 || recorder->settings.part_length > 0;
}

/* "drive.pcapng" of several is "drive-00001.pcapng"; given away. */
static char *part_path(const struct recorder *recorder, uint64_t part)
{
	const char *path = recorder->settings.path;
	const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');

	if (!has_parts(recorder))
		return memory_string(path);
	if (dot == NULL || dot == path || (slash != NULL && dot < slash + 2))
		dot = path + strlen(path);
	return memory_print("%.*s-%05" PRIu64 "%s", (int)(dot - path), path, part, dot);
}

/* What a full disk took of a block is no block: a reader would stop with an error there. */
static int cannot_write(const struct recorder *recorder, uint64_t whole, struct error *err)
{
	int ignored;

	error_system(err, "--record %s", recorder->settings.path);
	/* A pipe cannot be cut, and need not be. */
	ignored = ftruncate(recorder->fd, (off_t)whole);
	(void)ignored;
	return -1;
}

static int write_out(struct recorder *recorder, struct error *err)
{
	struct buf *out = &recorder->out;
	uint64_t whole = recorder->part_written;

	while (recorder->fd >= 0 && out->length > 0) {
		ssize_t put = write(recorder->fd, out->data, out->length);

		if (put < 0 && (errno == EINTR || (errno == EAGAIN && room_wait(recorder->fd))))
			continue;
		if (put < 0)
			return cannot_write(recorder, whole, err);
		recorder->part_written += (uint64_t)put;
		buf_consume(out, (size_t)put);
	}
	buf_clear(out);
	return 0;
}

static int open_part(struct recorder *recorder, struct error *err)
{
	cleanup_free char *path = part_path(recorder, ++recorder->part);
	cleanup_free char *old = NULL;

	recorder->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	/* Who does not read from a pipe may hold us up, but not keep us. */
	if (recorder->fd < 0 || fcntl(recorder->fd, F_SETFL, O_NONBLOCK) < 0)
		return error_system(err, "--record %s", path);
	if (recorder->settings.parts_kept > 0 && recorder->part > recorder->settings.parts_kept) {
		old = part_path(recorder, recorder->part - recorder->settings.parts_kept);
		unlink(old);
	}
	recorder->part_written = 0;
	recorder->part_started = now();
	recorder->part_began = deadline_now();
	capture_section(&recorder->out);
	return write_out(recorder, err);
}

static void forget_sources(struct recorder *recorder)
{
	while (recorder->source_count > 0)
		buf_release(&recorder->sources[--recorder->source_count].notes);
}

/* A socket that has several interfaces has one count for all of them. */
static uint64_t take_dropped(struct recorder *recorder, enum side_number side)
{
	uint64_t dropped = recorder->dropped[side];

	recorder->dropped[side] = 0;
	return dropped;
}

static int close_part(struct recorder *recorder, struct error *err)
{
	struct timespec end = now();
	int result;

	for (uint32_t i = 0; i < recorder->source_count; i++) {
		struct source *source = &recorder->sources[i];

		capture_statistics(&recorder->out, i, &recorder->part_started, &end, source->received,
				   take_dropped(recorder, source->side), buf_text(&source->notes));
	}
	forget_sources(recorder);
	result = write_out(recorder, err);
	if (recorder->fd >= 0 && close(recorder->fd) < 0 && result == 0)
		result = error_system(err, "--record %s", recorder->settings.path);
	recorder->fd = -1;
	return result;
}

static bool is_part_full(const struct recorder *recorder)
{
	const struct recorder_settings *settings = &recorder->settings;

	if (settings->part_size > 0 && recorder->part_written >= settings->part_size)
		return true;
	return settings->part_length > 0 && deadline_now() - recorder->part_began >= settings->part_length;
}

/* The disk may be full: the transfer goes on, recording does not, and that is told at its end. */
static void give_up(struct recorder *recorder)
{
	if (recorder->fd >= 0)
		close(recorder->fd);
	recorder->fd = -1;
	buf_clear(&recorder->out);
}

static void flush(struct recorder *recorder)
{
	if (recorder->fd < 0) {
		buf_clear(&recorder->out);
		return;
	}
	if (write_out(recorder, &recorder->err) < 0)
		give_up(recorder);
	else if (has_parts(recorder) && is_part_full(recorder) &&
		 (close_part(recorder, &recorder->err) < 0 || open_part(recorder, &recorder->err) < 0))
		give_up(recorder);
}

static struct conversation **find_place(struct recorder *recorder, uint64_t session)
{
	struct conversation **place = &recorder->conversations[session % BUCKETS];

	while (*place != NULL && (*place)->session != session)
		place = &(*place)->next;
	return place;
}

static struct conversation *conversation_of(struct recorder *recorder, uint64_t session)
{
	struct conversation **place = find_place(recorder, session);

	if (*place == NULL) {
		*place = memory_new(sizeof(**place));
		(*place)->session = session;
	}
	return *place;
}

/* The number of the interface block for a message of this side, which is written when it is first needed. */
static struct source *source_of(struct recorder *recorder, enum side_number side,
				unsigned int interface, uint16_t link, uint32_t *number)
{
	const struct target *target = recorder->targets[side];
	cleanup_buf struct buf spec = { 0 };
	struct source *source = recorder->sources;

	for (*number = 0; *number < recorder->source_count; ++*number, source++)
		if (source->side == side && source->interface == interface)
			return source;
	target_print(target, &spec);
	recorder->sources = memory_resize(recorder->sources, recorder->source_count + 1,
					  sizeof(*recorder->sources));
	source = &recorder->sources[recorder->source_count++];
	*source = (struct source){ .side = side, .interface = interface };
	capture_interface(&recorder->out, link,
			  interface != 0 ? interfaces_name(&recorder->names, interface) :
					   buf_text(&spec),
			  buf_text(&spec));
	return source;
}

/* What had no packet to stand on stands with the counts at the end. */
static void keep_notes(struct recorder *recorder, enum side_number side, const struct track *track)
{
	struct source *source;
	uint32_t number;

	if (track->notes.length == 0 || recorder->fd < 0)
		return;
	source = &recorder->sources[track->interface];
	if (track->interface >= recorder->source_count || source->side != side)
		source = source_of(recorder, side, 0, track->link, &number);
	if (source->notes.length > 0)
		buf_add_string(&source->notes, "; ");
	buf_add(&source->notes, track->notes.data, track->notes.length);
}

static void forget(struct recorder *recorder, uint64_t session)
{
	struct conversation **place = find_place(recorder, session), *gone = *place;

	if (gone == NULL)
		return;
	*place = gone->next;
	for (enum side_number side = LEFT; side < SIDES; side++) {
		keep_notes(recorder, side, &gone->tracks[side]);
		track_release(&gone->tracks[side]);
	}
	free(gone);
}

/* The track of a session's end, begun where it has not; NULL where that end is not recorded. */
static struct track *track_of(struct recorder *recorder, uint64_t session, enum side_number side,
			      const struct endpoint *endpoint)
{
	struct conversation *conversation;
	struct address local = { 0 }, peer = { 0 };

	if (!recorder->wanted[side] || session == 0)
		return NULL;
	conversation = conversation_of(recorder, session);
	if (!conversation->known[side]) {
		if (endpoint != NULL)
			endpoint_addresses(endpoint, &local, &peer);
		track_start(&conversation->tracks[side], recorder->targets[side], 0, &local, &peer);
		conversation->known[side] = true;
	}
	return &conversation->tracks[side];
}

/* Whether each message says by which interface it came or goes. */
static bool has_interfaces(const struct target *target)
{
	return target->family->domain == AF_CAN;
}

/* The same with the interface block of what has no interface of its own. */
static struct track *track_for_event(struct recorder *recorder, uint64_t session,
				     enum side_number side, const struct endpoint *endpoint)
{
	struct track *track = track_of(recorder, session, side, endpoint);

	if (track != NULL && !has_interfaces(recorder->targets[side]))
		source_of(recorder, side, 0, track->link, &track->interface);
	return track;
}

static void record(struct recorder *recorder, uint64_t session, enum side_number side,
		   const struct message *message)
{
	struct track *track = track_of(recorder, session, side, NULL);
	const struct target *target = recorder->targets[side];

	if (track == NULL)
		return;
	source_of(recorder, side, has_interfaces(target) ? message->interface : 0,
		  track->link, &track->interface)
		->received++;
	track_message(track, message, NULL, &recorder->out);
}

/* Messages of a socket that serves many sessions may come out of order. */
static void count_drops(struct recorder *recorder, uint64_t session, enum side_number side,
			const struct message *message)
{
	uint32_t *told = &recorder->told[side];
	uint32_t more;

	if (message->dropped == 0 || !recorder->wanted[side])
		return;
	if (recorder->targets[side]->role != ROLE_LISTEN)
		told = &conversation_of(recorder, session)->dropped[side];
	more = message->dropped - *told;
	if (more > INT32_MAX)
		return;
	recorder->dropped[side] += more;
	*told = message->dropped;
}

static void on_data(struct observer *observer, uint64_t session, enum direction direction,
		    const struct message *message)
{
	struct recorder *recorder = container_of(observer, struct recorder, observer);
	bool forward = direction == DIRECTION_FORWARD;
	struct message copy = *message;

	/* It comes in at one end and goes out at the other; only what came has a time of its own. */
	copy.direction = MESSAGE_IN;
	if (copy.time.tv_sec == 0)
		copy.time = now();
	record(recorder, session, forward ? LEFT : RIGHT, &copy);
	count_drops(recorder, session, forward ? LEFT : RIGHT, message);
	copy = *message;
	copy.direction = MESSAGE_OUT;
	copy.time = now();
	record(recorder, session, forward ? RIGHT : LEFT, &copy);
	flush(recorder);
}

static enum side_number side_of(const struct recorder *recorder, const struct event *event)
{
	const struct target *target = event->subject != NULL ? event->subject->target : event->target;

	return target == recorder->targets[RIGHT] ? RIGHT : LEFT;
}

/* Connected or accepted: from now on packets go between these addresses. */
static void note_open(struct recorder *recorder, const struct event *event)
{
	struct track *track = track_for_event(recorder, event->session, side_of(recorder, event),
					      event->subject);
	struct timespec time = now();

	if (track == NULL)
		return;
	buf_clear(&recorder->line);
	buf_print(&recorder->line, "%s #%" PRIu64 " ",
		  event->kind == EVENT_ACCEPTED ? "accepted" : "opened", event->session);
	endpoint_print_peer(event->subject, &recorder->line);
	track_open(track, &time, buf_text(&recorder->line), &recorder->out);
}

static void note_end(struct recorder *recorder, const struct event *event)
{
	bool forward = event->direction == DIRECTION_FORWARD;
	struct timespec time = now();

	buf_clear(&recorder->line);
	buf_print(&recorder->line, "end of %s #%" PRIu64 " after %" PRIu64 " bytes",
		  forward ? "forward" : "backward", event->session,
		  event->transfers[event->direction].bytes);
	for (enum side_number side = LEFT; side < SIDES; side++) {
		struct track *track = track_for_event(recorder, event->session, side, NULL);
		bool is_source = (side == LEFT) == forward;

		if (track != NULL)
			track_end(track, is_source ? MESSAGE_IN : MESSAGE_OUT, false, &time,
				  buf_text(&recorder->line), &recorder->out);
	}
}

static void note_error(struct recorder *recorder, const struct event *event)
{
	struct track *track = track_for_event(recorder, event->session, side_of(recorder, event),
					      event->subject);
	struct timespec time = now();

	if (track == NULL)
		return;
	if (event->error->code == ECONNRESET)
		track_end(track, MESSAGE_IN, true, &time, event->error->text, &recorder->out);
	else
		track_note(track, &time, event->error->text, &recorder->out);
}

static void on_event(struct observer *observer, const struct event *event)
{
	struct recorder *recorder = container_of(observer, struct recorder, observer);

	switch (event->kind) {
	case EVENT_OPENED:
	case EVENT_ACCEPTED:
		note_open(recorder, event);
		break;
	case EVENT_END:
		note_end(recorder, event);
		break;
	case EVENT_ERROR:
		note_error(recorder, event);
		break;
	case EVENT_DROPPED:
		recorder->dropped[LEFT] += event->count - recorder->refused;
		recorder->refused = event->count;
		break;
	case EVENT_CLOSED:
		forget(recorder, event->session);
		break;
	default:
		return;
	}
	flush(recorder);
}

struct recorder *recorder_new(const struct recorder_settings *settings, struct error *err)
{
	struct recorder *recorder = memory_new(sizeof(*recorder));

	recorder->settings = *settings;
	recorder->targets[LEFT] = settings->left;
	recorder->targets[RIGHT] = settings->right;
	recorder->observer.event = on_event;
	recorder->observer.data = on_data;
	choose_sides(recorder);
	if (open_part(recorder, err) == 0)
		return recorder;
	recorder_close(recorder, NULL);
	return NULL;
}

struct observer *recorder_observer(struct recorder *recorder, struct observer *next)
{
	recorder->observer.next = next;
	return &recorder->observer;
}

int recorder_close(struct recorder *recorder, struct error *err)
{
	int result = 0;

	if (recorder == NULL)
		return 0;
	for (size_t i = 0; i < BUCKETS; i++)
		while (recorder->conversations[i] != NULL)
			forget(recorder, recorder->conversations[i]->session);
	if (recorder->fd >= 0)
		close_part(recorder, &recorder->err);
	if (error_is_set(&recorder->err)) {
		result = -1;
		if (err != NULL)
			*err = recorder->err;
	}
	forget_sources(recorder);
	free(recorder->sources);
	buf_release(&recorder->out);
	buf_release(&recorder->line);
	free(recorder);
	return result;
}
