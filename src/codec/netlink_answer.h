/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of netlink that are no data: errors, acknowledgements and ends of dumps; and events of devices. */
#ifndef CODEC_NETLINK_ANSWER_H
#define CODEC_NETLINK_ANSWER_H

#include "codec/netlink_print.h"

/* Adds what an answer says; of text nothing where it says only that all is well. */
void netlink_answer_print(struct netlink_memory *memory, int protocol, const struct netlink_answer *answer,
			  struct netlink_sink *sink);

/*
 * Events of kobject_uevent, which are no messages of nlmsghdr: "add@/devices/x SUBSYSTEM=net ...".
 * Those that udev passes on are the same behind a header. False where the bytes are none.
 */
bool netlink_event_print(const char *data, size_t length, struct netlink_sink *sink);
/* Reads such a line and adds the kernel's bytes. */
int netlink_event_read(struct span line, struct buf *out, struct error *err);

#endif
