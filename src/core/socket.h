/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making sockets of a target: socket(2), bind(2), listen(2), accept(2), options by phase. */
#ifndef CORE_SOCKET_H
#define CORE_SOCKET_H

#include "core/endpoint.h"

/* A non-blocking close-on-exec socket in the target's network namespace, without any options. */
int socket_plain(const struct target *target, int domain, int type, int protocol,
		 struct error *err);

/* The protocol of a socket for an address of the target. */
int socket_protocol(const struct target *target, const struct address *address);

/*
 * A new non-blocking close-on-exec socket for an address of the target, in its
 * network namespace, with the options of PHASE_BIND applied and prepared by
 * its family. Owned by the caller; -1 with the error and a hint.
 */
int socket_create(const struct target *target, const struct address *address, struct error *err);

/* Sets what its family has on sockets of that domain: once more, where the kernel took it away. */
int socket_settle(const struct target *target, int domain, int fd, struct error *err);

/* bind(2), and what the family needs after it. The error has no hint yet. */
int socket_bind(const struct target *target, int fd, const struct address *address,
		struct error *err);
/* As connect(2), to the address at that place of the list. */
int socket_connect(const struct target *target, int fd, const struct address_list *addresses,
		   size_t place);
/* Binds to the addresses of bind= that fit the domain of *address; nothing where none is given. */
int socket_bind_local(const struct target *target, int fd, const struct address *address,
		      struct error *err);

/* From now on its messages say how many were lost before them, where its family counts. */
void socket_count_drops(const struct endpoint *endpoint);

/* Fills in an endpoint around a socket (given away on success) and lets the family have its say. */
int socket_endpoint(const struct target *target, int *fd, struct endpoint *endpoint,
		    struct error *err);

/* What listens: one socket for each address of a passive target. */
struct listener {
	struct endpoint *endpoints; /* owned */
	size_t count;
};

/*
 * Resolves, binds and listens (sockets of messages without connections are
 * only bound). May block while a name is looked up. With several addresses
 * it is enough that one can be bound; port 0 takes one address only.
 */
int listener_open(struct listener *listener, const struct target *target, struct error *err);
/* Binds every address of first, opened for the same target with divides_port, once more. */
int listener_open_again(struct listener *listener, const struct target *target,
			const struct listener *first, struct error *err);
/* The same around sockets that were bound for the target before; each is taken, and -1 in fds then. */
int listener_adopt(struct listener *listener, const struct target *target, int *fds, size_t count,
		   struct error *err);
void listener_close(struct listener *listener);

enum accept_result {
	ACCEPT_DONE,  /* *accepted is a connection */
	ACCEPT_NONE,  /* nobody waits */
	ACCEPT_LOST,  /* who waited has gone: go on */
	ACCEPT_REFUSED, /* it came and was closed: *err tells why it cannot be served; go on */
	ACCEPT_FULL,  /* no descriptors or memory: errno tells; try again later */
	ACCEPT_ERROR, /* the listener is broken: *err tells */
};
/* Accepts one connection, with the options of PHASE_ACCEPTED. */
enum accept_result socket_accept(const struct endpoint *listener, struct endpoint *accepted,
				 struct error *err);
/* Adds what a missing family, module or privilege needs to an error. */
int socket_explain(const struct target *target, struct error *err);

#endif
