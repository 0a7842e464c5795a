/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The observer that writes what passes in a direction into a file as well. */
#ifndef RELAY_TEE_H
#define RELAY_TEE_H

#include "core/observer.h"

struct tee;

/* The file of each direction, borrowed; NULL: none. They are made anew. NULL with the error. */
struct tee *tee_new(const char *const paths[2], struct error *err);
/* A chain that begins with the tee's own observer, which next follows. Owned by the tee. */
struct observer *tee_observer(struct tee *tee, struct observer *next);
/* Closes and frees in any case. -1 where something could not be written: the transfer did not end for that. */
int tee_close(struct tee *tee, struct error *err);

#endif
