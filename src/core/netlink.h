/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The framing that all of netlink has: messages of a datagram, attributes of a message, answers; netlink(7). */
#ifndef CORE_NETLINK_H
#define CORE_NETLINK_H

#include "base/buf.h"
#include "base/error.h"

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETLINK_TYPE_MAXIMUM 0x3fff /* of attributes */

/* Foreign bytes that are still to be read; nothing is read beyond them, and they need not be aligned. */
struct netlink_bytes {
	const char *data;
	size_t length;
};

struct netlink_message {
	struct nlmsghdr header;
	struct netlink_bytes body; /* all behind the header, without padding */
};

struct netlink_attribute {
	uint16_t type;	/* without its flags */
	uint16_t flags; /* NLA_F_NESTED, NLA_F_NET_BYTEORDER */
	struct netlink_bytes value;
};

/* Takes the first message, or attribute, with its padding off bytes; false where none is whole. */
bool netlink_take_message(struct netlink_bytes *bytes, struct netlink_message *message);
bool netlink_take_attribute(struct netlink_bytes *bytes, struct netlink_attribute *attribute);
/* Takes length bytes, copied to where they go; false where there are fewer. */
bool netlink_take(struct netlink_bytes *bytes, void *to, size_t length);

/* What the kernel answers to a request: NLMSG_ERROR, or the NLMSG_DONE of a dump. */
struct netlink_answer {
	int code;		      /* errno; 0: it was done */
	struct netlink_bytes words;   /* the kernel's explanation, without its NUL; length 0: none */
	struct nlmsghdr request;      /* of NLMSG_ERROR */
	struct netlink_bytes asked;   /* the request's body; length 0 where the kernel left it out */
	size_t offset;		      /* of the attribute at fault in the request; 0 unknown */
	uint32_t missing;	      /* type of the attribute that is missing; 0 unknown */
};

/* False where the message is no answer. */
bool netlink_read_answer(const struct netlink_message *message, struct netlink_answer *answer);
/* "Operation not permitted: the kernel's words" */
int netlink_error(const struct netlink_answer *answer, struct error *err);

/* Adds a header with a length that netlink_end() fills in; returns where it begins. */
size_t netlink_begin(struct buf *out, uint16_t type, uint16_t flags);
/* Adds an attribute, padded; of NULL zeroes. */
void netlink_add(struct buf *out, uint16_t type, const void *bytes, size_t length);
/* The same for one whose value is added by and by: where it begins, for netlink_close(). */
size_t netlink_open(struct buf *out, uint16_t type);
/* -1 where it has become longer than an attribute can be. */
int netlink_close(struct buf *out, size_t at);
/* Fills the length of the message in that begins there. */
void netlink_end(struct buf *out, size_t at);

#endif
