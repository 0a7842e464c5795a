/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One direction of a transfer, with its own half-close state. */
#ifndef RELAY_FLOW_H
#define RELAY_FLOW_H

#include "base/buf.h"
#include "base/pattern.h"
#include "codec/codec.h"
#include "core/batch.h"
#include "core/endpoint.h"
#include "core/observer.h"
#include "relay/loop.h"

#include <stdbool.h>
#include <stdint.h>

struct pipes;

/* What only ends of two descriptors, or with a program, have. */
struct side_more {
	struct side *side;
	struct loop_watch out_watch; /* of an out of its own */
	struct loop_watch child_watch;
};

/* An endpoint and what the loop last said of it. Thousands are there at once: what few need is elsewhere. */
struct side {
	struct endpoint endpoint;
	struct loop_watch in_watch; /* of endpoint.in, and of out where it is the same; of what is being opened */
	struct side_more *more;	    /* owned; NULL: nothing */
	uint8_t child_status;	    /* as waitid(2): status, or 128 and the signal */
	bool is_right : 1;	    /* of its session */
	bool readable : 1, writable : 1; /* may be tried: set by an edge, cleared by EAGAIN */
	bool is_strange : 1;		 /* an event told of urgent data or an end: short reads prove nothing any more */
	bool broken : 1;		 /* HUP or ERR: writing is useless */
	bool was_reset : 1;		 /* reading or writing said ECONNRESET */
	bool returns : 1; /* it is opened again where its peer ends or is lost; its flows keep what they hold */
	bool is_gone : 1; /* that has happened */
	bool child_exited : 1;
};

/*
 *	OPEN      source readable  read, arm sink                 OPEN
 *	OPEN      buffer full      disarm source (backpressure)   OPEN
 *	OPEN      source at end    -                              DRAINING
 *	OPEN      sink gone        stop reading the source        CLOSED
 *	DRAINING  buffer empty     finish the sink                CLOSED
 */
enum flow_state { FLOW_OPEN, FLOW_DRAINING, FLOW_CLOSED };

/* How messages and bytes become each other; only flows that need it have one. */
struct conversion {
	const struct codec *decode; /* of a source of bytes; NULL: the source has messages */
	const struct codec *encode; /* of a sink of bytes; NULL: the sink takes messages */
	struct codec_context *decode_context, *encode_context; /* owned; NULL without the codec */
	struct message_room room; /* lent by the engine: all flows receive into the same, one at a time */
	struct buf input;   /* bytes that are not decoded yet, from input_at on */
	size_t input_at;
	struct buf output;  /* bytes, or one message, that the sink did not take yet */
	size_t output_sent;
	struct message pending; /* that message; its data is output, its ancillary data control */
	struct buf control;
	bool has_pending;
	bool input_at_end;
	bool began, ended; /* what stands before and behind all messages is written */
	uint64_t messages_left; /* to be delivered; UINT64_MAX: no limit */
	uint64_t messages, refused; /* delivered; not wanted by the sink, their bytes lost */
	struct batch *batch; /* owned; what the sink did not take of it yet; NULL: nothing */
	struct address answer_to; /* of the message that came last, for flows that answer it */
};

/* What is looked for in a flow; it ends once it is found. */
struct quest {
	const struct pattern *pattern; /* borrowed */
	struct pattern_window window;
	bool is_found;
};

/* How fast a flow may be: bytes that were not used are saved for a tenth of a second. */
struct rate {
	uint64_t limit; /* bytes a second */
	double saved;	/* below 0: a message was longer */
	nanoseconds at; /* when that was counted */
};

/* Bytes that the sink did not take. */
struct leftover {
	uint32_t at, length; /* those before at are gone */
	char bytes[];
};

/* What only some flows have. */
struct flow_more {
	struct rate rate;   /* limit 0: as fast as it goes */
	struct quest quest; /* pattern NULL: nothing is looked for */
	struct error err;   /* why it failed */
	nanoseconds heard;  /* when something came last, where silence after that is an end; 0: nothing yet */
};

/* Thousands are there at once: what few need is elsewhere. */
struct flow {
	struct side *source, *sink;
	const struct pump *pump;
	struct conversion *conversion; /* owned; NULL: bytes to bytes */
	struct leftover *leftover;     /* owned; NULL: nothing */
	struct flow_more *more;	       /* owned; NULL: nothing */
	uint64_t limit;	    /* bytes still to be read; UINT64_MAX: no limit */
	struct {
		uint64_t bytes; /* delivered */
		uint64_t lost;	/* read and not delivered */
	} moved;
	int splice_pipe[2]; /* of the splice pump; -1: none */
	uint32_t in_pipe;
	uint8_t state : 2; /* enum flow_state */
	uint8_t direction : 1;
	bool discards : 1; /* the sink failed: read on so that the peer is not blocked */
	bool stopping : 1; /* nothing more is read */
	bool source_failed : 1; /* its error is about the source, not about the sink */
	bool shows : 1;	    /* an observer must see the bytes */
	bool is_direct : 1; /* of the splice pump: a side is a pipe itself */
	bool is_bulk : 1;   /* of the splice pump: much comes at once, or more than the sink takes */
};

