/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Service discovery: which RFCOMM channel a service of a device has, and telling others of ours; Core Specification, volume 3, part B. */
#ifndef FAMILY_BT_SDP_H
#define FAMILY_BT_SDP_H

#include "family/bt.h"

/* A UUID as it is written, its first octet first. */
struct sdp_uuid {
	uint8_t octets[16];
};

/* Names of well-known services: "spp", "dun", "opp", ... */
extern const struct name sdp_services[];

/* "1101", "0x1101", "00001101", all 128 bits with "-" or without, or a name of sdp_services. */
int sdp_uuid_read(const char *text, struct sdp_uuid *uuid, struct error *err);

/* What is looked for: name NULL: any; has_uuid false: all that is reached by RFCOMM. */
struct sdp_query {
	struct bdaddr local, peer;
	struct sdp_uuid uuid;
	bool has_uuid;
	const char *name; /* as the record has it, letter case ignored */
};

/* Asks the device, which can take some seconds: the channel, 1 to 30, or -1. */
int sdp_find_channel(const struct sdp_query *query, uint8_t *channel, struct error *err);

/*
 * Registers a service of ours with the daemon of this machine: a descriptor
 * that keeps it registered until it is closed; -1 where there is no such daemon.
 */
int sdp_register(const struct sdp_uuid *uuid, const char *name, uint8_t channel, struct error *err);

/* What the answer's records say, for sdp_find_channel(): the channel of the first that fits, 0 for none. Foreign bytes. */
uint8_t sdp_channel_of(const void *records, size_t length, const char *name);

#endif
