/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of a conversation: TCP's handshake and end are made, as "follow stream" wants them. */
#include "codec/track.h"

#include "codec/packet.h"
#include "core/target.h"

#include <netinet/in.h>
#include <string.h>

void track_start(struct track *track, const struct target *target, uint32_t interface,
		 const struct address *local, const struct address *peer)
{
	memset(track, 0, sizeof(*track));
	track->link = local != NULL ? link_of_address(target, local) : link_of(target);
	track->interface = interface;
	track->target = target;
	if (local != NULL)
		track->local = *local;
	if (peer != NULL)
		track->peer = *peer;
}

void track_release(struct track *track)
{
	buf_release(&track->packet);
	buf_release(&track->notes);
}

static void add_note(struct track *track, const char *comment)
{
	if (track->notes.length > 0)
		buf_add_string(&track->notes, "; ");
	buf_add_string(&track->notes, comment);
}

static void put(struct track *track, enum message_direction direction, const struct timespec *time,
		const char *comment, struct buf *out)
{
	struct capture_packet packet = {
		.interface = track->interface,
		.time = *time,
		.direction = direction,
		.data = buf_text(&track->packet),
		.length = track->packet.length,
	};

	if (comment != NULL)
		add_note(track, comment);
	if (track->notes.length > 0)
		packet.comment = buf_text(&track->notes);
	capture_packet(out, &packet);
	buf_clear(&track->notes);
}

/* A segment of TCP without data. SYN and FIN count as a byte. */
static void put_segment(struct track *track, enum message_direction direction, unsigned int flags,
			const struct timespec *time, const char *comment, struct buf *out)
{
	bool is_out = direction == MESSAGE_OUT;
	struct packet packet = {
		.source = is_out ? &track->local : &track->peer,
		.destination = is_out ? &track->peer : &track->local,
		.protocol = IPPROTO_TCP,
		.flags = (uint8_t)flags,
		.payload = "",
		.sequence = track->sequence[direction],
		.acknowledged = (flags & PACKET_ACK) != 0 ? track->sequence[!direction] : 0,
	};

	buf_clear(&track->packet);
	packet_print(&packet, &track->packet);
	put(track, direction, time, comment, out);
	if (flags & (PACKET_SYN | PACKET_FIN))
		track->sequence[direction]++;
}

/* An empty packet would be a malformed one: the comment waits for the next. */
static void put_mark(struct track *track, enum message_direction direction, enum link_mark mark,
		     const struct timespec *time, const char *comment, struct buf *out)
{
	if (link_mark(track, direction, mark))
		put(track, direction, time, comment, out);
	else
		add_note(track, comment);
}

void track_note(struct track *track, const struct timespec *time, const char *comment,
		struct buf *out)
{
	if (link_is_tcp(track))
		put_segment(track, MESSAGE_OUT, PACKET_ACK, time, comment, out);
	else
		put_mark(track, MESSAGE_OUT, LINK_NOTES, time, comment, out);
}

void track_open(struct track *track, const struct timespec *time, const char *comment,
		struct buf *out)
{
	bool is_server = track->target != NULL && track->target->role == ROLE_LISTEN;
	enum message_direction first = is_server ? MESSAGE_IN : MESSAGE_OUT;
	enum message_direction second = is_server ? MESSAGE_OUT : MESSAGE_IN;

	if (!link_is_tcp(track)) {
		if (comment != NULL)
			put_mark(track, first, LINK_BEGINS, time, comment, out);
		return;
	}
	put_segment(track, first, PACKET_SYN, time, comment, out);
	put_segment(track, second, PACKET_SYN | PACKET_ACK, time, NULL, out);
	put_segment(track, first, PACKET_ACK, time, NULL, out);
}

void track_message(struct track *track, const struct message *message, const char *comment,
		   struct buf *out)
{
	size_t offset = 0;

	if (message->peer.length > 0)
		track->peer = message->peer;
	do {
		size_t taken = link_wrap(track, message, offset);

		put(track, message->direction, &message->time, comment, out);
		comment = NULL;
		offset += taken;
		if (taken == 0)
			break;
	} while (offset < message->length);
}

void track_end(struct track *track, enum message_direction direction, bool is_reset,
	       const struct timespec *time, const char *comment, struct buf *out)
{
	unsigned int flags = is_reset ? PACKET_RST | PACKET_ACK : PACKET_FIN | PACKET_ACK;

	if (link_is_tcp(track))
		put_segment(track, direction, flags, time, comment, out);
	else if (comment != NULL)
		put_mark(track, direction, LINK_ENDS, time, comment, out);
}
