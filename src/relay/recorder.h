/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The observer that writes what passes into a capture file: pcapng, a block at a time. */
#ifndef RELAY_RECORDER_H
#define RELAY_RECORDER_H

#include "core/observer.h"
#include "core/target.h"

/* Borrowed while it records. */
struct recorder_settings {
	const char *path;
	uint64_t part_size;	 /* a new file after so many bytes; 0: never */
	nanoseconds part_length; /* a new file after so long; 0: never */
	uint64_t parts_kept;	 /* of several files the newest are kept; 0: all */
	const struct target *left, *right;
};

struct recorder;

/* Creates the file, or the first of several: NAME-00001.EXT. NULL with the error. */
struct recorder *recorder_new(const struct recorder_settings *settings, struct error *err);
/* A chain that begins with the recorder's own observer, which next follows. Owned by the recorder. */
struct observer *recorder_observer(struct recorder *recorder, struct observer *next);
/*
 * Writes the counts and closes; frees in any case. -1 where something could not be
 * written, now or earlier: the transfer did not end for that.
 */
int recorder_close(struct recorder *recorder, struct error *err);

#endif
