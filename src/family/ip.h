/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the families over IP share: fields, resolving, printing and preparing; ip(7), ipv6(7). */
#ifndef FAMILY_IP_H
#define FAMILY_IP_H

#include "core/family.h"
#include "core/target.h"

#include <stdint.h>

/* The places of the fields in ip_fields. */
enum ip_field { IP_HOST, IP_PORT, IP_FLOWINFO, IP_SCOPE };

/* host, port, flowinfo, scope: the tuple of AF_INET6, whose front is that of AF_INET. */
extern const struct shape_field ip_fields[];
/* The host's named values, for families with fields of their own: any, broadcast. */
extern const struct name ip_hosts[];
/* Options of every family over IP. */
extern const struct parameter ip_parameters[];

/* A host and a port cut out of a text such as bind=[fe80::1%eth0]:5353; port NULL: none. */
struct ip_text {
	char *host; /* owned; "" where none */
	char *port; /* owned; NULL where none */
};

/*
 * Cuts "HOST", "HOST:PORT", ":PORT", "[HOST]:PORT" or a bare IPv6 address. A
 * usage error says what was expected. ip_text_release() is due on success.
 */
int ip_text_read(const char *text, struct ip_text *parts, struct error *err);
void ip_text_release(struct ip_text *parts);

/* A port number, or with may_look_up a service of services(5), in host byte order. */
int ip_port(const char *text, const char *protocol, bool may_look_up, uint16_t *port,
	    struct error *err);

/* The port of a bind=, or LOW-HIGH of which the first free one is taken; services are not looked up. */
int ip_check_ports(const char *text, struct error *err);

/* What goes with each address that ip_addresses() adds. */
struct ip_query {
	const char *host;  /* "" or NULL: any address where passive, else loopback */
	bool quoted;	   /* the host is a name, whatever it says */
	bool passive;	   /* to be bound */
	bool only_local;   /* an empty host means loopback although it is passive */
	bool may_block;	   /* names may be looked up */
	int domain;	   /* AF_INET, AF_INET6 or AF_UNSPEC */
	uint16_t port;	   /* in host byte order */
	uint32_t flowinfo; /* in host byte order */
	uint32_t scope;	   /* 0: as the host says */
};

/*
 * Adds the addresses of a host in RFC 6724 order, the two families alternating
 * (RFC 8305). 1: a look-up would have to wait; -1 with the error.
 */
int ip_addresses(const struct ip_query *query, struct address_list *list, struct error *err);

/* Slots of struct family; the fields must be ip_fields. */
int ip_check(struct target *target, struct error *err);
int ip_resolve(const struct target *target, enum address_end end, bool may_block,
	       struct address_list *list, struct error *err);
/* The same for families whose addresses have no port. */
int ip_check_host(struct target *target, struct error *err);
int ip_resolve_host(const struct target *target, enum address_end end, bool may_block,
		    struct address_list *list, struct error *err);
/* Prints the host with the brackets it needs in a spec. */
void ip_print_host_field(const struct target *target, const struct address *address, struct buf *out);
/* The domain that the family or -4 and -6 ask for. */
int ip_domain(const struct target *target);

/* Slots that fit any family whose addresses are sockaddr_in and sockaddr_in6. */
void ip_print_address(const struct target *target, const struct address *address, struct buf *out);
void ip_describe_address(const struct address *address, struct json *json);
int ip_settings(const struct target *target, int domain, struct sockopt_list *list,
		struct error *err);
void ip_explain_error(const struct target *target, struct error *err);
/* The same for UDP and UDP-Lite, whose datagrams have a longest length. */
void ip_explain_datagram_error(const struct target *target, struct error *err);
/* The host alone, without brackets; an IPv4 address inside an IPv6 one is shown as IPv4. */
void ip_print_host(const struct address *address, struct buf *out);
/* In host byte order, 0 where the address is none of IP. */
uint16_t ip_port_of(const struct address *address);

#endif
