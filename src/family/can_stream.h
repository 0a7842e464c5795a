/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of CAN as short texts on a stream of bytes: what socketcand and slcan share; linux/can.h. */
#ifndef FAMILY_CAN_STREAM_H
#define FAMILY_CAN_STREAM_H

#include "base/buf.h"
#include "core/endpoint.h"

#include <linux/can.h>

/* A stretch of what was read, not ended by a NUL; it lasts until the next call. */
struct can_text {
	const char *text;
	size_t length;
};

/* Zeroed it is ready; released by can_stream_release(). */
struct can_stream {
	struct buf in, out;
	size_t taken;	/* bytes of in that were given away */
	size_t written; /* bytes of out that are gone */
	struct canfd_frame frame;
};

void can_stream_release(struct can_stream *stream);
/*
 * Takes what stands before the next byte that is one of ends: 1, 0 when it is
 * not all there, ENDPOINT_END, -1 with the error.
 */
int can_stream_next(struct can_stream *stream, int fd, const char *ends, struct can_text *text,
		    struct error *err);
/*
 * Writes what was added to stream->out: 1 all of it, 0 the rest has to wait
 * for room, -1 with the error.
 */
int can_stream_flush(struct can_stream *stream, int fd, struct error *err);

/* Makes stream->frame a message that came now, of CAN_MTU or CANFD_MTU bytes. */
void can_stream_give(struct can_stream *stream, size_t size, struct message *message);
/* Copies a message of these sizes into a frame; of any other an error that names the carrier. */
int can_stream_take(const struct message *message, const char *carrier, bool takes_fd,
		    struct canfd_frame *frame, struct error *err);

/* Takes a word off the front; false where only blanks are left. */
bool can_text_word(struct can_text *text, struct can_text *word);
/* Takes so many hex digits off the front; false where there are fewer. */
bool can_text_hex(struct can_text *text, size_t digits, uint32_t *value);
/* Takes an identifier off the front: 3 digits or, extended, 8. */
bool can_text_id(struct can_text *text, size_t digits, canid_t *id);
/* Takes the bytes of a frame off the front: frame->len pairs of digits. */
bool can_text_data(struct can_text *text, struct canfd_frame *frame);
/* Pairs of digits behind between. */
void can_stream_print_data(const struct canfd_frame *frame, const char *between, struct buf *out);

#endif
