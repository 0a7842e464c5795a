/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which controllers there are, and which devices answer an inquiry; Core Specification, volume 4, part E, 7.1. */
#ifndef FAMILY_BT_SURVEY_H
#define FAMILY_BT_SURVEY_H

#include "family/bt.h"

/* Longest inquiry, in its units of 1.28 s. */
#define SURVEY_UNITS_MAXIMUM 48

struct survey;

/*
 * Starts an inquiry of that many units over a raw socket that is bound to a
 * controller; fd -1: controllers only. Owned by the caller; NULL with the error.
 */
struct survey *survey_new(int fd, unsigned int units, bool asks_names, struct error *err);
void survey_free(struct survey *survey);
/* What the raw socket has to receive: bits of packets, of events. */
uint64_t survey_events(void);
/*
 * The next controller or device, as the kernel's management tells of one
 * (doc/mgmt-api.txt of BlueZ): its length, bytes are borrowed until the next
 * call; 0: packets are needed first.
 */
size_t survey_next(struct survey *survey, const char **bytes);
/* Takes a packet of the socket. */
int survey_take(struct survey *survey, const char *packet, size_t length, struct error *err);
/* Whether all was told. */
bool survey_is_over(const struct survey *survey);

#endif
