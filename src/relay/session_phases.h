/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the phases of a session, its opening and its running, ask of each other; nobody else's business. */
#ifndef RELAY_SESSION_PHASES_H
#define RELAY_SESSION_PHASES_H

#include "base/memory.h"
#include "relay/session.h"
#include "relay/side.h"

static inline struct loop *session_loop(const struct session *session)
{
	return session->plan->engine->loop;
}
static inline nanoseconds session_now(const struct session *session)
{
	return loop_now(session_loop(session));
}
static inline struct session *session_of(struct side *side)
{
	return side->is_right ? container_of(side, struct session, right) :
				container_of(side, struct session, left);
}
/* The direction in which the command receives. */
static inline const struct flow *session_answer(const struct session *session)
{
	return session->plan->settings->goal.forward ? &session->forward : &session->backward;
}
/* When the phase that it is in goes on by itself; DEADLINE_NEVER: it does not. */
void session_set_timer(struct session *session, nanoseconds at);
/* The same of what cannot go on now and that no event tells of: its endpoints say when to try again. */
void session_set_retry(struct session *session);

/* Tells the observers of something that happened to one of its ends; target where that is not open. */
void session_tell(struct session *session, enum event_kind kind, const struct endpoint *subject,
		  const struct target *target);
/* The same of a target that is opened again, after so many tries in vain. */
void session_tell_retry(struct session *session, const struct target *target,
			const struct error *err, uint64_t tries);
/* The same of an error; the first one decides how the session ended. */
void session_tell_error(struct session *session, const struct error *err,
			const struct endpoint *subject, const struct target *target);
/* Whether it is one of many that a server started. */
static inline bool session_is_served(const struct session *session)
{
	return session->plan->owner != NULL && session->plan->owner->room != NULL;
}
/* Closes both ends; it is freed at the end of the turn, when no event can refer to it. */
void session_close(struct session *session);

/* Opens what is not open yet, the left side first, and begins to run once both are. */
void session_open(struct session *session);
/* Notes whether it waits for descriptors or memory; whoever accepts more is told when it no longer does. */
void session_set_starved(struct session *session, bool starved);

/* A side is open: it is moved in and joins the loop. -1: it cannot, and the session is over. */
int session_attach(struct session *session, struct side *side, struct endpoint *endpoint);
/*
 * A side that was lost is opened again after a while, and after a longer one
 * where that fails. session_lost() closes it; session_returns() tells whether a
 * failure to open waits for another try; session_is_away() whether one is waited for.
 */
void session_let_return(struct session *session);
void session_lost(struct session *session);
bool session_returns(struct session *session, const struct target *target, const struct error *err);
bool session_is_away(const struct session *session);
void session_try_return(struct session *session);
/* All sides are there again: false where it never ran before. */
bool session_resume(struct session *session);

/* Both sides are open: chooses how the flows move their bytes and starts them. */
void session_begin(struct session *session);
/* Moves what can be moved, in both directions. */
void session_run(struct session *session);
/* Closes it where both flows are closed, all is delivered and its programs have ended. */
void session_end_if_over(struct session *session);
/* The session ends, but for programs that have not: their time begins, where it is bounded. */
void session_set_kill_timer(struct session *session);
/* A program that outlives its connection has had its time: SIGTERM, then SIGKILL. */
void session_kill(struct session *session);
/* From now on it may be idle for so long. */
void session_watch_idleness(struct session *session);
/* The time for idleness may be over. */
void session_idle_out(struct session *session);
/* Endpoints that said themselves when to try again: that time has come. */
void session_retry(struct session *session);

#endif
