/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two endpoints joined by two flows, from opening to close. */
#ifndef RELAY_SESSION_H
#define RELAY_SESSION_H

#include "core/opening.h"
#include "relay/flow.h"

#include <stdatomic.h>

/* When enough was received, so that a session ends before its peer does; zeroed: never. */
struct goal {
	bool forward;		     /* what is received goes forward, as for recv; else backward */
	uint64_t messages;	     /* so many of them; 0: no limit */
	uint64_t bytes;		     /* so many of a stream; 0: no limit */
	const struct pattern *until; /* something that matches; NULL: nothing is looked for; borrowed */
	nanoseconds quiet_for;	     /* silence for so long after something came; 0: not */
};

/* What is the same for all sessions of a command; borrowed by them. */
struct session_settings {
	bool forward, backward;	   /* the directions that are used */
	bool close_on_first_end;   /* --eof=close */
	bool wait_delivered;	   /* the end counts only once the peer has taken everything */
	const struct codec *input; /* how bytes become messages; NULL: the family's format */
	const struct codec *output;
	bool format_given;	/* also between two byte streams */
	bool timestamps, nanoseconds;
	const struct name *timestamp_style; /* NULL: absolute */
	nanoseconds idle_timeout; /* 0: none */
	nanoseconds kill_after;	  /* programs that outlive their connection by so long are ended; 0: none is */
	uint64_t rate;		  /* bytes a second each way; 0: no limit */
	bool reconnect;		  /* what we connected to is opened again where it ends or is lost */
	struct goal goal;
	const struct pump *pump; /* forced; NULL: the first that can */
};

/* What all sessions and servers of a process share. */
struct engine {
	struct loop *loop;
	struct observer *observer;
	uint64_t sessions;    /* so far */
	atomic_bool *served;  /* set with the first of them, for other processes; NULL */
	uint64_t active;      /* of them, now */
	struct pipes *pipes;  /* for the splice pump */
	struct batch *spare;  /* for the batch pump; NULL: none is kept */
	struct message_room room; /* for messages between their receipt and their delivery or copy; made for the first */
	nanoseconds deadline; /* for all openings together */
	uint64_t starved;     /* sessions that wait for descriptors or memory: accept no more */
	nanoseconds last_notice;
};

struct session;

/* Owner of sessions. */
struct session_owner {
	/* One is over; it is freed after the call. */
	void (*over)(struct session_owner *owner, struct session *session);
	/* One that lacked descriptors or memory has what it needs. NULL: sessions do not wait for that. */
	void (*room)(struct session_owner *owner);
};

/* What is the same for all sessions of an owner. */
struct session_plan {
	struct engine *engine;
	const struct session_settings *settings;
	const struct target *left, *right;
	struct session_owner *owner; /* NULL: nobody is told of their ends */
};

/* Lean, since thousands are there at once: half a KiB. */
struct session {
	struct side left, right;
	struct flow forward, backward;
	const struct session_plan *plan;
	struct session *next, **previous; /* in the owner's list */
	struct opening *opening;	  /* of the side that is not open yet; in_watch of that side is for it */
	struct loop_timer timer;	  /* of due, and of endpoints that say when to try again */
	struct loop_task task;
	nanoseconds due; /* opening, idleness, delivery */
	uint64_t number;
	nanoseconds started, active;
	struct error *err;
	struct returning *returning; /* owned; NULL: nothing is opened again */
	struct source *source;	     /* which a server counts it for; NULL */
	uint16_t wait;	 /* milliseconds until it looks again for room, later at the send queue; 0: it did not wait */
	uint8_t signals; /* sent to programs that outlive it */
	bool is_running : 1, is_over : 1, is_ending : 1, is_starved : 1;
	bool stdout_gone : 1; /* the reader of our standard output has gone */
};

/*
 * Starts a session by a plan that outlives it. left and right are moved in
 * where they are open already (in or out >= 0); else their targets are opened,
 * left first. The session lives until owner->over().
 */
struct session *session_start(const struct session_plan *plan, struct endpoint *left,
			      struct endpoint *right);
/* Has it move what can be moved in the next turn. */
void session_wake(struct session *session);
/* Ends it soon: what was read is not delivered any more. */
void session_abort(struct session *session, const struct error *why);
/* Whether it waits for descriptors or memory; tries again at once, now that somebody gave some back. */
bool session_is_starved(const struct session *session);
void session_try_again(struct session *session);
/* Whether something came, in a session that ends once it is quiet. */
bool session_has_heard(const struct session *session);
/* Whether both sides were open at the same time, be it that one is opened again now. */
bool session_has_run(const struct session *session);
/* Ends it orderly: nothing more is read. */
void session_finish(struct session *session);
/* Whether its goal was reached, or it has none; else 0 and *err, whose kind is left to the caller. */
bool session_reached_goal(const struct session *session, struct error *err);
/* The first error, NULL where all went well. */
const struct error *session_error(const struct session *session);
/* Status of the one program that was joined, -1 where there was none. */
int session_child_status(const struct session *session);

/* Lists of sessions, for owners. */
void session_link(struct session *session, struct session **head);
void session_unlink(struct session *session);

#endif
