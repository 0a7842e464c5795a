/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The observer that tells the checksum of each direction when a session is over. */
#ifndef RELAY_CHECKSUM_H
#define RELAY_CHECKSUM_H

#include "core/observer.h"

struct checksums;

/* An algorithm of digest_algorithms, borrowed, and for which directions. NULL with the error. */
struct checksums *checksums_new(const char *algorithm, const bool wanted[2], struct error *err);
/* A chain that begins with its own observer, which next follows. Owned by the checksums. */
struct observer *checksums_observer(struct checksums *checksums, struct observer *next);
void checksums_free(struct checksums *checksums);

#endif
