/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and numbers of network interfaces, remembered; if_indextoname(3). */
#ifndef CODEC_INTERFACE_H
#define CODEC_INTERFACE_H

#include "codec/codec.h"
#include "codec/reader.h"

#define INTERFACES_REMEMBERED 32

/* A zeroed one is empty. Asking the kernel costs three system calls: too many for each message. */
struct interfaces {
	size_t count;
	size_t next; /* to be replaced when it is full */
	struct interface {
		unsigned int index; /* 0: not here */
		char name[CODEC_INTERFACE_MAXIMUM];
	} known[INTERFACES_REMEMBERED];
};

/* Its name, or "if7" where there is none; borrowed until the next call. */
const char *interfaces_name(struct interfaces *interfaces, unsigned int index);
/* The same, but NULL where there is none; without may_ask only what was noted before. */
const char *interfaces_known(struct interfaces *interfaces, unsigned int index, bool may_ask);
/* Remembers a name that a message tells, and forgets what it was called before. */
void interfaces_learn(struct interfaces *interfaces, unsigned int index, struct span name);
/*
 * By what name a message came in: its interface's, else what the context's
 * reader said of it, "" where nobody knows.
 */
const char *interfaces_of(struct interfaces *interfaces, const struct codec_context *context,
			  const struct message *message);
/* The index of a name, 0 where there is no such interface here. */
unsigned int interfaces_index(struct interfaces *interfaces, struct span name);
/* Fills context->interface and message->interface in; false where the name is too long. */
bool interfaces_note(struct interfaces *interfaces, struct span name, struct codec_context *context,
		     struct message *message);

/* Names numbered in the order in which they turn up; a zeroed one is empty. */
struct channels {
	size_t count;
	char name[INTERFACES_REMEMBERED][CODEC_INTERFACE_MAXIMUM];
};

/* The number of a name, from 0; *is_new tells that it was not there. When full, the last one. */
size_t channels_number(struct channels *channels, const char *name, bool *is_new);

#endif
