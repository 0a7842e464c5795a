/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who watches a transfer: events and bytes as they pass; the engine itself prints nothing. */
#ifndef CORE_OBSERVER_H
#define CORE_OBSERVER_H

#include "base/deadline.h"
#include "base/error.h"
#include "core/endpoint.h"
#include "core/message.h"

#include <stdbool.h>
#include <stdint.h>

/* left to right, or right to left */
enum direction { DIRECTION_FORWARD, DIRECTION_BACKWARD };

enum event_kind {
	EVENT_LISTENING, /* subject listens */
	EVENT_OPENING,	 /* subject's target is being opened */
	EVENT_RETRY,	 /* target could not be opened, error tells why; tried count times */
	EVENT_OPENED,	 /* subject is open: connected, bound, started */
	EVENT_ACCEPTED,	 /* subject is a connection that came in */
	EVENT_END,	 /* one direction ended; its counts */
	EVENT_CLOSED,	 /* a session is over; both counts */
	EVENT_ERROR,	 /* error tells; what goes on goes on */
	EVENT_NOTICE,	 /* error's text is no error but worth a line */
	EVENT_PAUSED,	 /* accepting pauses: no descriptors or memory */
	EVENT_DROPPED,	 /* messages were dropped: count */
	EVENT_CHECKSUM,	 /* the digest of what passed in one direction of a session that is over */
};

/* What passed in one direction. */
struct transfer {
	uint64_t bytes;	   /* delivered */
	uint64_t messages; /* delivered, of message sides */
	uint64_t lost;	   /* bytes that were read and not delivered */
	uint64_t refused;  /* messages that the sink did not want, whose bytes are lost */
	const char *pump;  /* the name of what moved it; NULL: nothing did yet */
};

/* Everything is borrowed for the call. What does not apply is zero. */
struct event {
	enum event_kind kind;
	uint64_t session; /* number of the session, from 1; 0: none */
	const struct endpoint *subject;
	const struct endpoint *other; /* of a session that is over: its right end */
	const struct target *target; /* where there is no endpoint (yet) */
	const struct error *error;
	enum direction direction;
	const struct transfer *transfers; /* of both directions */
	nanoseconds duration;
	nanoseconds lookup; /* of OPENED: what of the duration went into looking the name up */
	uint64_t count;
	const char *algorithm, *digest; /* of CHECKSUM; hex */
};

struct observer {
	struct observer *next;
	void (*event)(struct observer *observer, const struct event *event); /* NULL: not wanted */
	/* Bytes of a direction as they are delivered. NULL: not wanted, so that they may be spliced. */
	void (*data)(struct observer *observer, uint64_t session, enum direction direction,
		     const struct message *message);
	/* The ancillary data with which a message came from source; the message's bytes need not be seen. NULL: not wanted. */
	void (*control)(struct observer *observer, uint64_t session, const struct endpoint *source,
			const struct message *message);
};

/* Tells all observers of a chain (NULL: none). */
void observer_tell(struct observer *chain, const struct event *event);
void observer_show(struct observer *chain, uint64_t session, enum direction direction,
		   const struct message *message);
/* Shows what came with a message, where something did. */
void observer_show_control(struct observer *chain, uint64_t session, const struct endpoint *source,
			   const struct message *message);
/* Whether one of them must see the bytes. */
bool observer_needs_data(const struct observer *chain);

#endif
