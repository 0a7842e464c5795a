/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a family of addresses must say of itself: one const struct in one file. */
#ifndef CORE_FAMILY_H
#define CORE_FAMILY_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "core/address.h"
#include "option/parameter.h"
#include "option/sockopt_list.h"
#include "spec/shape.h"

#include <stdbool.h>

struct endpoint;
struct endpoint_ops;
struct listener;
struct message;
struct target;

/* How the end of input is shown to the peer. */
enum family_end {
	END_HALF,  /* shut the sending side down and read on */
	END_WHOLE, /* cannot be shown without cutting the answer off */
	END_NONE,  /* there is no end */
};

/* What makes an active socket ready for use. */
enum family_step {
	STEP_CONNECT, /* connect(2), after bind(2) where a local end is given */
	STEP_BIND,    /* bind(2) to the address of the spec */
	STEP_NONE,    /* neither */
};

/* Options of every family that do nothing for most. Those of sockets are for all that make one. */
enum family_obeys {
	OBEYS_OWNER = 1, /* user and group */
	OBEYS_PATH = 2,	 /* mode and unlink-early, of a path that it creates */
	OBEYS_NETNS = 4, /* netns, without being a socket */
};

/* A socket type; tables end with a NULL name; the first row is the default. */
struct family_type {
	const char *name; /* "stream" */
	int type;	  /* SOCK_STREAM */
	enum family_end end;
	bool messages; /* boundaries are kept */
	bool no_listen; /* cannot listen(2): peers are told apart by address */
	bool shares_port; /* SO_REUSEPORT: sockets bound to one address divide what comes to it */
	bool blind; /* opening says nothing of the peer: only an answer tells that it is there */
	bool waits; /* of datagrams: who sends waits until there is room, so that none need be lost */
	const char *forbidden; /* hint where the kernel forbids it; NULL: the family's capability */
	const char *module;    /* of the kernel, where it is not the family's */
};

/* Which address of a target is asked for. */
enum address_end { ADDRESS_PEER, ADDRESS_LOCAL };

/*
 * A function slot that is NULL has the generic behaviour. Slots that take no
 * struct error cannot fail.
 */
struct family {
	struct shape shape;
	const char *summary;
	int domain;		       /* AF_, -1 where no socket is made */
	int protocol;		       /* the default one */
	int protocol6;		       /* over AF_INET6 where that is another one; 0: it is the same */
	const struct name *protocols;  /* protocols by name, NULL */
	const struct family_type *types; /* NULL where no socket is made */
	const int *levels;	       /* option levels its sockets answer to; ends with -1 */
	const struct parameter *parameters; /* options of its own; NULL for none */
	enum family_step step;
	const char *format;	 /* default codec; NULL: raw */
	const char *text_format; /* what --format text means; NULL: text */
	const char *directory;	 /* spec that lists what is registered, and ends: scan NAME:; NULL */
	unsigned int obeys;	 /* options of every family that it knows what to do with; OBEYS_ */
	const char *module;	 /* kernel module that brings it, for hints */
	const char *capability;	 /* needed to open it, for hints: "CAP_NET_RAW" */

