/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What datagrams over IP have in common: errors that ICMP tells, and to whom an unconnected socket sends. */
#ifndef FAMILY_IP_DATAGRAM_H
#define FAMILY_IP_DATAGRAM_H

#include "base/buf.h"
#include "core/batch.h"
#include "core/endpoint.h"

#include <stdint.h>

/* The state of an endpoint whose ops these are; the last two are icmp's. */
struct ip_datagram {
	int domain;
	struct address to; /* of a bound socket: who gets what has no address; length 0 nobody yet */
	bool is_fixed;	   /* the option to= says so; else it is who was heard last */
	uint16_t id, sequence;
	/* Of a listener: what answers to the last messages are sent with, IPV6_PKTINFO or IP_PKTINFO. */
	struct buf answers;
	struct batch_segments segments;
	bool was_busy; /* many came at once */
	nanoseconds told; /* when it was told last that somebody is kept out */
};

extern const struct parameter ip_datagram_parameters[];

/*
 * The slot ready_settings of struct family: groups are joined, and the kernel
 * reports errors in full: ip(7), IP_RECVERR.
 */
int ip_datagram_settings(const struct target *target, int domain, struct sockopt_list *list,
			 struct error *err);
/* The slot ready: sets the ops and their state. */
int ip_datagram_ready(const struct target *target, struct endpoint *endpoint, struct error *err);
/* Its ops, for families that put something around them. */
int ip_datagram_receive(struct endpoint *endpoint, struct message_room *room,
			struct message *message, struct error *err);
int ip_datagram_send(struct endpoint *endpoint, const struct message *message, struct error *err);
void ip_datagram_release(struct endpoint *endpoint);

/* Takes the header of IPv4 off, which the kernel gives with all that raw sockets receive. */
void ip_drop_header(struct message *message);

/*
 * Takes one error off the queue of a socket: who told of it, of which peer, and
 * the MTU where it is that. 1 with *err set, 0 where there is none.
 */
int ip_error_take(const struct target *target, int fd, struct error *err);

#endif
