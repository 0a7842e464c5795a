/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which packets a packet socket takes: classic BPF, from an expression or as numbers; pcap-filter(7), bpf(4). */
#ifndef FAMILY_PACKET_FILTER_H
#define FAMILY_PACKET_FILTER_H

#include "base/error.h"
#include "option/sockopt_list.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

/* A program; packet_filter_release() is due. */
struct packet_filter {
	struct sock_filter *steps; /* owned */
	size_t count;
};

/*
 * Compiles text: the numbers that `tcpdump -ddd` prints, their lines parted by newlines
 * or commas, or an expression, which takes libpcap. has_link tells whether packets begin
 * with an Ethernet header or with that of IP. Usage errors; ERROR_UNAVAILABLE without libpcap.
 */
int packet_filter_compile(const char *text, bool has_link, struct packet_filter *filter,
			  struct error *err);
/* Adds the option that attaches it. */
void packet_filter_list(const struct packet_filter *filter, struct sockopt_list *list);
void packet_filter_release(struct packet_filter *filter);

#endif
