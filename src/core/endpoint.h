/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An open end of a transfer: two directions, how they move bytes and how they end. */
#ifndef CORE_ENDPOINT_H
#define CORE_ENDPOINT_H

#include "base/deadline.h"
#include "base/error.h"
#include "core/address.h"
#include "core/message.h"
#include "core/target.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* How one learns that a descriptor can be read or written. */
enum readiness {
	READY_EPOLL,	 /* epoll(7) tells */
	READY_ALWAYS,	 /* regular files, /dev/null: epoll refuses them */
	READY_ON_DEMAND, /* never told: read only once input is finished, written at once (AF_ALG hash) */
};

struct endpoint;
struct batch;

/* What endpoint_receive() gives where no further message will come. */
#define ENDPOINT_END 2
/* Nothing came, but *err tells of something that is no error and worth a line. */
#define ENDPOINT_NOTICE 3
/* What endpoint_pending() gives where what was written is lost: *err tells why. */
#define ENDPOINT_LOST (-2)

/* What endpoint_send() gives where the message alone is refused, and dropped: *err tells why. */
#define ENDPOINT_DROPPED (-3)

/* A slot that is NULL has the behaviour of a plain descriptor. errno tells errors. */
struct endpoint_ops {
	/* As read(2) and write(2) that never block: -1 and EAGAIN. */
	ssize_t (*read)(struct endpoint *endpoint, void *bytes, size_t size);
	ssize_t (*write)(struct endpoint *endpoint, const void *bytes, size_t length);
	/* As write of what a pipe holds, at most length bytes, without copying it; splice(2). */
	ssize_t (*splice)(struct endpoint *endpoint, int pipe, size_t length);
	/*
	 * Nothing more will be written: shows the end to the peer, as its family
	 * can. 0 done, -1 and EAGAIN: call again when it is writable.
	 */
	int (*finish)(struct endpoint *endpoint);
	/*
	 * As message_receive() and message_send(): 1, 0 when it would block, -1;
	 * ENDPOINT_END, ENDPOINT_NOTICE; ENDPOINT_DROPPED. Where no event tells when it can go on,
	 * they set endpoint->try_at.
	 */
	int (*receive)(struct endpoint *endpoint, struct message_room *room,
		       struct message *message, struct error *err);
	int (*send)(struct endpoint *endpoint, const struct message *message, struct error *err);
	/*
	 * The same for many at once: receive_many fills a batch that is empty, which then
	 * stands for the endpoint's queue; send_many gives how many were sent, and may
	 * change where to. NULL where it is one by one. Never where messages have an end.
	 */
	int (*receive_many)(struct endpoint *endpoint, struct batch *batch, struct error *err);
	int (*send_many)(struct endpoint *endpoint, struct message *messages, size_t count,
			 struct error *err);
	/* Bytes or messages that were written and that the peer has not taken yet; -1 unknown. */
	int64_t (*pending)(struct endpoint *endpoint, struct error *err);
	/* Who is at the other end, where the socket itself does not know it; our own address. */
	void (*addresses)(const struct endpoint *endpoint, struct address *local,
			  struct address *peer);
	/* Sends a signal to its own child, and to what that started. */
	void (*signal)(const struct endpoint *endpoint, int number);
	/* Releases state, restores a terminal, removes what was created. Descriptors are closed after. */
	void (*release)(struct endpoint *endpoint);
};