/* What a pump came to. */
enum pump_result {
	PUMP_WAIT,	    /* source dry or sink full, as their flags tell */
	PUMP_AGAIN,	    /* its turn is over, more can be done at once */
	PUMP_END,	    /* the source is at its end and all is delivered */
	PUMP_SOURCE_FAILED, /* errno, or flow->err */
	PUMP_SINK_FAILED,   /* the same */
};

/* What all pumps of a session need. */
struct flow_environment {
	struct loop *loop;
	struct observer *observer;
	struct pipes *pipes;
	struct batch **spare; /* an empty one, kept for the next flow that needs one; NULL: none */
	uint64_t session;
};

struct pump {
	const char *name;
	bool (*can)(const struct flow *flow);
	void (*prepare)(struct flow *flow); /* once, when it is chosen; NULL: nothing */
	enum pump_result (*run)(struct flow *flow, const struct flow_environment *environment);
};

extern const struct pump pump_copy, pump_splice, pump_discard, pump_message, pump_batch;

/* A pump's step: *moved grows by what it read. */
typedef enum pump_result pump_step(struct flow *flow, const struct flow_environment *environment, size_t *moved);
/* Steps until so many bytes were moved, or it cannot go on. */
enum pump_result pump_turn(struct flow *flow, const struct flow_environment *environment, pump_step *step, size_t most);
/* One read and one write of the copy pump; *moved grows by what was read. */
enum pump_result pump_copy_step(struct flow *flow, const struct flow_environment *environment,
				size_t *moved);

/* What endpoint_receive() gave: PUMP_AGAIN with *found false where it was a notice, which is told. */
enum pump_result pump_message_received(struct flow *flow, const struct flow_environment *environment,
				       int got, const struct error *err, bool *found);
/* Counts a message that the sink refused; the first is told. */
void pump_message_dropped(struct flow *flow, const struct flow_environment *environment,
			  const struct message *message, const struct error *err);
/* Counts and shows a message that the sink took. */
void pump_message_count(struct flow *flow, const struct flow_environment *environment,
			const struct message *message);

#define PUMP_TURN (1U << 20) /* bytes a pump may move before others have their turn */

void flow_init(struct flow *flow, struct side *source, struct side *sink,
	       enum direction direction);
void flow_release(struct flow *flow);
/* Moves what can be moved. Whether it must be run again although no event will come. */
bool flow_run(struct flow *flow, const struct flow_environment *environment);
/* Reads no more; delivers what was read. */
void flow_stop(struct flow *flow);
/* Closes at once; what is left over counts as lost. */
void flow_abandon(struct flow *flow);
/* What passed in it so far. */
struct transfer flow_moved(const struct flow *flow);
/* When something came last, for those who wait for the silence after it; 0: nothing was noted. */
void flow_note_heard(struct flow *flow, nanoseconds now);
nanoseconds flow_heard(const struct flow *flow);
/* Whether what was looked for was found. */
bool flow_has_found(const struct flow *flow);
/* Why it failed; NULL: it did not. */
const struct error *flow_error(const struct flow *flow);
/* How much its source will still give, where a file or a limit tells; else UINT64_MAX. */
uint64_t flow_bytes_left(const struct flow *flow);
bool flow_has_leftover(const struct flow *flow);
/* Whether its source is a connection that was reset: that took the other direction with it. */
bool flow_is_torn(const struct flow *flow);
/* Notes an error (errno where err is NULL); the first one stays. */
void flow_fail(struct flow *flow, const struct error *err, const char *what);

/* Whether more will come after the source's end, because it is opened again. */
bool flow_goes_on(const struct flow *flow);
/* A side of it was opened again: what was cut in two is counted as lost. */
void flow_resume(struct flow *flow, const struct side *side);
/* For pumps: keeps what the sink did not take. */
void flow_keep(struct flow *flow, const char *bytes, size_t length);
/* For pumps: writes the leftover; PUMP_AGAIN when none is left. */
enum pump_result flow_write_leftover(struct flow *flow,
				     const struct flow_environment *environment);
/* Moves no more than so many bytes a second. */
void flow_slow_down(struct flow *flow, uint64_t limit);
bool flow_is_slowed_down(const struct flow *flow);
/* For pumps: bytes that may be read now; where it is 0 the source is tried again by itself. */
size_t flow_allowance(struct flow *flow);
/* For pumps: so many were. */
void flow_spend(struct flow *flow, size_t length);
/* Looks for a pattern, which must outlive it, in what is delivered, and stops once it is found. */
void flow_seek(struct flow *flow, const struct pattern *pattern);
/* For pumps: looks at bytes that were delivered; at a message apart from those before it. */
void flow_look(struct flow *flow, const char *bytes, size_t length);
/* For pumps: counts and shows bytes that the sink took. */
void flow_delivered(struct flow *flow, const struct flow_environment *environment,
		    const char *bytes, size_t length);

void conversion_free(struct conversion *conversion);

#endif
