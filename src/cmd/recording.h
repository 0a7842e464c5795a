/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recorded capture or log as an endpoint whose messages come when they came then. */
#ifndef CMD_RECORDING_H
#define CMD_RECORDING_H

#include "codec/codec.h"
#include "core/endpoint.h"

#define RECORDING_MAPPINGS 32

/* What of a recording is replayed, and how; borrowed while it is read. */
struct recording_settings {
	const char *path;
	const struct codec *codec;    /* NULL: told by the file's first bytes */
	const struct target *console; /* whose endpoint it is */
	const struct target *target;  /* what the messages are sent to */
	double speed;		      /* times as fast; 0: without waiting */
	uint64_t rounds;	      /* how often; 0: for ever */
	uint64_t limit;		      /* messages in all; 0: none */
	int direction;		      /* enum message_direction, -1: both */
	const char *interface;	      /* only what came by it; NULL: all */
	/* Names in the recording and interfaces to send to. */
	struct recording_mapping {
		char from[CODEC_INTERFACE_MAXIMUM];
		unsigned int to;
	} mappings[RECORDING_MAPPINGS];
	size_t mapping_count;
};

/* "vcan0=can1" as a mapping; the interface must exist. */
int recording_map(struct recording_settings *settings, const char *word, struct error *err);
/* Opens it. What is written to the endpoint is dropped. */
int recording_endpoint(struct endpoint *endpoint, const struct recording_settings *settings,
		       struct error *err);

#endif