/* Lean on purpose: thousands are open at once. Addresses are asked of the socket when needed. */
struct endpoint {
	const struct endpoint_ops *ops;
	const struct target *target; /* borrowed: what it was opened from */
	struct endpoint *parent;     /* what a layer rests on; NULL. Owned */
	void *state;		     /* of ops; released by ops->release */
	nanoseconds try_at;	     /* when to try again what would have blocked; 0: events tell */
	int in, out;		     /* may be the same; -1: this direction is not there */
	int pidfd;		     /* of its own child; -1 */
	uint16_t message_maximum;    /* bytes of the longest message that can be sent; 0 unknown */
	enum family_end end : 2;
	enum readiness ready_in : 2, ready_out : 2;
	bool is_socket : 1;
	bool several_interfaces : 1; /* messages come by more than one: say by which */
	bool messages : 1; /* keeps boundaries: use message_receive() and message_send() */
	bool shared : 1; /* descriptors belong to the parent process too: no O_NONBLOCK, no shutdown */
	bool blocks : 1; /* a socket that others have too, whose O_NONBLOCK is theirs: only MSG_DONTWAIT keeps it from waiting */
	bool empties : 1; /* a short read has left nothing, but behind urgent data and before the end; epoll(7), question 9 */
	bool lingered : 1; /* for the ops: a moment was given to the peer before the end */
	bool finished : 1; /* its writing side was ended */
	bool passed_on : 1; /* its descriptors live on elsewhere: what it made in the file system stays */
	bool console : 1;  /* our own standard input and output */
	bool terminal : 1; /* in is a terminal */
};

#define ENDPOINT_CLOSED ((struct endpoint){ .in = -1, .out = -1, .pidfd = -1 })

/* Moves what from owns into to; from is closed afterwards. */
void endpoint_move(struct endpoint *to, struct endpoint *from);
/* Closes descriptors, releases state; harmless on a closed one. */
void endpoint_close(struct endpoint *endpoint);
/* Never block; EINTR is retried. */
ssize_t endpoint_read(struct endpoint *endpoint, void *bytes, size_t size);
ssize_t endpoint_write(struct endpoint *endpoint, const void *bytes, size_t length);
int endpoint_receive(struct endpoint *endpoint, struct message_room *room,
		     struct message *message, struct error *err);
int endpoint_send(struct endpoint *endpoint, const struct message *message, struct error *err);
/*
 * Sends at least one of count messages where it can: how many, 0, -1 for the first. Those that came as several
 * only where it takes them; of the first, those that went before what is left of it are taken off.
 */
int endpoint_send_many(struct endpoint *endpoint, struct message *messages, size_t count,
		       struct error *err);
bool endpoint_takes_joined(const struct endpoint *endpoint);
int endpoint_finish(struct endpoint *endpoint);
/* -1 unknown; ENDPOINT_LOST with the error. */
int64_t endpoint_pending(struct endpoint *endpoint, struct error *err);
/*
 * Whether poll(2) sees POLLIN of in, or POLLOUT of out, now; true where it
 * cannot tell. What it sees the loop will not tell again.
 */
bool endpoint_sees(const struct endpoint *endpoint, short events);
/* Whether it has this direction at all. */
bool endpoint_has_input(const struct endpoint *endpoint);
bool endpoint_has_output(const struct endpoint *endpoint);
/* Whether bytes of this end may be moved by splice(2) and the like without its ops. */
bool endpoint_is_plain_in(const struct endpoint *endpoint);
bool endpoint_is_plain_out(const struct endpoint *endpoint);
/* Whether endpoint_splice() can be tried: it is plain, or its ops know how. */
bool endpoint_takes_pipe(const struct endpoint *endpoint);
/* Moves what a pipe holds, without copying; as endpoint_write(), EAGAIN also where the pipe is empty. */
ssize_t endpoint_splice(struct endpoint *endpoint, int pipe, size_t length);
/* Both addresses; length 0 where there is none. */
void endpoint_addresses(const struct endpoint *endpoint, struct address *local,
			struct address *peer);
/* Programs that are started from now on have its descriptors as well, where inherit asks for it. */
void endpoint_let_inherit(const struct endpoint *endpoint);
/* Finds the readiness class of both descriptors; called by what opens one. */
void endpoint_classify(struct endpoint *endpoint);
/* The spec of its peer or local address, else of its target. */
void endpoint_print_peer(const struct endpoint *endpoint, struct buf *out);
void endpoint_print_local(const struct endpoint *endpoint, struct buf *out);
/* What its family has to say of a connection; NULL has nothing to say, nor has a listener. */
void endpoint_print_note(const struct endpoint *endpoint, struct buf *out);

#endif
