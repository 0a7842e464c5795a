/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the SCTP family know of each other; sctp(7), linux/sctp.h, RFC 6458. */
#ifndef FAMILY_SCTP_H
#define FAMILY_SCTP_H

#include "core/family.h"
#include "core/target.h"
#include "family/ip.h"

/* One socket for many associations: its messages say whose they are. */
bool sctp_is_many(const struct target *target);

/*
 * An end of several addresses, written HOST+HOST. Of such a local end the
 * list has the first address alone, which is the one to be bound.
 */
int sctp_resolve(const struct target *target, enum address_end end, bool may_block,
		 struct address_list *list, struct error *err);
/* Slots of struct family: the further addresses of the local end, and all of a peer that has several. */
int sctp_bound_settings(const struct target *target, const struct address *local, bool may_block,
			struct sockopt_list *list, struct error *err);
void sctp_connect_setting(const struct target *target, const struct address_list *addresses,
			  size_t place, struct sockopt_list *list);

/* How messages move; the state it needs is made here. */
void sctp_transfer(struct endpoint *endpoint);

#endif