	/* Checks what the tables cannot; may fill target->number and the like. No system calls. */
	int (*check)(struct target *target, struct error *err);
	/* What can be told before it is opened, once for many: 0, or -1 with the error that opening it would have. */
	int (*foresee)(const struct target *target, struct error *err);
	/*
	 * Adds the addresses of one end to list, in the order to be tried. Where
	 * may_block is false and a look-up would have to wait, it returns 1
	 * and adds nothing; 0 done; -1 error. Runs on a thread of its own where it
	 * may block: it only reads the target.
	 */
	int (*resolve)(const struct target *target, enum address_end end, bool may_block,
		       struct address_list *list, struct error *err);
	/* Prints an address as the fields of a spec: "127.0.0.1:80". */
	void (*print_address)(const struct target *target, const struct address *address,
			      struct buf *out);
	/* Prints each field of an address with its name, for explain and JSON. */
	void (*describe_address)(const struct address *address, struct json *json);
	/*
	 * Options that sockets of that domain get for the family's own needs, before
	 * those of the user. What is listed is what is set, and what explain shows.
	 */
	int (*settings)(const struct target *target, int domain, struct sockopt_list *list,
			struct error *err);
	/* The same between bind(2), to that address, and connect(2) or listen(2). */
	int (*bound_settings)(const struct target *target, const struct address *address,
			      bool may_block, struct sockopt_list *list, struct error *err);
	/* The same once it is bound and listens, or is connected or accepted. */
	int (*ready_settings)(const struct target *target, int domain, struct sockopt_list *list,
			      struct error *err);
	/*
	 * The option that stands for connect(2) to the address at that place of the
	 * list, which has the peer's others too; nothing is added where connect(2) will do.
	 */
	void (*connect_setting)(const struct target *target, const struct address_list *addresses,
				size_t place, struct sockopt_list *list);
	/* What a socket needs before bind(2) or connect(2) beyond its options. */
	int (*prepare)(const struct target *target, int fd, struct error *err);
	/* Adds for explain the calls of prepare, a line each. */
	void (*add_prepare_calls)(const struct target *target, struct buf *out);
	/* Adds for explain the calls of ready, a line each. */
	void (*add_calls)(const struct target *target, struct buf *out);
	/* What a socket needs once it is connected, bound or accepted. Ownership of nothing moves. */
	int (*ready)(const struct target *target, struct endpoint *endpoint, struct error *err);
	/*
	 * What must pass between both ends of a connection of ours before the first
	 * byte of the transfer: 0 done; 1 waits for input, 2 a moment, then it is
	 * called again; -1 error. After some seconds it is called with is_late, once.
	 */
	int (*greet)(const struct target *target, struct endpoint *endpoint, bool is_late,
		     struct error *err);
	/*
	 * Adds what is worth knowing of an open connection beyond its addresses, which
	 * may change while it lives: "MPTCP, 2 subflows"; nothing where there is nothing.
	 */
	void (*note)(const struct endpoint *endpoint, struct buf *out);
	/* Whether whoever connected to what listens may: 0, or -1 with an error that says who it is. */
	int (*admit)(const struct target *target, int fd, struct error *err);
	/* Adds the bytes that tell a client's host, user or machine from others; NULL: they cannot be told apart. */
	void (*source)(const struct endpoint *client, struct buf *out);
	/* Tells others of a listener where they look for such; -1: they are not told, and why is a notice. */
	int (*announce)(const struct target *target, struct endpoint *listener, struct error *err);
	/* Makes of a passive socket's own address the one that others reach it at. */
	void (*reached_at)(const struct target *target, struct address *address);
	/*
	 * Opens an endpoint that is no socket. client is the connection that it
	 * is opened for, NULL where none. Never blocks for long.
	 */
	int (*open)(const struct target *target, const struct endpoint *client,
		    struct endpoint *endpoint, struct error *err);
	/* Adds for explain the calls of open, a line each; NULL: it is a socket, or there are none. */
	void (*add_open_calls)(const struct target *target, struct buf *out);
	/* Opens all that a passive spec stands for, where its sockets listen already; NULL: open() the one. */
	int (*listen)(const struct target *target, struct listener *listener, struct error *err);
	/* The very descriptor, where it was open before; a duplicate owned by the caller. */
	int (*descriptor)(const struct target *target, struct error *err);
	/* Whether this kernel can do it: 0, or -1 with ERROR_UNAVAILABLE and a hint. */
	int (*probe)(struct error *err);
	/*
	 * Adds what of it this kernel has to choose from: lines of text, or members
	 * of an object; one of both is NULL.
	 */
	void (*list)(struct buf *lines, struct json *json);
	/* Adds a hint to an error of opening or of transfer where the family knows one. */
	void (*explain_error)(const struct target *target, struct error *err);
	/* How the endpoint's bytes move; NULL: plain descriptors. */
	const struct endpoint_ops *ops;
};

/* The families, in the order of families.def; sorted by name. Defined by the family layer. */
extern const struct family *const families[];
extern const size_t family_count;

/* The family with that name or alias (role words are not looked at), NULL where none. */
const struct family *family_find(const char *name);
/* The one that a spec begins with, whatever else is wrong with it; NULL. */
const struct family *family_of_spec(const char *spec);
/* The family that owns a shape which is its member. */
const struct family *family_of_shape(const struct shape *shape);
/* The shapes of all families, for spec_parse(). */
const struct vocabulary *family_vocabulary(void);
/* Tries a socket of the family's type (NULL: the first); what the slot .probe does by default. */
int family_probe(const struct family *family, const struct family_type *type, struct error *err);

#endif
