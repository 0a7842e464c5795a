/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The descriptor that sockopt and ioctl ask: of a spec, an inherited one, or a fresh socket of a family. */
#ifndef CMD_SUBJECT_H
#define CMD_SUBJECT_H

#include "cmd/command.h"
#include "core/endpoint.h"
#include "core/socket.h"

/* Owned parts are closed by subject_close(), which is due on success and harmless else. */
struct subject {
	int fd;			     /* borrowed from what follows, or the caller's own */
	const struct family *family; /* NULL unknown */
	bool is_socket;
	int domain, type, protocol; /* of a socket */
	bool has_target;
	struct target target;
	struct endpoint endpoint;
	struct listener listener;
	int fresh; /* a socket made of a family's name alone; -1 */
};

/*
 * word is a spec, which is opened (a listener listens), "fd:N", which stays
 * open and is the very descriptor, or a family's name alone: a new socket that
 * is neither bound nor connected; its type is --type. word outlives it.
 */
int subject_open(struct subject *subject, const char *word, const struct arguments *arguments,
		 struct error *err);
void subject_close(struct subject *subject);

#endif
