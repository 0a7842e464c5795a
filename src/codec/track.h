/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recording a conversation as packets of a capture, with its beginning, its end and comments. */
#ifndef CODEC_TRACK_H
#define CODEC_TRACK_H

#include "codec/capture.h"
#include "codec/link.h"

/*
 * A track's interface block must be in the capture already (capture_interface
 * with track->link). Zeroed and filled in by track_start(); released by
 * track_release(). Every function adds whole blocks to out.
 */
void track_start(struct track *track, const struct target *target, uint32_t interface,
		 const struct address *local, const struct address *peer);
void track_release(struct track *track);
/* The connection came about: TCP gets a handshake; comment on the first packet, where there is one. */
void track_open(struct track *track, const struct timespec *time, const char *comment,
		struct buf *out);
/* What one message or one piece of a stream brought; in several packets where it is long. */
void track_message(struct track *track, const struct message *message, const char *comment,
		   struct buf *out);
/* The end of one direction, or a reset of both. */
void track_end(struct track *track, enum message_direction direction, bool is_reset,
	       const struct timespec *time, const char *comment, struct buf *out);
/*
 * An event that moved no bytes: a comment on a packet that says so; on the next one where the link type
 * has none such. What is in track->notes at last had no packet to stand on.
 */
void track_note(struct track *track, const struct timespec *time, const char *comment,
		struct buf *out);

#endif
